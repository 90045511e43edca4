"""Scale: one axis of a chart: which values it spans, where they lie between 0 and 1, and which ones get a number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...compute.levels import number

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Scale:
    """low < high: the axis's ends; both > 0 where it is logarithmic."""

    low: float
    high: float
    log: bool = False

    def place(self, values: np.ndarray) -> np.ndarray:
        """Where values lie, 0 at the low end and 1 at the high one; NaN where they cannot be drawn."""
        values = np.asarray(values, float)
        if not self.log:
            return (values - self.low) / (self.high - self.low)
        shown = np.log10(np.where(values > 0, values, np.nan))
        a, b = math.log10(self.low), math.log10(self.high)
        return (shown - a) / (b - a)

    def at(self, place: float) -> float:
        """The value at a place: the inverse of `place`."""
        if not self.log:
            return self.low + place * (self.high - self.low)
        a, b = math.log10(self.low), math.log10(self.high)
        return 10 ** (a + place * (b - a))

    def ticks(self, count: int) -> list[tuple[float, str]]:
        """At most about `count` round values within the ends, with their texts."""
        if not self.log:
            return _round(self.low, self.high, count)
        a, b = math.log10(self.low), math.log10(self.high)
        decades = list(range(math.ceil(a - 1e-9), math.floor(b + 1e-9) + 1))
        if len(decades) >= 3:
            decades = decades[:: max(1, math.ceil(len(decades) / max(count, 2)))]
            return [(10.0**d, _power(d)) for d in decades]
        for steps in ((1, 2, 5), (1, 3), (1,)):
            found = [m * 10.0**d for d in range(math.floor(a), math.ceil(b) + 1) for m in steps]
            found = [v for v in found if self.low * (1 - 1e-9) <= v <= self.high * (1 + 1e-9)]
            if 2 <= len(found) <= count:
                return [(v, number(v)) for v in found]
        return _round(self.low, self.high, count)


def _power(exponent: int) -> str:
    return number(10.0**exponent) if -3 <= exponent <= 3 else f"10{str(exponent).translate(_RAISED)}"


def _round(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / max(count - 1, 1)
    unit = 10.0 ** math.floor(math.log10(rough))
    steps = [unit * m for m in (0.2, 0.5, 1, 2, 5, 10)]
    wide = next(k for k, step in enumerate(steps) if step >= rough * (1 - 1e-9))
    for step in reversed(steps[: wide + 1]):  # the first that gives two numbers: one alone is no scale
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last > first:
            break
    return [(k * step, number(k * step)) for k in range(first, last + 1)]


def spanning(arrays: list[np.ndarray], *, log: bool = False, margin: float = 0.06, least: float = 0.0) -> Scale | None:
    """A scale for all finite values (> 0 where it is logarithmic), with a margin; None where there is none to draw.
    least: the smallest span, so that a constant is a line in the middle."""
    known = np.concatenate([np.asarray(a, float).ravel() for a in arrays]) if arrays else np.zeros(0)
    known = known[np.isfinite(known) & ((known > 0) | (not log))]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    if log:
        a, b = math.log10(low), math.log10(high)
        room = max((b - a) * margin, 0.08)
        return Scale(10 ** max(a - room, -307), 10 ** min(b + room, 307), True)
    low, high = max(low, -1e300), min(high, 1e300)
    room = max((high - low) * margin, least, abs(high) * 1e-3, 1e-12)
    return Scale(low - room, high + room)
