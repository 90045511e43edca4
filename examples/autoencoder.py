"""Autoencoder: samples without targets are their own target.

python examples/autoencoder.py
lossvista autoencoder/landscape.h5
"""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

from lossvista import Problem, Recipe, Recorder, run


def make_problem():
    images = torch.tensor(load_digits().data / 16, dtype=torch.float32)  # (1797, 64)
    net = nn.Sequential(
        nn.Linear(64, 32), nn.GELU(), nn.Linear(32, 8), nn.GELU(), nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 64)
    )
    return Problem(model=net, train=images[:1000], test=images[1000:], loss=nn.MSELoss())


def main(folder="autoencoder", epochs=15, resolution=25):
    torch.manual_seed(0)
    problem = make_problem()
    model, x = problem.model, problem.inputs
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        for epoch in range(epochs):
            for own in torch.randperm(len(x)).split(50):
                optimizer.zero_grad()
                loss = (model(x[own]) - x[own]).square().mean()
                loss.backward()
                optimizer.step()
            recorder.save(epoch=epoch + 1, lr=3e-3, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
