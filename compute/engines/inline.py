"""Inline engine: evaluates tasks one after the other, in the process that asks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import numpy as np

from ..surface import Patch
from .evaluator import Evaluator
from .task import Task

TILE_SECONDS = 0.5  # so that cancelling and the journal stay responsive


def inline(evaluator: Evaluator, tasks: Iterable[Task]) -> Iterator[Patch]:
    """Patches of the tasks' points, in their order, each of about half a second's work."""
    for task in tasks:
        done, rows, begun = 0, [], time.monotonic()
        for place in range(len(task.index)):
            rows.append(task.evaluate(evaluator, place))
            if time.monotonic() - begun >= TILE_SECONDS or place == len(task.index) - 1:
                fields = {name: np.array([row[name] for row in rows]) for name in rows[0]}
                yield Patch(task.index[done : place + 1], fields, len(evaluator), task.where)
                done, rows, begun = place + 1, [], time.monotonic()
