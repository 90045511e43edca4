"""Bench: what evaluates points in one process. Every engine, wherever its processes run, evaluates every point by this code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..surface import Patch
from .evaluator import Evaluator
from .task import SURFACE, Task

if TYPE_CHECKING:
    from ..training.recording import Recording


@dataclass(frozen=True)
class Bench:
    """recordings: the paths, by the names of their trajectories."""

    evaluator: Evaluator
    recordings: Mapping[str, Recording] = field(default_factory=dict)

    def patch(self, task: Task) -> Patch:
        """The values of all points of a task."""
        rows = [self.row(task, place) for place in range(len(task))]
        return self.collected(task, rows)

    def collected(self, task: Task, rows: Sequence[Mapping[str, float]]) -> Patch:
        """Rows of values, one a point of the task, as a patch."""
        fields = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        return Patch(task.index, fields, len(self.evaluator), task.where)

    def row(self, task: Task, place: int) -> dict[str, float]:
        """The fields of point index[place]. A step of a trajectory is evaluated twice: at the checkpoint itself (its true loss)
        and at its projection (the slice's loss)."""
        found = self.evaluator.at(*task.points[place])
        if task.where == SURFACE:
            return found
        loss, _, *metrics = self.evaluator.fields
        true = self.evaluator.of(self.recordings[task.where].weights(int(task.index[place])))
        return {"slice_loss": found[loss], "evaluated": 1.0, **{name: true[name] for name in (loss, *metrics)}}
