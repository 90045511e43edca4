"""Blocks: the differences of many checkpoints to one point, a stretch of columns at a time, so that the memory they take
depends neither on how many they are nor on how large."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import TypeVar

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

from .weights import Weights

BYTES = 32 * 2**20  # of float64 that the blocks of all threads may take
T = TypeVar("T")


def blockwise(
    states: Sequence[Mapping[str, Tensor]],
    origin: Weights,
    names: Sequence[str],
    work: Callable[[str, slice, np.ndarray], T],
) -> Iterator[T]:
    """What `work` makes of each block of the matrix with the rows θ_t − θ, in their order: it gets the parameter's name, its flat
    columns, and (T, columns) float64, which it may write over and must not keep. States that are mapped from files are read block by
    block.

    Each thread works on blocks of its own, with libraries that use one: where several share a block, each of them waits for the others,
    which on a busy machine took twenty times as long. The results are the same for any number of threads."""
    threads = max(torch.get_num_threads(), 1)
    width = max(1, BYTES // (8 * len(states) * threads))
    pieces = [
        (name, slice(first, min(first + width, origin[name].numel())))
        for name in names
        for first in range(0, origin[name].numel(), width)
    ]
    rows = {name: [state[name].reshape(-1) for state in states] for name in names}
    rooms = local()

    def one(piece: tuple[str, slice]) -> T:
        name, columns = piece
        if not hasattr(rooms, "own"):
            torch.set_num_threads(1)
            rooms.own = torch.empty(len(states), width, dtype=torch.float64)
        block = rooms.own[:, : columns.stop - columns.start]
        for place, row in zip(block, rows[name], strict=True):
            place.copy_(row[columns])
        block -= origin[name].reshape(-1)[columns].double()
        return work(name, columns, block.numpy())

    with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        yield from pool.map(one, pieces)


def moments(states: Sequence[Mapping[str, Tensor]], origin: Weights, axes: Sequence[Weights]) -> np.ndarray:
    """⟨θ_t − θ, axis⟩ (T, axes) over the names of the axes, summed in float64."""
    found = np.zeros((len(states), len(axes)))
    for part in blockwise(states, origin, list(axes[0]), lambda name, at, block: block @ stretch(axes, name, at)):
        found += part
    return found


def stretch(axes: Sequence[Weights], name: str, columns: slice) -> np.ndarray:
    """(columns, axes) float64: these columns of each axis."""
    return torch.stack([axis[name].reshape(-1)[columns] for axis in axes], 1).double().numpy()
