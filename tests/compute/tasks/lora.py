"""Frozen layers with small trained adapters, to which directions are restricted (ONLY)."""

import torch
from torch import nn

from lossvista import Problem

ONLY = "*lora_*"


class Adapted(nn.Module):
    """W x + b + B A x with W and b frozen (Hu et al. 2021)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.layer = nn.Linear(inputs, outputs).requires_grad_(False)
        self.lora_a = nn.Parameter(0.3 * torch.randn(2, inputs))
        self.lora_b = nn.Parameter(0.3 * torch.randn(outputs, 2))

    def forward(self, x):
        return self.layer(x) + x @ self.lora_a.T @ self.lora_b.T


def make_problem():
    net = nn.Sequential(Adapted(6, 8), nn.ReLU(), Adapted(8, 3))
    return Problem(net, train=(torch.randn(14, 6), torch.randint(0, 3, (14,))))
