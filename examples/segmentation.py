"""Segmentation: a label for every pixel, classes of different weight, unlabelled pixels, and a metric of one's own.

python examples/segmentation.py
lossvista segmentation/landscape.h5
"""

import sys

import torch
from torch import nn

from lossvista import Problem, Recipe, Recorder, run

UNLABELLED = -100  # what nn.CrossEntropyLoss leaves out


def make_data(count=120, side=16):
    """Noisy images of a disc: 0 outside, 1 on it, the rim unlabelled."""
    torch.manual_seed(0)
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    centre, radius = 4 + 8 * torch.rand(count, 2, 1, 1), 2 + 3 * torch.rand(count, 1, 1)
    distance = ((rows - centre[:, 0]) ** 2 + (columns - centre[:, 1]) ** 2).sqrt() - radius
    labels = (distance < 0).long()
    labels[distance.abs() < 0.5] = UNLABELLED
    return (distance < 0).float()[:, None] + 0.7 * torch.randn(count, 1, side, side), labels


def make_network():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 8, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 2, 4, stride=2, padding=1),
    )


def overlap(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Intersection over union of the disc, image by image: (n, 2, h, w), (n, h, w) → (n,)."""
    found, disc, known = logits.argmax(1) == 1, labels == 1, labels != UNLABELLED
    both, either = (found & disc & known).flatten(1).sum(1), ((found | disc) & known).flatten(1).sum(1)
    return both / either.clamp(min=1)


def make_problem():
    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 4.0]), ignore_index=UNLABELLED)
    return Problem(model=make_network(), train=make_data(), loss=loss, metrics={"overlap": overlap})


def main(folder="segmentation", epochs=10, resolution=21):
    problem = make_problem()
    model, x, y = problem.model, problem.inputs, problem.targets
    loss_function = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 4.0]), ignore_index=UNLABELLED)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        for epoch in range(epochs):
            for own in torch.randperm(len(x)).split(20):
                optimizer.zero_grad()
                loss = loss_function(model.train()(x[own]), y[own])
                loss.backward()
                optimizer.step()
            recorder.save(epoch=epoch + 1, lr=0.01, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
