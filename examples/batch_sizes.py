"""Batch sizes: the line from a network trained with small batches (0) to one trained with large ones (1); loss and accuracy, train
and test, on twin axes (Keskar et al. 2017; Li et al. 2018, Figure 2, on why such a picture must not be read as sharpness alone).

python examples/batch_sizes.py
lossvista batch_sizes/landscape.h5
"""

import sys
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from lossvista import Problem, Recipe, Style, load, run
from lossvista.compute.figures.figure import save_figure


def make_problem():
    torch.manual_seed(0)  # both trainings start from the same weights
    images, digits = load_digits(return_X_y=True)
    x, y = torch.tensor(images / 8 - 1, dtype=torch.float32), torch.tensor(digits)
    net = nn.Sequential(nn.Linear(64, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, 10))
    return Problem(model=net, train=(x[:1000], y[:1000]), test=(x[1000:], y[1000:]), loss=nn.CrossEntropyLoss())


def train(batch_size, epochs):
    """A trained network's state dict."""
    problem = make_problem()
    model, x, y = problem.model, problem.inputs, problem.targets
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    for _ in range(epochs):
        for own in torch.randperm(len(x)).split(batch_size):
            optimizer.zero_grad()
            F.cross_entropy(model.train()(x[own]), y[own]).backward()
            optimizer.step()
    return model.state_dict()


def main(folder="batch_sizes", epochs=8, resolution=41):
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, batch_size in (("small", 25), ("large", 500)):
        torch.save(train(batch_size, epochs), f"{folder}/{name}.pt")
    recipe = Recipe(
        problem=f"{__file__}:make_problem",
        weights=(f"{folder}/small.pt", f"{folder}/large.pt"),
        directions="between",  # batch-norm statistics move along
        axes=1,
        resolution=resolution,
        title="Small batches (0) to large batches (1)",
    )
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    save_figure(load(f"{folder}/landscape.h5"), Style(), f"{folder}/line.png")
    print(f"\nSee {folder}/line.png, or: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
