"""Overlay: what moves over a flat picture: the marker, and the balls of a playback. Qt paints it, so the picture stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ..compute.colors import hex_share, path_colors, rgb
from ..compute.figures.path import common_range
from ..compute.landscape import Landscape
from ..compute.style import Style
from ..compute.timeline import Timeline

if TYPE_CHECKING:
    from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg

DARK, BRIGHT = "#07131d", "#fdfdfb"
ARM = 9.0  # of the marker's cross, in pixels
BALL, RING = 7.0, 10.0  # radii, in pixels
MOST = 400  # pieces of a way


@dataclass(frozen=True)
class Way:
    """A path up to its ball, in the picture's data coordinates: points (k, 2), the ball last; colors (k, 3), 0…255."""

    points: np.ndarray
    colors: np.ndarray


class Overlay(QWidget):
    """Lies over the canvas and lets every event through. place: (α, β) → the canvas's pixels (2,), or None where the
    picture does not show it. pixels: data coordinates (k, 2) → the same, or None before the picture is drawn."""

    def __init__(
        self,
        canvas: QWidget,
        place: Callable[[float, float], np.ndarray | None],
        pixels: Callable[[np.ndarray], np.ndarray | None],
    ) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._place, self._pixels = place, pixels
        self.marker: tuple[float, float] | None = None  # α, β
        self.ringed: list[tuple[float, float]] = []  # α, β
        self.ways: list[Way] = []
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._canvas.size())
        return False

    def show_marker(self, at: tuple[float, float] | None) -> None:
        """A cross at a point (α, β); None is none."""
        if at != self.marker:
            self.marker = at
            self.update()

    def show_rings(self, places: list[tuple[float, float]]) -> None:
        """A ring round each of these (α, β), the first one bold."""
        if places != self.ringed:
            self.ringed = places
            self.update()

    def show_ways(self, ways: list[Way]) -> None:
        """The paths as far as they were."""
        self.ways = ways
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.marker is None and not self.ringed and not self.ways:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for way in self.ways:
            self._way(painter, way)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for k, place in enumerate(self.ringed):
            spot = self._place(*place)
            for color, width in ((BRIGHT, 4.4), (DARK, 2.0 if k == 0 else 1.1)):
                painter.setPen(QPen(QColor(color), width))
                if spot is not None and np.isfinite(spot).all():
                    painter.drawEllipse(QPointF(*spot.tolist()), RING, RING)
        spot = None if self.marker is None else self._place(*self.marker)
        if spot is not None and np.isfinite(spot).all():
            x, y = spot.tolist()
            for color, width in ((DARK, 4.0), (BRIGHT, 1.6)):
                painter.setPen(QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawLine(QPointF(x - ARM, y), QPointF(x + ARM, y))
                painter.drawLine(QPointF(x, y - ARM), QPointF(x, y + ARM))

    def _way(self, painter: QPainter, way: Way) -> None:
        points = self._pixels(way.points)
        if points is None:
            return
        known = np.isfinite(points).all(axis=1)
        corners = [QPointF(x, y) for x, y in points[known].tolist()]
        colors = way.colors[known].tolist()
        round_ = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(DARK), 6.0, *round_))
        painter.drawPolyline(QPolygonF(corners))
        for first, second, color in zip(corners[:-1], corners[1:], colors[1:], strict=True):
            painter.setPen(QPen(QColor(*color), 3.6, *round_))
            painter.drawLine(first, second)
        if corners:
            painter.setPen(QPen(QColor(DARK), 2.0))
            painter.setBrush(QColor(BRIGHT))
            painter.drawEllipse(corners[-1], BALL, BALL)


def on_canvas(canvas: FigureCanvasQTAgg, spots: np.ndarray) -> np.ndarray:
    """Matplotlib's pixels (k, 2), origin bottom left → the canvas's, origin top left."""
    x, y = (spots / canvas.device_pixel_ratio).T
    return np.stack([x, canvas.height() - y], axis=1)


def ways(landscape: Landscape, style: Style, unit: str, time: float) -> list[Way]:
    """The paths of a map or a curve up to a time; none where they are not shown, or where their clock counts another unit."""
    paths, timeline = landscape.trajectories, Timeline.of(landscape.trajectories)
    line = landscape.surface.grid.line
    if not style.path or timeline.unit != unit or (style.view == "curves" and not line):
        return []
    span = style.path_span or common_range(paths.values(), style.relief)
    colors, made = path_colors(style, paths), []
    for name, path in paths.items():
        if name not in timeline.times:
            continue
        columns = [path["alpha"], path["train_loss"] if line else path["beta"], path["train_loss"]]
        known = np.flatnonzero(np.isfinite(columns[0]) & np.isfinite(columns[1]))
        if not len(known):
            continue
        place = timeline.place(name, time)
        at = np.append(np.arange(0.0, place, max(1, int(place) // MOST)), place)
        points = np.stack([np.interp(at, known, column[known]) for column in columns[:2]], axis=1)
        share = np.full(len(at), 0.75)
        told = np.flatnonzero(np.isfinite(style.relief.transform(columns[2])))
        if span is not None and len(told):
            losses = np.interp(at, told, columns[2][told])
            share = style.relief.model_copy(update={"low": span[0], "high": span[1]}).share(losses)
        own = colors.get(name)
        ink = rgb(style.path_colormap, share) if own is None else np.tile(np.array(hex_share(own)) * 255, (len(at), 1))
        made.append(Way(points, np.asarray(ink).astype(int)))
    return made
