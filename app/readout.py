"""Read-out: the value under the pointer in words, for the status bar."""

from __future__ import annotations

import math

import numpy as np

from ..compute.levels import number
from ..compute.surface import Mark, Surface
from .session import Document


def readout(document: Document, alpha: float, beta: float) -> str:
    """The value at (α, β) for the status bar, and whether it is a computed one. Outside of the grid: ""."""
    surface, name = document.landscape.surface, document.field
    grid = surface.grid
    beta = 0.0 if grid.line else beta
    if not name or not (grid.alpha[0] <= alpha <= grid.alpha[-1] and grid.beta[0] <= beta <= grid.beta[-1]):
        return ""
    i, j = int(np.abs(grid.alpha - alpha).argmin()), int(np.abs(grid.beta - beta).argmin())
    value, _ = surface.probe(alpha, beta, name)
    nearest = Mark(int(surface.evaluated[j, i]))
    label = name.replace("_", " ")
    where = f"α {number(alpha, 3)}" if grid.line else f"α {number(alpha, 3)}   β {number(beta, 3)}"
    if nearest == Mark.NOT_YET or math.isnan(value):
        return f"{where}   {label} {'not computed yet' if nearest == Mark.NOT_YET else 'NaN'}"
    return f"{where}   {label} ≈ {number(value)}   (nearest point: {at_point(surface, name, j, i)})"


def at_point(surface: Surface, name: str, j: int, i: int) -> str:
    """A grid point's value, and how it came to be where it was not simply computed."""
    value, mark, samples = (
        number(float(surface.values(name)[j, i])),
        Mark(int(surface.evaluated[j, i])),
        surface.samples[j, i],
    )
    if mark == Mark.ESTIMATED:
        error = surface.fields.get(f"{name}_estimation_se")
        spread = "" if error is None else f" ± {number(float(error[j, i]), 2)}"
        return f"{value}{spread}, estimated from {samples:,} samples"
    if mark == Mark.BOUND:
        return (
            f"≥ {value}, a lower bound from {samples:,} samples"
            if name.endswith("_loss")
            else f"{value}, of {samples:,} samples"
        )
    return f"{value}, interpolated" if mark == Mark.INTERPOLATED else value
