"""CIFAR ResNet: the 6n + 2 layer networks of He et al. 2016 §4.2, with or without skip connections (Li et al. 2018, Figure 1),
and k times as wide (Zagoruyko & Komodakis 2016; Li et al. 2018, Figure 6).

Parameters are named as in Li et al.'s published checkpoints: conv1, bn1, layer1.0.conv1, …, layer2.0.shortcut.0, …, linear.
Shortcuts are 1×1 projections with batch-norm where the shape changes (option B)."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .shapes import CIFAR10, expect_cifar


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
    """(n, 3, 32, 32) → (n, classes) logits: three stages of `blocks` blocks, of 16k, 32k and 64k channels at 32², 16² and 8², k
    being the width."""

    normalization = CIFAR10

    def __init__(self, blocks: int, classes: int, skip: bool, width: int = 1) -> None:
        super().__init__()
        first, second, third = (channels * width for channels in (16, 32, 64))
        self.conv1 = nn.Conv2d(3, first, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(first)
        self.layer1 = _stage(first, first, blocks, 1, skip)
        self.layer2 = _stage(first, second, blocks, 2, skip)
        self.layer3 = _stage(second, third, blocks, 2, skip)
        self.linear = nn.Linear(third, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(torch.flatten(F.avg_pool2d(x, 8), 1))


def _stage(inputs: int, outputs: int, blocks: int, stride: int, skip: bool) -> nn.Sequential:
    first = BasicBlock(inputs, outputs, stride, skip)
    return nn.Sequential(first, *(BasicBlock(outputs, outputs, 1, skip) for _ in range(blocks - 1)))


def _network(name: str, depth: int, skip: bool, width: int, shape: tuple[int, ...], classes: int) -> nn.Module:
    expect_cifar(name, shape)
    return CifarResNet((depth - 2) // 6, classes, skip, width)


resnet20 = partial(_network, "resnet20", 20, True, 1)
resnet56 = partial(_network, "resnet56", 56, True, 1)
resnet110 = partial(_network, "resnet110", 110, True, 1)
resnet20_noshort = partial(_network, "resnet20-noshort", 20, False, 1)
resnet56_noshort = partial(_network, "resnet56-noshort", 56, False, 1)
resnet110_noshort = partial(_network, "resnet110-noshort", 110, False, 1)

wide_resnet56_k1 = partial(_network, "wide-resnet56-k1", 56, True, 1)
wide_resnet56_k2 = partial(_network, "wide-resnet56-k2", 56, True, 2)
wide_resnet56_k4 = partial(_network, "wide-resnet56-k4", 56, True, 4)
wide_resnet56_k8 = partial(_network, "wide-resnet56-k8", 56, True, 8)
wide_resnet56_k1_noshort = partial(_network, "wide-resnet56-k1-noshort", 56, False, 1)
wide_resnet56_k2_noshort = partial(_network, "wide-resnet56-k2-noshort", 56, False, 2)
wide_resnet56_k4_noshort = partial(_network, "wide-resnet56-k4-noshort", 56, False, 4)
wide_resnet56_k8_noshort = partial(_network, "wide-resnet56-k8-noshort", 56, False, 8)
