"""Basin (a view): the radii of a basin as a rose, one spoke for each random direction, and as a histogram."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...compute.levels import number
from ...compute.studies.basins import TABLE, lines
from ...compute.table import Table
from .. import theme
from ..desk import Desk
from ..document import Document
from ..language import tr
from ..training.scale import Scale

EMPTY = tr("The basin of this network has not been measured yet. Start, and each direction shows as it is found.")


class Basin(QWidget):
    """The pictures above, what they say below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.picture = Radii()
        self.says = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self.says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.picture, 1)
        column.addWidget(self.says)

    def show_document(self, document: Document | None) -> None:
        """The basin of this landscape."""
        table = document.landscape.tables.get(TABLE) if document is not None else None
        self.picture.show_table(table)
        told = [line.strip() for line in lines(document.landscape)] if document is not None else []
        self.says.setText("\n".join(line[:1].upper() + line[1:] for line in told))
        self.says.setVisible(bool(told))

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.picture.update()


class Radii(QWidget):
    """Spokes in the order in which they were drawn: neighbours have nothing in common, but a narrow basin is a small rose."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Radii of the basin"))
        self.setMinimumSize(QSize(240, 110))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.radii, self.open, self.unit = np.zeros(0), np.zeros(0, bool), ""

    def sizeHint(self) -> QSize:
        return QSize(460, 220)

    def show_table(self, table: Table | None) -> None:
        """A table `basin`, or nothing."""
        known = table is not None and len(table) > 0
        self.radii = np.asarray(table["radius"], float) if known and table is not None else np.zeros(0)
        self.open = np.asarray(table["open"], float) > 0 if known and table is not None else np.zeros(0, bool)
        filters = known and table is not None and table.how.get("normalization") == "filter"
        self.unit = tr("radius (of the filters)") if filters else tr("radius (weight units)")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, painter = theme.colors(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.base))
        if not len(self.radii) or not self.radii.max() > 0:
            painter.setPen(QColor(c.soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            text = (
                EMPTY
                if not len(self.radii)
                else tr("The loss at the point is at the rim or above it: the basin is empty.")
            )
            painter.drawText(self.rect().adjusted(12, 8, -12, -8), flags, text)
            return
        foot, wide, high = 2 * self.fontMetrics().height() + 8, self.width(), self.height()
        if wide < 1.3 * high:  # one above the other
            side = min(wide - 8, 0.58 * high)
            self._rose(painter, QRectF((wide - side) / 2, 4, side, side))
            self._bars(painter, QRectF(16, side + 14, wide - 32, high - side - 14 - foot))
            return
        side = min(high - 8, 0.5 * wide)
        self._rose(painter, QRectF(4, (high - side) / 2, side, side))
        self._bars(painter, QRectF(side + 20, 10, wide - side - 36, high - foot - 10))

    def _rose(self, painter: QPainter, room: QRectF) -> None:
        c, top = theme.colors(), float(self.radii.max())
        middle, half = room.center(), room.width() / 2 - 3
        scale = Scale(0.0, top * 1.02)
        rings = [(half * value / scale.high, words) for value, words in scale.ticks(3) if value > 0]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.line), 1))
        for ring, _ in rings:
            painter.drawEllipse(middle, ring, ring)
        angles = 2 * math.pi * np.arange(len(self.radii)) / len(self.radii) - math.pi / 2
        far = half * self.radii / scale.high
        ends = [
            QPointF(middle.x() + r * math.cos(a), middle.y() + r * math.sin(a))
            for r, a in zip(far, angles, strict=True)
        ]
        fill = QColor(c.accent)
        fill.setAlpha(70)
        painter.setPen(QPen(QColor(c.accent), 1.2))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(ends))
        painter.setBrush(QColor(c.base))
        for end, lasts in zip(ends, self.open, strict=True):
            if lasts:
                painter.drawEllipse(end, 3, 3)
        painter.setPen(QColor(c.text))
        for ring, words in rings:  # on the fill, where they can be read
            painter.drawText(QPointF(middle.x() + 3, middle.y() - ring + self.fontMetrics().ascent() + 1), words)

    def _bars(self, painter: QPainter, room: QRectF) -> None:
        c, radii = theme.colors(), self.radii
        line = self.fontMetrics().height()
        low, high = float(radii.min()), float(radii.max())
        margin = 0.05 * (high - low) or 0.05 * high
        scale = Scale(max(low - margin, 0.0), high + margin)
        bins = int(np.clip(round(2 * len(radii) ** 0.5), 5, 40))
        counts, edges = np.histogram(radii, bins, (scale.low, scale.high))
        places = scale.place(edges)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.accent))
        for k, count in enumerate(counts):
            x, wide = room.left() + places[k] * room.width(), (places[k + 1] - places[k]) * room.width()
            high_bar = room.height() * count / max(counts.max(), 1)
            painter.drawRect(QRectF(x + 0.5, room.bottom() - high_bar, max(wide - 1, 1), high_bar))
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        painter.setPen(QColor(c.soft))
        for value, words in scale.ticks(max(2, int(room.width() / 70))):
            x = room.left() + float(scale.place(np.array([value]))[0]) * room.width()
            painter.drawText(QRectF(x - 40, room.bottom() + 3, 80, line), Qt.AlignmentFlag.AlignHCenter, words)
        painter.setPen(QColor(c.text))
        below = QRectF(room.left(), room.bottom() + 3 + line, room.width(), line)
        fits = self.fontMetrics().horizontalAdvance(self.unit) <= room.width()
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self.unit if fits else "radius")
        median = float(np.median(radii))
        x = room.left() + float(scale.place(np.array([median]))[0]) * room.width()
        painter.setPen(QPen(QColor(c.poor), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        words = tr("median {median}", median=number(median, 3))
        wide = self.fontMetrics().horizontalAdvance(words) + 8
        left = x + 5 if x + wide < room.right() else x - wide
        painter.setPen(QColor(c.poor))
        painter.drawText(QRectF(left, room.top(), wide, line), Qt.AlignmentFlag.AlignLeft, words)
