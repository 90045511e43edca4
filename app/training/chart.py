"""Chart: curves over the epochs on twin axes, drawn by Qt's painter: light enough to be drawn while a network is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...compute.levels import number
from .. import theme
from ..language import tr
from .inks import ink
from .scale import Scale, spanning
from .series import Series, thinned

FRAME_MS = 100  # between two pictures of curves that grow
LEFT = 14.0  # where the legend begins
APART = 12  # pixels between two points of a line from which on each one gets a dot


@dataclass(frozen=True)
class Picture:
    """All that a chart shows. marks: x of dashed red lines, with what they mean as `marked`. empty: the sentence where there is no line.
    log, right_log: which axis is logarithmic."""

    series: tuple[Series, ...] = ()
    left: str = ""
    right: str = ""
    across: str = "epoch"
    log: bool = False
    right_log: bool = False
    marks: np.ndarray = field(default_factory=lambda: np.zeros(0))
    marked: str = ""
    empty: str = tr("Nothing has been told yet.")


class Chart(QWidget):
    """Shows a `Picture`; pointing at it reads the values. `show_picture` as often as one likes: it is drawn ten times a second."""

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setMinimumSize(QSize(220, 120))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.picture = Picture()
        self.pointed: float | None = None  # x under the pointer
        self.painted = 0
        self._soon = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._soon.timeout.connect(self.update)
        self._scales: dict[str, Scale | None] = {"x": None, "left": None, "right": None}
        self._room = QRectF()

    def sizeHint(self) -> QSize:
        return QSize(560, 240)

    def show_picture(self, picture: Picture) -> None:
        """What to draw, within a tenth of a second."""
        self.picture = picture
        if not self._soon.isActive():
            self._soon.start()

    # --- the pointer ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, room = event.position().x(), self._room
        across = self._scales["x"]
        inside = across is not None and room.left() <= x <= room.right()
        self.pointed = across.at((x - room.left()) / room.width()) if inside and across is not None else None
        self.update()

    def leaveEvent(self, event) -> None:
        self.pointed = None
        self.update()

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        c, picture = theme.colors(), self.picture
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.base))
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        self._fit()
        if self._scales["x"] is None:
            painter.setPen(QColor(c.soft))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, picture.empty)
            return
        self._axes(painter)
        painter.save()
        painter.setClipRect(self._room.adjusted(-1, -1, 1, 1))
        self._marks(painter)
        for series in sorted(picture.series, key=lambda one: one.kind != "faint"):
            self._line(painter, series)
        if self.pointed is not None:
            self._point(painter)
        painter.restore()
        self._legend(painter)

    def _fit(self) -> None:
        """The scales of what is known, and the room that their numbers leave."""
        picture, metrics = self.picture, self.fontMetrics()
        sides = {side: [s for s in picture.series if s.side == side] for side in ("left", "right")}
        x = spanning([s.x[np.isfinite(s.y)] for s in picture.series], margin=0.0)
        if x is not None:  # without its margin: a training begins and ends at its axis's ends
            ends = [float(edge(s.x)) for s in picture.series if len(s.x) for edge in (np.nanmin, np.nanmax)]
            x = Scale(0.0 if 0 < min(ends) < 1 else min(ends), max(ends)) if max(ends) > max(min(ends), 0) else x
        self._scales = {
            "x": x,
            "left": spanning([s.telling for s in sides["left"]], log=picture.log),
            "right": spanning([s.y for s in sides["right"]], log=picture.right_log),
        }
        if self._scales["left"] is None and self._scales["right"] is None:
            self._scales["x"] = None
        right = self._scales["right"]
        if right is not None and any(s.percent for s in sides["right"]):
            self._scales["right"] = Scale(
                max(right.low, 0.0) if right.low > -0.001 else right.low, min(right.high, 1.02)
            )
        wide = metrics.horizontalAdvance("0.0005") + 30
        rows = 1 + max((row for *_, row in self._entries()), default=0)
        self._room = QRectF(self.rect()).adjusted(
            wide if self._scales["left"] is not None else 18,
            16 + rows * (metrics.height() + 3),
            -(wide if self._scales["right"] is not None else 18),
            -(metrics.height() * 2 + 8),
        )

    def _at(self, scale: Scale, values: np.ndarray) -> np.ndarray:
        return self._room.bottom() - scale.place(values) * self._room.height()

    def _axes(self, painter: QPainter) -> None:
        c, room, metrics = theme.colors(), self._room, painter.fontMetrics()
        grid = QColor(c.line)
        grid.setAlpha(150)
        line, text = metrics.height(), QColor(c.soft)
        for side in ("left", "right"):
            scale = self._scales[side]
            if scale is None:
                continue
            percent = any(s.percent for s in self.picture.series if s.side == side)
            for value, words in scale.ticks(max(3, int(room.height() / (2.6 * line)))):
                y = float(self._at(scale, np.array([value]))[0])
                if side == "left" or self._scales["left"] is None:
                    painter.setPen(QPen(grid, 1))
                    painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
                box = QRectF(0, y - line / 2, room.left() - 7, line)
                flag = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                if side == "right":
                    box.moveLeft(room.right() + 7)
                    flag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                painter.setPen(text)
                painter.drawText(box, flag, f"{number(100 * value)} %" if percent else words)
            self._title(painter, side)
        across = self._scales["x"]
        assert across is not None
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        for value, words in across.ticks(max(2, int(room.width() / 80))):
            x = room.left() + float(across.place(np.array([value]))[0]) * room.width()
            painter.setPen(QPen(QColor(c.line), 1))
            painter.drawLine(QPointF(x, room.bottom()), QPointF(x, room.bottom() + 4))
            painter.setPen(text)
            painter.drawText(QRectF(x - 60, room.bottom() + 5, 120, line), Qt.AlignmentFlag.AlignHCenter, words)
        below = QRectF(room.left(), room.bottom() + 5 + line, room.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self.picture.across)

    def _title(self, painter: QPainter, side: str) -> None:
        """The axis's name, along it, in its curves' colour."""
        words = self.picture.left if side == "left" else self.picture.right
        if painter.fontMetrics().horizontalAdvance(words) > self._room.height():
            return  # half a word is worse than the legend alone
        role = next((s.role for s in self.picture.series if s.side == side), "")
        painter.save()
        painter.setPen(QColor(ink(role)))
        x = 4 if side == "left" else self.width() - 4 - painter.fontMetrics().height()
        painter.translate(x, self._room.center().y())
        painter.rotate(-90)
        box = QRectF(-self._room.height() / 2, 0, self._room.height(), painter.fontMetrics().height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def _marks(self, painter: QPainter) -> None:
        across = self._scales["x"]
        if across is None or not len(self.picture.marks):
            return
        painter.setPen(QPen(QColor(theme.colors().poor), 1.2, Qt.PenStyle.DashLine))
        for place in across.place(self.picture.marks):
            x = self._room.left() + float(place) * self._room.width()
            painter.drawLine(QPointF(x, self._room.top()), QPointF(x, self._room.bottom()))

    def _line(self, painter: QPainter, series: Series) -> None:
        across, scale = self._scales["x"], self._scales[series.side]
        if across is None or scale is None or not len(series.x):
            return
        x, y = thinned(series.x, series.y, max(2, int(self._room.width())))
        x, y = self._room.left() + across.place(x) * self._room.width(), self._at(scale, y)
        y = np.clip(y, self._room.top() - 1e4, self._room.bottom() + 1e4)
        color = QColor(ink(series.role))
        faint = series.kind == "faint"
        color.setAlpha(70 if faint else 255)
        pen = QPen(
            color, 1.0 if faint else 1.9, Qt.PenStyle.CustomDashLine if series.kind == "dash" else Qt.PenStyle.SolidLine
        )
        if series.kind == "dash":
            pen.setDashPattern([4, 2.5])
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if series.kind != "dash" else Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        few = len(x) * APART <= self._room.width()
        for first, last in _runs(np.isfinite(y)) if series.kind != "dots" or not few else ():
            px, py = x[first:last], y[first:last]
            if series.kind == "steps":
                px, py = np.repeat(px, 2)[1:], np.repeat(py, 2)[:-1]
            painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(px.tolist(), py.tolist(), strict=True)]))
        if (series.dots and few) or len(x) == 1:
            painter.setPen(QPen(QColor(theme.colors().base), 1.2))
            painter.setBrush(color)
            for a, b in zip(x.tolist(), y.tolist(), strict=True):
                if math.isfinite(b):
                    painter.drawEllipse(QPointF(a, b), 3.4, 3.4)

    def _point(self, painter: QPainter) -> None:
        across = self._scales["x"]
        assert across is not None and self.pointed is not None
        color = QColor(theme.colors().soft)
        painter.setPen(QPen(color, 1))
        x = self._room.left() + float(across.place(np.array([self.pointed]))[0]) * self._room.width()
        painter.drawLine(QPointF(x, self._room.top()), QPointF(x, self._room.bottom()))

    def _entries(self) -> list[tuple[Series, str, float, int]]:
        """The legend's entries: curve, text, x and row; as many rows as it takes."""
        metrics, x, row, found = self.fontMetrics(), LEFT, 0, []
        for series in self.picture.series:
            if not series.listed or not math.isfinite(series.last):
                continue
            text = self.legend_text(series)
            width = 24 + metrics.horizontalAdvance(text)
            if found and x + width > self.width() - 6:
                x, row = LEFT, row + 1
            found.append((series, text, x, row))
            x += width + 18
        return found

    def _legend(self, painter: QPainter) -> None:
        """Each curve's name and its latest value, or the one at the pointer."""
        metrics, c = painter.fontMetrics(), theme.colors()
        x, y = LEFT, 7.0
        for series, text, x, row in self._entries():
            y = 7.0 + row * (metrics.height() + 3)
            pen = QPen(QColor(ink(series.role)), 2.4)
            if series.kind == "dash":
                pen.setStyle(Qt.PenStyle.CustomDashLine)
                pen.setDashPattern([2.2, 1.6])
            painter.setPen(pen)
            middle = y + metrics.height() / 2
            if series.kind == "dots":
                painter.setBrush(QColor(ink(series.role)))
                painter.drawEllipse(QPointF(x + 9, middle), 2.4, 2.4)
            else:
                painter.drawLine(QPointF(x, middle), QPointF(x + 18, middle))
            painter.setPen(QColor(c.text))
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x + 24, y, width + 2, metrics.height()), Qt.AlignmentFlag.AlignLeft, text)
            x += 24 + width + 20
        told = f"at {self.picture.across} {number(self.pointed, 3)}" if self.pointed is not None else self._marked()
        if told and x + metrics.horizontalAdvance(told) < self.width() - 8:
            painter.setPen(QColor(c.soft if self.pointed is not None else c.poor))
            box = QRectF(x, y, self.width() - 14 - x, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, told)

    def _marked(self) -> str:
        return f"┆ {self.picture.marked}" if len(self.picture.marks) and self.picture.marked else ""

    def legend_text(self, series: Series) -> str:
        """A curve's name and value, as the legend says them."""
        value = series.last if self.pointed is None else series.at(self.pointed)
        if not math.isfinite(value):
            return series.name
        return f"{series.name}  {100 * value:.1f} %" if series.percent else f"{series.name}  {number(value, 3)}"


def _runs(known: np.ndarray) -> list[tuple[int, int]]:
    """First and one past the last index of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
