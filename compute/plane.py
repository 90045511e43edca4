"""Plane: an origin and one or two axes in weight space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import Tensor

from .errors import LossvistaError
from .weights import Weights, dot, norm


@dataclass(frozen=True)
class Plane:
    """origin θ and axes δ (and η): weights of the same names. Axes need be neither unit nor orthogonal."""

    origin: Weights
    axes: Sequence[Weights]

    def at(self, *coordinates: float) -> Weights:
        """θ + αδ (+ βη), always from the origin, never from a neighbouring point."""
        point = dict(self.origin)
        for share, axis in zip(coordinates, self.axes, strict=False):
            point = {name: tensor + share * axis[name] for name, tensor in point.items()}
        return point

    @cached_property
    def gram(self) -> np.ndarray:
        """G (k, k), G_ij = ⟨axis_i, axis_j⟩ in float64."""
        return np.array([[dot(a, b) for b in self.axes] for a in self.axes])

    @property
    def norms(self) -> np.ndarray:
        """‖axis‖ (k,)."""
        return np.sqrt(np.diag(self.gram))

    @property
    def cosine(self) -> float:
        """cos(δ, η); 0 for a line."""
        return float(self.gram[0, 1] / (self.norms[0] * self.norms[1])) if len(self.axes) == 2 else 0.0

    def square_norms(self, points: np.ndarray) -> np.ndarray:
        """‖θ + αδ (+ βη)‖² (k,) at coordinates (k, axes), in closed form: a quadratic form of the coordinates."""
        moments = np.array([dot(axis, self.origin) for axis in self.axes])
        return dot(self.origin, self.origin) + 2 * points @ moments + ((points @ self.gram) * points).sum(1)

    def project(self, weights: Mapping[str, Tensor]) -> tuple[np.ndarray, float]:
        """Coordinates c (k,) of the nearest point of the plane, from G c = Dᵀ(weights − θ), and the distance ‖residual‖ to it.
        Raises LossvistaError where the axes are parallel or zero."""
        offset = {name: weights[name].double() - tensor.double() for name, tensor in self.origin.items()}
        moments = np.array([dot(axis, offset) for axis in self.axes])
        scale = self.norms
        if not np.all(scale > 0) or (len(scale) == 2 and abs(self.cosine) > 1 - 1e-12):
            raise LossvistaError("The plane's axes are parallel or zero: points cannot be projected onto it.")
        cosines = self.gram / np.outer(scale, scale)  # unit axes: well conditioned whatever the norms
        coordinates = np.linalg.solve(cosines, moments / scale) / scale
        for share, axis in zip(coordinates, self.axes, strict=True):
            offset = {name: tensor - share * axis[name].double() for name, tensor in offset.items()}
        return coordinates, norm(offset)
