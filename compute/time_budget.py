"""Time budget: how long a study that trains networks may take. It ends with what is complete, and the same choices go on from there."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any, TypeVar

from .amounts import seconds
from .choices import Choices
from .landscape import Landscape
from .progress import Job
from .recipe import Recipe
from .run import run
from .storage import keep, load, save
from .studies.added import Added
from .there import is_there
from .unfinished import UNFINISHED

TRAINING = 0.75  # of the time, which trainings may take: the rest is for what is measured of them

T = TypeVar("T")


class TimeBudget:
    """Of a job that begins now. text: as people type it, "" for as long as it takes."""

    def __init__(self, text: str = "") -> None:
        self._begun, self._seconds, self._moved = time.monotonic(), seconds(text) if text else math.inf, False

    @property
    def left(self) -> float | None:
        """Seconds, None for as long as it takes."""
        return None if math.isinf(self._seconds) else max(0.0, self._begun + self._seconds - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether the trainings' part of it is spent, and one of them came forward: the same call again and again comes to its end."""
        return self._moved and time.monotonic() - self._begun >= TRAINING * self._seconds

    def training(self, job: Job[T]) -> Job[T | None]:
        """The job, which is closed where the trainings' time is over; then None. It keeps its state when it is closed, as a training
        does."""
        first: int | None = None
        try:
            while True:
                try:
                    progress = next(job)
                except StopIteration as end:
                    return end.value
                first = progress.done if first is None and progress.total else first
                yield progress
                self._moved |= first is not None and first < progress.done
                if self.over and progress.done < progress.total:
                    return None
        finally:
            job.close()


def computed(
    recipe: Recipe, out: str, added: Added, table: str, budget: TimeBudget, *, overwrite: bool = False
) -> Job[Landscape]:
    """The landscape of a study, in what is left of its time: as `run` does it, and with what was `added`, also where its surface was
    there already. table: the study's, which says whether it is finished."""
    found = added.tables[table].how
    landscape = yield from run(recipe, out, overwrite=overwrite, budget=budget.left, added=added)
    there = landscape.tables.get(table)
    if there is None or there.how.get(UNFINISHED, "") != found.get(UNFINISHED, ""):
        added.into(landscape)
        save(landscape, out)
    return landscape


def replaces(out: str, table: str, choices: Choices) -> bool:
    """Whether `out`, or the journal beside it, holds a landscape that a study of these choices had not finished. table: the study's."""
    if not is_there(out):
        if not is_there(f"{out}.journal"):
            return False
        keep(out)
    there = load(out).tables.get(table)
    if there is None or not there.how.get(UNFINISHED):
        return False
    known = there.how.get("choices", there.how)
    return isinstance(known, Mapping) and all(known.get(name) == value for name, value in decided(choices).items())


def decided(choices: Choices) -> dict[str, Any]:
    """The choices, as a table keeps them: without the time, which decides no number."""
    return choices.model_dump(mode="json", exclude={"budget"})
