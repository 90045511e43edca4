"""VGG for CIFAR: plain chains of 3×3 convolutions with batch-norm (Simonyan & Zisserman 2015), after each maximum pooling
half the size.

vgg9 is Li et al.'s (2018, appendix): the first seven convolutions of VGG-16, then a hidden linear layer with batch-norm. vgg11 is
configuration A with one linear layer behind it, as is usual on CIFAR. Parameters are named features.0 … (convolution, batch-norm
and ReLU counted), fc.0, fc.1 and classifier, as in the published checkpoints of both."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .shapes import CIFAR10, expect_cifar

_POOL = 0
_VGG9 = (64, 64, _POOL, 128, 128, _POOL, 256, 256, 256, _POOL)
_VGG11 = (64, _POOL, 128, _POOL, 256, 256, _POOL, 512, 512, _POOL, 512, 512, _POOL)


class VGG(nn.Module):
    """(n, 3, 32, 32) → (n, classes) logits. `plan`: the channels of each convolution, and where to pool. hidden: whether there is
    a linear layer before the last one, as wide as the last convolution."""

    normalization = CIFAR10

    def __init__(self, plan: tuple[int, ...], classes: int, hidden: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels, side = 3, 32
        for width in plan:
            if width == _POOL:
                layers.append(nn.MaxPool2d(2))
                side //= 2
            else:
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
        self.features = nn.Sequential(*layers)
        flat = channels * side * side
        self.fc: nn.Module = nn.Identity()
        if hidden:
            self.fc = nn.Sequential(nn.Linear(flat, channels), nn.BatchNorm1d(channels), nn.ReLU())
        self.classifier = nn.Linear(channels if hidden else flat, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.fc(torch.flatten(self.features(x), 1)))


def vgg9(shape: tuple[int, ...], classes: int) -> nn.Module:
    """Li et al.'s VGG-9."""
    expect_cifar("vgg9", shape)
    return VGG(_VGG9, classes, hidden=True)


def vgg11(shape: tuple[int, ...], classes: int) -> nn.Module:
    """VGG-11 for CIFAR."""
    expect_cifar("vgg11", shape)
    return VGG(_VGG11, classes, hidden=False)
