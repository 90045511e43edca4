"""Timeline: one clock for the paths of a landscape, by epoch, step or checkpoint, so that they can be played side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .trajectory import CURVE, UNORDERED, Trajectory

UNITS = ("epoch", "step", "checkpoint")
Moment = tuple[str, float]  # a timeline's unit, and a time on it


@dataclass(frozen=True)
class Timeline:
    """unit: what time counts; the first of `UNITS` that all paths know. times: name → (T,) when each checkpoint was, not
    decreasing. Paths without a checkpoint, models in no order, and curves between networks, which nobody went along, are left out."""

    unit: str = "checkpoint"
    times: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: Mapping[str, Trajectory]) -> Timeline:
        """The clock of some paths."""
        known = {name: path for name, path in paths.items() if len(path) and not {UNORDERED, CURVE} & path.how.keys()}
        for unit in UNITS:
            times = {name: _times(path, unit) for name, path in known.items()}
            if all(_runs(t) for t in times.values()):
                return cls(unit, times)
        raise AssertionError("checkpoints can always be counted")

    def __bool__(self) -> bool:
        return bool(self.times)

    @cached_property
    def moments(self) -> np.ndarray:
        """(m,) increasing: when any path has a checkpoint."""
        return np.unique(np.concatenate(list(self.times.values()))) if self.times else np.zeros(0)

    @property
    def start(self) -> float:
        return float(self.moments[0]) if self else 0.0

    @property
    def end(self) -> float:
        return float(self.moments[-1]) if self else 0.0

    def clamped(self, time: float) -> float:
        """A time that is not before the start or after the end."""
        return float(min(max(time, self.start), self.end))

    def stepped(self, time: float, by: int) -> float:
        """The next (by = 1) or the previous (−1) moment; the nearest end beyond it."""
        if not self:
            return 0.0
        at = np.searchsorted(self.moments, time, "right" if by > 0 else "left") + (by if by < 0 else by - 1)
        return float(self.moments[int(np.clip(at, 0, len(self.moments) - 1))])

    def place(self, name: str, time: float) -> float:
        """How far along a path is at a time, in checkpoints: 2.5 is half-way from the third to the fourth. Before its first
        checkpoint 0, after its last one there."""
        times = self.times[name]
        at = int(np.searchsorted(times, time, "right")) - 1  # of several checkpoints of one time, the last
        if at < 0:
            return 0.0
        if at >= len(times) - 1:
            return float(len(times) - 1)
        return at + float((time - times[at]) / (times[at + 1] - times[at]))

    def reached(self, name: str, time: float) -> int:
        """The latest checkpoint of a path at a time; its first before that."""
        return int(self.place(name, time))


def _times(path: Trajectory, unit: str) -> np.ndarray:
    return np.arange(len(path), dtype=float) if unit == "checkpoint" else path[unit]


def _runs(times: np.ndarray) -> bool:
    """Whether these can be a clock: known, and never back."""
    return bool(np.isfinite(times).all() and (np.diff(times) >= 0).all() and (len(times) < 2 or times[-1] > times[0]))
