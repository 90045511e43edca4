"""Bench: what evaluates points in one process. Every engine, wherever its processes run, evaluates every point by this code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..surface import Mark, Patch
from .evaluator import Evaluator
from .task import SURFACE, Task

if TYPE_CHECKING:
    from ..training.recording import Recording


class Row(NamedTuple):
    """A point's fields (none, if only a portion of the samples was asked for), how many samples they are of, and what that makes of
    the value."""

    fields: dict[str, float]
    samples: int
    mark: Mark = Mark.EVALUATED
    each: np.ndarray | None = None  # (measures, m) of single samples


@dataclass(frozen=True)
class Bench:
    """recordings: the paths, by the names of their trajectories."""

    evaluator: Evaluator
    recordings: Mapping[str, Recording] = field(default_factory=dict)

    def patch(self, task: Task) -> Patch:
        """The values of all points of a task."""
        rows = [self.row(task, place) for place in range(len(task))]
        return self.collected(task, rows)

    def collected(self, task: Task, rows: Sequence[Row]) -> Patch:
        """Rows of values, one a point of the task, as a patch."""
        fields = {name: np.array([row.fields[name] for row in rows]) for name in rows[0].fields}
        if task.portion is not None:
            each = [row.each for row in rows if row.each is not None]
            return Patch(task.index, fields, len(self.evaluator), task.where, each=each)
        if task.stop is None:
            return Patch(task.index, fields, len(self.evaluator), task.where)
        samples, marks = np.array([row.samples for row in rows]), np.array([row.mark for row in rows], np.uint8)
        return Patch(task.index, fields, samples, task.where, marks)

    def row(self, task: Task, place: int) -> Row:
        """The fields of point index[place]. A step of a trajectory is evaluated twice: at the checkpoint itself (its true loss)
        and at its projection (the slice's loss)."""
        if task.portion is not None:
            found, each = self.evaluator.portion(*task.portion[place].tolist(), *task.points[place])
            return Row(found, each.shape[1], each=each)
        if task.stop is not None:
            return Row(*self.evaluator.until(task.stop, *task.points[place]))
        found = self.evaluator.at(*task.points[place])
        if task.where == SURFACE:
            return Row(found, len(self.evaluator))
        loss, _, *metrics = self.evaluator.fields
        true = self.evaluator.of(self.recordings[task.where].weights(int(task.index[place])))
        values = {"slice_loss": found[loss], "evaluated": 1.0, **{name: true[name] for name in (loss, *metrics)}}
        return Row(values, len(self.evaluator))
