"""Palette: the colours of a scene's background, text and lines, one for each theme."""

from __future__ import annotations

from dataclasses import dataclass

from ...compute.style import Style


@dataclass(frozen=True)
class Palette:
    """Hex colours. ink: text and ticks. line: contour lines on the surface. frame: round the floor. rim: along the cut.
    lowered: the words at a drop of the learning rate.
    veil: how far the floor map is mixed with the background (0…1); haze: the same for what is not computed yet."""

    background: str
    ink: str
    line: str
    frame: str
    rim: str
    stem: str
    lowered: str
    veil: float
    haze: float


LIGHT = Palette("#ffffff", "#1c2430", "#07131d", "#2c3644", "#f7f4ea", "#3a4654", "#e4002b", 0.62, 0.72)
DARK = Palette("#10141b", "#d8dee8", "#05080d", "#77839a", "#f6ecd9", "#aeb9c9", "#ff7a8c", 0.74, 0.72)


def palette(style: Style) -> Palette:
    return DARK if style.theme == "dark" else LIGHT


def unit(color: str) -> list[float]:
    """#rrggbb → shares 0…1."""
    return [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
