"""Tied weights: one table both reads words and predicts them; it is one parameter, and a direction moves both uses together.

python examples/tied_weights.py
lossvista tied_weights/landscape.h5
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from lossvista import Problem, Recipe, Recorder, run

SENTENCES = (
    "the cat sees the dog . the dog sees the bird . the bird sees the cat . a cat is not a dog . a dog is not a bird ."
)
WORDS = sorted(set(SENTENCES.split()))


class NextWord(nn.Module):
    """(n, 3) words → (n, words) logits of the fourth."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.mix = nn.Embedding(len(WORDS), 12), nn.Linear(36, 12)
        self.head = nn.Linear(12, len(WORDS), bias=False)
        self.head.weight = self.words.weight  # tied

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.mix(self.words(x).flatten(1)).tanh())


def make_problem():
    numbers = torch.tensor([WORDS.index(word) for word in SENTENCES.split()])
    windows = numbers.unfold(0, 4, 1)  # (n, 4)
    return Problem(model=NextWord(), train=(windows[:, :3], windows[:, 3]), loss=nn.CrossEntropyLoss())


def main(folder="tied_weights", epochs=60, resolution=31):
    torch.manual_seed(0)
    problem = make_problem()
    model, x, y = problem.model, problem.inputs, problem.targets
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        recorder.save(epoch=0)
        for epoch in range(epochs):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            if (epoch + 1) % max(epochs // 20, 1) == 0:
                recorder.save(step=epoch + 1, epoch=epoch + 1, lr=0.2, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", directions="pca", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
