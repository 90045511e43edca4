"""Clipped plan: points that are known to lie above the clip before all samples are evaluated stop there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..engines.stop import Stop
from ..engines.task import SURFACE, Task
from ..surface import FieldInfo, Mark
from .plan import Plan

NEGATIVE = (
    "A sample's loss is negative, so that no running sum proves a point to lie above the clip: "
    "every point is evaluated on all samples, those that stopped before too."
)
SEEN = (
    "Nothing says that this loss function is never negative. Every loss is checked: the first negative one ends the stop, "
    "and the points that stopped before are evaluated again."
)


@dataclass
class Clipped(Plan):
    """stop: the rule. loss: the field it is about."""

    stop: Stop = Stop("proved", 0.0)  # noqa: RUF009  # frozen
    loss: str = "train_loss"

    def tasks(self) -> Iterator[Task | None]:
        """As always, with the stop, and a pause after each task to see whether a loss was negative: from then on every point is
        evaluated whole, those that had stopped first of all."""
        told = False
        while True:
            stop = self.stop.off if self.negative else self.stop
            if self.negative and not told:
                told = True
                self.notes.append(NEGATIVE)
                stopped = np.flatnonzero(self.landscape.surface.evaluated == Mark.BOUND)
                yield from (replace(task, stop=stop) for task in self.surface(stopped))
            task = next(super().tasks(), None)
            if task is None:
                return
            yield task if task.where != SURFACE else replace(task, stop=stop)
            yield None

    @property
    def negative(self) -> bool:
        """Whether the proof does not hold: a negative loss of a single sample was seen."""
        known = self.landscape.surface.fields.get(f"{self.loss}_smallest")
        return self.stop.rule == "proved" and known is not None and bool((known < 0).any())


def info(loss: str, rule: str) -> dict[str, FieldInfo]:
    """What the fields are that a stop adds."""
    about = {f"{loss}_smallest": FieldInfo("train", "nats", "smallest loss of a single sample seen")}
    if rule != "proved":
        about[f"{loss}_estimation_se"] = FieldInfo("train", "nats", "standard error of the estimate (0: all samples)")
    return about
