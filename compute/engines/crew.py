"""Crew: workers that evaluate tiles somewhere, and `drive`, which keeps them busy: the same for all engines that have workers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from contextlib import closing
from typing import Any, Protocol

import numpy as np

from ..errors import LossvistaError
from ..surface import Mark, Patch
from .dispatch import TRIES, Dispatch
from .task import SURFACE, Task

HEARTBEAT = 0.25  # seconds of silence after which `drive` yields None
VAIN = 3  # workers that may end one after the other before there is any result, each worker's own tiles apart

Event = tuple[Hashable, str, Any]


class Crew(Protocol):
    """What an engine with workers provides. size: how many there shall be.

    Events are (worker, kind, value): ("ready", a line for the log), ("patch", (Patch, seconds that it took)), ("line", what the
    worker printed), ("error", LossvistaError: the problem's own mistake, which ends the job), and ("died", LossvistaError that
    says how), after which there is no more of that worker."""

    size: int

    def hire(self) -> Hashable: ...

    def give(self, worker: Hashable, tile: Task) -> None: ...

    def events(self, patience: float) -> list[Event]: ...

    def close(self) -> None:
        """End all workers at once. They write no files, so there is nothing to wait for."""
        ...


def drive(crew: Crew, tasks: Iterable[Task | None]) -> Iterator[Patch | str | None]:
    """Deal out the tasks' points and yield the patches as they come, lines for the log, and None in silence.

    A worker that ends is replaced, its points are tried again (see `Dispatch`). Raises LossvistaError for a mistake of the
    problem's own, and where workers only ever end."""
    coming = iter(tasks)
    tasks, more = _up_to_pause(coming)
    while more and not tasks:
        tasks, more = _up_to_pause(coming)
    dispatch = Dispatch(tasks, crew.size if more else min(crew.size, max(1, sum(map(len, tasks)))))
    idle: list[Hashable] = []
    ready = restarts = vain = ended = 0
    mistake: LossvistaError | None = None
    with closing(crew):
        for _ in range(0 if dispatch.finished else dispatch.workers):
            crew.hire()
        while True:
            while dispatch.finished and more:
                tasks, more = _up_to_pause(coming)
                dispatch.add(tasks)
                idle = [worker for worker in idle if not _busy(crew, dispatch, worker)]
            if dispatch.finished:
                return
            for _ in range(ended):  # those that ended when there was nothing to do
                crew.hire()
            ended = 0
            items: list[Patch | str | None] = []
            for worker, kind, value in crew.events(HEARTBEAT):
                if kind == "ready":
                    idle.append(worker)
                    items += [value] if ready == 0 else []
                    ready += 1
                elif kind == "patch":
                    patch, seconds = value
                    dispatch.done(worker, seconds)
                    idle.append(worker)
                    items.append(patch)
                    vain = 0
                elif kind == "line":
                    items.append(value)
                elif kind == "died":
                    vain += not dispatch.alone(worker)
                    if vain >= VAIN + 2 * dispatch.workers:
                        raise LossvistaError(
                            f"{value.message} So did {vain - 1} before it, and nothing was computed.",
                            value.hint,
                            details=value.details,
                        )
                    idle = [one for one in idle if one != worker]
                    given_up = dispatch.lost(worker)
                    if given_up is not None:
                        items += [_failed(given_up), _told(given_up)]
                    if not dispatch.finished:
                        restarts += 1
                        crew.hire()
                        items.append(f"{value.message} Another one takes its place: worker restarted ({restarts}).")
                    else:
                        ended += 1
                else:
                    mistake = value
            idle = [worker for worker in idle if not _busy(crew, dispatch, worker)]
            yield from items or [None]
            if mistake is not None:
                raise mistake


def _up_to_pause(coming: Iterator[Task | None]) -> tuple[list[Task], bool]:
    """The tasks up to the next pause (None), and whether more may come after it."""
    found = []
    for task in coming:
        if task is None:
            return found, True
        found.append(task)
    return found, False


def _busy(crew: Crew, dispatch: Dispatch, worker: Hashable) -> bool:
    """Whether there was something to do for an idle worker."""
    tile = dispatch.next(worker)
    if tile is not None:
        crew.give(worker, tile)
    return tile is not None


def _failed(point: Task) -> Patch:
    fields = {} if point.where == SURFACE else {"evaluated": np.full(len(point), float(Mark.FAILED))}
    return Patch(point.index, fields, 0, point.where, Mark.FAILED)


def _told(point: Task) -> str:
    place = ", ".join(f"{name} = {x:g}" for name, x in zip("αβ", point.points[0], strict=False))
    what = "point" if point.where == SURFACE else f"checkpoint {point.index[0]} of '{point.where}', projected on"
    return f"The {what} {place} ended its worker {TRIES} times, alone: it is marked as failed, and the job goes on without it."
