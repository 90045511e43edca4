"""Levels: at which losses contour lines run, and which ones get a number. The same for scene, figures and exports."""

from __future__ import annotations

import math

import numpy as np

from .relief import Relief

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def contour_levels(relief: Relief, count: int) -> np.ndarray:
    """About `count` losses (k,), evenly spaced in the displayed scale between the range's ends, below the threshold.
    They depend on the relief alone, so that landscapes with one relief share them. Needs a resolved relief."""
    low, high = relief.span
    if not high > low:
        return np.zeros(0)
    share = (np.arange(count) + 0.5) / count
    shown = low * (1 - share) + high * share
    losses = relief.inverse(shown)
    return losses if relief.clip is None else losses[losses < relief.clip]


def tick_losses(relief: Relief, count: int = 6) -> tuple[np.ndarray, list[str]]:
    """Losses (k,) to number on a colour bar, and their texts: powers of ten where the range spans enough of them."""
    low, high = relief.span
    if not high > low:
        return np.array([relief.inverse(low)]), [number(float(relief.inverse(low)))]
    if relief.scale == "log" and high - low > 0.3:
        decades = np.arange(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        if len(decades) >= 3:
            decades = decades[:: math.ceil(len(decades) / count)]
            return 10.0**decades, [f"10{str(int(d)).translate(_RAISED)}" for d in decades]
        for steps in ((1, 2, 5), (1, 3), (1,)):
            grid = np.array([m * 10.0**e for e in range(math.floor(low), math.ceil(high) + 1) for m in steps])
            losses = grid[(np.log10(grid) >= low - 1e-9) & (np.log10(grid) <= high + 1e-9)]
            if 2 <= len(losses) <= count + 1:
                return losses, [number(v) for v in losses]
    a, b = float(relief.inverse(low)), float(relief.inverse(high))
    if not max(abs(a), abs(b)) < 1e300:  # the locator would overflow
        return np.array([a, b]), [number(a), number(b)]
    from matplotlib.ticker import MaxNLocator  # not for those who only want `number`

    losses = np.asarray(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(a, b))
    losses = losses[(losses >= a - 1e-12) & (losses <= b + 1e-12)]
    return losses, [number(v) for v in losses]


def number(value: float, digits: int = 4) -> str:
    """A number for people: true minus sign, `digits` significant ones but all of those before the point; the very small and
    large as m·10ⁿ; nan and inf as themselves."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.{max(digits - 2, 1)}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")
    decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0) if value else 0
    text = f"{value:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def round_ticks(low: float, high: float, count: int) -> np.ndarray:
    """Round numbers between low and high, about `count` of them."""
    from matplotlib.ticker import MaxNLocator  # slow to import, and only who draws needs it

    if not high > low:
        return np.array([low])
    values = np.asarray(MaxNLocator(max(count, 1), steps=[1, 2, 2.5, 5, 10]).tick_values(low, high))
    slack = 1e-9 * (high - low)
    return np.where(np.abs(values) < slack, 0.0, values)[(values >= low - slack) & (values <= high + slack)]
