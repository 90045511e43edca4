"""Regression: a network fits a noisy wave; the plane of its training's principal directions, and the path in it.

python examples/regression.py
lossvista regression/landscape.h5
"""

import sys

import torch
from torch import nn

from lossvista import Problem, Recipe, Recorder, run


def make_problem():
    torch.manual_seed(0)  # the same data each time
    x = torch.linspace(-3, 3, 200)[:, None]
    y = x.sin() + 0.1 * torch.randn(200, 1)
    net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
    return Problem(model=net, train=(x[::2], y[::2]), test=(x[1::2], y[1::2]), loss=nn.MSELoss())


def main(folder="regression", epochs=200, resolution=31):
    problem = make_problem()
    model, loss_function = problem.model, nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        recorder.save(step=0, epoch=0)
        for epoch in range(epochs):
            optimizer.zero_grad()
            loss = loss_function(model(problem.inputs), problem.targets)
            loss.backward()
            optimizer.step()
            if (epoch + 1) % max(epochs // 20, 1) == 0:
                recorder.save(step=epoch + 1, epoch=epoch + 1, lr=0.01, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", directions="pca", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
