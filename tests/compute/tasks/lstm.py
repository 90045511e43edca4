"""Sequences, read forwards and backwards by two layers of LSTM cells."""

import torch
from torch import nn

from lossvista import Problem


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.LSTM(3, 5, num_layers=2, batch_first=True, bidirectional=True, dropout=0.3, proj_size=3)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return self.head(self.cells(x)[0][:, -1])


def make_problem():
    return Problem(Net(), train=(torch.randn(14, 6, 3), torch.rand(14, 2)), loss=nn.BCEWithLogitsLoss())
