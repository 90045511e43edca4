"""Told (of a connection): what the table `connection` says: the barrier of the curve and of the straight line, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .. import unfinished
from ..landscape import Landscape
from ..levels import number
from ..table import Table
from .curve import SEGMENT, barrier

TABLE = "connection"
KINDS = {"bezier": "the Bezier curve", "polychain": "the polygonal chain", SEGMENT: "the straight line"}


@dataclass(frozen=True)
class Way:
    """One way under one policy. t, loss (T,): where and what. highest, at: the greatest loss and its t. rows: of the table."""

    name: str
    statistics: str
    t: np.ndarray
    loss: np.ndarray
    rows: np.ndarray

    @property
    def barrier(self) -> float:
        return barrier(self.loss)

    @property
    def highest(self) -> float:
        return float(self.loss.max())

    @property
    def at(self) -> float:
        return float(self.t[int(self.loss.argmax())])


def ways(table: Table, column: str = "train_loss") -> list[Way]:
    """The ways that a table tells of, in its order, each by t."""
    found = []
    keys = list(dict.fromkeys(zip(table["way"].tolist(), table["statistics"].tolist(), strict=True)))
    for name, policy in keys:
        rows = np.flatnonzero((table["way"] == name) & (table["statistics"] == policy))
        rows = rows[np.argsort(np.asarray(table["t"], float)[rows], kind="stable")]
        t, known = (np.asarray(table[key], float)[rows] for key in ("t", column))
        found.append(Way(str(name), str(policy), t, known, rows))
    return found


def lines(landscape: Landscape) -> list[str]:
    """The barriers of each way, and what the test data say."""
    table = landscape.tables.get(TABLE)
    return [*_lines(table), *unfinished.told(table)] if table is not None and len(table) else []


def _lines(table: Table) -> Iterator[str]:
    several = len({way.statistics for way in ways(table)}) > 1
    yield "connection: loss along the way from the first network (t = 0) to the second (t = 1)"
    for way in ways(table):
        policy = f", batch-norm {way.statistics}" if several else ""
        ends = f"{number(float(way.loss[0]))} and {number(float(way.loss[-1]))} at the ends"
        yield (
            f"  {KINDS.get(way.name, way.name)}{policy}: barrier {number(way.barrier)}; "
            f"highest {number(way.highest)} at t = {way.at:.2f}; {ends}"
        )
        for column, what in (("train_error", "training"), ("test_error", "test")):
            if column in table.columns and np.isfinite(error := np.asarray(table[column], float)[way.rows]).all():
                yield f"    {what} error: {error[0]:.2%} and {error[-1]:.2%} at the ends, at most {error.max():.2%}"
    if "distance" in table.columns:
        far = float(np.asarray(table["distance"], float).max())
        length = table.how.get("length")
        if isinstance(length, (int, float)) and length > 0:
            place = "in the plane" if far <= 1e-4 * length else f"up to {number(far)} from the plane"
            yield f"  the curve is {number(float(length))} long, {float(length) / table.how['apart']:.2f} × the straight line, {place}"
