"""Images as their own targets; spectral and weight normalization; the network writes over its input."""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from lossvista import Problem


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = spectral_norm(nn.Conv2d(1, 4, 4, stride=2, padding=1))
        self.up = weight_norm(nn.ConvTranspose2d(4, 1, 4, stride=2, padding=1))

    def forward(self, x):
        x -= 0.5
        return self.up(self.down(x).relu()) + 0.5


def make_problem():
    net = Net()
    net(torch.rand(5, 1, 8, 8))  # spectral norm looks for its vectors in training mode
    return Problem(net, train=torch.rand(14, 1, 8, 8), loss=nn.L1Loss())
