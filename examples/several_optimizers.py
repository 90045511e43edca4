"""Several optimizers on one landscape: SGD, SGD with momentum and Adam start from the same weights; the plane is that of all paths.

python examples/several_optimizers.py
lossvista several_optimizers/landscape.h5
"""

import sys

import torch
from torch import nn

from lossvista import Problem, Recipe, Recorder, run

OPTIMIZERS = {
    "sgd": lambda weights: torch.optim.SGD(weights, lr=0.1),
    "momentum": lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9),
    "adam": lambda weights: torch.optim.Adam(weights, lr=0.02),
}


def make_problem():
    """Two moons, and a small network that starts the same each time."""
    torch.manual_seed(0)
    turn, side = torch.rand(300) * 3.1416, torch.arange(300) % 2
    x = torch.stack([turn.cos() + side, torch.where(side == 0, turn.sin(), 0.5 - turn.sin())], 1)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2))
    return Problem(model=net, train=(x + 0.15 * torch.randn(300, 2), side), loss=nn.CrossEntropyLoss())


def train(name, folder, epochs):
    problem = make_problem()
    model, x, y = problem.model, problem.inputs, problem.targets
    optimizer = OPTIMIZERS[name](model.parameters())
    with Recorder(f"{folder}/{name}", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        recorder.save(epoch=0)
        for epoch in range(epochs):
            for own in torch.randperm(len(x)).split(50):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x[own]), y[own])
                loss.backward()
                optimizer.step()
            recorder.save(epoch=epoch + 1, loss=loss.item())


def main(folder="several_optimizers", epochs=25, resolution=31):
    for name in OPTIMIZERS:
        train(name, folder, epochs)
    first, *others = (f"{folder}/{name}" for name in OPTIMIZERS)
    recipe = Recipe(trajectory=first, also=tuple(others), directions="pca", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
