"""Auto engine: this process where there is one device, a worker each where there are several GPUs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..surface import Patch
from .child import child, seats
from .inline import inline
from .lost import lost
from .task import Task

if TYPE_CHECKING:
    from ..blueprint import Blueprint


def auto(blueprint: Blueprint, tasks: Iterable[Task | None]) -> Iterator[Patch | str | None]:
    """The engine (see `engines`). With one device, a worker would cost its start and a second copy of PyTorch in memory."""
    recipe = blueprint.recipe
    return (child if len(seats(recipe.device, recipe.workers)) > 1 else here)(blueprint, tasks)


def here(blueprint: Blueprint, tasks: Iterable[Task | None]) -> Iterator[Patch | str | None]:
    """In this process, as long as its device answers. A GPU that is lost to it is not asked again here: a worker goes on."""
    left = Left(tasks)
    try:
        for item in inline(blueprint, left):
            left.done += len(item.index) if isinstance(item, Patch) else 0
            yield item
        return
    except Exception as error:
        told = lost(error)
        if told is None:
            raise
    yield f"{told.message} A worker process goes on in this one's place."
    yield from child(blueprint, left)


class Left:
    """Tasks, from the first point on that is not `done` of the last one that was asked for, each time that one goes over them."""

    def __init__(self, tasks: Iterable[Task | None]) -> None:
        self._coming = iter(tasks)
        self._last: Task | None = None
        self.done = 0

    def __iter__(self) -> Iterator[Task | None]:
        if self._last is not None and self.done < len(self._last):
            yield self._last.part(self.done, len(self._last))
        for task in self._coming:
            self._last, self.done = task, 0
            yield task
