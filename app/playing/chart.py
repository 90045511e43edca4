"""Chart (of a playback): the losses along the paths, with a mark that moves with the playback, and that one can move."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen

from ...compute.levels import number
from ...compute.timeline import Timeline
from ...compute.trajectory import Trajectory
from .. import theme
from ..language import tr
from ..training.chart import Chart, Picture
from ..training.inks import ink
from ..training.series import Series

ROLES = ("loss", "accuracy", "norm", "test_loss", "test_accuracy", "rate")  # of several paths, in turn
NOTHING = Picture(empty=tr("This landscape has no path."))


class PathChart(Chart):
    """Pressing and dragging in it asks for a moment."""

    asked = Signal(float)  # a time

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Loss along the path"))
        self.setMinimumSize(QSize(260, 110))
        self.time: float | None = None

    def show_time(self, time: float | None) -> None:
        """Where the mark is; None is nowhere."""
        if time != self.time:
            self.time = time
            self.update()

    def legend_text(self, series: Series) -> str:
        """A curve's name and its value at the pointer, else at the mark."""
        if self.time is None or self.pointed is not None:
            return super().legend_text(series)
        value = _at(series, self.time)
        return f"{series.name}  {number(value, 3)}" if np.isfinite(value) else series.name

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ask(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(event)

    def _ask(self, event: QMouseEvent) -> None:
        across, room = self._scales["x"], self._room
        if across is not None and event.buttons() & Qt.MouseButton.LeftButton:
            share = (event.position().x() - room.left()) / max(room.width(), 1.0)
            self.asked.emit(across.at(min(max(share, 0.0), 1.0)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        across = self._scales["x"]
        if self.time is None or across is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c, room = theme.colors(), self._room
        x = room.left() + float(across.place(np.array([self.time]))[0]) * room.width()
        painter.setPen(QPen(QColor(c.text), 1.4))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        for series in self.picture.series:
            scale = self._scales[series.side]
            y = np.nan if scale is None else float(self._at(scale, np.array([_at(series, self.time)]))[0])
            if np.isfinite(y):
                painter.setPen(QPen(QColor(c.base), 1.6))
                painter.setBrush(QColor(ink(series.role)))
                painter.drawEllipse(QPointF(x, y), 5.0, 5.0)


def _at(series: Series, time: float) -> float:
    """A curve's value at a time, between its points in proportion; NaN before its first one."""
    known = np.isfinite(series.y)
    if not known.any() or time < series.x[known][0]:
        return float("nan")
    return float(np.interp(time, series.x[known], series.y[known]))


def picture(paths: dict[str, Trajectory], timeline: Timeline, *, log: bool) -> Picture:
    """The true loss of each path over its time; of a single one also the slice's loss, its distance from the plane, and where the
    learning rate was lowered."""
    if not timeline:
        return NOTHING
    if len(timeline.times) > 1:
        series = [
            Series(name, timeline.times[name], path["train_loss"], role=ROLES[k % len(ROLES)], dots=True)
            for k, (name, path) in enumerate((n, p) for n, p in paths.items() if n in timeline.times)
        ]
        return Picture(tuple(series), tr("true loss"), across=timeline.unit, log=log)
    (name,) = timeline.times
    path, times = paths[name], timeline.times[name]
    series = [Series(tr("true loss"), times, path["train_loss"], role="loss", dots=True)]
    if np.isfinite(path["slice_loss"]).any():
        series.append(Series(tr("slice loss"), times, path["slice_loss"], role="test_loss", kind="dash"))
    away = np.isfinite(path["distance"]).any() and float(np.nanmax(path["distance"])) > 0
    if away:
        series.append(Series(tr("distance from the plane"), times, path["distance"], "right", "norm"))
    return Picture(
        tuple(series),
        "loss",
        "distance" if away else "",
        timeline.unit,
        log,
        marks=times[path.drops],
        marked=tr("learning rate lowered"),
    )
