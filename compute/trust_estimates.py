"""Trust (of estimates): how far points that were estimated from a part of the samples can be off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .landscape import Landscape
from .surface import Mark
from .verdict import TrustLine, judged

ERROR = (0.03, 0.2)  # largest standard error of an estimate, relative to its loss


def estimates(landscape: Landscape) -> Iterator[TrustLine]:
    """The line about estimates, where there are any."""
    surface = landscape.surface
    estimated = surface.evaluated == Mark.ESTIMATED
    errors = surface.fields.get(f"{surface.main}_estimation_se") if surface.fields else None
    if not estimated.any() or errors is None:
        return
    with np.errstate(invalid="ignore", divide="ignore"):
        rough = errors[estimated] / np.abs(surface.values(surface.main)[estimated])
    worst = float(np.nanmax(rough)) if np.isfinite(rough).any() else float("inf")
    yield TrustLine(
        "Error of the estimates",
        f"at most {100 * worst:.2g} % of the loss, {100 * float(np.nanmedian(rough)):.2g} % as a rule",
        judged(worst, ERROR),
        "Standard error against the value on all samples: of a hundred such points, one or less is off by more than three of it.",
        "" if judged(worst, ERROR) == "good" else "Ask for a smaller error before you read single values off.",
        "" if judged(worst, ERROR) == "good" else "--target-se",
    )
