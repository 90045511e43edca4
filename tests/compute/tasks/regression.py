"""A fit of two numbers from five, with a test split."""

import torch
from torch import nn

from lossvista import Problem


def make_problem():
    x = torch.randn(24, 5)
    y = x[:, :2].sin() + 0.1 * torch.randn(24, 2)
    net = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 2))
    return Problem(net, train=(x[:14], y[:14]), test=(x[14:], y[14:]), loss=nn.MSELoss())
