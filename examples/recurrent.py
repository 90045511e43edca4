"""Recurrent: an LSTM tells sines from saws; filter normalization takes each row of each gate for a unit.

python examples/recurrent.py
lossvista recurrent/landscape.h5
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from lossvista import Problem, Recipe, Recorder, run


class Listener(nn.Module):
    """(n, length, 1) → (n, 2) logits, from what both directions remember at their ends."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.LSTM(1, 16, batch_first=True, bidirectional=True)
        self.head = nn.Linear(32, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        _, (hidden, _) = self.cells(x)
        return self.head(torch.cat([hidden[0], hidden[1]], dim=1))


def make_data(count=300, length=30):
    """Noisy waves of any pitch and phase; 0: sines, 1: saws."""
    torch.manual_seed(0)
    labels = torch.arange(count) % 2
    turns = torch.rand(count, 1) + torch.linspace(0, 1, length) * (1 + 2 * torch.rand(count, 1))
    waves = torch.where(labels[:, None] == 0, (6.2832 * turns).sin(), 2 * (turns % 1) - 1)
    return (waves + 0.1 * torch.randn(count, length))[:, :, None], labels


def make_problem():
    x, y = make_data()
    return Problem(model=Listener(), train=(x[:200], y[:200]), test=(x[200:], y[200:]))


def main(folder="recurrent", epochs=20, resolution=21):
    torch.manual_seed(0)
    problem = make_problem()
    model, x, y = problem.model, problem.inputs, problem.targets
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        for epoch in range(epochs):
            for own in torch.randperm(len(x)).split(40):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(x[own]), y[own])
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            recorder.save(epoch=epoch + 1, lr=0.01, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
