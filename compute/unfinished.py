"""Unfinished: what a study that ran out of its time left undone, as its table keeps it and people read it."""

from __future__ import annotations

from collections.abc import Iterator

from .table import Table

UNFINISHED = "unfinished"  # in a table's how; "" or missing: all is done
GOES_ON = "The same choices go on from there."


def told(table: Table | None) -> Iterator[str]:
    """A line about what is not done yet, where there is something."""
    left = str(table.how.get(UNFINISHED, "")) if table is not None else ""
    if left:
        yield f"  not finished, the time was spent: {left}. {GOES_ON}"
