"""Reading: all that a landscape says at one point of its plane, and how it came to know it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .landscape import Landscape
from .levels import number
from .pins import Pin
from .surface import ASIDE, Mark, Surface, cell, least_certain

FIRST = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


@dataclass(frozen=True)
class Value:
    """A field's value at the point. error: its standard error, NaN where none is known. bound: a lower bound only."""

    name: str
    value: float
    error: float = math.nan
    bound: bool = False


@dataclass(frozen=True)
class Reading:
    """at_node: the point is one of the grid, so the values are the stored ones; else the bilinear ones of the nodes around it.
    mark, samples: of the node, or the least certain and the fewest of the nodes around. values: of the field asked for, then of the
    others. slope: (∂/∂α, ∂/∂β) of the first value: at a node the central difference, else that within the cell.
    distance: √(α² + β²), from the centre in units of the axes. length: ‖αδ + βη‖, the same in weight space; NaN where not known."""

    alpha: float
    beta: float
    at_node: bool
    mark: Mark
    samples: int
    values: tuple[Value, ...]
    slope: tuple[float, float]
    distance: float
    length: float

    @property
    def main(self) -> Value:
        """The value of the field that was asked for."""
        return self.values[0]


def read(landscape: Landscape, field: str, alpha: float, beta: float = 0.0) -> Reading | None:
    """What is known at (α, β), the value of `field` first; None beside the grid, and where there is no such field."""
    surface, grid = landscape.surface, landscape.surface.grid
    beta = 0.0 if grid.line else beta
    if field not in surface.fields or not inside(surface, alpha, beta):
        return None
    _, at_node = surface.probe(alpha, beta, field)
    rows, columns = _around(surface, alpha, beta)
    mark = least_certain(surface, rows, columns)
    names = [name for name in (*FIRST, *surface.fields) if name in surface.fields and not name.endswith(ASIDE)]
    values = tuple(_value(surface, name, mark, alpha, beta) for name in dict.fromkeys([field, *names]))
    return Reading(
        alpha,
        beta,
        at_node,
        mark,
        int(surface.samples[rows, columns].min()),
        values,
        slope(surface, field, alpha, beta),
        math.hypot(alpha, beta),
        length(landscape, alpha, beta),
    )


def inside(surface: Surface, alpha: float, beta: float) -> bool:
    """Whether the grid covers a point."""
    grid = surface.grid
    return bool(grid.alpha[0] <= alpha <= grid.alpha[-1] and grid.beta[0] <= beta <= grid.beta[-1])


def label(landscape: Landscape, field: str, pin: Pin) -> str:
    """A pin's name and value, as pictures show it: "1  0.312" at a node, "1  ≈ 0.312" between nodes, "1  ≥ 5" of a bound."""
    surface, grid = landscape.surface, landscape.surface.grid
    alpha, beta = pin.alpha, 0.0 if grid.line else pin.beta
    if field not in surface.fields or not inside(surface, alpha, beta):
        return f"{pin.text}  –".strip()
    at_node = surface.probe(alpha, beta, field)[1]
    value = _value(surface, field, least_certain(surface, *_around(surface, alpha, beta)), alpha, beta)
    if not math.isfinite(value.value):
        return f"{pin.text}  –".strip()
    accuracy = field.endswith("_accuracy")
    shown = f"{number(100 * value.value, 3)} %" if accuracy else number(value.value, 4 if at_node else 3)
    sign = "≥ " if value.bound else "" if at_node else "≈ "
    return f"{pin.text}  {sign}{shown}".strip()


def _around(surface: Surface, alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns (k,) of the nodes that a value at (α, β) is made of: one, two or four."""
    ends = []
    for axis, at in ((surface.grid.beta, beta), (surface.grid.alpha, alpha)):
        first, share = cell(axis, at)
        ends.append([first + int(share)] if share in (0.0, 1.0) else [first, first + 1])
    rows, columns = np.meshgrid(*ends, indexing="ij")
    return rows.ravel(), columns.ravel()


def _value(surface: Surface, name: str, mark: Mark, alpha: float, beta: float) -> Value:
    value, _ = surface.probe(alpha, beta, name)
    if mark == Mark.NOT_YET:
        value = math.nan
    error = math.nan
    for aside in [f"{name}_estimation_se"] * (mark == Mark.ESTIMATED) + [f"{name}_se"]:
        if aside in surface.fields and math.isnan(error):
            error, _ = surface.probe(alpha, beta, aside)
    return Value(name, value, error, mark == Mark.BOUND and name.endswith("_loss"))


def slope(surface: Surface, field: str, alpha: float, beta: float = 0.0) -> tuple[float, float]:
    """(∂f/∂α, ∂f/∂β) at (α, β): across the cell that holds it, or at a node's coordinate across both cells beside it (one at the
    rim). NaN along an axis with one point, and beside a hole."""
    grid = surface.grid
    rises = []
    for axis, at, place in (
        (grid.alpha, alpha, lambda a: (a, beta)),
        (grid.beta, beta, lambda b: (alpha, b)),
    ):
        first, share = cell(axis, at)
        low, high = first, min(first + 1, len(axis) - 1)
        if share == 0.0:
            low = max(first - 1, 0)
        elif share == 1.0:
            low, high = first, min(first + 2, len(axis) - 1)
        if high == low:
            rises.append(math.nan)
            continue
        up, down = (surface.probe(*place(float(axis[k])), field)[0] for k in (high, low))
        rises.append((up - down) / float(axis[high] - axis[low]))
    return rises[0], rises[1]


def length(landscape: Landscape, alpha: float, beta: float = 0.0) -> float:
    """‖αδ + βη‖: how far a step (α, β) leads in weight space, from the axes' norms and the angle between them; NaN where these are
    not known."""
    norms = [axis.norm for axis in landscape.axes]
    if landscape.surface.grid.line or len(norms) == 1:
        return abs(alpha) * norms[0] if norms else math.nan
    if len(norms) < 2:
        return math.nan
    cosine = float(landscape.trust.get("cosine", math.nan))
    a, b = alpha * norms[0], beta * norms[1]
    if 0.0 in (a, b):  # along an axis the angle does not matter
        return abs(a + b)
    return math.sqrt(max(a * a + b * b + 2 * a * b * cosine, 0.0)) if math.isfinite(cosine) else math.nan
