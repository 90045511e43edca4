"""Imported: a landscape of another program's, and what was found, repaired or doubtful in its file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..grid import Grid
from ..landscape import Axis, Landscape
from ..surface import Mark, Surface


@dataclass(frozen=True)
class Imported:
    """said: sentences for people."""

    landscape: Landscape
    said: list[str] = field(default_factory=list)


def landscape_of(
    alpha: np.ndarray,
    beta: np.ndarray | None,
    fields: dict[str, np.ndarray],
    source: str,
    *,
    known: np.ndarray | None = None,
    title: str = "",
    labels: tuple[str, str] = ("α", "β"),
) -> Landscape:
    """alpha (nx,), beta (ny,) in any order without doubles; fields (ny, nx), Z[j, i] = f(α_i, β_j); known (ny, nx) bool: which points
    the file holds. Sorted, so that both axes increase. beta None: a curve."""
    line = beta is None
    beta = np.zeros(1) if beta is None else beta
    columns, rows = np.argsort(alpha), np.argsort(beta)
    at = np.ix_(rows, columns)
    shape = (len(beta), len(alpha))
    there = np.ones(shape, bool) if known is None else known
    surface = Surface(
        Grid(np.asarray(alpha, float)[columns], np.asarray(beta, float)[rows], line),
        {name: np.where(there, values, np.nan)[at].astype(float) for name, values in fields.items()},
        np.where(there[at], Mark.EVALUATED, Mark.NOT_YET).astype(np.uint8),
    )
    axes = [Axis(label, method="imported") for label in labels[: 1 if line else 2]]
    return Landscape(surface, title, axes, provenance={"imported_from": source})
