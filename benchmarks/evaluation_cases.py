"""Cases: the networks, samples and directions that benchmarks/evaluation.py measures with."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.problem.build import build_problem
from lossvista.compute.problem.data import load_data
from lossvista.compute.problem.models import build_model
from lossvista.compute.recipe import Recipe
from lossvista.compute.weights import biases_and_norms, units, weights_of

BATCH = 128  # of everybody but Lossvista: Li et al.'s
CIFAR_MEAN, CIFAR_SPREAD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)  # of 255: Li et al.'s


@dataclass(frozen=True)
class Case:
    """model: in evaluation mode, at theta. samples: inputs and targets. axes: δ and η. batch: samples at once."""

    model: nn.Module
    samples: tuple[Tensor, ...]
    theta: dict[str, Tensor]
    axes: list[dict[str, Tensor]]
    batch: int

    def lists(self) -> list[list[Tensor]]:
        """θ, δ, η as lists, in the order of the model's parameters."""
        return [[t[name].clone() for name, _ in self.model.named_parameters()] for t in (self.theta, *self.axes)]

    def at(self, alpha: float, beta: float) -> nn.Module:
        """A copy of the model at a point."""
        model = copy.deepcopy(self.model)
        delta, eta = self.axes
        with torch.no_grad():
            for name, p in model.named_parameters():
                p.copy_(self.theta[name] + alpha * delta[name] + beta * eta[name])
        return model


class Named(NamedTuple):
    """A network of the table. count: samples, and with --quick."""

    label: str
    model: str
    samples: str
    count: tuple[int, int]


NETWORKS = [
    Named("ResNet-56", "resnet56", "cifar", (500, 200)),
    Named("ResNet-56", "resnet56", "cifar", (1000, 0)),
    Named("ResNet-56 without skips", "resnet56-noshort", "cifar", (500, 200)),
    Named("ResNet-56 without skips", "resnet56-noshort", "cifar", (1000, 0)),
    Named("VGG-11", "vgg11", "cifar", (500, 200)),
    Named("DenseNet-121", "densenet121", "cifar", (200, 64)),
    Named("MobileNet-V2, 32×32", "mobilenet-v2", "cifar", (1000, 500)),
    Named("MobileNet-V2, 224×224", "mobilenet-v2", "noise", (64, 32)),
    Named("ResNet-50, 224×224", "torchvision:resnet50", "noise", (32, 16)),
    Named("digits CNN", "cnn", "digits:all", (1797, 1797)),
    Named("digits MLP", "mlp", "digits:all", (1797, 1797)),
    Named("small transformer", "transformer", "text:all", (1200, 1200)),
    Named("BERT-Tiny", "bert", "text:all", (1200, 1200)),
]


def case_of(named: Named, count: int, images: str, weights: str) -> Case:
    """The network in evaluation mode, samples, centre, and two filter-normalized random directions."""
    torch.manual_seed(0)
    if named.samples in ("cifar", "noise"):
        side = 32 if named.samples == "cifar" else 224
        x, y = torch.randn(count, 3, side, side), torch.randint(0, 10, (count,))
        if images and named.samples == "cifar":
            data = load_data(f"imagefolder:{images}", count)
            mean, spread = (torch.tensor(v).view(3, 1, 1) for v in (CIFAR_MEAN, CIFAR_SPREAD))
            pixels = data.inputs * (255 if data.inputs.max() <= 1 else 1)
            x, y = ((pixels - mean) / spread).contiguous(), data.targets
        model = build_model(named.model, (3, side, side), 10)
    else:
        problem = build_problem(Recipe.of(model=named.model, data=named.samples))
        model, x, y = problem.model, problem.inputs, problem.targets
    file = Path(weights, f"li2018-{named.model}.t7")
    if weights and file.is_file():
        state = torch.load(file, map_location="cpu", weights_only=True)["state_dict"]
        model.load_state_dict({k.removeprefix("module."): v for k, v in state.items()}, strict=False)
    else:
        _settle(model, x)
    model.eval().requires_grad_(False)
    theta = weights_of(model)
    moved = [name for name in theta if name not in biases_and_norms(model)]
    axes = [normalize(gaussian(theta, moved, 0, k), theta, units(model), "filter") for k in range(2)]
    axes = [{name: axis.get(name, torch.zeros_like(t)) for name, t in theta.items()} for axis in axes]
    return Case(model, (x, y), theta, axes, BATCH)


def _settle(model: nn.Module, x: torch.Tensor) -> None:
    """Batch-norm statistics of the samples, so that an untrained network has values of an ordinary size."""
    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for norm in norms:
        norm.momentum = None  # a plain mean
    if norms:
        with torch.no_grad():
            model.train()
            for part in x[:64].split(32):
                model(part)
