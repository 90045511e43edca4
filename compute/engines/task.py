"""Task: points to evaluate and where their values belong. It pickles, and means the same in any process."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .stop import Stop

SURFACE = "surface"


@dataclass(frozen=True)
class Task:
    """index (k,): flat grid indices, or steps of the trajectory `where`. points (k, axes): their coordinates in the plane.
    stop: when a surface point has enough samples, if not with all of them."""

    index: np.ndarray
    points: np.ndarray
    where: str = SURFACE
    stop: Stop | None = None

    def __len__(self) -> int:
        return len(self.index)

    def part(self, start: int, stop: int) -> Task:
        """Points start … stop − 1 of this task."""
        return replace(self, index=self.index[start:stop], points=self.points[start:stop])
