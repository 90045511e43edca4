"""Schedule: a small picture of the learning rate over the epochs, drawn while a training is being chosen."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...compute.levels import number
from ...compute.training.recipe import Training
from .. import theme
from ..language import tr

MOST = 400  # points of the line


class Schedule(QWidget):
    """The learning rate as a line on a logarithmic scale, its drops marked."""

    def __init__(self) -> None:
        super().__init__()
        self.rates = np.zeros(0)
        self.drops: list[int] = []
        self.epochs = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("The learning rate over the epochs, on a logarithmic scale"))

    def sizeHint(self) -> QSize:
        return QSize(300, 58)

    def show_training(self, training: Training | None) -> None:
        """Draw the rate of this training; None where what is entered is none."""
        self.rates, self.drops = np.zeros(0), []
        if training is not None:
            self.epochs = training.epochs
            at = np.unique(np.linspace(0, training.epochs - 1, min(MOST, training.epochs)).astype(int))
            self.rates = np.array([training.rate(int(epoch)) for epoch in at])
            self.drops = [drop for drop in training.lr_drops if 0 < drop < training.epochs]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(c.line), 1))
        painter.setBrush(QColor(c.base))
        painter.drawRoundedRect(frame, 6, 6)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.86)
        painter.setFont(font)
        painter.setPen(QColor(c.soft))
        edges = frame.adjusted(10, 5, -10, -5)
        if not len(self.rates) or not self.rates[0] > 0:
            painter.drawText(edges, Qt.AlignmentFlag.AlignCenter, tr("no learning rate to draw"))
            return
        first, last = self.rates[0], self.rates[-1]
        painter.drawText(
            edges, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, tr("rate {first}", first=number(first))
        )
        ends = tr("{epochs:,} epoch{ending}", epochs=self.epochs, ending="s" if self.epochs != 1 else "")
        low = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight
        painter.drawText(edges, low, ends if last == first else tr("{last} after {ends}", last=number(last), ends=ends))
        room = edges.adjusted(2, 17, -2, -17)
        shown = np.log10(np.maximum(self.rates, first * 1e-6))
        high, deep = shown.max(), min(shown.min(), shown.max() - 0.3)
        x = np.repeat(np.linspace(room.left(), room.right(), len(shown) + 1), 2)[1:-1]
        y = np.repeat(room.top() + (high - shown) / (high - deep) * room.height(), 2)
        if math.isclose(first, last):
            y[:] = room.center().y()
        painter.setPen(QPen(QColor(c.accent), 1.8))
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))
        painter.setPen(QPen(QColor(c.poor), 1, Qt.PenStyle.DashLine))
        for drop in self.drops:
            at = room.left() + drop / self.epochs * room.width()
            painter.drawLine(QPointF(at, room.top() - 2), QPointF(at, room.bottom() + 2))
