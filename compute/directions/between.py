"""Between checkpoints: the line through two of them, and the plane through three (Goodfellow et al. 2015; Garipov et al. 2018, §A)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from ..engines.batch_norm import floating_buffers
from ..errors import LossvistaError
from ..weights import Weights, add, dot, norm, scaled
from .normalization import normalize, orthogonalize
from .request import DirectionRequest, Directions


def between_directions(request: DirectionRequest) -> Directions:
    """α = 0 is the first checkpoint and 1 the second, with half of the way on either side. A second axis is random, orthogonal to
    the first and as long. Raises LossvistaError where there is no second checkpoint, or it is the first."""
    (other,) = _others(request, 1, "A line between checkpoints needs two")
    return _toward(request, other, "α (0: first checkpoint, 1: second)", "The two checkpoints are the same")


def init_directions(request: DirectionRequest) -> Directions:
    """α = 0 is the solution, the last checkpoint of the recording, and 1 its first, mostly the random initialization (Goodfellow et
    al. 2015); a second axis as in `between_directions`. A picture that misleads: along this line the loss falls smoothly, and the
    path that the optimizer took is nowhere near the plane (Li et al. 2018, §7). Raises LossvistaError without a recording."""
    if not request.recordings:
        raise LossvistaError(
            "The line from the initialization needs a trajectory.",
            "Give the folder of recorded checkpoints (--trajectory RUN/).",
        )
    first = request.recordings[0].weights(0)
    return _toward(
        request, first, "α (0: solution, 1: initialization)", "The recording's first and last checkpoints are the same"
    )


def _toward(request: DirectionRequest, other: Mapping[str, Tensor], label: str, trouble: str) -> Directions:
    delta = _change(request, other)
    if norm(delta) == 0:
        raise LossvistaError(f"{trouble}: there is no line between them.")
    axes = [normalize(delta, request.origin, request.units, request.normalization)]
    buffers = [_buffer_change(request, other)]
    labels = [label]
    if request.count == 2:
        drawn = normalize(request.drawn(1), request.origin, request.units, "filter")
        across = orthogonalize(drawn, axes[0])
        axes.append(scaled(across, norm(axes[0]) / norm(across)))
        buffers.append({name: torch.zeros_like(tensor) for name, tensor in buffers[0].items()})
        labels.append("β (random direction)")
    extent = np.array([[-0.5, 1.5], [-1.0, 1.0]])[: request.count]
    whole = [_whole(request, axis) for axis in axes]
    return Directions(whole, labels, extent=extent, buffers=buffers, floors=_floors(request, other))


def points_directions(request: DirectionRequest) -> Directions:
    """The plane of three checkpoints w₁, w₂, w₃ on orthonormal axes: û along w₂ − w₁, v̂ along what of w₃ − w₁ is orthogonal to it.
    The three lie at (0, 0), (‖u‖, 0) and (⟨w₃ − w₁, û⟩, ‖v‖). Raises LossvistaError where they lie on one line."""
    if request.count != 2:
        raise LossvistaError("Three checkpoints span a plane, not a line.", "Use --axes 2, or --directions between.")
    second, third = _others(request, 2, "A plane of checkpoints needs three")
    u, w = _change(request, second), _change(request, third)
    v = orthogonalize(w, u)
    far, high = norm(u), norm(v)
    if far == 0 or high <= 1e-6 * norm(w):
        raise LossvistaError("The three checkpoints lie on one line: they span no plane.", "Use --directions between.")
    axes = [scaled(u, 1 / far), scaled(v, 1 / high)]
    across = dot(w, axes[0])
    first = _buffer_change(request, second)
    along = scaled(first, 1 / far)
    up = scaled(add(_buffer_change(request, third), along, -across), 1 / high)
    corners = np.array([[0.0, far, across], [0.0, 0.0, high]])
    margin = 0.25 * np.ptp(corners, axis=1)
    extent = np.stack([corners.min(1) - margin, corners.max(1) + margin], axis=1)
    labels = ["û (first → second checkpoint)", "v̂ (toward the third)"]
    whole = [_whole(request, axis) for axis in axes]
    return Directions(whole, labels, extent=extent, buffers=[along, up], floors=_floors(request, second, third))


def _others(request: DirectionRequest, count: int, need: str) -> Sequence[Mapping[str, Tensor]]:
    if len(request.others) < count:
        given = 1 + len(request.others)
        raise LossvistaError(
            f"{need}; {given} {'is' if given == 1 else 'are'} given.",
            f"Name {count + 1} files: --weights A.pt B.pt{' C.pt' if count > 1 else ''}.",
        )
    return request.others[:count]


def _change(request: DirectionRequest, other: Mapping[str, Tensor]) -> Weights:
    return {name: other[name].double() - request.origin[name].double() for name in request.names}


def _floors(request: DirectionRequest, *others: Mapping[str, Tensor]) -> Weights:
    """The least running variance of each unit that a checkpoint has."""
    ours = floating_buffers(request.problem.model)
    own = {name: tensor.double() for name, tensor in ours.items() if name.endswith("running_var")}
    for other in others:
        own = {name: torch.minimum(least, other[name].double()) for name, least in own.items() if name in other}
    return own


def _buffer_change(request: DirectionRequest, other: Mapping[str, Tensor]) -> Weights:
    ours = floating_buffers(request.problem.model)
    return {name: other[name].double() - tensor.double() for name, tensor in ours.items() if name in other}


def _whole(request: DirectionRequest, axis: Weights) -> Weights:
    """In the origin's names and types, 0 where nothing is perturbed."""
    return {name: axis[name].to(t.dtype) if name in axis else torch.zeros_like(t) for name, t in request.origin.items()}
