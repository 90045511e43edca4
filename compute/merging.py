"""Merging: a landscape's merge tree as it is drawn: a line for each basin, from its minimum up to where it joins an older one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .landscape import Landscape
from .measures.topology.tree import branches
from .studies.topology import enough, points_of, tree_of


@dataclass(frozen=True)
class Merging:
    """k lines, the most persistent first. row, saddle (k,): rows of the table of points, saddle −1 for one that never ends. birth,
    death (k,): values; death NaN where it never ends. x (k,): 0…1. to (k,): x of the line that it joins (its own where it never ends).
    rim (k,)."""

    row: np.ndarray
    saddle: np.ndarray
    birth: np.ndarray
    death: np.ndarray
    x: np.ndarray
    to: np.ndarray
    rim: np.ndarray

    def __len__(self) -> int:
        return len(self.row)


def merging(landscape: Landscape, least: float = 0.0, *, along: bool = False) -> Merging | None:
    """The lines of at least this share of persistence, side by side so that none crosses another, or `along` α, each at its minimum's. None
    where nobody has looked for critical points."""
    table, tree = points_of(landscape), tree_of(landscape)
    if table is None or tree is None:
        return None
    leaf = np.asarray(tree["leaf"], float) > 0
    parent, value, lowest = (np.asarray(tree[name]) for name in ("parent", "value", "lowest"))
    found = branches(parent, value, leaf, lowest)
    row = np.asarray(tree["point"])[leaf].astype(int)
    kept = np.flatnonzero(enough(table, least)[row])
    kept = kept[np.argsort(row[kept])]
    if along:
        alpha, grid = np.asarray(table["alpha"], float)[row], landscape.surface.grid.alpha
        place = (alpha - grid[0]) / ((grid[-1] - grid[0]) or 1.0)
    else:
        place = np.zeros(len(row))
        place[kept[np.argsort(found.x[kept])]] = (np.arange(len(kept)) + 0.5) / max(len(kept), 1)
    return Merging(
        row[kept],
        np.asarray(table["partner"])[row[kept]].astype(int),
        found.birth[kept],
        found.death[kept],
        place[kept],
        place[found.elder[kept]],
        np.asarray(table["rim"], bool)[row[kept]],
    )


@dataclass(frozen=True)
class Diagram:
    """The persistence diagram: k pairs. row (k,): of the extremum in the table of points. other (k,): of the saddle, −1 for none. birth,
    death (k,): death inf where there is none. kind (k,): "minimum" or "maximum". share (k,): persistence as a share of the range."""

    row: np.ndarray
    other: np.ndarray
    birth: np.ndarray
    death: np.ndarray
    kind: np.ndarray
    share: np.ndarray


def diagram(landscape: Landscape) -> Diagram | None:
    """All pairs that were found, extremum by extremum; None where nobody has looked for any."""
    table = points_of(landscape)
    if table is None:
        return None
    row = np.flatnonzero(table["kind"] != "saddle")
    columns = (np.asarray(table[name])[row] for name in ("partner", "birth", "death", "kind", "share"))
    other, birth, death, kind, share = columns
    return Diagram(row, other.astype(int), birth.astype(float), death.astype(float), kind, share.astype(float))
