"""Task: points to evaluate and where their values belong. It pickles, and means the same in any process."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .stop import Stop

SURFACE = "surface"


@dataclass(frozen=True)
class Task:
    """index (k,): flat grid indices, or steps of the trajectory `where`. points (k, axes): their coordinates in the plane.
    stop: when a surface point has enough samples, if not with all of them. portion (k, 2): of each point,
    the batches of samples from the first up to before the second, counted round (after the last comes the first again); wanted
    are the values of each of these samples, and the point's fields only where these are all."""

    index: np.ndarray
    points: np.ndarray
    where: str = SURFACE
    stop: Stop | None = None
    portion: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.index)

    def part(self, start: int, stop: int) -> Task:
        """Points start … stop − 1 of this task."""
        portion = None if self.portion is None else self.portion[start:stop]
        return replace(self, index=self.index[start:stop], points=self.points[start:stop], portion=portion)
