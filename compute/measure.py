"""Measure: what lies between two points of a plane: how far it is, how much higher, and what is on the straight way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .landscape import Landscape
from .pins import Pin
from .reading import length
from .surface import Surface


@dataclass(frozen=True)
class Measure:
    """From a first point to a second one. distance: √(Δα² + Δβ²); length: ‖Δα·δ + Δβ·η‖ in weight space, NaN where not known.
    first, second: the field's values. highest: the greatest value on the straight line between, along the bilinear surface; at: the
    share of the way there; whole: no part of the line is unknown. barrier: how far the highest lies above the higher end (≥ 0)."""

    d_alpha: float
    d_beta: float
    distance: float
    length: float
    first: float
    second: float
    highest: float
    at: float
    whole: bool

    @property
    def difference(self) -> float:
        return self.second - self.first

    @property
    def ratio(self) -> float:
        return self.second / self.first if self.first else math.nan

    @property
    def barrier(self) -> float:
        return self.highest - max(self.first, self.second)


def measure(landscape: Landscape, field: str, first: Pin, second: Pin) -> Measure:
    """Measure from one pin to another. Values beside the grid are NaN. Raises LossvistaError where there is no such field."""
    surface = landscape.surface
    ends = [(pin.alpha, 0.0 if surface.grid.line else pin.beta) for pin in (first, second)]
    d_alpha, d_beta = ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]
    values = [surface.probe(*end, field)[0] if inside(surface, *end) else math.nan for end in ends]
    highest, at, whole = crest(surface, field, *ends)
    return Measure(
        d_alpha,
        d_beta,
        math.hypot(d_alpha, d_beta),
        length(landscape, d_alpha, d_beta),
        *values,
        highest,
        at,
        whole,
    )


def inside(surface: Surface, alpha: float, beta: float) -> bool:
    """Whether the grid covers a point."""
    grid = surface.grid
    return bool(grid.alpha[0] <= alpha <= grid.alpha[-1] and grid.beta[0] <= beta <= grid.beta[-1])


def crest(
    surface: Surface, field: str, first: tuple[float, float], second: tuple[float, float]
) -> tuple[float, float, bool]:
    """The greatest value on the straight line from one point (α, β) to another, the share of the way there, and whether all of the
    line is known. Within a cell the bilinear surface is a parabola along a line: three of its points give its exact top."""
    start, way = np.array(first), np.subtract(second, first)
    cuts = [np.array([0.0, 1.0])]
    for axis, o, d in zip((surface.grid.alpha, surface.grid.beta), start, way, strict=True):
        if d:
            t = (axis - o) / d
            cuts.append(t[(t > 0) & (t < 1)])
    t = np.unique(np.concatenate(cuts))
    pieces = np.stack([t[:-1], (t[:-1] + t[1:]) / 2, t[1:]], axis=1)  # (k, 3)

    def at(share: float) -> float:
        alpha, beta = (start + share * way).tolist()
        if share in (0.0, 1.0):
            alpha, beta = (first, second)[int(share)]
        return surface.probe(alpha, beta, field)[0] if inside(surface, alpha, beta) else math.nan

    known = {share: at(share) for share in pieces.ravel().tolist()}
    best, where = math.nan, 0.0
    for piece in pieces.tolist():
        left, middle, right = (known[share] for share in piece)
        options = list(zip((left, middle, right), piece, strict=True))
        bend = left - 2 * middle + right
        if bend < 0 and abs(left - right) < -2 * bend:  # the parabola's top lies within the piece
            u = (left - right) / (2 * bend)  # −1 … 1 from the middle, in half pieces
            top = middle + u * (right - left) / 2 + u * u * bend / 2
            options.append((top, piece[1] + u * (piece[2] - piece[0]) / 2))
        for value, share in options:
            if math.isfinite(value) and not value <= best:
                best, where = value, share
    return best, where, all(math.isfinite(value) for value in known.values())
