"""Language model: a recurrent network predicts the next letter; the loss is a function of one's own, one number a batch.

python examples/language_model.py
lossvista language_model/landscape.h5
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from lossvista import Problem, Recipe, Recorder, run

TEXT = """
A mountain seen from far away is a line against the sky. Come closer, and the line becomes a slope, the slope becomes stones,
and among the stones there are paths that nobody drew. Some of them lead to the top. Most of them lead to other paths. Whoever
walks there in the fog knows only whether the next step goes up or down, and yet, step by step, many arrive in the valley.
From the valley they look back and wonder how they came: the slope that took them a day is a short line again.
"""
LETTERS = sorted(set(TEXT))


class NextLetter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.letters = nn.Embedding(len(LETTERS), 16)
        self.cells, self.head = nn.GRU(16, 48, batch_first=True), nn.Linear(48, len(LETTERS))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.cells(self.letters(x))[0])  # (n, length, letters)


def token_loss(logits: torch.Tensor, letters: torch.Tensor) -> torch.Tensor:
    """Mean over all letters of the batch."""
    return F.cross_entropy(logits.flatten(0, 1), letters.flatten())


def make_problem():
    numbers = torch.tensor([LETTERS.index(letter) for letter in TEXT])
    windows = numbers.unfold(0, 25, 4)  # (n, 25)
    return Problem(model=NextLetter(), train=(windows[:, :-1], windows[:, 1:]), loss=token_loss)


def main(folder="language_model", epochs=20, resolution=21):
    torch.manual_seed(0)
    problem = make_problem()
    model, x, y = problem.model, problem.inputs, problem.targets
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        for epoch in range(epochs):
            for own in torch.randperm(len(x)).split(32):
                optimizer.zero_grad()
                loss = token_loss(model(x[own]), y[own])
                loss.backward()
                optimizer.step()
            recorder.save(epoch=epoch + 1, lr=0.01, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
