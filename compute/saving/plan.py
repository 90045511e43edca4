"""Plan: which points are evaluated in which order, on which samples, and what of that is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ..engines.task import Task
from ..landscape import Landscape
from ..surface import Mark, Patch

FIRST_LOOK = 81  # surface points (9×9) that come before the path: enough to see the shape


@dataclass
class Plan:
    """Every point on all samples: a first look at the surface, the path, the rest of the surface.

    done, total: points of surface and paths. notes: lines for the log, taken away by whoever says them. A plan is asked for its
    tasks one after the other while their patches are stored (None: not before all those before are)."""

    landscape: Landscape
    notes: list[str] = field(default_factory=list)

    def tasks(self) -> Iterator[Task | None]:
        """What is still to be evaluated."""
        missing = self.landscape.surface.missing
        first = max(0, FIRST_LOOK - (self.landscape.surface.grid.size - len(missing)))
        yield from self.surface(missing[:first])
        yield from self.paths()
        yield from self.surface(missing[first:])

    def stored(self, patch: Patch) -> Patch:
        """What of an engine's patch belongs in the journal and the landscape."""
        return patch

    def last(self) -> Patch | None:
        """What can be said without evaluating, when all tasks are done."""
        return None

    @property
    def total(self) -> int:
        return self.landscape.surface.grid.size + sum(map(len, self.landscape.trajectories.values()))

    @property
    def done(self) -> int:
        there = [path["evaluated"] for path in self.landscape.trajectories.values()]
        known = sum(int(np.isin(own, (Mark.EVALUATED, Mark.FAILED)).sum()) for own in there)
        return known + int(np.count_nonzero(self.landscape.surface.evaluated != Mark.NOT_YET))

    def surface(self, index: np.ndarray) -> Iterator[Task]:
        """A task of these points of the surface, if there are any."""
        if len(index):
            yield Task(index, self.landscape.surface.grid.points(index)[:, : len(self.landscape.axes)])

    def paths(self) -> Iterator[Task]:
        """Tasks of what is missing of the paths."""
        for name, path in self.landscape.trajectories.items():
            left = np.flatnonzero(~np.isin(path["evaluated"], (Mark.EVALUATED, Mark.FAILED)))
            points = np.stack([path["alpha"], path["beta"]], 1)[left, : len(self.landscape.axes)]
            if len(left):
                yield Task(left, points, name)
