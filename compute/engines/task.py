"""Task: points to evaluate and where their values belong. Every engine evaluates a task's points by the same code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .evaluator import Evaluator

if TYPE_CHECKING:
    from ..training.recording import Recording


@dataclass(frozen=True)
class Task:
    """index (k,): flat grid indices, or steps of the trajectory `where`. points (k, axes): their coordinates in the plane.
    recording: set for a trajectory: each step is then evaluated twice, at the checkpoint itself (its true loss) and at its
    projection (the slice's loss)."""

    index: np.ndarray
    points: np.ndarray
    where: str = "surface"
    recording: Recording | None = None

    def evaluate(self, evaluator: Evaluator, place: int) -> dict[str, float]:
        """The fields of point index[place]."""
        found = evaluator.at(*self.points[place])
        if self.recording is None:
            return found
        loss, _, *metrics = evaluator.fields
        true = evaluator.of(self.recording.weights(int(self.index[place])))
        return {"slice_loss": found[loss], "evaluated": 1.0, **{name: true[name] for name in (loss, *metrics)}}
