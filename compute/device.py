"""Device: what a network is evaluated and trained on, by name."""

from __future__ import annotations

import torch

from .errors import LossvistaError


def device_of(name: str) -> torch.device:
    """The device of a recipe: auto = the first GPU, else the CPU. Raises LossvistaError where it is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise LossvistaError(f"There is no device called '{name}'.", "Use auto, cpu, cuda or cuda:N.") from None
    if device.type not in ("cpu", "cuda"):
        raise LossvistaError(f"The device '{name}' is not supported.", "Use auto, cpu, cuda or cuda:N.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        there = (
            f"{torch.cuda.device_count()} of them here" if torch.cuda.is_available() else "none that PyTorch can use"
        )
        raise LossvistaError(
            f"There is no GPU '{name}' on this machine ({there}).", "Use --device cpu or --device auto."
        )
    return device
