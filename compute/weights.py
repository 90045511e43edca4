"""Weights: a network's parameters as `dict[str, Tensor]`, and the output units (filters) that each of them consists of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import torch
from torch import Tensor, nn

from .errors import LossvistaError

Weights = dict[str, Tensor]

_NORMS = (
    nn.modules.batchnorm._NormBase,  # batch- and instance-norm, lazy ones too
    nn.LayerNorm,
    nn.GroupNorm,
    nn.LocalResponseNorm,
    nn.CrossMapLRN2d,
)
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def weights_of(model: nn.Module) -> Weights:
    """Copies of all parameters by name; tied ones once."""
    return {name: p.detach().clone() for name, p in model.named_parameters()}


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


@dataclass(frozen=True)
class Units:
    """How one parameter's tensor splits into output units. The output axis is the first one, but for transposed convolutions
    (input, output/groups, …), where it is the second, group by group. A stack of blocks along the first axis (attention's
    in_proj, the gates of GRU and LSTM) and the rows of an embedding are units row by row. Every entry of a vector is one."""

    transposed: bool = False
    groups: int = 1

    def rows(self, tensor: Tensor) -> Tensor:
        """The tensor as (units, entries of one unit)."""
        if tensor.dim() < 2:
            return tensor.reshape(-1, 1)
        if not self.transposed:
            return tensor.flatten(1)
        grouped = tensor.reshape(self.groups, tensor.shape[0] // self.groups, tensor.shape[1], -1)
        return grouped.transpose(1, 2).reshape(self.groups * tensor.shape[1], -1)

    def tensor(self, rows: Tensor, shape: torch.Size) -> Tensor:
        """The inverse of `rows`."""
        if len(shape) < 2 or not self.transposed:
            return rows.reshape(shape)
        grouped = rows.reshape(self.groups, shape[1], shape[0] // self.groups, -1)
        return grouped.transpose(1, 2).reshape(shape)


def units(model: nn.Module) -> dict[str, Units]:
    """The units of every parameter, by the type of the layer that owns it."""
    found = {}
    for path, module in model.named_modules():
        for name, parameter in module.named_parameters(path, recurse=False):
            transposed = isinstance(module, _TRANSPOSED) and parameter.dim() > 1
            found.setdefault(name, Units(True, module.groups) if transposed else Units())  # type: ignore[arg-type]
    return {name: found[name] for name, _ in model.named_parameters()}


def biases_and_norms(model: nn.Module) -> set[str]:
    """Names of the parameters that Li et al. leave unperturbed: biases, all vectors, and whatever a normalization layer owns."""
    names = set()
    for path, module in model.named_modules():
        is_norm = isinstance(module, _NORMS) or type(module).__name__.endswith("Norm")
        for name, parameter in module.named_parameters(path, recurse=False):
            if is_norm or parameter.dim() < 2 or name.rpartition(".")[2].startswith("bias"):
                names.add(name)
    return names


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
