"""Outcome: how a ball's way ended, in figures that can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..trajectory import Trajectory


@dataclass(frozen=True)
class Outcome:
    """steps: done so far. lowest: the least true loss on the way, first met at step `at`. final: the last one. distance: of the last
    point from the plane, in weight units. end: in words."""

    steps: int
    lowest: float
    at: int
    final: float
    distance: float
    end: str


def outcome(path: Trajectory) -> Outcome:
    """Of a ball's way, or of as much of it as there is. NaN where no loss is known."""
    losses, steps = path["train_loss"], path["step"]
    nan = float("nan")
    if not len(path):
        return Outcome(0, nan, 0, nan, nan, "")
    known = np.flatnonzero(np.isfinite(losses))
    best = int(known[losses[known].argmin()]) if len(known) else 0
    return Outcome(
        int(steps[-1]),
        float(losses[best]),
        int(steps[best]),
        float(losses[-1]),
        float(path["distance"][-1]),
        str(path.how.get("end", "")),
    )
