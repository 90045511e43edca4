"""Critical: the critical points and the merge tree of a landscape's surface, as tables."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..consent import Trust
from ..grid import Grid
from ..landscape import Landscape
from ..measures.topology import (
    KINDS,
    MAXIMUM,
    MINIMUM,
    SADDLE,
    Complex,
    Critical,
    Tree,
    complex_of,
    critical_points,
    merge_tree,
    persistence,
)
from ..progress import Job, Progress
from ..storage import load
from ..surface import Mark
from ..table import Table
from .added import Added
from .topology import POINTS, TREE, TopologyChoices


def critical(
    source: Landscape | str | os.PathLike[str], choices: TopologyChoices, *, trust: Trust = False
) -> Job[Added]:
    """Tables of the surface's bilinear interpolant; see `measures.topology` for the rule at the rim.

    `critical_points`, the most persistent first: kind (minimum, saddle, maximum); alpha, beta; value; birth, death (field's units; inf
    where it never ends); persistence = death − birth; persistence_log = log₁₀(death / birth); share (of the surface's range, in the
    chosen scale, at most 1); partner (the row at the other end, −1 for none); multiplicity (of a saddle: pairs); plateau (nodes of
    equal value that are one with it); rim; j, i (the node, or the lower left one of the cell); node (whether it is one).
    `merge_tree`: node, parent (−1: root), point (row in critical_points), leaf, lowest (the lowest leaf below), value, alpha, beta.

    Raises LossvistaError where there is no such field."""
    landscape = source if isinstance(source, Landscape) else load(source)
    surface = landscape.surface
    field = choices.field or surface.main
    there = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED))
    yield Progress("ordering the surface's points", 0, 2)
    complex = complex_of(np.where(there, surface.values(field), np.nan))
    pairs = persistence(complex)
    yield Progress("pairing minima, saddles and maxima", 1, 2)
    values, span = _measured(complex.values, choices.scale)
    shares = [np.minimum(one / span, 1.0) for one in pairs.spans(values)]
    least = choices.least
    every = np.sort(np.concatenate(shares))
    if len(every) > choices.most:
        least = max(least, float(every[-choices.most]))
    kept = pairs.kept(*(share >= least for share in shares))
    points, tree = critical_points(complex, kept, values), merge_tree(complex, kept)
    how = choices.model_dump() | {"field": field, "range": span, "regions": complex.regions, "pairs": len(every)}
    table = _points(points, surface.grid, choices.scale, span, how)
    added = Added({POINTS: table, TREE: _tree(tree, points, complex, table, how)})
    yield Progress("pairing minima, saddles and maxima", 2, 2, added=added)
    return added


def _measured(values: np.ndarray, scale: str) -> tuple[np.ndarray, float]:
    """The values in which persistence is measured, and their range."""
    with np.errstate(divide="ignore"):
        measured = np.log10(np.maximum(values, 0.0)) if scale == "log" else values
    finite = measured[np.isfinite(measured)]
    return measured, float(np.ptp(finite)) if len(finite) and np.ptp(finite) > 0 else 1.0


def _points(points: Critical, grid: Grid, scale: str, span: float, how: dict[str, Any]) -> Table:
    with np.errstate(divide="ignore", invalid="ignore"):
        born, died = (np.log10(np.maximum(one, 0.0)) for one in (points.birth, points.death))
        apart = np.nan_to_num(died - born, nan=0.0, posinf=np.inf)
    lasting = apart if scale == "log" else points.persistence
    alpha, beta = _coordinates(points.at, grid)
    whole = np.floor(points.at + 1e-12).astype(int)
    return Table(
        {
            "kind": np.array([KINDS[kind] for kind in points.kind], dtype=object),
            "alpha": alpha,
            "beta": beta,
            "value": points.value,
            "birth": points.birth,
            "death": points.death,
            "persistence": points.persistence,
            "persistence_log": apart,
            "share": np.minimum(lasting / span, 1.0),
            "partner": points.partner,
            "multiplicity": points.many,
            "plateau": points.plateau,
            "rim": points.rim.astype(int),
            "j": whole[:, 0],
            "i": whole[:, 1],
            "node": (points.at == whole).all(axis=1).astype(int),
        },
        how,
    )


def _tree(tree: Tree, points: Critical, complex: Complex, table: Table, how: dict[str, Any]) -> Table:
    kinds = np.where(tree.leaf, MINIMUM, SADDLE if complex.flat else MAXIMUM)
    row = np.array([points.row[one] for one in zip(tree.vertex.tolist(), kinds.tolist(), strict=True)], np.int64)
    return Table(
        {
            "node": np.arange(len(tree.parent)),
            "parent": tree.parent,
            "point": row,
            "leaf": tree.leaf.astype(int),
            "lowest": tree.lowest,
            "value": tree.value,
            "alpha": table["alpha"][row],
            "beta": table["beta"][row],
        },
        how,
    )


def _coordinates(at: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.arange(len(grid.beta)), np.arange(len(grid.alpha))
    return np.interp(at[:, 1], columns, grid.alpha), np.interp(at[:, 0], rows, grid.beta)
