"""Squeeze: which of a montage's words stay where there is no room for all of them: long ones become short, then fewer, then they go."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.ticker import MaxNLocator, NullLocator

LETTER = 0.088  # inches: a letter of a title
LEAST = 0.42  # share of its cell that a map fills at least, in one direction
TOUCH, APART = 1.0, 3.0  # pixels by which boxes may overlap upwards, and are apart sideways


@dataclass(frozen=True)
class Words:
    """labels: the axes' names, whole, as a letter, or none. ticks: numbers an axis at most, None: as many as usual. lines: of a title, 0
    for none. rest: the legend, and what is written on the maps. bars: the colour bars, and the notes below. wide: the share of its cell
    that a title may span."""

    labels: Literal["whole", "short", ""]
    ticks: int | None
    lines: int
    rest: bool
    bars: bool
    wide: float = 1.0


LEVELS = (
    Words("whole", None, 2, True, True),
    Words("short", None, 2, True, True),
    Words("short", 3, 2, True, True),
    Words("", 0, 2, False, True),
    Words("", 0, 1, False, True),
    Words("", 0, 1, False, True, 0.6),
    Words("", 0, 0, False, False),
)


def thin(panels: Sequence[Axes], words: Words) -> None:
    """Take from the panels what these words leave out, but for the titles."""
    for panel in panels:
        for axis, short in ((panel.xaxis, "α"), (panel.yaxis, "β")):
            if words.labels != "whole" and axis.get_label_text():
                axis.set_label_text(short if words.labels else "")
            if words.ticks:
                axis.set_major_locator(MaxNLocator(words.ticks, steps=[1, 2, 2.5, 5, 10]))
            elif words.ticks == 0:
                axis.set_major_locator(NullLocator())
        for text in panel.texts:
            text.set_visible(words.rest)


def title(text: str, words: Words, width: float) -> str:
    """A panel's title in the lines that it may have above a panel of `width` inches; its letter at least, where it has any."""
    room, letter = int(width / LETTER), text.split()[0]
    lines = textwrap.wrap(text, max(room, 6))
    if not words.lines or len(lines) <= words.lines:
        return "\n".join(lines) if words.lines else ""
    if room < 10:
        return letter
    return "\n".join([*lines[: words.lines - 1], lines[words.lines - 1][: room - 1].rstrip(" ,") + "…"])


def roomy(figure: Figure, panels: Sequence[Axes], cell: tuple[float, float]) -> bool:
    """Whether no two words overlap or leave the figure, and maps fill enough of their cells. The layout must have been applied.
    cell: width and height, in inches."""
    width, height = (side * figure.dpi for side in cell)
    for panel in panels:
        box = panel.get_window_extent()
        if max(box.width / width, box.height / height) < LEAST:
            return False
    written = [*_words(figure, panels), *figure.legends]
    boxes = np.array([one.get_window_extent().extents for one in written]).reshape(-1, 4)
    left, low, right, high = boxes.T
    whole = figure.bbox.padded(TOUCH)
    if (left < whole.x0).any() or (low < whole.y0).any() or (right > whole.x1).any() or (high > whole.y1).any():
        return False
    left, low, right, high = (boxes + np.array([-APART / 2, TOUCH, APART / 2, -TOUCH])).T
    overlap = (left[:, None] < right) & (left < right[:, None]) & (low[:, None] < high) & (low < high[:, None])
    return not np.triu(overlap, 1).any()


def _words(figure: Figure, panels: Sequence[Axes]) -> list[Text]:
    """All that is written beside the maps, but for the legend."""
    found: list[Text] = [*figure.texts]
    for panel in panels:
        found += [panel.title, panel.xaxis.label, panel.yaxis.label]
        for axis in (panel.xaxis, panel.yaxis):
            low, high = sorted(axis.get_view_interval())
            found += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    return [text for text in found if text.get_visible() and text.get_text() and not isinstance(text, Annotation)]
