"""Blocks: the differences of many checkpoints to one point, a stretch of columns at a time, so that the memory they take
depends neither on how many they are nor on how large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from .weights import Weights

BYTES = 32 * 2**20  # of float64 that a block may take


def differences(
    states: Sequence[Mapping[str, Tensor]], origin: Weights, names: Sequence[str]
) -> Iterator[tuple[str, slice, np.ndarray]]:
    """Blocks of the matrix with the rows θ_t − θ: (parameter name, its flat columns, (T, columns) float64). States that are mapped
    from files are read block by block. The array is used again for the next block: copy what shall stay."""
    width = max(1, BYTES // (8 * len(states)))
    room = torch.empty(len(states), width, dtype=torch.float64)
    for name in names:
        end = origin[name].reshape(-1)
        rows = [state[name].reshape(-1) for state in states]
        for first in range(0, end.numel(), width):
            columns = slice(first, min(first + width, end.numel()))
            block = room[:, : columns.stop - first]
            for place, row in zip(block, rows, strict=True):
                place.copy_(row[columns])
            block -= end[columns].double()
            yield name, columns, block.numpy()


def moments(states: Sequence[Mapping[str, Tensor]], origin: Weights, axes: Sequence[Weights]) -> np.ndarray:
    """⟨θ_t − θ, axis⟩ (T, axes) over the names of the axes, summed in float64."""
    found = np.zeros((len(states), len(axes)))
    for name, columns, block in differences(states, origin, list(axes[0])):
        found += block @ stretch(axes, name, columns)
    return found


def stretch(axes: Sequence[Weights], name: str, columns: slice) -> np.ndarray:
    """(columns, axes) float64: these columns of each axis."""
    return torch.stack([axis[name].reshape(-1)[columns] for axis in axes], 1).double().numpy()
