"""Multilayer perceptron: linear layers with ReLU between them, for samples of any shape; with none hidden, a linear model."""

from __future__ import annotations

from collections import OrderedDict
from math import prod

from torch import nn

from .shapes import centred


def mlp(shape: tuple[int, ...], classes: int, hidden: tuple[int, ...] = (64, 32)) -> nn.Module:
    """(n, *shape) → (n, classes) logits. Layers are called hidden1, hidden2, …, output."""
    layers: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
    width = prod(shape)
    for number, units in enumerate(hidden, 1):
        layers[f"hidden{number}"] = nn.Linear(width, units)
        layers[f"relu{number}"] = nn.ReLU()
        width = units
    layers["output"] = nn.Linear(width, classes)
    network = nn.Sequential(layers)
    network.normalization = centred(shape)  # type: ignore[assignment]  # a plain attribute, read by `normalize`
    return network


def linear(shape: tuple[int, ...], classes: int) -> nn.Module:
    """(n, *shape) → (n, classes) logits of softmax regression: its cross-entropy is convex in the weights."""
    return mlp(shape, classes, hidden=())


def deep_mlp(shape: tuple[int, ...], classes: int) -> nn.Module:
    """(n, *shape) → (n, classes) logits, through six narrow hidden layers."""
    return mlp(shape, classes, hidden=(23, 16, 26, 32, 28, 31))
