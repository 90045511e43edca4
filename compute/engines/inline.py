"""Inline engine: evaluates tasks one after the other, in the process that asks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..surface import Patch
from .bench import Bench
from .task import Task

if TYPE_CHECKING:
    from ..blueprint import Blueprint

TILE_SECONDS = 0.5  # so that cancelling and the journal stay responsive


def inline(blueprint: Blueprint, tasks: Iterable[Task | None]) -> Iterator[Patch | str]:
    """The engine (see `engines`)."""
    yield blueprint.bench.evaluator.note
    yield from patches(blueprint.bench, tasks)


def patches(bench: Bench, tasks: Iterable[Task | None]) -> Iterator[Patch]:
    """Patches of the tasks' points, in their order, each of about half a second's work."""
    for task in filter(None, tasks):
        done, rows, begun = 0, [], time.monotonic()
        for place in range(len(task)):
            rows.append(bench.row(task, place))
            if time.monotonic() - begun >= TILE_SECONDS or place == len(task) - 1:
                yield bench.collected(task.part(done, place + 1), rows)
                done, rows, begun = place + 1, [], time.monotonic()
