"""PCA directions: the principal directions of a recorded path, centred on its final point (Li et al. 2018, §7).

M has the rows θ_t − θ_T. Its right singular vectors are found through the Gram matrix M Mᵀ (T, T), which is summed over
blocks of columns in float64, so that memory does not depend on the number of checkpoints times parameters. The
*differences* are multiplied, never raw weights: late in training these agree in all but their last digits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.linalg import eigh
from scipy.linalg.blas import dsyrk  # pyright: ignore[reportAttributeAccessIssue]

from ..blocks import blockwise, moments
from ..errors import LossvistaError
from ..problem.network import diverged
from ..weights import Weights, dot
from .normalization import normalize
from .request import DirectionRequest, Directions


def principal_directions(
    checkpoints: Sequence[Weights], origin: Weights, names: Sequence[str], count: int, centred: str = "final"
) -> tuple[list[Weights], np.ndarray, np.ndarray]:
    """The first `count` orthonormal principal directions over the parameters `names`; all explained ratios (T,), non-increasing,
    sum 1; and ⟨θ_t − θ_T, direction⟩ (T, count).

    centred: "final": of the differences θ_t − θ_T (Li et al. 2018, §7.2); "mean": of θ_t − mean θ, as in textbooks.
    Sign rule: the path's farthest point along each direction lies on its negative side, so that paths run to the right.
    Raises LossvistaError where the path spans fewer directions, or a checkpoint is not finite.
    """
    total = np.zeros((len(checkpoints),) * 2)
    for part in blockwise(checkpoints, origin, names, lambda _name, _columns, block: dsyrk(1.0, block, lower=True)):
        total += part
    total += np.tril(total, -1).T  # of the lower half, which alone is computed
    if not np.isfinite(total).all():
        number = int(np.flatnonzero(~np.isfinite(total.diagonal()))[0])
        raise diverged(f"Checkpoint {number} of the path", "it holds NaN or infinite numbers")
    about = total
    if centred == "mean":  # of the Gram matrix; the rows' own mean is taken off below, where they are mixed
        about = total + (total.mean() - total.mean(0) - total.mean(1)[:, None])
    squares, left = eigh(about)
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

    def enter(name: str, columns: slice, block: np.ndarray) -> None:
        for direction, row in zip(directions, mix @ block, strict=True):
            direction[name].view(-1)[columns] = torch.from_numpy(row).to(direction[name].dtype)

    for _ in blockwise(checkpoints, origin, names, enter):
        pass
    return directions, squares / squares.sum(), total @ mix.T


def pca_directions(request: DirectionRequest) -> Directions:
    """The principal directions of all recorded checkpoints, with an extent that holds the whole paths and a margin of 0.2."""
    if not request.recordings:
        raise LossvistaError(
            "PCA directions need a trajectory.", "Give the folder of recorded checkpoints (--trajectory RUN/)."
        )
    origin, names = request.origin, list(request.names)
    checkpoints = [recording.stored(k) for recording in request.recordings for k in range(len(recording))]
    found, explained, along = principal_directions(checkpoints, origin, names, request.count, request.centred)
    axes = [normalize(direction, origin, request.units, request.normalization) for direction in found]
    if request.normalization != "none":  # another pass, because the axes are no longer mixtures of the checkpoints
        along = moments(checkpoints, origin, axes)
    extent = []
    for axis, reached in zip(axes, along.T, strict=True):
        reached = reached / dot(axis, axis)
        low, high = min(0.0, reached.min()), max(0.0, reached.max())
        margin = 0.2 * (high - low)
        extent.append((low - margin, high + margin))
    axes = [{name: axis.get(name, torch.zeros_like(t)) for name, t in origin.items()} for axis in axes]
    labels = [f"PCA direction {k + 1}" for k in range(request.count)]
    return Directions(axes, labels, [float(share) for share in explained[: request.count]], np.array(extent))
