"""Images and classes: convolutions with batch-norm and a skip connection, a DataLoader as data."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lossvista import Problem


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.bn_a = nn.Conv2d(3, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6)
        self.b, self.bn_b = nn.Conv2d(6, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = self.bn_a(self.a(x)).relu()
        x = (x + self.bn_b(self.b(x))).relu()
        return self.head(x.mean((2, 3)))


def make_problem():
    net = Net()
    net(torch.randn(30, 3, 8, 8) + 1)
    loader = DataLoader(TensorDataset(torch.randn(14, 3, 8, 8), torch.randint(0, 4, (14,))), batch_size=3, shuffle=True)
    return Problem(net, train=loader, loss=nn.CrossEntropyLoss(label_smoothing=0.1))
