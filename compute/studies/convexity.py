"""Convexity (choices): where on the plane the smallest and the largest eigenvalue of the full Hessian are found, and what they say.

Li et al. 2018, §6: "The principle curvatures of a dimensionality reduced plot (with random Gaussian directions) are weighted averages of
the principle curvatures of the full-dimensional surface". So a slice can look convex where the loss is not, and |λ_min/λ_max| of the
full Hessian is mapped over it: near 0, the loss is about convex there, whatever the picture looks like.
"""

from __future__ import annotations

import numpy as np

from ..choices import choice
from ..landscape import Landscape
from ..levels import number
from .hessian import HessianChoices

TABLE = "convexity"
LOWEST, HIGHEST, RATIO = "lambda_min", "lambda_max", "convexity_ratio"
SAME = ("matrix", "parameters", "samples", "precision", "seed", "tolerance")  # what all points of one map share
EXPLAINED = (
    "A slice that looks convex may hide negative curvature: along a random direction the curvature is a mean of the Hessian's "
    "eigenvalues, which the many positive ones win (Li et al. 2018, §6). The ratio compares the extreme ones themselves."
)


class ConvexityChoices(HessianChoices):
    """Which points: a lattice of the grid's own nodes around the centre. The same choices again go on where they were."""

    every: int = choice(
        1, "Every n-th line", "Of the grid's lines, counted from the node nearest to the centre.", group="Points", low=1
    )
    within: float = choice(
        0.0, "Within", "Points with |α| and |β| up to this; 0 = the whole grid.", group="Points", low=0.0
    )
    tolerance: float = choice(
        1e-3,
        "Tolerance",
        "Of the residuals ‖Hv − λv‖, against the spectrum's width; a smallest one that drowns in its residual is looked for more finely.",
        group="Curvature",
        low=1e-8,
        high=0.5,
    )


def chosen(landscape: Landscape, choices: ConvexityChoices) -> np.ndarray:
    """Flat grid indices of the points of the map, coarse to fine."""
    grid = landscape.surface.grid
    near = []
    for axis in (grid.beta, grid.alpha):
        centre = int(np.abs(axis).argmin())
        near.append((np.arange(len(axis)) - centre) % choices.every == 0)
        if choices.within:
            near[-1] &= np.abs(axis) <= choices.within * (1 + 1e-9)
    order = grid.coarse_to_fine()
    return order[np.outer(*near).ravel()[order]]


def lines(landscape: Landscape) -> list[str]:
    """How many points there are, the spread of the ratio, and what it means."""
    table = landscape.tables.get(TABLE)
    if table is None or not len(table):
        return []
    ratio = np.asarray(table[RATIO], float)
    known = ratio[np.isfinite(ratio)]
    found = [f"convexity: {len(known)} points of the full {_matrix(table.how)}"]
    if len(known):
        worst = int(np.nanargmax(ratio))
        place = f"α {number(float(table['alpha'][worst]))}, β {number(float(table['beta'][worst]))}"
        found += [
            f"  |λ_min/λ_max|: median {number(float(np.median(known)))}, from {number(known.min())} to {number(known.max())} (at {place})",
            f"  λ_min from {number(float(np.nanmin(table[LOWEST])))} to {number(float(np.nanmax(table[LOWEST])))}, "
            f"λ_max from {number(float(np.nanmin(table[HIGHEST])))} to {number(float(np.nanmax(table[HIGHEST])))}",
            f"  largest residual ‖Hv − λv‖ {number(float(np.nanmax(table['residual'])))}",
        ]
    if len(known) < len(ratio):
        failed = len(ratio) - len(known)
        found.append(f"  {failed} point{'s' * (failed > 1)} failed")
    return [*found, f"  {EXPLAINED}"]


def _matrix(how: dict[str, object]) -> str:
    return "Gauss–Newton matrix" if how.get("matrix") == "gauss-newton" else "Hessian"
