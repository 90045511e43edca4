"""Bottleneck ResNet: ResNet-50 of He et al. 2016 (§4.1, Table 1) for CIFAR: a 3×3 stem that keeps the images' size, no pooling
before the first stage.

Parameters are named as in Li et al.'s code: conv1, bn1, layer1.0.conv1 … conv3, bn3, layer1.0.shortcut.0, …, layer4, linear."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .shapes import CIFAR10, expect_cifar

_EXPANSION = 4  # of a block's output over its inner channels
_STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))  # inner channels, blocks, stride of the first


class Bottleneck(nn.Module):
    """1×1, 3×3 (with the stride) and 1×1 convolutions with batch-norm, the input added before the last ReLU."""

    def __init__(self, inputs: int, inner: int, stride: int) -> None:
        super().__init__()
        outputs = _EXPANSION * inner
        self.conv1, self.bn1 = nn.Conv2d(inputs, inner, 1, bias=False), nn.BatchNorm2d(inner)
        self.conv2, self.bn2 = nn.Conv2d(inner, inner, 3, stride, padding=1, bias=False), nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = nn.Conv2d(inner, outputs, 1, bias=False), nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))


class BottleneckResNet(nn.Module):
    """(n, 3, 32, 32) → (n, classes) logits: four stages at 32², 16², 8² and 4²."""

    normalization = CIFAR10

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64)
        channels = 64
        for number, (inner, blocks, stride) in enumerate(_STAGES, 1):
            stage = [Bottleneck(channels, inner, stride)]
            channels = _EXPANSION * inner
            stage += [Bottleneck(channels, inner, 1) for _ in range(blocks - 1)]
            self.add_module(f"layer{number}", nn.Sequential(*stage))
        self.linear = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        for number in range(1, len(_STAGES) + 1):
            x = self.get_submodule(f"layer{number}")(x)
        return self.linear(torch.flatten(F.avg_pool2d(x, 4), 1))


def resnet50(shape: tuple[int, ...], classes: int) -> nn.Module:
    """ResNet-50 for CIFAR; torchvision:resnet50 is the one for large images."""
    expect_cifar("resnet50", shape)
    return BottleneckResNet(classes)
