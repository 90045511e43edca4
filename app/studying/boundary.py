"""Boundary (a view): which class a network takes each input for, as a filled map with the samples on it; the centre beside the point."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...compute.studies.boundaries import TABLE, accuracies, class_color, maps, name_of, samples, shades
from .. import theme
from ..desk import Desk
from ..document import Document
from ..language import tr

EMPTY = tr(
    "The decision boundary of this network is not drawn yet. It can be where an input is two numbers, as in the swiss roll; pick a point "
    "on the surface to see the network there."
)
NAMES = ("x", "y", "class", "test", "wrong")
DOT = 2.6  # radius of a sample, in pixels


class Boundary(QWidget):
    """One map for the centre, and one for the point, side by side. Filled dots: training samples; rings: test samples that are wrong."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setMinimumSize(QSize(220, 140))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Decision boundary"))
        self.document: Document | None = None
        self._key: tuple[object, ...] = ()
        self._images: dict[int, tuple[QImage, tuple[float, float, float, float], dict[str, np.ndarray]]] = {}

    def sizeHint(self) -> QSize:
        return QSize(460, 260)

    def show_document(self, document: Document | None) -> None:
        """The maps of this landscape."""
        self.document = document
        table = document.landscape.tables.get(TABLE) if document is not None else None
        key = (id(table), theme.colors().name)
        if key != self._key:
            self._key = key
            self._images = {}
            for which, (classes, sure, ends) in (maps(document.landscape) if document is not None else {}).items():
                assert document is not None
                pixels = np.ascontiguousarray(shades(classes, sure, theme.colors().base)[::-1])
                high, wide = classes.shape
                image = QImage(pixels.data, wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()
                self._images[which] = image, ends, samples(document.landscape, which)
        self.update()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.show_document(self.document)

    def paintEvent(self, event: QPaintEvent) -> None:
        c, painter = theme.colors(), QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(c.base))
        if not self._images or self.document is None:
            painter.setPen(QColor(c.soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 8, -12, -8), flags, EMPTY)
            return
        line, gap = self.fontMetrics().height(), 12
        head = 2 * line + 8
        many = len(self._images)
        wide, high = (self.width() - gap * (many + 1)) / many, (self.height() - gap * many) / many - head
        beside, below = min(wide, self.height() - head - 8), min(self.width() - 2 * gap, high)
        side = max(beside, below, 20.0)
        for k, which in enumerate(self._images):
            left = gap + k * (wide + gap) + (wide - side) / 2 if beside >= below else (self.width() - side) / 2
            top = head if beside >= below else head + k * (side + head + gap)
            self._one(painter, which, QRectF(left, top, side, side))

    def _one(self, painter: QPainter, which: int, room: QRectF) -> None:
        assert self.document is not None
        c, landscape, line = theme.colors(), self.document.landscape, self.fontMetrics().height()
        image, ends, points = self._images[which]
        painter.drawImage(room, image)
        told = (name_of(landscape, which), c.text), (accuracies(landscape, which), c.soft)
        for row, (words, ink) in enumerate(told):
            painter.setPen(QColor(ink))
            box = QRectF(room.left(), room.top() - 2 * line - 4 + row * line, room.width(), line)
            shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, shown)
        painter.save()
        painter.setClipRect(room)
        for x, y, own, test, wrong in zip(*(points[n].tolist() for n in NAMES), strict=True):
            at = QPointF(
                room.left() + (x - ends[0]) / (ends[1] - ends[0]) * room.width(),
                room.bottom() - (y - ends[2]) / (ends[3] - ends[2]) * room.height(),
            )
            color = QColor(class_color(int(own)))
            if not test:
                painter.setPen(QPen(QColor("#ffffff"), 0.8))
                painter.setBrush(color)
                painter.drawEllipse(at, DOT, DOT)
            elif wrong:
                painter.setPen(QPen(color.darker(130), 1.1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, DOT, DOT)
        painter.restore()
        painter.setPen(QPen(QColor(c.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(room)
