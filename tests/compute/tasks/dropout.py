"""Dropout of several kinds, which evaluation leaves out."""

import torch
from torch import nn

from lossvista import Problem


def make_problem():
    net = nn.Sequential(
        nn.Conv1d(2, 6, 3), nn.SELU(), nn.AlphaDropout(0.5), nn.Flatten(), nn.Dropout(0.5), nn.Linear(24, 3)
    )
    return Problem(net, train=(torch.randn(14, 2, 6), torch.randint(0, 3, (14,))))
