"""Slopes: directions that the loss itself names at the centre: its gradient, and its Hessian's extreme eigenvectors."""

from __future__ import annotations

import numpy as np
import torch

from ..errors import LossvistaError
from ..measures.asking import answered
from ..measures.derivatives import Derivatives
from ..measures.extremes import extremes
from ..weights import Weights, norm, scaled
from .normalization import normalize, orthogonalize
from .request import DirectionRequest, Directions


def gradient_directions(request: DirectionRequest) -> Directions:
    """The unit gradient of the mean loss (α > 0 is uphill), then normalized as asked; a second axis is random and orthogonal to it.
    Raises LossvistaError where the gradient is zero or not finite."""
    slope = Derivatives(request.problem, request.names).gradient()
    steepness = norm(slope)
    if not 0 < steepness < float("inf"):
        raise LossvistaError(
            f"The gradient at the centre has the norm {steepness}: it is no direction.", "Use random directions."
        )
    raw = [scaled(slope, 1 / steepness)]
    labels = ["α (gradient)"]
    if request.count == 2:
        across = orthogonalize(request.drawn(1), raw[0])
        raw.append(scaled(across, 1 / norm(across)))
        labels.append("β (random direction)")
    return Directions([_finished(request, direction) for direction in raw], labels)


def eigen_directions(request: DirectionRequest) -> Directions:
    """Unit eigenvectors of the Hessian's largest eigenvalues, which stand in the labels, then normalized as asked. Raises
    LossvistaError where they do not converge, or there are fewer parameters than axes."""
    return _eigen(request, request.count, "largest", list(range(request.count))[::-1])


def eigen_ends_directions(request: DirectionRequest) -> Directions:
    """Unit eigenvectors of the Hessian's largest and of its smallest (most negative) eigenvalue, likewise."""
    return _eigen(request, 1, "both", [-1, 0][: request.count])


def _eigen(request: DirectionRequest, count: int, ends: str, places: list[int]) -> Directions:
    derivatives = Derivatives(request.problem, request.names)
    if derivatives.size < request.count:
        raise LossvistaError(f"{derivatives.size} parameter is too few for {request.count} eigenvectors.")
    search = extremes(derivatives.size, count, ends, seed=request.seed, dtype=np.float32)
    found = answered(search, derivatives.product)
    vectors = [derivatives.weights(found.vectors[:, place]) for place in places]
    labels = [f"{axis} (eigenvector, λ = {found.values[place]:.3g})" for axis, place in zip("αβ", places, strict=False)]
    return Directions([_finished(request, vector) for vector in vectors], labels)


def _finished(request: DirectionRequest, direction: Weights) -> Weights:
    axis = normalize(direction, request.origin, request.units, request.normalization)
    return {name: axis[name].to(t.dtype) if name in axis else torch.zeros_like(t) for name, t in request.origin.items()}
