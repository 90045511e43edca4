"""Small CNN: a stem and three residual blocks with batch-norm, with or without skip connections, for small images.

About 100,000 multiplications for an 8×8 digit, so that a whole landscape of it takes seconds on one core."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .shapes import centred, expect_images


class Block(nn.Module):
    """Two 3×3 convolutions with batch-norm, and, with `skip`, the input added before the last ReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int, skip: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.skip: nn.Module | None = None
        if skip and inputs == outputs and stride == 1:
            self.skip = nn.Identity()
        elif skip:  # the shape changes, so the input is projected
            self.skip = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y if self.skip is None else y + self.skip(x))


class SmallCNN(nn.Module):
    """(n, channels, height, width) → (n, classes) logits."""

    def __init__(self, shape: tuple[int, ...], classes: int, skip: bool) -> None:
        super().__init__()
        self.stem = nn.Conv2d(shape[0], 8, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.block1 = Block(8, 16, 2, skip)
        self.block2 = Block(16, 16, 1, skip)
        self.block3 = Block(16, 32, 2, skip)
        self.output = nn.Linear(32, classes)
        self.normalization = centred(shape)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn(self.stem(x)))
        x = self.block3(self.block2(self.block1(x)))
        return self.output(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def cnn(shape: tuple[int, ...], classes: int) -> nn.Module:
    """The network with skip connections."""
    expect_images("cnn", shape, 4)
    return SmallCNN(shape, classes, skip=True)


def cnn_noskip(shape: tuple[int, ...], classes: int) -> nn.Module:
    """The same layers in a plain chain."""
    expect_images("cnn-noskip", shape, 4)
    return SmallCNN(shape, classes, skip=False)
