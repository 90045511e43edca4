"""DenseNet: DenseNet-121 of Huang et al. 2017 (Table 1) for CIFAR, as Li et al. 2018 (Figure 4) show it: growth rate 32, a 3×3 stem
and no pooling before the first dense block.

Parameters are named as in Li et al.'s code: conv1, dense1.0.bn1, dense1.0.conv1 …, trans1.bn, trans1.conv, …, dense4, bn, linear."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .shapes import CIFAR10, expect_cifar

_GROWTH = 32
_BLOCKS = (6, 12, 24, 16)


class DenseLayer(nn.Module):
    """(n, inputs, h, w) → (n, 32 + inputs, h, w): batch-norm, ReLU, 1×1 and again 3×3 convolution; the input stays behind."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, 4 * _GROWTH, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(4 * _GROWTH), nn.Conv2d(4 * _GROWTH, _GROWTH, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(F.relu(self.bn1(x)))
        return torch.cat([self.conv2(F.relu(self.bn2(y))), x], 1)


class Transition(nn.Module):
    """Half the channels, half the size."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.bn, self.conv = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, inputs // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(self.conv(F.relu(self.bn(x))), 2)


class DenseNet(nn.Module):
    """(n, 3, 32, 32) → (n, classes) logits."""

    normalization = CIFAR10

    def __init__(self, classes: int) -> None:
        super().__init__()
        channels = 2 * _GROWTH
        self.conv1 = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        for number, layers in enumerate(_BLOCKS, 1):
            block = nn.Sequential(*(DenseLayer(channels + k * _GROWTH) for k in range(layers)))
            self.add_module(f"dense{number}", block)
            channels += layers * _GROWTH
            if number < len(_BLOCKS):
                self.add_module(f"trans{number}", Transition(channels))
                channels //= 2
        self.bn = nn.BatchNorm2d(channels)
        self.linear = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        for number in range(1, len(_BLOCKS) + 1):
            x = self.get_submodule(f"dense{number}")(x)
            if number < len(_BLOCKS):
                x = self.get_submodule(f"trans{number}")(x)
        x = F.relu(self.bn(x))
        return self.linear(torch.flatten(F.avg_pool2d(x, 4), 1))


def densenet121(shape: tuple[int, ...], classes: int) -> nn.Module:
    """DenseNet-121 for CIFAR; torchvision:densenet121 is the one for large images."""
    expect_cifar("densenet121", shape)
    return DenseNet(classes)
