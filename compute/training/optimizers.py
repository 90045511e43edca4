"""Optimizers: PyTorch's, as a training's choices name them."""

from __future__ import annotations

import torch
from torch import nn

from .recipe import Training


def optimizer_of(training: Training, model: nn.Module) -> torch.optim.Optimizer:
    """Of all parameters of the model. adamw takes the weight decay off the weights; for the others it is part of the gradient."""
    parameters, decay = model.parameters(), training.weight_decay
    if training.optimizer == "adam":
        return torch.optim.Adam(parameters, training.lr, weight_decay=decay)
    if training.optimizer == "adamw":
        return torch.optim.AdamW(parameters, training.lr, weight_decay=decay)
    nesterov = training.optimizer == "nesterov" and training.momentum > 0
    return torch.optim.SGD(parameters, training.lr, training.momentum, weight_decay=decay, nesterov=nesterov)
