"""Batch: how many samples go through a network at once, found from its largest activation."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from ..problem.trees import Tree, call, leaves, taken

FEW = 2.5e6  # bytes of the largest activation of a batch on a CPU, so that it is still in the cache when the next layer reads it …
SMALL = 4e6  # … where the weights (bytes) stay in the cache from batch to batch; where they do not, they are worth
MANY = 12.5e6  # bytes of activations for each time that they are read
GPU = 256e6  # bytes on a GPU, which needs much to do at once
LEAST = 4  # samples
PARTS = 4  # batches, so that threads can share them, unless these were smaller than
TINY = 4  # times below what fits
SHOWN = 2  # samples in a pass that looks at sizes; a network may take a lone one for something else


def fitting_batch(
    network: nn.Module, inputs: Tree, count: int, device: torch.device, parts: int = 0, least: int = 0
) -> int:
    """Samples in a batch, of `count`: as many as fit the cache. It depends on the network and the samples, not on this machine's
    threads, so that one job always sums in one order. parts: batches there shall be, if each has at least `least` samples."""
    each = largest_activation(network, inputs)
    weights = sum(t.numel() * t.element_size() for t in network.parameters())
    room = GPU if device.type != "cpu" else FEW if weights <= SMALL else MANY
    fits = max(int(room / max(each, 1.0)), LEAST)
    if not parts and device.type == "cpu":
        parts, least = PARTS, -(-fits // TINY)
    batches = -(-count // min(fits, max(least, -(-count // max(parts, 1)))))
    return -(-count // batches)


def largest_activation(network: nn.Module, inputs: Tree) -> float:
    """Bytes that the largest result of an operator takes for one sample, from two small passes: what does not grow with the samples,
    such as a table of positions, does not count."""
    size = min((len(tensor) for _, tensor in leaves(inputs)), default=1)
    if size <= SHOWN:
        return max(_bytes(network, inputs), default=0.0) / max(size, 1)
    few, more = (_bytes(network, taken(inputs, slice(0, k))) for k in (SHOWN, SHOWN + 1))
    if len(few) != len(more):
        return max(few, default=0.0) / SHOWN
    return max((b - a for a, b in zip(few, more, strict=True)), default=0.0)


def _bytes(network: nn.Module, inputs: Tree) -> list[float]:
    found: list[float] = []
    with _watching(found):
        call(network, inputs)
    return found


@contextmanager
def _watching(found: list[float]) -> Generator[None]:
    """Note how large the results of all operators are, in order."""

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            result = function(*args, **(kwargs or {}))
            first = result[0] if isinstance(result, (tuple, list)) and result else result
            found.append(float(first.numel() * first.element_size()) if isinstance(first, Tensor) else 0.0)
            return result

    with Watch():
        yield
