"""Plane: an origin and one or two axes in weight space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import Tensor

from .blocks import blockwise, stretch
from .errors import LossvistaError
from .weights import Weights, dot

NEAR = 1e-6  # of the squared offset


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
        found = self.projections([weights])
        return found.coordinates[0], float(found.distance[0])

    def projections(self, states: Sequence[Mapping[str, Tensor]]) -> Projections:
        """All of them in one pass over their values. Those so near the plane that ‖offset‖² − ‖part in the plane‖² has lost its
        digits are gone through once more, for the residual itself. Raises as `project` does."""
        scale = self.norms
        if not np.all(scale > 0) or (len(scale) == 2 and abs(self.cosine) > 1 - 1e-12):
            raise LossvistaError("The plane's axes are parallel or zero: points cannot be projected onto it.")
        names = list(self.origin)
        sums = np.zeros((len(states), len(scale) + 2))

        def measured(name: str, columns: slice, block: np.ndarray) -> np.ndarray:
            """⟨θ_t − θ, axis⟩, ‖θ_t − θ‖² and ‖θ_t‖² over these columns."""
            with np.errstate(invalid="ignore"):  # a checkpoint that holds infinities gets a length that is not finite
                along = block @ stretch(self.axes, name, columns)
            offset = np.einsum("tc,tc->t", block, block)
            block += self.origin[name].reshape(-1)[columns].double().numpy()
            return np.column_stack([along, offset, np.einsum("tc,tc->t", block, block)])

        for part in blockwise(states, self.origin, names, measured):
            sums += part
        moments, squares, lengths = sums[:, :-2], sums[:, -2], sums[:, -1]
        cosines = self.gram / np.outer(scale, scale)  # unit axes: well conditioned whatever the norms
        coordinates = np.linalg.solve(cosines, (moments / scale).T).T / scale
        with np.errstate(invalid="ignore"):
            beside = squares - (coordinates * moments).sum(1)
        near = np.flatnonzero(beside <= NEAR * squares)
        if len(near):
            inside = coordinates[near]

            def left(name: str, columns: slice, block: np.ndarray) -> np.ndarray:
                block -= inside @ stretch(self.axes, name, columns).T
                return np.einsum("tc,tc->t", block, block)

            beside[near] = sum(blockwise([states[k] for k in near.tolist()], self.origin, names, left))
        return Projections(coordinates, np.sqrt(beside), np.sqrt(squares), np.sqrt(lengths))


@dataclass(frozen=True)
class Projections:
    """Of T points: coordinates (T, axes) of their feet; distance ‖residual‖, offset ‖θ_t − θ‖ and length ‖θ_t‖ (T,)."""

    coordinates: np.ndarray
    distance: np.ndarray
    offset: np.ndarray
    length: np.ndarray
