"""Plot: what the pictures of the merge tree and of the persistence diagram share: axes, marks, and the brush."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ...compute.critical import color_of
from ...compute.style import Style
from .. import theme
from ..document import Document
from ..language import tr
from ..probing.brush import Brush
from ..training.scale import Scale

NEAR = 9.0  # pixels within which a mark or a line is meant
MARK = 5.0  # half the width of a mark, in pixels


class Plot(QWidget):
    """Subclasses say what they hold (`prepare`), draw it (`draw`) and say what is near the pointer (`hits`)."""

    empty = tr("Nobody has looked for critical points here yet.")

    def __init__(self, brush: Brush, name: str) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(200, 120))
        self.setAccessibleName(name)
        self.brush, self.document = brush, None
        self.style_now = Style()
        self.room = QRectF()
        self.said = ""
        self.up: Scale | None = None  # the vertical axis; None where there is nothing to draw
        brush.changed.connect(self.update)

    document: Document | None

    def show_document(self, document: Document | None, style: Style) -> None:
        """Draw what is known of this landscape, as much as the look shows of it."""
        self.document, self.style_now = document, style
        self.up = self.prepare()
        self.update()

    def prepare(self) -> Scale | None:
        """Take what is to be drawn from the document; the vertical scale, or None where there is nothing."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        raise NotImplementedError

    def hits(self) -> Iterator[tuple[float, int]]:
        """For what is drawn: how far it is from `self.pointer`, in pixels, and the row of its point."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Write a line into the corner."""
        self.said = text
        self.update()

    def shown(self) -> list[int]:
        """The rows of the points that can be chosen, the most persistent first."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose the next more and the next less persistent one; Escape lets go."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}.get(
            Qt.Key(event.key())
        )
        rows = self.shown() if self.document is not None and self.up is not None else []
        if self.document is not None and event.key() == Qt.Key.Key_Escape:
            self.brush.choose(self.document, None)
        elif self.document is not None and step is not None and rows:
            now = self.brush.chosen[1] if self.brush.chosen is not None else -1
            at = rows.index(now) + step if now in rows else 0
            self.brush.choose(self.document, rows[max(0, min(at, len(rows) - 1))])
        else:
            super().keyPressEvent(event)

    # --- the pointer ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.document is not None:
            self.brush.point(self.document, self.row_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.document is not None and event.button() == Qt.MouseButton.LeftButton:
            self.brush.choose(self.document, self.row_at(event.position()))

    def leaveEvent(self, event) -> None:
        if self.document is not None:
            self.brush.point(self.document, None)

    pointer = QPointF()

    def row_at(self, at: QPointF) -> int | None:
        """The row of the point that is meant at a place of the widget."""
        if self.up is None:
            return None
        self.pointer = at
        away, row = min(self.hits(), default=(np.inf, -1))
        return row if away <= NEAR else None

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(c.base))
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        if self.up is None:
            painter.setPen(QColor(c.soft))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty)
            return
        line = painter.fontMetrics().height()
        self.room = QRectF(self.rect()).adjusted(56, 12, -14, -(2 * line + 10))
        self._vertical(painter)
        self.draw(painter)
        painter.setPen(QColor(c.soft))
        corner = QRectF(self.room.left(), self.room.bottom() + 6 + line, self.room.width(), line)
        painter.drawText(corner, Qt.AlignmentFlag.AlignRight, self.said)

    def height_of(self, values: np.ndarray) -> np.ndarray:
        """The y of values, in pixels."""
        assert self.up is not None
        return self.room.bottom() - self.up.place(np.asarray(values, float)) * self.room.height()

    def _vertical(self, painter: QPainter) -> None:
        assert self.up is not None
        c, room, line = theme.colors(), self.room, painter.fontMetrics().height()
        grid = QColor(c.line)
        grid.setAlpha(150)
        for value, words in self.up.ticks(max(3, int(room.height() / (2.4 * line)))):
            y = float(self.height_of(np.array([value]))[0])
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(QColor(c.soft))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - line / 2, room.left() - 7, line), flags, words)

    def along(self, painter: QPainter, scale: Scale | None, title: str) -> None:
        """The horizontal axis: its numbers, where it has a scale, and its name."""
        c, room, line = theme.colors(), self.room, painter.fontMetrics().height()
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        painter.setPen(QColor(c.soft))
        for value, words in [] if scale is None else scale.ticks(max(2, int(room.width() / 80))):
            x = room.left() + float(scale.place(np.array([value]))[0]) * room.width()  # type: ignore[union-attr]
            painter.drawText(QRectF(x - 60, room.bottom() + 4, 120, line), Qt.AlignmentFlag.AlignHCenter, words)
        below = QRectF(room.left(), room.bottom() + 6 + line, room.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, title)

    def mark(self, painter: QPainter, at: QPointF, kind: str, rim: bool, *, faint: bool = False, ring: int = 0) -> None:
        """The mark of a kind of critical point, as in the pictures; ring: 2 of what is spoken of, 1 of its partner."""
        c = theme.colors()
        if ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.text), 0.8 + 0.7 * ring))
            painter.drawEllipse(at, 2.1 * MARK, 2.1 * MARK)
        color = QColor(color_of(kind, rim, self.style_now))
        color.setAlpha(90 if faint else 255)
        painter.setBrush(color)
        painter.setPen(QPen(QColor(c.base), 0.8))
        corners = {
            "minimum": [(-1, -0.8), (1, -0.8), (0, 1)],
            "maximum": [(-1, 0.8), (1, 0.8), (0, -1)],
            "saddle": [(0, -1), (1, 0), (0, 1), (-1, 0)],
        }[kind]
        painter.drawPolygon(QPolygonF([QPointF(at.x() + MARK * x, at.y() + MARK * y) for x, y in corners]))
