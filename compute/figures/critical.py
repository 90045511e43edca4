"""Critical (of a picture): marks at the surface's minima, saddles and maxima, on a map at their place, on a curve at their value."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..critical import NAMED, SYMBOLS, color_of, shown
from ..landscape import Landscape
from ..studies.topology import KINDS, PLURAL
from ..style import Style
from .look import Inks

SIZE, LETTER = 7.0, 7.5  # points
ROOM = 0.85, 0.95  # of the sides that a subplot has at first, about, what labels and bars leave
Box = tuple[float, float, float]  # of a name: left, bottom, width, in points


def draw_critical(axes: Axes, landscape: Landscape, style: Style, inks: Inks, *, curve: bool = False) -> list[Artist]:
    """Draw those of the look; on the rim paler ones. Returns the legend's entries."""
    points = shown(landscape, style)
    if points is None or not len(points):
        return []
    ink, named, taken = style.critical_ink, 0, list[Box]()
    for k in range(len(points)):
        kind, rim = str(points.kind[k]), bool(points.rim[k])
        x, y = float(points.alpha[k]), float(points.value[k] if curve else points.beta[k])
        axes.plot(
            x,
            y,
            SYMBOLS[kind],
            color=color_of(kind, rim, style),
            markersize=_size(kind) * ink.width * float(points.size[k]),
            markeredgecolor="#ffffff",
            markeredgewidth=1.0,
            alpha=ink.opacity,
            zorder=8.4 - 1e-4 * k,
            clip_on=False,
        )
        if style.critical_names and not rim and named < NAMED and _name(axes, points.label(k), x, y, inks, taken):
            named += 1
    return [
        Line2D(
            [],
            [],
            marker=SYMBOLS[kind],
            linestyle="none",
            color=color_of(kind, False, style),
            markeredgecolor=inks.faint,
            markeredgewidth=0.5,
            markersize=_size(kind),
            label=PLURAL[kind],
        )
        for kind in KINDS
        if (points.kind == kind).any()
    ]


def _name(axes: Axes, text: str, x: float, y: float, inks: Inks, taken: list[Box]) -> bool:
    """Write a name beside its mark, on a side where none is yet; where there is no such side, not at all."""
    width, height = _room(axes)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    at = (x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height  # points, nearly
    wide, high = 0.62 * LETTER * len(text), 1.6 * LETTER
    inward = at[0] > width / 2
    for to_left, below in ((inward, False), (inward, True), (not inward, False), (not inward, True)):
        box = at[0] - (7 + wide) * to_left + 7 * (not to_left), at[1] - (5 + high) * below + 5 * (not below)
        if not (0 <= box[0] <= width - wide and 0 <= box[1] <= height - high) or any(
            abs(box[0] - one) < (wide + other) / 2 + abs(wide - other) / 2 and abs(box[1] - y_) < high
            for one, y_, other in taken
        ):
            continue
        taken.append((*box, wide))
        axes.annotate(
            text,
            (x, y),
            xytext=(-7 if to_left else 7, -5 if below else 5),
            textcoords="offset points",
            ha="right" if to_left else "left",
            va="top" if below else "bottom",
            fontsize=LETTER,
            color=inks.ink,
            zorder=8.2,
            annotation_clip=True,
            bbox={"boxstyle": "round,pad=0.18", "facecolor": inks.paper, "edgecolor": "none", "alpha": 0.78},
        )
        return True
    return False


def _room(axes: Axes) -> tuple[float, float]:
    """Width and height of the axes in points, nearly: the layout comes after everything is drawn."""
    wide, high = axes.figure.get_size_inches()  # type: ignore[union-attr]
    at, shape = axes.get_position(original=True), axes.get_box_aspect()
    width, height = 72 * wide * at.width * ROOM[0], 72 * high * at.height * ROOM[1]
    if shape is not None:
        width, height = min(width, height / shape), min(height, width * shape)
    return width, height


def _size(kind: str) -> float:
    """A diamond looks larger than a triangle of its width."""
    return SIZE * (0.85 if kind == "saddle" else 1.0)
