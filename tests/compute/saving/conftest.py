"""A problem with many samples of a known loss, in a file of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lossvista.compute.recipe import Recipe

PROBLEM = """
import torch
from lossvista import Problem


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.theta = torch.nn.Parameter(torch.zeros(2))

    def forward(self, x):
        return torch.cat([self.theta - x, self.theta.expand(len(x), 2)], 1)


def losses(y, _):
    return LOSS


def make_problem():
    g = torch.Generator().manual_seed(5)
    x = torch.randn(400, 2, generator=g) * torch.rand(400, 1, generator=g).exp()
    return Problem(Net(), train=(x, torch.zeros(400)), loss=losses, metrics={"near": lambda y, _: (y[:, :2].norm(dim=1) < 1).float()})
"""
SQUARES = "(y[:, :2]**2).sum(1)"


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Recipes of |θ − x|² over 400 samples x, or of another loss of y = (θ − x, θ)."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # to which the problem's folder will be added

    def make(loss: str = SQUARES, **changes) -> Recipe:
        file = tmp_path / "mine.py"
        file.write_text(PROBLEM.replace("LOSS", loss), encoding="utf-8")
        chosen = {"problem": str(file), "ignore": "none", "normalization": "none", "resolution": 11, "reach": 3}
        return Recipe.of(**{**chosen, **changes})

    return make
