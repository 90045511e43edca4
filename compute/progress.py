"""Progress: what a long job says while it runs. Anything long is a generator that yields these and returns its result."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from .landscape import Landscape
    from .studies.added import Added
    from .surface import Patch
    from .trajectory import Trajectory

T = TypeVar("T")
Job = Generator["Progress", None, T]


@dataclass(frozen=True)
class Progress:
    """One step of a job.

    stage: what is being done, for people ("evaluating the surface"). done/total: in the stage's own units; total 0 = unknown.
    eta: seconds left, None = unknown. patch: results to add to the landscape. start: the landscape (axes, grid, no values)
    that the patches fill, sent once. note: a line for the log. figures: numbers worth a curve (train_loss, …). grown: name →
    the path of that name in the landscape, with more checkpoints than before. added: what a study has found so far.
    """

    stage: str
    done: int = 0
    total: int = 0
    eta: float | None = None
    patch: Patch | None = None
    start: Landscape | None = None
    note: str = ""
    figures: dict[str, float] | None = None
    grown: dict[str, Trajectory] | None = None
    added: Added | None = None


class Pace:
    """Seconds left, from the share of the work done since the start. Monotonic: clock changes and sleep do not matter."""

    def __init__(self, total: int, done: int = 0) -> None:
        self.total, self.first, self.begun = total, done, time.monotonic()

    def eta(self, done: int) -> float | None:
        if done <= self.first:
            return None
        return (time.monotonic() - self.begun) / (done - self.first) * (self.total - done)


def drain(job: Job[T]) -> T:
    """Run a job to its end and return its result."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value
