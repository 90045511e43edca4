"""Slopes: directions that the loss itself names at the centre: its gradient, and its Hessian's top eigenvectors."""

from __future__ import annotations

import torch

from ..errors import LossvistaError
from ..measures.derivatives import Derivatives
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
    """Unit eigenvectors of the Hessian's largest eigenvalues, which stand in the labels, then normalized as asked."""
    values, vectors = Derivatives(request.problem, request.names).top_eigenvectors(request.count, request.seed)
    labels = [f"{axis} (eigenvector, λ = {value:.3g})" for axis, value in zip("αβ", values, strict=False)]
    return Directions([_finished(request, vector) for vector in vectors], labels)


def _finished(request: DirectionRequest, direction: Weights) -> Weights:
    axis = normalize(direction, request.origin, request.units, request.normalization)
    return {name: axis[name].to(t.dtype) if name in axis else torch.zeros_like(t) for name, t in request.origin.items()}
