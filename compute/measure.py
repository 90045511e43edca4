"""Measure: what lies between two points of a plane: how far it is, how much higher, and what is on the straight way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .landscape import Landscape
from .levels import number
from .pins import Pin
from .reading import inside, length
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
    start, stop = (surface.probe(*end, field)[0] if inside(surface, *end) else math.nan for end in ends)
    highest, at, whole = crest(surface, field, *ends)
    return Measure(
        d_alpha,
        d_beta,
        math.hypot(d_alpha, d_beta),
        length(landscape, d_alpha, d_beta),
        start,
        stop,
        highest,
        at,
        whole,
    )


STEPS = 193  # points of a way that is drawn


@dataclass(frozen=True)
class Measured:
    """What pictures and exports show of a measurement: the straight way from one pin to another, both on the grid.
    first, last: (α, β). found: what lies between. words: what is written beside the way, piece by piece."""

    first: tuple[float, float]
    last: tuple[float, float]
    found: Measure
    words: tuple[str, ...]

    @property
    def spot(self) -> float:
        """The share of the way at which the words stand: at its top, or where an end is that, in the middle."""
        return self.found.at if 0.0 < self.found.at < 1.0 else 0.5

    @property
    def topped(self) -> bool:
        """Whether the highest point lies between the ends."""
        return math.isfinite(self.found.highest) and 0.0 < self.found.at < 1.0

    def at(self, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """α and β (k,) at shares (k,) of the way."""
        alpha, beta = (a + share * (b - a) for a, b in zip(self.first, self.last, strict=True))
        return alpha, beta


def measured(landscape: Landscape, field: str, pins: tuple[Pin, Pin] | None) -> Measured | None:
    """What is shown between the two pins that measure (`Style.pair`); None where there are none, one lies beside the grid, or there is no
    such field."""
    surface = landscape.surface
    if pins is None or field not in surface.fields:
        return None
    first, last = ((pin.alpha, 0.0 if surface.grid.line else pin.beta) for pin in pins)
    if not (inside(surface, *first) and inside(surface, *last)):
        return None
    found = measure(landscape, field, *pins)
    return Measured(first, last, found, words(found, field))


def words(found: Measure, field: str) -> tuple[str, ...]:
    """A measurement as pictures tell it: "distance 1.41", "barrier 0.32"; of an accuracy, which has no barrier, the distance alone."""
    told = [f"distance {number(found.distance, 3)}"]
    if not field.endswith("accuracy") and math.isfinite(found.barrier):
        told.append(f"barrier {'' if found.whole else '≥ '}{number(found.barrier, 3)}")
    return tuple(told)


def crest(
    surface: Surface, field: str, first: tuple[float, float], second: tuple[float, float]
) -> tuple[float, float, bool]:
    """The greatest value on the straight line from one point (α, β) to another, the share of the way there, and whether all of the
    line is known. Within a cell the bilinear surface is a parabola along a line: three of its points give its exact top."""
    start, way = np.array(first), np.subtract(second, first)
    cuts = [np.array([0.0, 1.0])]
    for axis, o, d in zip((surface.grid.alpha, surface.grid.beta), start, way, strict=True):
        if d:
            with np.errstate(over="ignore"):  # a way of next to nothing crosses no line
                t = (axis - o) / d
            cuts.append(t[(t > 0) & (t < 1)])
    t = np.unique(np.concatenate(cuts))
    pieces = np.stack([t[:-1], (t[:-1] + t[1:]) / 2, t[1:]], axis=1)  # (k, 3)

    places = start + pieces.reshape(-1, 1) * way
    places[pieces.ravel() == 0.0], places[pieces.ravel() == 1.0] = first, second  # to the last bit
    left, middle, right = bilinear(surface, field, *places.T).reshape(-1, 3).T
    bend = left - 2 * middle + right
    with np.errstate(all="ignore"):
        u = (left - right) / (2 * bend)  # of the parabola's top: −1 … 1 from the middle, in half pieces
        inner = (bend < 0) & (np.abs(left - right) < -2 * bend)
        top = np.where(inner, middle + u * (right - left) / 2 + u * u * bend / 2, np.nan)
    shares = np.r_[pieces.T.ravel(), pieces[:, 1] + np.where(inner, u, 0.0) * (pieces[:, 2] - pieces[:, 0]) / 2]
    values = np.r_[left, middle, right, top]
    whole = bool(np.isfinite(np.r_[left, middle, right]).all())
    finite = np.isfinite(values)
    if not finite.any():
        return math.nan, 0.0, False
    best = int(np.where(finite, values, -np.inf).argmax())
    return float(values[best]), float(shares[best]), whole


def bilinear(surface: Surface, field: str, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """(k,) `Surface.probe` at many points; NaN beside the grid. A neighbour that counts for nothing is not asked."""
    grid, values = surface.grid, surface.values(field)
    covered = np.ones(len(alpha), bool)
    parts = []
    for axis, at in ((grid.alpha, alpha), (grid.beta, beta)):
        covered &= (at >= axis[0]) & (at <= axis[-1])
        k = np.clip(np.searchsorted(axis, at, "right") - 1, 0, max(len(axis) - 2, 0))
        after = np.minimum(k + 1, len(axis) - 1)
        width = np.where(after > k, axis[after] - axis[k], 1.0)
        share = np.clip((at - axis[k]) / width, 0.0, 1.0)
        parts.append((k, after, share))
    (i, i1, u), (j, j1, v) = parts
    total = np.zeros(len(alpha))
    for row, column, weight in ((j, i, (1 - v) * (1 - u)), (j, i1, (1 - v) * u), (j1, i, v * (1 - u)), (j1, i1, v * u)):
        with np.errstate(invalid="ignore"):
            total += np.where(weight == 0, 0.0, weight * values[row, column])
    return np.where(covered, total, np.nan)
