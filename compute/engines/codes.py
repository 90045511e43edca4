"""Codes: images on a GPU as the bytes that they were read from, a quarter of the memory, with each channel's 256 values beside them.

Whatever a data set's transform makes of a byte, it makes the same of each equal byte of a channel: the values are kept, not computed
anew, so that what the network gets is what it would have got, to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..problem.trees import Tree, mapped, placed

VALUES = 256  # that a byte can tell apart
WORTH = 16 * 2**20  # bytes of samples for which it is done
AT_ONCE = 64 * 2**20  # bytes that are looked at and sent to the device at once


@dataclass(frozen=True)
class Codes:
    """numbers (n, channels, …) uint8. values: (channels · 256,), each channel's values in order."""

    numbers: Tensor
    values: Tensor

    def decoded(self, numbers: Tensor) -> Tensor:
        """Some of the samples, (b, channels, …), laid out in memory as they are."""
        channels = numbers.shape[1]
        first = torch.arange(channels, device=numbers.device, dtype=torch.int32) * VALUES
        places = numbers.to(torch.int32) + first.view(1, -1, *[1] * (numbers.dim() - 2))
        order = sorted(range(places.dim()), key=lambda k: (-places.stride(k), k))
        inner = places.permute(order)
        found = self.values.index_select(0, inner.reshape(-1)).view(inner.shape)
        return found.permute([order.index(k) for k in range(len(order))])


def coded(samples: Tensor, device: torch.device, dtype: torch.dtype) -> Codes | None:
    """The samples (n, channels, …) on the device as codes; None where a channel has more values than a byte."""
    if samples.dim() < 3 or not samples.is_floating_point() or samples.nbytes < WORTH or samples.shape[1] > 16:
        return None
    channels, step = samples.shape[1], max(1, AT_ONCE * len(samples) // samples.nbytes)
    values = [torch.empty(0, device=device, dtype=dtype)] * channels
    chunks = samples.split(step)
    for chunk in chunks:  # twice over the samples: a value may come late
        there = chunk.to(device, dtype)
        for k in range(channels):
            values[k] = torch.cat([values[k], there[:, k].unique()]).unique()
            if len(values[k]) > VALUES or not bool(values[k].isfinite().all()):
                return None
    numbers = torch.empty(samples.shape, dtype=torch.uint8, device=device)
    for chunk, own in zip(chunks, numbers.split(step), strict=True):
        there = chunk.to(device, dtype)
        for k in range(channels):
            own[:, k] = torch.searchsorted(values[k], there[:, k].contiguous()).to(torch.uint8)
    table = torch.zeros(channels, VALUES, device=device, dtype=dtype)
    for k in range(channels):
        table[k, : len(values[k])] = values[k]
    return Codes(numbers, table.flatten())


def packed(tree: Tree, device: torch.device, dtype: torch.dtype) -> tuple[Tree, Callable[[Tree], Tree]]:
    """Samples on the device, as bytes where they come of bytes, and what makes of a batch of them what the network takes."""
    all_: list[Codes | None] = []

    def there(tensor: Tensor) -> Tensor:
        all_.append(coded(tensor, device, dtype))
        return placed(tensor, device, dtype) if all_[-1] is None else all_[-1].numbers

    def unpacked(batch: Tree) -> Tree:
        own = iter(all_)
        return mapped(lambda t: t if (codes := next(own)) is None else codes.decoded(t), batch)

    numbers = mapped(there, tree)
    return numbers, unpacked if any(all_) else as_they_are


def as_they_are(batch: Tree) -> Tree:
    """What is no code."""
    return batch
