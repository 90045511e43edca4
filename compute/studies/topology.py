"""Topology (a study): minima, saddles, maxima and the merge tree of a surface: the choices, its tables, and what they say."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..choices import Choices, choice
from ..landscape import Landscape
from ..levels import number
from ..table import Table, numeric

POINTS, TREE = "critical_points", "merge_tree"
KINDS = ("minimum", "saddle", "maximum")
PLURAL = {"minimum": "minima", "saddle": "saddles", "maximum": "maxima"}
_POINT_COLUMNS = (
    *("alpha", "beta", "value", "birth", "death", "persistence", "persistence_log", "share", "partner"),
    *("multiplicity", "plateau", "rim"),
)
TOLD = 12  # points that are told one by one


class TopologyChoices(Choices):
    """Which field, and from which persistence on."""

    field: str = choice("", "Field", "Whose critical points; empty = the train loss.", group="Field")
    scale: Literal["log", "linear"] = choice(
        "log",
        "Persistence in",
        "log: by what factor a saddle lies above its minimum; linear: by how much, in the field's units. The points are the same.",
        group="Persistence",
    )
    least: float = choice(
        0.0,
        "At least",
        "Pairs whose persistence is a smaller share of the surface's range are left out; 0 keeps all.",
        group="Persistence",
        low=0.0,
        high=1.0,
    )
    most: int = choice(
        2000, "At most", "So many pairs, the most persistent ones.", group="Persistence", low=1, high=1_000_000
    )


def points_of(landscape: Landscape) -> Table | None:
    """The table of critical points; None where there is none, or one that is not as this study makes it: files come from anywhere."""
    table = landscape.tables.get(POINTS)
    if table is None or not numeric(table, _POINT_COLUMNS) or "kind" not in table.columns:
        return None
    partners = np.asarray(table["partner"], float)
    kinds = set(map(str, np.asarray(table["kind"]).tolist()))
    span = table.how.get("range", 1.0)
    told = isinstance(span, (int, float)) and np.isfinite(span) and isinstance(table.how.get("field", ""), str)
    fits = ((partners >= -1) & (partners < len(table)) & (partners == np.round(partners))).all()
    whole = all(
        np.isfinite(np.asarray(table[name], float)).all() for name in ("alpha", "beta", "multiplicity", "plateau")
    )
    return table if kinds <= set(KINDS) and told and fits and whole else None


def tree_of(landscape: Landscape) -> Table | None:
    """The table of the merge tree, under the same conditions."""
    tree, table = landscape.tables.get(TREE), points_of(landscape)
    if tree is None or table is None or not numeric(tree, ("parent", "point", "leaf", "lowest", "value")):
        return None
    count, ends = len(tree), (("parent", -1, len(tree)), ("point", 0, len(table)), ("lowest", 0, len(tree)))
    columns = {name: np.asarray(tree[name], float) for name, _, _ in ends}
    if not all(((columns[n] >= low) & (columns[n] < high)).all() for n, low, high in ends):
        return None
    leaf = np.asarray(tree["leaf"], float) > 0
    lowest, parent = columns["lowest"].astype(int), columns["parent"].astype(int)
    own = lowest[leaf] == np.flatnonzero(leaf)
    upward = (parent == -1) | (parent > np.arange(count))  # so that nothing turns in a circle
    return tree if own.all() and leaf[lowest].all() and upward.all() else None


def named(table: Table) -> list[str]:
    """A short name for each point, by its kind and its place in the order of persistence: "min 1", "saddle 2", "max 1"."""
    seen = dict.fromkeys(KINDS, 0)
    names = []
    for kind in table["kind"]:
        seen[kind] += 1
        names.append(f"{ {'minimum': 'min', 'maximum': 'max'}.get(kind, kind) } {seen[kind]}".strip())
    return names


def enough(table: Table, least: float) -> np.ndarray:
    """(rows,) whether each point's persistence is at least this share of the surface's range."""
    return np.asarray(table["share"], float) >= least


def counted(table: Table, least: float = 0.0) -> str:
    """ "3 minima, 2 saddles, 1 maximum", without those of the rim."""
    inside = enough(table, least) & ~np.asarray(table["rim"], bool)
    return ", ".join(_many(int((inside & (table["kind"] == kind)).sum()), kind) for kind in KINDS)


def lines(landscape: Landscape) -> list[str]:
    """How many there are, at several thresholds, and the most persistent ones one by one."""
    table = points_of(landscape)
    if table is None:
        return []
    log = table.how.get("scale") == "log"
    found = [
        f"{table.how.get('field', 'loss')}: {counted(table)}; persistence {'as a factor' if log else 'as a difference'}"
    ]
    rim = int(np.asarray(table["rim"], bool).sum())
    if rim:
        found.append(f"  {rim} more on the rim, where the surface may go on")
    for share in (0.01, 0.05, 0.1):
        found.append(f"  of at least {share:.0%} of the range: {counted(table, share)}")
    for name, row in list(zip(named(table), table.rows(), strict=True))[:TOLD]:
        found.append(f"  {described(name, row, log)}")
    if len(table) > TOLD:
        found.append(f"  … {len(table) - TOLD} more in the table {POINTS}")
    return found


def described(name: str, row: dict[str, object], log: bool) -> str:
    """A point in a line: "min 1 at (0.12, −0.4): 0.312, persistence × 3.1, 12 points wide, on the rim"."""
    span = float(row["persistence_log" if log else "persistence"])  # type: ignore[arg-type]
    lasting = "never ends" if np.isinf(span) else f"persistence {'× ' + number(10**span) if log else number(span)}"
    where = f"({number(float(row['alpha']))}, {number(float(row['beta']))})"  # type: ignore[arg-type]
    wide = f", {row['plateau']} points wide" if int(row["plateau"]) > 1 else ""  # type: ignore[call-overload]
    return f"{name} at {where}: {number(float(row['value']))}, {lasting}{wide}{', on the rim' if row['rim'] else ''}"  # type: ignore[arg-type]


def _many(count: int, kind: str) -> str:
    return f"{count} {kind if count == 1 else PLURAL[kind]}"
