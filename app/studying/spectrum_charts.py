"""Spectrum charts: the density of eigenvalues on a logarithmic axis with the extreme ones as stems, and layers as bars, drawn by Qt."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...compute.levels import number
from ...compute.studies.curvature import floor_of
from ...compute.table import Table
from .. import theme
from ..language import tr
from ..training.scale import Scale, spanning

STEM = 0.2  # of the chart's height
ROW = 22  # pixels of a layer's bar
EMPTY = tr("No eigenvalues yet.")
NO_LAYERS = tr("The layers have not been looked at: choose Each layer, and start.")


class DensityChart(QWidget):
    """Pointing at it reads density and the nearest eigenvalue."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Spectral density"))
        self.setMouseTracking(True)
        self.setMinimumSize(QSize(240, 100))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.at, self.heights = np.zeros(0), np.zeros(0)
        self.values, self.residuals, self.largest = np.zeros(0), np.zeros(0), np.zeros(0, bool)
        self.pointed: float | None = None  # eigenvalue under the pointer
        self._room, self._across = QRectF(), None

    def sizeHint(self) -> QSize:
        return QSize(460, 220)

    def show_tables(self, density: Table, ends: Table) -> None:
        """Either may be empty."""
        self.at, self.heights = (np.asarray(density[name], float) for name in ("eigenvalue", "density"))
        self.values, self.residuals = (np.asarray(ends[name], float) for name in ("eigenvalue", "residual"))
        self.largest = np.asarray(ends["end"]) == "largest"
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, room = event.position().x(), self._room
        inside = self._across is not None and room.left() <= x <= room.right()
        self.pointed = self._across.at((x - room.left()) / room.width()) if inside and self._across else None
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.pointed = None
        self.update()

    @property
    def reading(self) -> str:
        """What is said of the eigenvalue under the pointer."""
        if self.pointed is None:
            return ""
        told = [f"λ = {number(self.pointed)}"]
        if len(self.at):
            told.append(tr("density {interp}", interp=number(float(np.interp(self.pointed, self.at, self.heights)), 3)))
        if len(self.values):
            k = int(np.abs(self.values - self.pointed).argmin())
            told.append(
                tr(
                    "nearest {values}, residual {residuals}",
                    values=number(float(self.values[k])),
                    residuals=number(float(self.residuals[k]), 2),
                )
            )
        return "   ".join(told)

    def paintEvent(self, event: QPaintEvent) -> None:
        c, painter, line = theme.colors(), QPainter(self), self.fontMetrics().height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.base))
        self._across = spanning([self.at, self.values])
        if self._across is None:
            painter.setPen(QColor(c.soft))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, EMPTY)
            return
        left = 52.0 if len(self.at) else 12.0
        self._room = QRectF(left, line + 8, self.width() - left - 14, self.height() - 2 * line - 27)
        up = self._density(painter, line) if len(self.at) else None
        self._axis(painter, line, up)
        self._stems(painter, line)
        if self.pointed is not None:
            x = self._x(self.pointed)
            painter.setPen(QPen(QColor(c.soft), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, self._room.top()), QPointF(x, self._room.bottom()))
            painter.setPen(QColor(c.text))
            painter.drawText(QRectF(left, 4, self._room.width(), line), Qt.AlignmentFlag.AlignLeft, self.reading)
        elif len(self.at):
            painter.setPen(QColor(c.soft))
            painter.drawText(QRectF(8, 4, 200, line), Qt.AlignmentFlag.AlignLeft, tr("spectral density"))

    def _x(self, value: float) -> float:
        assert self._across is not None
        return self._room.left() + float(self._across.place(np.array([value]))[0]) * self._room.width()

    def _density(self, painter: QPainter, line: int) -> Scale:
        c, room, least = theme.colors(), self._room, floor_of(self.heights)
        up = Scale(least, 3 * float(self.heights.max()), log=True)
        share = up.place(np.maximum(self.heights, least))
        assert self._across is not None
        x = room.left() + self._across.place(self.at) * room.width()
        points = [QPointF(a, room.bottom() - b * room.height()) for a, b in zip(x, share, strict=True)]
        rim = [QPointF(x[0], room.bottom()), *points, QPointF(x[-1], room.bottom())]
        fill = QColor(c.accent)
        fill.setAlpha(60)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(rim))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.accent), 1.4))
        painter.drawPolyline(QPolygonF(points))
        return up

    def _axis(self, painter: QPainter, line: int, up: Scale | None) -> None:
        c, room = theme.colors(), self._room
        assert self._across is not None
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        if self._across.low < 0 < self._across.high:
            painter.drawLine(QPointF(self._x(0), room.top()), QPointF(self._x(0), room.bottom()))
        painter.setPen(QColor(c.soft))
        for value, words in self._across.ticks(max(2, int(room.width() / 80))):
            box = QRectF(self._x(value) - 40, room.bottom() + 3, 80, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, words)
        for value, words in up.ticks(max(2, int(room.height() / 36))) if up is not None else ():
            y = room.bottom() - float(up.place(np.array([value]))[0]) * room.height()  # type: ignore[union-attr]
            painter.drawText(QRectF(0, y - line / 2, room.left() - 6, line), Qt.AlignmentFlag.AlignRight, words)
        painter.setPen(QColor(c.text))
        below = QRectF(room.left(), room.bottom() + 3 + line * 0.95, room.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, tr("eigenvalue λ"))

    def _stems(self, painter: QPainter, line: int) -> None:
        c, room = theme.colors(), self._room
        for value, residual, large in zip(self.values, self.residuals, self.largest, strict=True):
            color, x = QColor(c.poor if large else c.fair), self._x(float(value))
            top = room.bottom() - STEM * room.height()
            painter.setPen(QPen(color, 1.8))
            painter.drawLine(QPointF(x, room.bottom()), QPointF(x, top))
            wide = max(abs(self._x(float(value + residual)) - x), 2.0)
            painter.setPen(QPen(color, 3))
            painter.drawLine(QPointF(x - wide, top), QPointF(x + wide, top))
        for value, large in ((self.values.max(), True), (self.values.min(), False)) if len(self.values) else ():
            words, x = f"λ {number(float(value))}", self._x(float(value))
            wide = self.fontMetrics().horizontalAdvance(words)
            left = max(room.left(), min(x - (wide if large else 0), room.right() - wide))
            painter.setPen(QColor(c.poor if large else c.fair))
            painter.drawText(QPointF(left, room.bottom() - STEM * room.height() - 5), words)


class LayerBars(QWidget):
    """One row a layer: from its smallest to its largest eigenvalue, with both numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Curvature of each layer"))
        self.table = Table()

    def show_table(self, table: Table) -> None:
        """A table `spectrum_layers`, or an empty one."""
        self.table = table
        self.setMinimumHeight(ROW * len(table) + 8)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, painter, metrics = theme.colors(), QPainter(self), self.fontMetrics()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.base))
        if not len(self.table):
            painter.setPen(QColor(c.soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 8, -12, -8), flags, NO_LAYERS)
            return
        names = [str(name) for name in self.table["layer"]]
        low, high = (np.asarray(self.table[name], float) for name in ("lambda_min", "lambda_max"))
        aside = min(max(map(metrics.horizontalAdvance, names)) + 16, 0.4 * self.width())
        words = metrics.horizontalAdvance("−0.00000") + 8
        span = Scale(min(float(low.min()), 0.0), max(float(high.max()), 0.0) or 1.0)
        below = words if low.min() < 0 else 0
        first, wide = aside + below, self.width() - aside - below - words - 10
        zero = first + float(span.place(np.array([0.0]))[0]) * wide
        for k, name in enumerate(names):
            middle = 4 + ROW * (k + 0.5)
            painter.setPen(QColor(c.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(aside - 12))
            painter.drawText(QRectF(6, middle - ROW / 2, aside - 12, ROW), Qt.AlignmentFlag.AlignVCenter, shown)
            for value, color, right in ((high[k], c.accent, True), (low[k], c.fair, False)):
                if not right and not value < 0:
                    continue
                x = first + float(span.place(np.array([value]))[0]) * wide
                painter.fillRect(QRectF(min(x, zero), middle - 6, max(abs(x - zero), 1.0), 12), QColor(color))
                painter.setPen(QColor(c.soft))
                box = QRectF(x + 5 if right else x - words - 5, middle - ROW / 2, words, ROW)
                side = Qt.AlignmentFlag.AlignLeft if right else Qt.AlignmentFlag.AlignRight
                painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, number(float(value), 3))
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(QPointF(zero, 2), QPointF(zero, 4 + ROW * len(names)))
