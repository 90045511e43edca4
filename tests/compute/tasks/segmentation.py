"""A class for every pixel: grouped and transposed convolutions, batch-norm; class weights, and unequally many pixels without a label."""

import torch
from torch import nn

from lossvista import Problem


def make_problem():
    x, y = torch.randn(14, 2, 6, 6), torch.randint(0, 3, (14, 6, 6))
    y[torch.rand(y.shape) < torch.rand(14, 1, 1)] = -100
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.Conv2d(4, 4, 3, padding=1, groups=4),
        nn.Conv2d(4, 4, 4, stride=2, padding=1, groups=2),
        nn.PReLU(4),
        nn.ConvTranspose2d(4, 4, 4, stride=2, padding=1, groups=2),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(4, 3, 3, padding=1),
    )
    net(torch.randn(20, 2, 6, 6))  # batch-norm statistics of its own
    return Problem(net, train=(x, y), loss=nn.CrossEntropyLoss(weight=torch.tensor([1.0, 3.0, 0.5])))
