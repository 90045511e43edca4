"""Batch-norm policies: what the running statistics are at a point of the plane.

frozen: the centre's. interpolated: they move along the axes as the weights do, so that a line between two checkpoints ends in
the second one, statistics included. re-estimated: the mean and variance that the samples have at this very point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from ..problem.trees import Tree, call

_BatchNorm = nn.modules.batchnorm._BatchNorm


def moved(
    buffers: Mapping[str, Tensor],
    base: Mapping[str, Tensor],
    shifts: Sequence[Mapping[str, Tensor]],
    coordinates: Sequence[float],
    floors: Mapping[str, Tensor],
) -> None:
    """Set the floating buffers to base + Σ coordinate·shift. Integers stay. A running variance never falls below its floor, the least
    of the checkpoints' own: beyond them it would come to zero or below, and the loss to a cliff that is none of the network's."""
    for name, buffer in buffers.items():
        own = [(share, shift[name]) for share, shift in zip(coordinates, shifts, strict=False) if name in shift]
        if own and buffer.is_floating_point():
            buffer.copy_(base[name])
            for share, shift in own:
                buffer.add_(shift, alpha=float(share))
            if name.endswith("running_var"):
                buffer.clamp_(min=floors.get(name, torch.zeros_like(buffer)))


def floating_buffers(model: nn.Module) -> dict[str, Tensor]:
    """The buffers that can be interpolated, by name."""
    return {name: tensor for name, tensor in model.named_buffers() if tensor.is_floating_point()}


def statistics_layers(model: nn.Module) -> list[nn.Module]:
    """The batch-norm layers that keep a running mean and variance."""
    return [m for m in model.modules() if isinstance(m, _BatchNorm) and m.running_mean is not None]


def reestimate(model: nn.Module, batches: Iterable[Tree]) -> None:
    """Set the running mean and (unbiased) variance of every batch-norm layer to those of its inputs over all batches, summed in
    float64. Meanwhile each layer normalizes a batch by that batch's own statistics, as in training, while dropout stays off."""
    norms = statistics_layers(model)
    sums: dict[nn.Module, tuple[int, Tensor, Tensor]] = {}

    def add(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0].double().transpose(0, 1).flatten(1)  # (channels, samples × places)
        count, total, squares = sums.get(norm, (0, torch.zeros(1).to(x), torch.zeros(1).to(x)))
        sums[norm] = count + x.shape[1], total + x.sum(1), squares + x.square().sum(1)
        _set(norm, x.mean(1), x.var(1, correction=0))

    hooks = [norm.register_forward_pre_hook(add) for norm in norms]
    try:
        with torch.inference_mode():
            for batch in batches:
                call(model, batch)
    finally:
        for hook in hooks:
            hook.remove()
    for norm, (count, total, squares) in sums.items():
        mean = total / count
        _set(norm, mean, (squares / count - mean.square()).clamp(min=0) * count / max(count - 1, 1))


def _set(norm: nn.Module, mean: Tensor, variance: Tensor) -> None:
    norm.running_mean.copy_(mean)  # type: ignore[union-attr, operator]
    norm.running_var.copy_(variance)  # type: ignore[union-attr, operator]
