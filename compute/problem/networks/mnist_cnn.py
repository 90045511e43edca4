"""MNIST CNN: two 3×3 convolutions, maximum pooling, dropout and two linear layers: the network of PyTorch's basic example for MNIST
and of Keras' (1,199,882 parameters), with the parameter names of the former: conv1, conv2, fc1, fc2."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .shapes import MNIST, centred, expect_images


class MnistCNN(nn.Module):
    """(n, channels, height, width) → (n, classes) logits."""

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        height, width = ((side - 4) // 2 for side in shape[1:])  # two convolutions without padding, then pooling
        self.conv1, self.conv2 = nn.Conv2d(shape[0], 32, 3), nn.Conv2d(32, 64, 3)
        self.dropout1, self.dropout2 = nn.Dropout(0.25), nn.Dropout(0.5)
        self.fc1, self.fc2 = nn.Linear(64 * height * width, 128), nn.Linear(128, classes)
        self.normalization = MNIST if shape[0] == 1 else centred(shape)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
        x = torch.flatten(self.dropout1(x), 1)
        return self.fc2(self.dropout2(F.relu(self.fc1(x))))


def mnist_cnn(shape: tuple[int, ...], classes: int) -> nn.Module:
    """For images of 28×28 grey values, and others of at least 6×6. Raises LossvistaError for what is no image."""
    expect_images("mnist-cnn", shape, 6)
    return MnistCNN(shape, classes)
