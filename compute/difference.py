"""Difference: the surface A − B of two landscapes, at the points that both of them cover."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from .captions import captions
from .errors import LossvistaError
from .fairness import sentences
from .grid import Grid
from .landscape import Axis, Landscape
from .style import Style
from .surface import ASIDE, FieldInfo, Mark, Surface

ENDING = "_difference"
COLORMAP = "crameri:vik"  # diverging, perceptually uniform, made for colour-blind eyes as well
STEEP = 30.0  # a highest difference above so many times the median one is shown on a symlog scale
SNAP = 1e-6  # of a step: a point so near to a node is that node
VALUES = (Mark.EVALUATED, Mark.INTERPOLATED, Mark.ESTIMATED)  # marks whose points have a value; a bound is none
KEPT = ("batch_norm", "precision")  # trust figures that hold for the difference where both have the same


def subtract(a: Landscape, b: Landscape, field: str = "") -> Landscape:
    """A − B, of `field` first and of all fields that both have; each is called NAME_difference, in the units of NAME.

    The points: where both grids lie, the nodes of the finer one, axis by axis; so nothing is extrapolated. Between the nodes of
    a grid its values are bilinear, and the point is marked as interpolated. Where one of the two has no value (not evaluated, a
    bound, NaN) there is none (NaN, marked as failed). The provenance names both, and says why it is not fair to subtract them.

    Raises LossvistaError for a line and a plane, grids that do not overlap, and without a field in common."""
    names = captions([a, b])
    if a.surface.grid.line != b.surface.grid.line:
        raise LossvistaError("A line and a plane have no difference.", "Choose two lines, or two planes.")
    fields = _fields(a, b, field)
    one, other = a.surface.grid, b.surface.grid
    alpha = _nodes(one.alpha, other.alpha, "α")
    beta = np.zeros(1) if one.line else _nodes(one.beta, other.beta, "β")
    surface = Surface(Grid(alpha, beta, one.line))
    of_a, of_b = _At(a.surface, alpha, beta), _At(b.surface, alpha, beta)
    for name in fields:
        surface.fields[name + ENDING] = of_a.values(name) - of_b.values(name)
        surface.info[name + ENDING] = _info(a, b, name)
    known = of_a.known & of_b.known
    surface.evaluated[:] = np.where(known, np.maximum(of_a.marks, of_b.marks), Mark.FAILED)
    surface.samples[:] = np.where(known, np.minimum(of_a.samples, of_b.samples), 0)
    return Landscape(
        surface,
        f"{names[0]} − {names[1]}",
        axes=_axes(a, b),
        recipe={"difference": names},
        trust={name: a.trust[name] for name in KEPT if name in a.trust and a.trust[name] == b.trust.get(name)},
        provenance={"difference": {"a": _origin(a), "b": _origin(b), "unfair": sentences([a, b], fields[0])}},
    )


def is_difference(landscape: Landscape) -> bool:
    """Whether it was made by `subtract`."""
    return "difference" in landscape.recipe


def difference_style(landscape: Landscape, style: Style) -> Style:
    """`style` with what a difference needs: a diverging colour map whose middle is 0, on a linear scale, or symlog where a few
    values are far above most."""
    surface = landscape.surface
    size = np.abs(surface.values(surface.main))
    size = size[np.isfinite(size)]
    most = _rounded_up(float(size.max())) if len(size) and size.max() > 0 else 1.0
    steep = len(size) > 0 and most > max(STEEP * float(np.median(size)), 1.0)
    relief = {"field": "", "scale": "symlog" if steep else "linear", "clip": None, "low": -most, "high": most}
    return style.replace(colormap=COLORMAP, reverse=False, relief=style.relief.replace(**relief))


def _rounded_up(value: float) -> float:
    """To three digits, so that people can read it."""
    step = 10.0 ** (math.floor(math.log10(value)) - 2)
    return float(f"{math.ceil(value / step) * step:.3g}") if step > 0 else value


def _fields(a: Landscape, b: Landscape, field: str) -> list[str]:
    """The fields of both, the one asked for first."""
    if field:
        for one in (a, b):
            one.surface.values(field)  # the error names what there is
    both = [name for name in a.surface.fields if name in b.surface.fields and not name.endswith(ASIDE)]
    if not both:
        raise LossvistaError(
            "These landscapes have no field in common: "
            f"{', '.join(a.surface.fields) or 'none'} and {', '.join(b.surface.fields) or 'none'}.",
            "Choose others.",
        )
    first = field or (a.surface.main if a.surface.main in both else both[0])
    return [first, *(name for name in both if name != first)]


def _nodes(one: np.ndarray, other: np.ndarray, axis: str) -> np.ndarray:
    """(k,) the nodes of the finer axis where both run."""
    low, high = max(one[0], other[0]), min(one[-1], other[-1])
    finer = min(one, other, key=_step)
    slack = SNAP * _step(finer)
    nodes = finer[(finer >= low - slack) & (finer <= high + slack)]
    if len(nodes) < 2:
        raise LossvistaError(
            f"These landscapes have no difference: along {axis} one runs from {one[0]:.4g} to {one[-1]:.4g}, the other from "
            f"{other[0]:.4g} to {other[-1]:.4g}.",
            "Choose two that overlap.",
        )
    return nodes


def _step(axis: np.ndarray) -> float:
    return float(axis[-1] - axis[0]) / max(len(axis) - 1, 1)


class _At:
    """What a surface has at the points alpha × beta. known (ny, nx): it has values there. marks, samples: those of the least
    certain node that takes part."""

    def __init__(self, surface: Surface, alpha: np.ndarray, beta: np.ndarray) -> None:
        self.surface = surface
        columns, rows = _between(surface.grid.alpha, alpha), _between(surface.grid.beta, beta)
        self.corners = [(np.ix_(j, i), v[:, None] * u[None, :]) for j, v in rows for i, u in columns]
        exact = np.max([weight for _, weight in self.corners], axis=0) == 1.0
        there = np.isin(surface.evaluated, VALUES)
        self.known = self._worst(there, np.logical_and, True)
        nodes = self._worst(np.where(there, surface.evaluated, 0), np.maximum, 0)
        self.marks = np.where(exact, nodes, np.maximum(nodes, Mark.INTERPOLATED))
        self.samples = self._worst(surface.samples, np.minimum, np.iinfo(np.int64).max)

    def _worst(self, values: np.ndarray, join: np.ufunc, neutral: int | bool) -> np.ndarray:
        found = [np.where(weight > 0, values[at], neutral) for at, weight in self.corners]
        return join.reduce(found)

    def values(self, name: str) -> np.ndarray:
        """(ny, nx) bilinear values; NaN where a node that takes part has none."""
        stored = np.where(np.isin(self.surface.evaluated, VALUES), self.surface.values(name), np.nan)
        with np.errstate(invalid="ignore"):
            parts = [np.where(weight > 0, weight * stored[at], 0.0) for at, weight in self.corners]
        total = np.sum(parts, axis=0)
        return np.where(np.isfinite(total), total, np.nan)


def _between(axis: np.ndarray, at: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The two nodes around each of `at` (k,), all within the axis: [(index (k,), weight (k,)), …]. On a node, its weight is 1."""
    if len(axis) == 1:
        return [(np.zeros(len(at), int), np.ones(len(at)))]
    i = np.clip(np.searchsorted(axis, at, side="right") - 1, 0, len(axis) - 2)
    share = (at - axis[i]) / (axis[i + 1] - axis[i])
    share = np.where(share < SNAP, 0.0, np.where(share > 1 - SNAP, 1.0, share))
    return [(i, 1 - share), (i + 1, share)]


def _info(a: Landscape, b: Landscape, name: str) -> FieldInfo:
    info, other = (one.surface.info.get(name, FieldInfo()) for one in (a, b))
    said = info.long_name or name.replace("_", " ")
    return FieldInfo(
        info.split if info.split == other.split else "", info.units if info.units == other.units else "", f"Δ {said}"
    )


def _axes(a: Landscape, b: Landscape) -> list[Axis]:
    """What both have in common of each axis."""
    made = []
    for one, other in zip(a.axes, b.axes, strict=False):
        same = {name: getattr(one, name) for name in ("label", "method", "normalization") if _same(one, other, name)}
        made.append(replace(Axis(""), **same))
    return [axis if axis.label else replace(axis, label=letter) for axis, letter in zip(made, "αβ", strict=False)]


def _same(one: Axis, other: Axis, name: str) -> bool:
    return getattr(one, name) == getattr(other, name)


def _origin(landscape: Landscape) -> dict[str, object]:
    """What tells which landscape this was."""
    hashes = {name: value for name, value in landscape.provenance.items() if name.endswith("_hash")}
    return {"title": landscape.title, "created": landscape.created, "recipe": landscape.recipe, **hashes}
