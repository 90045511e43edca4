"""Small problems: thirteen samples of six numbers and three classes, a network for them, and its losses along one direction."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.problem.problem import Problem
from lossvista.compute.weights import Weights, units, weights_of

N = 13


X, Y = torch.randn(N, 6, generator=torch.Generator().manual_seed(1)), torch.arange(N) % 3


def mlp() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))


def axis_of(problem: Problem) -> Weights:
    theta = weights_of(problem.model)
    return normalize(gaussian(theta, list(theta), 0, 0), theta, units(problem.model), "filter")


def curve(problem: Problem, **options: Any) -> list[float]:
    problem.check()
    axis = axis_of(problem)
    evaluator = Evaluator(problem, weights_of(problem.model), [axis], **{"batch_size": 5, **options})
    return [evaluator.at(a)["train_loss"] for a in (0.0, 0.5, -1.0, 0.0)]
