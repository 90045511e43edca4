"""Shared: what figures of several landscapes have in common: one relief, one extent, one range of path colours; and what stands
around them: title, legend, and the sentences that say why a comparison is not fair."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from ..errors import LossvistaError
from ..landscape import Landscape
from ..relief import Relief
from ..style import Style
from ..surface import Mark
from . import look
from .map import Extent
from .path import loss_range

LETTER = 0.064  # inches: a letter of the notes, on average
LINE = 0.175  # inches: a line of notes or of the legend


def shared_field(landscapes: Sequence[Landscape], style: Style) -> str:
    """The field that all of them show: the style's, or the first one's main field that all have.

    Raises LossvistaError where one of the landscapes lacks it."""
    if style.relief.field:
        for one in landscapes:
            one.surface.values(style.relief.field)
        return style.relief.field
    mains = [one.surface.main for one in landscapes]
    for name in mains:
        if all(name in one.surface.fields for one in landscapes):
            return name
    raise LossvistaError(
        f"These landscapes have no field in common: {', '.join(dict.fromkeys(mains))}.", "Compare others."
    )


def shared_relief(landscapes: Sequence[Landscape], style: Style) -> Relief:
    """The style's relief with the field of all and a range from the evaluated values of all: so levels and colours are one."""
    name = shared_field(landscapes, style)
    known = [one.surface.values(name)[one.surface.evaluated != Mark.NOT_YET] for one in landscapes]
    return style.relief.model_copy(update={"field": name}).resolved(np.concatenate(known))


def shared_extent(landscapes: Sequence[Landscape]) -> Extent | None:
    """Limits that hold all grids, where their coordinates are in one kind of unit; None where they are not, and one scale
    would say nothing."""
    if len({tuple((axis.method, axis.normalization) for axis in one.axes) for one in landscapes}) > 1:
        return None
    alpha, beta = (
        np.concatenate([getattr(one.surface.grid, axis)[[0, -1]] for one in landscapes]) for axis in ("alpha", "beta")
    )
    return (float(alpha.min()), float(alpha.max())), (float(beta.min()), float(beta.max()))


def shared_span(landscapes: Sequence[Landscape], relief: Relief) -> tuple[float, float] | None:
    """The lowest and the highest true loss along all paths; None without one."""
    spans = [span for one in landscapes for path in one.trajectories.values() if (span := loss_range(path, relief))]
    return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def surround(
    figure: Figure,
    style: Style,
    title: str,
    entries: Sequence[Artist],
    notes: Sequence[str],
    *,
    right: float = 0.0,
    compress: bool = False,
) -> None:
    """Write title, legend and notes around the axes, and leave room for them: entries below, under these the notes. right:
    inches left free at the right. compress: move axes of fixed proportions together."""
    inks, (width, height) = look.INKS[style.theme], (float(side) for side in figure.get_size_inches())
    lines = wrapped(notes, width)
    at = 0.1
    if lines:
        at += 0.04 + LINE * len(lines)
        figure.text(
            0.25 / width,
            at / height,
            "\n".join(lines),
            va="top",
            fontsize=8.5,
            linespacing=1.35,
            color=inks.warning,
        )
    if entries:
        columns = _columns(entries, width)
        figure.legend(
            handles=list(entries),
            loc="lower center",
            bbox_to_anchor=((width - right) / 2 / width, (at + 0.03) / height),
            ncols=columns,
            frameon=False,
            fontsize=9,
            labelcolor=inks.ink,
            handlelength=2.2,
            columnspacing=1.8,
            borderaxespad=0.0,
        )
        at += 0.15 + 0.205 * -(-len(entries) // columns)
    top = 0.1
    if title and style.title:
        shown = textwrap.shorten(title, max(int(width / 0.115), 12), placeholder=" …")
        centre = (width - right) / 2 / width
        ink = style.title_ink
        looks: dict[str, Any] = {"fontsize": 13 * ink.size, "color": ink.color or inks.ink}
        figure.text(centre, 1 - 0.14 / height, shown, ha="center", va="top", **looks)
        top = 0.22 + 0.2 * ink.size
    rect = (0.0, at / height, max(1 - right / width, 0.1), max(1 - (at + top) / height, 0.1))
    figure.set_layout_engine(look.Layout(w_pad=0.09, h_pad=0.06, rect=rect, compress=compress))


def wrapped(notes: Sequence[str], width: float) -> list[str]:
    """The notes in lines that fit a figure of that width, in inches."""
    letters = max(int((width - 0.5) / LETTER), 20)
    return [line for note in notes if note for line in textwrap.wrap(note, letters)]


def _columns(entries: Sequence[Artist], width: float) -> int:
    """As many columns as the longest entry lets stand beside one another."""
    longest = max(len(str(entry.get_label())) for entry in entries)
    return max(1, min(len(entries), int(width / (0.62 + 0.077 * longest))))
