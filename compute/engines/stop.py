"""Stop: when enough samples of a point are evaluated to know that its loss lies above the clip."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

SIGMAS = 6.0  # standard errors that the six-sigma stop asks for
LEAST = 100  # samples before a standard error is believed
ROUNDING = 1e-12  # relative: sums in float64 are exact to far better than this


@dataclass
class Tally:
    """Running sums of per-sample losses in float64: count m, Σℓ, Σ(ℓ − first)², and the smallest loss seen (NaN where any is)."""

    count: int = 0
    total: float = 0.0
    smallest: float = math.inf
    _shift: float = field(default=math.nan, repr=False)
    _one: float = 0.0
    _two: float = 0.0

    def add(self, losses: np.ndarray) -> None:
        """losses (b,)."""
        losses = np.asarray(losses, np.float64)
        if not len(losses):
            return
        if self.count == 0:
            self._shift = float(losses[0])
        with np.errstate(invalid="ignore", over="ignore"):
            self.count += len(losses)
            self.total += float(losses.sum())
            self._one += float((losses - self._shift).sum())
            self._two += float(np.square(losses - self._shift).sum())
            self.smallest = float(np.minimum(self.smallest, losses.min()))

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else math.nan

    @property
    def deviation(self) -> float:
        """Standard deviation s of the losses so far (divisor m − 1); NaN of fewer than two."""
        if self.count < 2 or not math.isfinite(self._two):
            return math.nan
        return math.sqrt(max(self._two - self._one**2 / self.count, 0.0) / (self.count - 1))


def standard_error(deviation: float, count: int, of: int) -> float:
    """Of a mean over `count` samples drawn without replacement from `of`: s/√m · √(1 − m/n)."""
    return deviation / math.sqrt(count) * math.sqrt(max(1 - count / of, 0.0))


@dataclass(frozen=True)
class Stop:
    """rule: "proved" or "six-sigma". clip: T, in the loss's units.

    proved: losses are never negative, so that Σℓ > n·T over the first m of n samples already says that the mean is above T; it is
    not the truth where a later sample's loss is negative, which whoever asks must see to. six-sigma: the samples come in an order
    that was drawn at random, and the mean of the first m lies more than 6 of its standard errors above T: a statistical test."""

    rule: str
    clip: float

    @property
    def off(self) -> Stop:
        """A stop that is never met, so that all samples are evaluated, and what was seen of them is said as with this one."""
        return replace(self, clip=math.inf)

    def met(self, tally: Tally, of: int) -> bool:
        """Whether these samples of `of` suffice. Never where all are there anyway, nor where a loss is not finite."""
        if tally.count >= of or not math.isfinite(tally.total):
            return False
        if self.rule == "proved":
            return tally.smallest >= 0 and tally.total > of * self.clip * (1 + ROUNDING)
        error = standard_error(tally.deviation, tally.count, of)
        return tally.count >= min(LEAST, of) and tally.mean - SIGMAS * error > self.clip
