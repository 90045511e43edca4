"""Task: points to evaluate and where their values belong. It pickles, and means the same in any process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SURFACE = "surface"


@dataclass(frozen=True)
class Task:
    """index (k,): flat grid indices, or steps of the trajectory `where`. points (k, axes): their coordinates in the plane."""

    index: np.ndarray
    points: np.ndarray
    where: str = SURFACE

    def __len__(self) -> int:
        return len(self.index)

    def part(self, start: int, stop: int) -> Task:
        """Points start … stop − 1 of this task."""
        return Task(self.index[start:stop], self.points[start:stop], self.where)
