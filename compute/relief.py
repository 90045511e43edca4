"""Relief: how values become heights. One relief serves the scene and the exporters: an export is what one sees."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .choices import Choices, choice
from .grid import Grid


class Relief(Choices):
    """Frozen. `low`/`high` are the loss range that fills the height; None means this landscape's own (see `resolved`)."""

    field: str = choice("", "Field", "What is shown; empty = the train loss.", group="Relief")
    scale: Literal["log", "linear", "symlog"] = choice(
        "log", "Scale", "How the loss becomes height and colour.", group="Relief"
    )
    clip: float | None = choice(
        None, "Threshold", "Everything above this loss is cut away, along the iso-line.", group="Relief"
    )
    clip_style: Literal["remove", "cap", "hatch"] = choice(
        "remove",
        "Removed part",
        "What lies above the threshold: gone, a translucent plateau at its height, or a hatched one.",
        group="Relief",
    )
    height: float = choice(1.0, "Height", "Vertical exaggeration.", group="Relief", low=0.0, high=10.0)
    low: float | None = choice(None, "Range from", "Lowest loss of the colour and height range.", group="Relief")
    high: float | None = choice(None, "Range to", "Highest loss of the colour and height range.", group="Relief")
    trim: float = choice(
        0.0,
        "Percentiles",
        "An automatic range leaves out this share, in %, of the lowest and of the highest values: 2 = from the 2nd to the "
        "98th percentile.",
        group="Relief",
        low=0.0,
        high=25.0,
    )

    def transform(self, losses: np.ndarray | float) -> np.ndarray:
        """Losses → displayed values, same shape: log10, symlog (linear below 1) or the loss. Not finite → NaN (a hole);
        under log, values ≤ 0 also (the caller may say how many: `holes`)."""
        values = np.asarray(losses, float)
        with np.errstate(all="ignore"):
            if self.scale == "log":
                shown = np.log10(np.where(values > 0, values, np.nan))
            elif self.scale == "symlog":
                shown = np.sign(values) * np.log10(1 + np.abs(values))
            else:
                shown = values
            return np.where(np.isfinite(shown), shown, np.nan)

    def inverse(self, shown: np.ndarray | float) -> np.ndarray:
        """Displayed values → losses."""
        shown = np.asarray(shown, float)
        with np.errstate(over="ignore"):  # the largest floats may come back as inf
            if self.scale == "log":
                return 10.0**shown
            if self.scale == "symlog":
                return np.sign(shown) * (10.0 ** np.abs(shown) - 1)
        return shown

    def resolved(self, losses: np.ndarray) -> Relief:
        """This relief with its range filled in from the finite values of `losses`: all of them, or those between the percentiles
        `trim` and 100 − `trim`. Nothing finite: 0…1."""
        if self.low is not None and self.high is not None:
            return self
        losses = np.asarray(losses, float)
        finite = losses[np.isfinite(self.transform(losses))]
        low, high = 0.0, 1.0
        if len(finite):
            ends = (self.trim, 100 - self.trim)
            low, high = np.percentile(finite, ends, method="nearest") if self.trim else (finite.min(), finite.max())
        return self.model_copy(
            update={
                "low": self.low if self.low is not None else float(low),
                "high": self.high if self.high is not None else float(high),
            }
        )

    @property
    def span(self) -> tuple[float, float]:
        """The displayed range (after `transform`) of a resolved relief."""
        low, high = (float(self.transform(v)) for v in (self.low, self.high))  # type: ignore[arg-type]
        return low, high

    def share(self, losses: np.ndarray | float) -> np.ndarray:
        """Losses → shares of the displayed range: 0 at its low end, 1 at its high one, NaN for a hole; same shape. A range
        without an extent gives ½. 1e-300 and 1e300 will do as well: shares end at ±10⁹. Needs a resolved relief."""
        low, high = self.span
        shown = self.transform(losses)
        if not high > low:
            return np.where(np.isfinite(shown), 0.5, np.nan)
        if np.isinf(high - low):
            low, high, shown = low / 2, high / 2, shown / 2
        with np.errstate(over="ignore"):
            return np.clip((shown - low) / (high - low), -1e9, 1e9)

    def heights(self, losses: np.ndarray) -> np.ndarray:
        """Losses → heights in scene units, in which the plane's longer side is 2 (see `place`). Needs a resolved relief.
        The range low…high rises by 0.45 for each unit of ln loss under log, but by no more than 1.15 and no less than 0.45
        in all, so that steep and flat landscapes both read; a constant surface is flat."""
        low, high = self.span
        share = self.share(losses)
        if not high > low:
            return share * 0.0
        rise = float(np.clip(0.45 * np.log(10) * (high - low), 0.45, 1.15)) if self.scale == "log" else 1.0
        return self.height * rise * share

    def holes(self, losses: np.ndarray) -> dict[str, int]:
        """How many values cannot be drawn, by cause; causes that do not occur are absent."""
        losses = np.asarray(losses)
        counts = {"NaN": np.isnan(losses), "+inf": losses == np.inf, "−inf": losses == -np.inf}
        if self.scale == "log":
            counts["≤ 0 (no logarithm)"] = np.isfinite(losses) & (losses <= 0)
        return {cause: int(n.sum()) for cause, n in counts.items() if n.any()}


def place(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Scene coordinates x (nx,), y (ny,) of the grid's α and β: the longer side is −1…1, the shorter at least 0.6 of it."""
    width, depth = (float(axis[-1] - axis[0]) or 1.0 for axis in (grid.alpha, grid.beta))
    x, y = min(1.0, max(width / depth, 0.6)), min(1.0, max(depth / width, 0.6))
    return to_scene(grid.alpha, grid.alpha, x), to_scene(grid.beta, grid.beta, y)


def to_scene(values: np.ndarray, axis: np.ndarray, half: float) -> np.ndarray:
    """Coordinates along an axis → scene units, the axis's ends at −half and +half."""
    low, high = float(axis[0]), float(axis[-1])
    return (np.asarray(values, float) - low) / ((high - low) or 1.0) * 2 * half - half
