"""Scatter: named points of the plane, coloured by a quantity and shaped by their kind, that can be pointed at and chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from .. import theme
from ..training.scale import Scale

NEAR = 13.0  # pixels within which a point is pointed at
SIZE = 5.0  # half a mark's width, in pixels
SHAPES = ("circle", "triangle", "diamond", "dot")


@dataclass(frozen=True)
class Cloud:
    """x, y (k,): NaN where a point is not there. colors: (k,) #rrggbb. shapes: (k,) of SHAPES. words: (k,) what each one is, for a
    tooltip. way: indices of points that a faint line joins, in order. left, below: the axes' names; "" for axes that mean nothing, which
    then have no numbers. equal: whether both axes have one scale. note: said in the corner; brief: where that does not fit."""

    x: np.ndarray = field(default_factory=lambda: np.zeros(0))
    y: np.ndarray = field(default_factory=lambda: np.zeros(0))
    colors: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    way: tuple[int, ...] = ()
    title: str = ""
    note: str = ""
    brief: str = ""
    left: str = ""
    below: str = ""
    equal: bool = False
    empty: str = ""


class Scatter(QWidget):
    """Shows a `Cloud`. pointed: the point under the pointer, −1 for none. chosen: the one that was clicked."""

    pointed = Signal(int)
    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumSize(QSize(120, 100))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.cloud, self.under, self.marked = Cloud(), -1, -1

    def sizeHint(self) -> QSize:
        return QSize(230, 200)

    def show_cloud(self, cloud: Cloud) -> None:
        """What to draw."""
        self.cloud = cloud
        self.update()

    def mark(self, chosen: int, under: int) -> None:
        """Ring the chosen point, and the one that is pointed at, here or in another picture."""
        if (chosen, under) != (self.marked, self.under):
            self.marked, self.under = chosen, under
            self.update()

    # --- the pointer ---

    def at(self, where: QPointF) -> int:
        """The nearest point there, −1 where none is near."""
        places = self.places()
        far = np.hypot(places[:, 0] - where.x(), places[:, 1] - where.y()) if len(places) else np.zeros(0)
        far = np.where(np.isfinite(far), far, np.inf)
        return int(far.argmin()) if len(far) and far.min() <= NEAR else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (found := self.at(event.position())) != self.under:
            self.pointed.emit(found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.at(event.position()))

    def leaveEvent(self, event) -> None:
        if self.under != -1:
            self.pointed.emit(-1)

    def event(self, event) -> bool:
        if isinstance(event, QHelpEvent):
            found = self.at(QPointF(event.pos()))
            QToolTip.showText(
                event.globalPos(), self.cloud.words[found] if 0 <= found < len(self.cloud.words) else "", self
            )
            return True
        return super().event(event)

    # --- drawing ---

    def places(self) -> np.ndarray:
        """(k, 2) where the points are, in pixels."""
        scales = self._scales()
        if scales is None:
            return np.zeros((0, 2))
        across, up = scales
        room = self._room()
        x = room.left() + across.place(self.cloud.x) * room.width()
        return np.c_[x, room.bottom() - up.place(self.cloud.y) * room.height()]

    def _room(self) -> QRectF:
        line = self.fontMetrics().height()
        numbered = bool(self.cloud.left or self.cloud.below)
        left = self.fontMetrics().horizontalAdvance("0.0005") + 24 if self.cloud.left else 8
        below = 2 * line + 8 if numbered else line + 8 if self.cloud.note else 8
        return QRectF(self.rect()).adjusted(left, line + 10, -8, -below)

    def _scales(self) -> tuple[Scale, Scale] | None:
        known = np.isfinite(self.cloud.x) & np.isfinite(self.cloud.y)
        if not known.any():
            return None
        spans = []
        for values in (self.cloud.x[known], self.cloud.y[known]):
            low, high = float(values.min()), float(values.max())
            margin = 0.07 * (high - low) or 0.5 * abs(low) or 1.0
            spans.append([low - margin, high + margin])
        if self.cloud.equal:
            room = self._room()
            unit = max(
                (b - a) / max(side, 1) for (a, b), side in zip(spans, (room.width(), room.height()), strict=True)
            )
            for span, side in zip(spans, (room.width(), room.height()), strict=True):
                middle, half = sum(span) / 2, unit * max(side, 1) / 2
                span[:] = middle - half, middle + half
        return Scale(*spans[0]), Scale(*spans[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        c, cloud, room = theme.colors(), self.cloud, self._room()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.base))
        scales = self._scales()
        if scales is None:
            painter.setPen(QColor(c.soft))
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(10, 6, -10, -6), words, cloud.empty)
            return
        self._frame(painter, room, scales)
        places = self.places()
        if len(cloud.way) > 1:
            painter.setPen(QPen(QColor(c.soft), 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(QPolygonF([QPointF(*places[k]) for k in cloud.way if np.isfinite(places[k]).all()]))
        order = [k for k in range(len(places)) if k not in (self.under, self.marked)]
        for k in [*order, *(k for k in (self.under, self.marked) if 0 <= k < len(places))]:
            if np.isfinite(places[k]).all():
                draw_mark(painter, QPointF(*places[k]), cloud.shapes[k], cloud.colors[k])
        for k, width, ink in ((self.under, 1.4, c.text), (self.marked, 2.2, c.accent)):
            if 0 <= k < len(places) and np.isfinite(places[k]).all():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(ink), width))
                painter.drawEllipse(QPointF(*places[k]), SIZE + 4.5, SIZE + 4.5)

    def _frame(self, painter: QPainter, room: QRectF, scales: tuple[Scale, Scale]) -> None:
        c, cloud, metrics = theme.colors(), self.cloud, painter.fontMetrics()
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawRect(room)
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(c.text))
        painter.drawText(
            QRectF(room.left(), 4, room.width(), metrics.height()), Qt.AlignmentFlag.AlignLeft, cloud.title
        )
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(c.soft))
        line = metrics.height()
        if cloud.note:
            box = QRectF(room.left(), self.height() - line - 4, room.width(), line)
            fits = metrics.horizontalAdvance(cloud.note) <= box.width()
            told = cloud.note if fits or not cloud.brief else cloud.brief
            words = metrics.elidedText(told, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, words)
        if not (cloud.left or cloud.below):
            return
        across, up = scales
        for value, words in across.ticks(max(2, int(room.width() / 80))):
            x = room.left() + float(across.place(np.array([value]))[0]) * room.width()
            painter.drawText(QRectF(x - 50, room.bottom() + 3, 100, line), Qt.AlignmentFlag.AlignHCenter, words)
        for value, words in up.ticks(max(2, int(room.height() / (2.5 * line)))):
            y = room.bottom() - float(up.place(np.array([value]))[0]) * room.height()
            box = QRectF(0, y - line / 2, room.left() - 6, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QColor(c.text))
        below = QRectF(room.left(), room.bottom() + 3 + line, room.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, cloud.below)
        painter.save()
        painter.translate(2, room.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-room.height() / 2, 0, room.height(), line), Qt.AlignmentFlag.AlignCenter, cloud.left)
        painter.restore()


def draw_mark(painter: QPainter, at: QPointF, shape: str, color: str, size: float = SIZE) -> None:
    """One mark in its colour, with a rim that sets it off from its neighbours."""
    painter.setPen(QPen(QColor(theme.colors().base), 1.0))
    painter.setBrush(QColor(color))
    if shape == "dot":
        painter.setPen(QPen(QColor(theme.colors().soft), 0.8))
        painter.drawEllipse(at, 0.66 * size, 0.66 * size)
        return
    if shape == "circle":
        painter.drawEllipse(at, size, size)
        return
    corners = {
        "triangle": ((0, -1.25), (1.15, 0.85), (-1.15, 0.85)),
        "diamond": ((0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)),
    }[shape]
    painter.drawPolygon(QPolygonF([at + QPointF(size * x, size * y) for x, y in corners]))
