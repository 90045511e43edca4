"""Series: one line of a chart, and the arithmetic that makes it light: smoothing, and no more points than there are pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

CUT = 0.002  # share of a noisy line's highest and lowest points that the axis need not reach


@dataclass(frozen=True)
class Series:
    """x, y (k,): NaN is a gap. side: which axis y belongs to. role: the key of its colour. kind: "line"; "dash"; "faint", drawn thin
    and pale behind the others; "steps", each value up to the next x; "dots", no line at all. dots: a dot at each point, while they
    are few.
    percent: its values are shares, written as percentages. listed: whether it stands in the legend."""

    name: str
    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    side: Literal["left", "right"] = "left"
    role: str = "loss"
    kind: Literal["line", "dash", "faint", "steps", "dots"] = "line"
    dots: bool = False
    percent: bool = False
    listed: bool = True

    @property
    def telling(self) -> np.ndarray:
        """The values that the axis must reach: not the few spikes of a noisy line."""
        if self.kind != "faint" or len(self.y) < 500:
            return self.y
        known = self.y[np.isfinite(self.y)]
        return np.quantile(known, [CUT, 1 - CUT]) if len(known) else known

    def at(self, x: float) -> float:
        """The value at the point nearest to x; NaN where there is none."""
        known = np.isfinite(self.x) & np.isfinite(self.y)
        if not known.any():
            return float("nan")
        return float(self.y[known][np.abs(self.x[known] - x).argmin()])

    @property
    def last(self) -> float:
        """The latest known value; NaN where there is none."""
        known = self.y[np.isfinite(self.y)]
        return float(known[-1]) if len(known) else float("nan")


def smoothed(values: np.ndarray, width: int) -> np.ndarray:
    """A running mean (k,) over `width` neighbours, twice, so that it has no corners; at the ends over those that there are. Values
    that are not finite are left out; where all are, NaN."""
    if width < 2 or len(values) < 3:
        return np.asarray(values, float)
    known = np.isfinite(values)
    sums, counts = np.where(known, values, 0.0), known.astype(float)
    for _ in range(2):
        sums, counts = _box(sums, width), _box(counts, width)
    with np.errstate(invalid="ignore"):
        return np.where(counts > 1e-9, sums / np.maximum(counts, 1e-12), np.nan)


def _box(values: np.ndarray, width: int) -> np.ndarray:
    """Sums over the `width` neighbours centred on each place, those beyond the ends counted as 0."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    first, last = np.maximum(at - width // 2, 0), np.minimum(at + (width - width // 2), len(values))
    return total[last] - total[first]


def thinned(x: np.ndarray, y: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """A line of many points as one that looks the same on `columns` pixels: of each column the first, lowest, highest and last
    point, in their order. x increases; NaNs in y are left out, but for one where a whole column is unknown."""
    if len(x) <= 4 * columns or columns < 1 or not x[-1] > x[0]:
        return x, y
    column = np.minimum(((x - x[0]) / (x[-1] - x[0]) * columns).astype(int), columns - 1)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    ends = np.append(starts[1:], len(x)) - 1
    low = _extreme(np.where(np.isfinite(y), y, np.inf), starts, np.minimum)
    high = _extreme(np.where(np.isfinite(y), y, -np.inf), starts, np.maximum)
    keep = np.unique(np.concatenate([starts, low, high, ends]))
    return x[keep], y[keep]


def _extreme(values: np.ndarray, starts: np.ndarray, of: np.ufunc) -> np.ndarray:
    """The index of each segment's lowest or highest value."""
    best = np.repeat(of.reduceat(values, starts), np.diff(np.append(starts, len(values))))
    hits = np.flatnonzero(values == best)
    return hits[np.searchsorted(hits, starts)]


def drops(x: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Where a learning rate falls by a third or more at once: the x of the first point with the lower one."""
    known = np.isfinite(x) & np.isfinite(rates) & (rates > 0)
    x, rates = x[known], rates[known]
    return x[1:][rates[1:] < 0.67 * rates[:-1]] if len(x) > 1 else np.zeros(0)
