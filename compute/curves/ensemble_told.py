"""Told (of ensembles): what the table `ensemble` says, for people: errors of members, of averaged predictions, of averaged weights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .. import unfinished
from ..landscape import Landscape
from ..levels import number
from ..table import Table
from .ensemble_choices import METHODS

TABLE = "ensemble"
WHAT = ("member", "together", "weights")


def measure_of(table: Table) -> str:
    """The column that ensembles are judged by: the test error where there is one, else what comes nearest."""
    for name in ("test_error", "test_loss", "train_error"):
        if f"member_{name}" in table.columns:
            return name
    return "train_loss"


def rows_of(table: Table) -> dict[str, np.ndarray]:
    """method → its rows, by the number of members."""
    found = {}
    for method in dict.fromkeys(table["method"].tolist()):
        rows = np.flatnonzero(table["method"] == method)
        found[str(method)] = rows[np.argsort(np.asarray(table["members"], float)[rows], kind="stable")]
    return found


def summary(table: Table) -> list[tuple[str, ...]]:
    """A row for each method as in the source's table: its name, members, epochs, and the mean of the members, the averaged prediction and
    the averaged weights, in the measure that they are judged by."""
    name, found = measure_of(table), []
    for method, rows in rows_of(table).items():
        values = {what: np.asarray(table[f"{what}_{name}"], float)[rows] for what in WHAT}
        epochs = float(np.asarray(table["epochs"], float)[rows[-1]])
        told = (values["member"].mean(), values["together"][-1], values["weights"][-1])
        cells = (_value(value, name) for value in told)
        found.append((METHODS.get(method, method), str(len(rows)), number(epochs, 3), *cells))
    return found


def heading(table: Table) -> tuple[str, ...]:
    """Of the summary's columns."""
    what = measure_of(table).replace("_", " ")
    return ("members", "epochs", f"{what}, mean member", "averaged prediction", "averaged weights")


def lines(landscape: Landscape) -> list[str]:
    """The summary, as a table in words."""
    table = landscape.tables.get(TABLE)
    return [*_lines(table), *unfinished.told(table)] if table is not None and len(table) else []


def _lines(table: Table) -> Iterator[str]:
    rows = [("", *heading(table)), *summary(table)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    yield f"ensemble: {measure_of(table).replace('_', ' ')} of each member, of all together, and of their mean weights"
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _value(value: float, name: str) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:.2%}" if name.endswith("_error") else number(float(value), 4)
