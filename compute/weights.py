"""Weights: a network's parameters as `dict[str, Tensor]`, and which of them a direction moves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fnmatch import fnmatchcase

import torch
from torch import Tensor, nn

from .errors import LossvistaError
from .units import biases_and_norms
from .units import units as units  # beside the weights that they are of

Weights = dict[str, Tensor]


def weights_of(model: nn.Module) -> Weights:
    """Copies of all parameters by name, in single precision or better; tied ones once."""
    return {name: p.detach().to(wide(p.dtype), copy=True) for name, p in model.named_parameters()}


def wide(dtype: torch.dtype) -> torch.dtype:
    """The type to compute in: half precision is too coarse."""
    return torch.float32 if dtype.is_floating_point and dtype.itemsize < 4 else dtype


def dot(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> float:
    """⟨a, b⟩ over the names of `a`, summed in float64."""
    return float(sum(torch.dot(t.double().flatten(), b[name].double().flatten()).item() for name, t in a.items()))


def norm(a: Mapping[str, Tensor]) -> float:
    """‖a‖, summed in float64."""
    return dot(a, a) ** 0.5


def add(a: Mapping[str, Tensor], b: Mapping[str, Tensor], factor: float = 1.0) -> Weights:
    """a + factor·b over the names of `a`, in new tensors."""
    return {name: t + factor * b[name] for name, t in a.items()}


def scaled(a: Mapping[str, Tensor], factor: float) -> Weights:
    """factor·a, in new tensors."""
    return {name: factor * t for name, t in a.items()}


def fingerprint(*parts: Mapping[str, Tensor]) -> str:
    """SHA-256 of names, types, shapes and bytes."""
    digest = hashlib.sha256()
    for part in parts:
        for name in sorted(part):
            tensor = part[name].detach().cpu().contiguous()
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)};".encode())
            digest.update(tensor.flatten().view(torch.uint8).numpy().tobytes() if tensor.numel() else b"")
    return digest.hexdigest()


def perturbed(model: nn.Module, ignore: str, only: str) -> list[str]:
    """Names of the parameters that a direction moves, in the model's order. `ignore`: "biases-and-norms" or "none"; `only`:
    a pattern such as 'layer4.*'. Raises LossvistaError where nothing is left."""
    ignored = biases_and_norms(model) if ignore == "biases-and-norms" else set()
    every = [name for name, _ in model.named_parameters()]
    names = [name for name in every if name not in ignored and (not only or fnmatchcase(name, only))]
    if not names:
        some = ", ".join(every[:4]) + (" …" if len(every) > 4 else "")
        raise LossvistaError(
            f"No parameter is left to perturb (only = '{only}', left unperturbed: {ignore}).",
            f"The network's parameters are called {some}." if every else "This network has no parameters.",
        )
    return names
