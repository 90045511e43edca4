"""CIFAR ResNet: the 6n + 2 layer networks of He et al. 2016 §4.2, with or without skip connections (Li et al. 2018, Figure 1).

Parameters are named as in Li et al.'s published checkpoints: conv1, bn1, layer1.0.conv1, …, layer2.0.shortcut.0, …, linear.
Shortcuts are 1×1 projections with batch-norm where the shape changes (option B)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...errors import LossvistaError
from .shapes import spelled

# Mean and deviation of the red, green and blue values of CIFAR-10 that Li et al. trained with
CIFAR10 = (tuple(v / 255 for v in (125.3, 123.0, 113.9)), tuple(v / 255 for v in (63.0, 62.1, 66.7)))


class BasicBlock(nn.Module):
    """Two 3×3 convolutions with batch-norm. `shortcut`: added to their output; None in networks without skip connections."""

    def __init__(self, inputs: int, outputs: int, stride: int, skip: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module | None = None
        if skip and (stride != 1 or inputs != outputs):
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        elif skip:
            self.shortcut = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y if self.shortcut is None else y + self.shortcut(x))


class CifarResNet(nn.Module):
    """(n, 3, 32, 32) → (n, classes) logits: three stages of `blocks` blocks, of 16, 32 and 64 channels at 32², 16² and 8²."""

    normalization = CIFAR10

    def __init__(self, blocks: int, classes: int, skip: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = _stage(16, 16, blocks, 1, skip)
        self.layer2 = _stage(16, 32, blocks, 2, skip)
        self.layer3 = _stage(32, 64, blocks, 2, skip)
        self.linear = nn.Linear(64, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(torch.flatten(F.avg_pool2d(x, 8), 1))


def _stage(inputs: int, outputs: int, blocks: int, stride: int, skip: bool) -> nn.Sequential:
    first = BasicBlock(inputs, outputs, stride, skip)
    return nn.Sequential(first, *(BasicBlock(outputs, outputs, 1, skip) for _ in range(blocks - 1)))


def _network(depth: int, skip: bool, shape: tuple[int, ...], classes: int) -> nn.Module:
    if shape != (3, 32, 32):
        name = f"resnet{depth}" + ("" if skip else "-noshort")
        raise LossvistaError(
            f"The model {name} takes colour images of 3×32×32 as CIFAR has them, but a sample of the data is {spelled(shape)}.",
            "The models cnn and mlp take other shapes.",
        )
    return CifarResNet((depth - 2) // 6, classes, skip)


def resnet20(shape: tuple[int, ...], classes: int) -> nn.Module:
    return _network(20, True, shape, classes)


def resnet56(shape: tuple[int, ...], classes: int) -> nn.Module:
    return _network(56, True, shape, classes)


def resnet110(shape: tuple[int, ...], classes: int) -> nn.Module:
    return _network(110, True, shape, classes)


def resnet20_noshort(shape: tuple[int, ...], classes: int) -> nn.Module:
    return _network(20, False, shape, classes)


def resnet56_noshort(shape: tuple[int, ...], classes: int) -> nn.Module:
    return _network(56, False, shape, classes)


def resnet110_noshort(shape: tuple[int, ...], classes: int) -> nn.Module:
    return _network(110, False, shape, classes)
