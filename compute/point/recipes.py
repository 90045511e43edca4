"""Recipes of a point: the same plane in a smaller window and finer, and a landscape whose centre is the point's network."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..consent import Trust
from ..errors import LossvistaError
from ..landscape import Landscape
from ..recipe import Recipe

Range = tuple[float, float]
SHARED = 1e-9  # of a window's width: how near two nodes must be to be one


def recipe_of(landscape: Landscape, trust: Trust = False) -> Recipe:
    """The recipe that a landscape was computed by. trust: see `problem.consent`. Raises LossvistaError where it has none."""
    if not landscape.recipe or "weights_hash" not in landscape.provenance:
        raise LossvistaError(
            f"The landscape '{landscape.title}' does not say which network and data it was computed with.",
            "Landscapes that Lossvista computed say so; imported ones do not.",
        )
    return Recipe.stored(landscape, trust)


def zoomed(
    landscape: Landscape, alpha: Range, beta: Range | None, resolution: int, recipe: Recipe | None = None
) -> Recipe:
    """The same plane, by the same recipe, seed and origin, on the window alpha × beta with `resolution` points a side. beta: None on a
    line. recipe: the landscape's, where its paths were made whole. Raises LossvistaError for a range or a resolution that is none."""
    line = landscape.surface.grid.line
    if line != (beta is None):
        raise LossvistaError(
            f"'{landscape.title}' is a line: a part of it has no range of β."
            if line
            else "A part of a plane needs a range of β.",
            "Leave --beta out." if line else "Give it: --beta=LOW:HIGH",
        )
    spans = [f"α {alpha[0]:.4g} … {alpha[1]:.4g}", *([] if beta is None else [f"β {beta[0]:.4g} … {beta[1]:.4g}"])]
    title = landscape.title.partition(" — part ")[0]
    return (recipe or recipe_of(landscape)).replace(
        alpha=alpha,
        beta=beta,
        resolution=resolution,
        resolution_x=None,
        resolution_y=None,
        title=f"{title} — part {', '.join(spans)}",
    )


def recentred(landscape: Landscape, checkpoint: str | Path, where: str = "", recipe: Recipe | None = None) -> Recipe:
    """The same kind of plane around the network in `checkpoint`, as far to each side as the landscape's window is wide. Random
    directions are the same draw, rescaled to the new weights; directions that lead somewhere lead there from the new centre."""
    grid, old = landscape.surface.grid, recipe or recipe_of(landscape)
    half = [float(np.ptp(axis)) / 2 for axis in (grid.alpha, grid.beta)]
    title = landscape.title.partition(" — around ")[0]
    return old.replace(
        weights=(str(checkpoint), *old.weights[1:]),
        alpha=(-half[0], half[0]),
        beta=None if grid.line else (-half[1], half[1]),
        title=f"{title} — around {where or Path(checkpoint).stem}",
    )


def window_around(landscape: Landscape, alpha: float, beta: float, share: float = 0.25) -> tuple[Range, Range | None]:
    """The part of the landscape's window around a point, `share` of it each way wide, moved so that it lies inside; its edges are
    nodes of the landscape, so that both have nodes in common."""
    grid = landscape.surface.grid

    def part(axis: np.ndarray, at: float) -> Range:
        count = len(axis) - 1
        width = max(1, min(count, round(count * share)))
        step = (axis[-1] - axis[0]) / count
        first = int(np.clip(round((at - axis[0]) / step - width / 2), 0, count - width))
        return float(axis[first]), float(axis[first + width])

    return part(grid.alpha, alpha), None if grid.line else part(grid.beta, beta)


def finer(landscape: Landscape, alpha: Range, beta: Range | None, most: int = 51) -> int:
    """The number of points a side, `most` at most, with which a part has all of the landscape's nodes in it, and as many between each
    two of them as that allows."""
    grid = landscape.surface.grid
    spans = [(grid.alpha, alpha), *([] if beta is None else [(grid.beta, beta)])]
    cells = max(max(1, round((high - low) / (np.ptp(axis) / max(len(axis) - 1, 1)))) for axis, (low, high) in spans)
    return max(3, cells * max(1, (most - 1) // cells) + 1)


def agreement(part: Landscape, whole: Landscape) -> tuple[int, float]:
    """How many nodes of a zoomed landscape are nodes of the one it is a part of, and the largest relative difference of the loss there
    (against 0.1 nats at least; 0 where there is none)."""
    columns, rows = (
        _common(getattr(part.surface.grid, axis), getattr(whole.surface.grid, axis)) for axis in ("alpha", "beta")
    )
    name = part.surface.main
    if name not in whole.surface.fields or not columns[0].size or not rows[0].size:
        return 0, 0.0
    ours = part.surface.fields[name][np.ix_(rows[0], columns[0])]
    theirs = whole.surface.fields[name][np.ix_(rows[1], columns[1])]
    known = (part.surface.evaluated[np.ix_(rows[0], columns[0])] == 1) & (
        whole.surface.evaluated[np.ix_(rows[1], columns[1])] == 1
    )
    known &= np.isfinite(ours) & np.isfinite(theirs)
    gaps = np.abs(ours - theirs)[known] / np.maximum(np.abs(theirs[known]), 0.1)
    return int(known.sum()), float(gaps.max(initial=0.0))


def _common(ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places of the values that both have."""
    apart = np.abs(ours[:, None] - theirs[None, :])
    return np.nonzero(apart <= SHARED * max(float(np.ptp(ours)), 1e-300))  # type: ignore[return-value]
