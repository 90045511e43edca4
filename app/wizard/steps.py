"""Steps: where one is in the wizard: numbered circles with a line between them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from .. import theme
from ..language import tr

RADIUS = 12


class Steps(QWidget):
    """`chosen(step)`: somebody clicked a step that is behind."""

    chosen = Signal(int)

    def __init__(self, titles: list[str]) -> None:
        super().__init__()
        self.titles, self.at = titles, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_step(self, at: int) -> None:
        """Which step is the current one."""
        self.at = at
        self.setAccessibleName(
            tr("Step {at} of {titles}: {titles2}", at=at + 1, titles=len(self.titles), titles2=self.titles[at])
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 2 * RADIUS + 26)

    def _place(self, step: int) -> QRectF:
        """The circle and its title."""
        font = self.font()
        font.setWeight(font.Weight.DemiBold)  # as wide as it may get, so that nothing moves
        metrics = QFontMetricsF(font)
        widths = [2 * RADIUS + 9 + metrics.horizontalAdvance(title) for title in self.titles]
        gap = max(24.0, (self.width() - 56 - sum(widths)) / max(len(widths) - 1, 1))
        left = 28 + sum(widths[:step]) + gap * step
        return QRectF(left, (self.height() - 2 * RADIUS) / 2, widths[step], 2 * RADIUS)

    def _under(self, point: QPointF) -> int:
        return next((k for k in range(self.at) if self._place(k).contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        step = self._under(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if step >= 0 else Qt.CursorShape.ArrowCursor)
        self.setToolTip(tr("Back to “{titles}”", titles=self.titles[step]) if step >= 0 else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (step := self._under(event.position())) >= 0:
            self.chosen.emit(step)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = theme.colors()
        for step, title in enumerate(self.titles):
            place = self._place(step)
            circle = QRectF(place.left(), place.top(), 2 * RADIUS, 2 * RADIUS)
            done, now = step < self.at, step == self.at
            painter.setPen(QPen(QColor(c.accent if done or now else c.line), 1.5))
            painter.setBrush(QColor(c.accent if now else c.chosen if done else c.base))
            painter.drawEllipse(circle)
            if done:
                tick = theme.draw("tick", 14, c.accent, self.devicePixelRatioF())
                painter.drawPixmap(circle.center() - QPointF(7, 7), tick)
            else:
                painter.setPen(QColor(c.on_accent if now else c.soft))
                painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(step + 1))
            font = self.font()
            font.setWeight(font.Weight.DemiBold if now else font.Weight.Normal)
            painter.setFont(font)
            painter.setPen(QColor(c.text if now or done else c.soft))
            words = place.adjusted(2 * RADIUS + 9, 0, 12, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
            painter.setFont(self.font())
            if step + 1 < len(self.titles):
                painter.setPen(QPen(QColor(c.accent if done else c.line), 1.5))
                after = self._place(step + 1).left() - 12
                painter.drawLine(QPointF(place.right() + 14, place.center().y()), QPointF(after, place.center().y()))
        painter.setPen(QColor(c.line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()
