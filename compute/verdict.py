"""Verdict: one line of trust, and how a figure is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .landscape import Landscape

Verdict = Literal["good", "fair", "poor", "info"]


@dataclass(frozen=True)
class TrustLine:
    """label and value: as shown. verdict: good (green), fair (amber), poor (red) or info. meaning: what it says, in one or two plain
    sentences. todo: what to do about it, "" where there is nothing to do. flag: of the
    command line, where one does that; the window has a control for it."""

    label: str
    value: str
    verdict: Verdict
    meaning: str
    todo: str = ""
    flag: str = ""


def judged(value: float, limits: tuple[float, float]) -> Verdict:
    """good below the first limit, fair below the second, poor from there on, and where it is NaN."""
    return "good" if value < limits[0] else "fair" if value < limits[1] else "poor"


def figure(landscape: Landscape, name: str) -> float | None:
    """A number out of a landscape's trust; None where it is not there."""
    value = landscape.trust.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
