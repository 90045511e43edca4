"""Units: the output units (filters) that a network's parameters consist of, layer type by layer type, and which parameters are
biases or belong to normalization."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import _WeightNorm
from torch.nn.utils.parametrize import ParametrizationList
from torch.nn.utils.weight_norm import WeightNorm

_NORMS = (
    nn.modules.batchnorm._NormBase,  # batch- and instance-norm, lazy ones too
    nn.LayerNorm,
    nn.GroupNorm,
    nn.LocalResponseNorm,
    nn.CrossMapLRN2d,
)
_TRANSPOSED = nn.modules.conv._ConvTransposeNd
_LAYERS = (  # whose weights have their output axis in a known place, whatever their shape
    nn.modules.conv._ConvNd,
    nn.Linear,
    nn.Bilinear,
    nn.Embedding,
    nn.EmbeddingBag,
    nn.RNNBase,
    nn.RNNCellBase,
)


@dataclass(frozen=True)
class Units:
    """How one parameter's tensor splits into output units.

    axis: the output axis; None: every entry is a unit, as in a vector. groups: along the first axis, of a transposed convolution
    (input, output/groups, …), whose units are the outputs group by group.
    """

    axis: int | None = 0
    groups: int = 1

    def rows(self, tensor: Tensor) -> Tensor:
        """The tensor as (units, entries of one unit)."""
        if self.axis is None:
            return tensor.reshape(-1, 1)
        return self._first(tensor).flatten(1)

    def tensor(self, rows: Tensor, shape: torch.Size) -> Tensor:
        """The inverse of `rows`."""
        if self.axis is None:
            return rows.reshape(shape)
        if self.groups == 1:
            moved = (shape[self.axis], *shape[: self.axis], *shape[self.axis + 1 :])
            return rows.reshape(moved).movedim(0, self.axis)
        grouped = rows.reshape(self.groups, shape[1], shape[0] // self.groups, *shape[2:])
        return grouped.transpose(1, 2).reshape(shape)

    def _first(self, tensor: Tensor) -> Tensor:
        """With the units along the first axis."""
        assert self.axis is not None
        if self.groups == 1:
            return tensor.movedim(self.axis, 0)
        grouped = tensor.reshape(self.groups, tensor.shape[0] // self.groups, *tensor.shape[1:])
        return grouped.transpose(1, 2).reshape(self.groups * tensor.shape[1], -1)


def units(model: nn.Module) -> dict[str, Units]:
    """The units of every parameter, by the type of the layer that owns it."""
    found: dict[str, Units] = {}
    for name, parameter, layer, lengths in _owned(model):
        found.setdefault(name, Units(None) if lengths else _units(layer, parameter.shape))
    return {name: found[name] for name, _ in model.named_parameters()}


def biases_and_norms(model: nn.Module) -> set[str]:
    """Names of the parameters that Li et al. leave unperturbed: biases, all vectors, and whatever a normalization layer owns; the
    lengths g of weight normalization, which scale as a normalization layer's weights do; and vectors in disguise: parameters of
    three axes or more that are only broadcast along all but one of them."""
    names = set()
    for name, parameter, layer, lengths in _owned(model):
        is_norm = isinstance(layer, _NORMS) or type(layer).__name__.endswith("Norm")
        is_bias = name.rpartition(".")[2].startswith("bias")
        if is_norm or is_bias or lengths or _units(layer, parameter.shape).axis is None:
            names.add(name)
    return names


def _owned(model: nn.Module) -> Iterator[tuple[str, nn.Parameter, nn.Module, bool]]:
    """(name, parameter, the layer that computes with it, whether it holds lengths of weight normalization). The layer of a
    reparametrized weight is the one that uses it, not the list of its parametrizations."""
    for path, module in model.named_modules():
        hooks = module._forward_pre_hooks.values()
        layer, lengths = module, {f"{hook.name}_g" for hook in hooks if isinstance(hook, WeightNorm)}
        if isinstance(module, ParametrizationList):
            layer = model.get_submodule(path.rpartition("parametrizations")[0].rstrip("."))
            lengths = {"original0"} if any(isinstance(part, _WeightNorm) for part in module) else set()
        for name, parameter in module.named_parameters(path, recurse=False):
            yield name, parameter, layer, name.rpartition(".")[2] in lengths


def _units(layer: nn.Module, shape: torch.Size) -> Units:
    """The first axis counts the outputs, row by row also where blocks are stacked (attention's in_proj, the gates of GRU and
    LSTM) and in an embedding. In transposed convolutions it is the second one, group by group; in transformers' Conv1D the last.
    A parameter of another kind that is broadcast along its first axes, as (1, positions, features) is, has its rows behind them."""
    if len(shape) < 2:
        return Units(None)
    if isinstance(layer, _TRANSPOSED) and shape[0] == layer.in_channels and len(shape) == 2 + len(layer.kernel_size):
        return Units(1, layer.groups)
    if type(layer).__name__ == "Conv1D" and type(layer).__module__.startswith("transformers."):
        return Units(1)
    if isinstance(layer, _LAYERS) or (len(shape) == 2 and prod(shape) > 1):
        return Units(0)
    wide = [axis for axis, size in enumerate(shape) if size > 1]
    return Units(None) if len(wide) <= 1 else Units(wide[0] if shape[0] == 1 else 0)
