"""Norms: how long a network's weights are, and how they are distributed, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .curve_lines import BINS, LayerHistogram

_BLOCK = 2**20  # values that are sorted into bins at once, in float64


@torch.no_grad()
def weight_norm(parameters: Sequence[Tensor]) -> Tensor:
    """‖θ‖₂ of parameters, on the device of the first; in single precision, so that it may be taken after every step."""
    devices = {parameter.device for parameter in parameters}
    if len(devices) == 1 and sum(parameter.numel() for parameter in parameters) < _BLOCK:
        return torch.cat([_real(parameter).float() for parameter in parameters]).norm()  # one call is quicker than many
    norms = [torch.linalg.vector_norm(_real(parameter), dtype=torch.float32) for parameter in parameters]
    return torch.stack([norm.to(norms[0].device) for norm in norms]).norm() if norms else torch.zeros(())


@torch.no_grad()
def exact_weight_norm(parameters: Sequence[Tensor]) -> float:
    """‖θ‖₂ of parameters, summed in float64."""
    return sum(_square(_real(parameter)) for parameter in parameters) ** 0.5


@torch.no_grad()
def layer_histograms(model: nn.Module) -> dict[str, LayerHistogram]:
    """A histogram of every parameter tensor that holds something, by its name in the model."""
    return {name: histogram(p) for name, p in model.named_parameters() if p.numel()}


@torch.no_grad()
def histogram(values: Tensor) -> LayerHistogram:
    """Counts in BINS equal bins between the smallest and the largest finite value; values on an inner edge count above it.

    Where all values agree, the bins reach half a unit to either side, as NumPy has it. Without any finite value the edges are
    NaN and the counts 0.
    """
    flat = _real(values)
    length = _square(flat) ** 0.5
    finite = flat[torch.isfinite(flat)]
    if not len(finite):
        return LayerHistogram(float("nan"), float("nan"), [0] * BINS, length)
    low, high = (float(edge) for edge in torch.aminmax(finite))
    if low == high:
        low, high = low - 0.5, high + 0.5
    half = high / 2 - low / 2  # halves: the difference itself may be too large for a float64
    counts = torch.zeros(BINS, dtype=torch.int64, device=flat.device)
    for block in finite.split(_BLOCK):
        place = (block.double() / 2 - low / 2) / half * BINS if half else torch.full_like(block.double(), BINS // 2)
        counts += torch.bincount(place.long().clamp_(0, BINS - 1), minlength=BINS)
    return LayerHistogram(low, high, counts.tolist(), length)


def _real(tensor: Tensor) -> Tensor:
    """(n,): its values one after the other; of complex ones, the real and imaginary parts."""
    return (torch.view_as_real(tensor) if tensor.is_complex() else tensor).detach().flatten()


def _square(flat: Tensor) -> float:
    return float(sum(torch.dot(block, block).item() for block in (part.double() for part in flat.split(_BLOCK))))
