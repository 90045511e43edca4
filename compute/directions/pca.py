"""PCA directions: the principal directions of a recorded path, centred on its final point (Li et al. 2018, §7).

M has the rows θ_t − θ_T. Its right singular vectors are found through the Gram matrix M Mᵀ (T, T), which is summed over
blocks of columns in float64, so that memory does not depend on the number of checkpoints times parameters. The
*differences* are multiplied, never raw weights: late in training these agree in all but their last digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from scipy.linalg import eigh
from torch import Tensor

from ..errors import LossvistaError
from ..problem.network import diverged
from ..weights import Weights
from .normalization import normalize
from .request import DirectionRequest, Directions

_BLOCK = 32 * 2**20  # bytes of float64 a block may take


def principal_directions(
    checkpoints: Sequence[Weights], origin: Weights, names: Sequence[str], count: int, centred: str = "final"
) -> tuple[list[Weights], np.ndarray]:
    """The first `count` orthonormal principal directions over the parameters `names`, and all explained ratios (T,),
    non-increasing, sum 1.

    centred: "final": of the differences θ_t − θ_T (Li et al. 2018, §7.2); "mean": of θ_t − mean θ, as in textbooks.
    Sign rule: the path's farthest point along each direction lies on its negative side, so that paths run to the right.
    Raises LossvistaError where the path spans fewer directions, or a checkpoint is not finite.
    """
    total = np.zeros((len(checkpoints),) * 2)
    for _, block in _differences(checkpoints, origin, names):
        total += block @ block.T
    if not np.isfinite(total).all():
        number = int(np.flatnonzero(~np.isfinite(total.diagonal()))[0])
        raise diverged(f"Checkpoint {number} of the path", "it holds NaN or infinite numbers")
    if centred == "mean":  # of the Gram matrix; the rows' own mean is taken off below, where they are mixed
        total += total.mean() - total.mean(0) - total.mean(1)[:, None]
    squares, left = eigh(total)
    squares, left = np.clip(squares[::-1], 0, None), left[:, ::-1]  # largest first
    if len(checkpoints) < count or not squares[count - 1] > 1e-12 * max(squares[0], 1e-300):
        raise LossvistaError(
            f"The trajectory spans fewer than {count} directions ({len(checkpoints)} checkpoints).",
            "Record more checkpoints, or compute a line (--axes 1).",
        )
    left = left * -np.sign(left[np.abs(left).argmax(0), np.arange(left.shape[1])])
    mix = (left[:, :count] / np.sqrt(squares[:count])).T  # (count, T): direction = mix @ M
    if centred == "mean":
        mix -= mix.mean(1)[:, None]
    directions = [{name: torch.zeros_like(origin[name]) for name in names} for _ in range(count)]
    for (name, columns), block in _differences(checkpoints, origin, names):
        for direction, row in zip(directions, mix @ block, strict=True):
            direction[name].view(-1)[columns] = torch.from_numpy(row).to(direction[name].dtype)
    return directions, squares / squares.sum()


def _differences(
    checkpoints: Sequence[Weights], origin: Weights, names: Sequence[str]
) -> Iterator[tuple[tuple[str, slice], np.ndarray]]:
    """Blocks of columns of M: ((parameter name, its flat columns), (T, columns) float64)."""
    width = max(1, _BLOCK // (8 * len(checkpoints)))
    for name in names:
        end: Tensor = origin[name].reshape(-1)
        rows = [checkpoint[name].reshape(-1) for checkpoint in checkpoints]
        for first in range(0, end.numel(), width):
            columns = slice(first, min(first + width, end.numel()))
            base = end[columns].double()
            yield (name, columns), torch.stack([row[columns].double() - base for row in rows]).numpy()


def pca_directions(request: DirectionRequest) -> Directions:
    """The principal directions of all recorded checkpoints, with an extent that holds the whole paths and a margin of 0.2."""
    if not request.recordings:
        raise LossvistaError(
            "PCA directions need a trajectory.", "Give the folder of recorded checkpoints (--trajectory RUN/)."
        )
    origin, names = request.origin, list(request.names)
    checkpoints = [recording.stored(k) for recording in request.recordings for k in range(len(recording))]
    found, explained = principal_directions(checkpoints, origin, names, request.count, request.centred)
    axes, extent = [], []
    for direction in found:
        axis = normalize(direction, origin, request.units, request.normalization)
        square = sum(float((t.double() ** 2).sum()) for t in axis.values())
        along = np.zeros(len(checkpoints))
        for (name, columns), block in _differences(checkpoints, origin, names):
            along += block @ axis[name].view(-1)[columns].double().numpy()
        low, high = min(0.0, along.min() / square), max(0.0, along.max() / square)
        margin = 0.2 * (high - low)
        extent.append((low - margin, high + margin))
        axes.append({name: axis.get(name, torch.zeros_like(tensor)) for name, tensor in origin.items()})
    labels = [f"PCA direction {k + 1}" for k in range(request.count)]
    return Directions(axes, labels, [float(share) for share in explained[: request.count]], np.array(extent))
