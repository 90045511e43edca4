"""Matrix: a confusion matrix as a picture: true classes down, predicted ones across, and how many of each were recognized."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from .. import theme
from ..language import tr

CELL = 34  # pixels at most, and
LARGE, FEW = 56, 6  # of so few classes
CELLS = 9  # pixels from which cells are drawn one by one and named; smaller ones are pixels of an image
NUMBERS = 17  # pixels that a cell needs to hold a number
SHARE = 46  # pixels of the column of shares, on the right
UNNAMED = 16.0  # pixels left of a matrix without names
LABEL = 88  # pixels at most of a class's name


class Matrix(QWidget):
    """`show_matrix` sets it; a class without samples has no colour. Numbers are written where the cells are large enough."""

    def __init__(self) -> None:
        super().__init__()
        self.counts, self.classes = np.zeros((0, 0), int), tuple[str, ...]()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Confusion matrix"))

    def show_matrix(self, counts: np.ndarray | None, classes: tuple[str, ...]) -> None:
        """counts (k, k): of true class [row] taken for [column]; None for no matrix."""
        self.counts = np.zeros((0, 0), int) if counts is None else counts
        self.classes = classes
        worst = sorted(self._pairs(), reverse=True)[:3]
        self.setAccessibleDescription(
            ", ".join(
                tr("{count} of {classes} taken for {classes2}", count=count, classes=classes[j], classes2=classes[i])
                for count, j, i in worst
            )
            or tr("No mistakes")
        )
        self.setVisible(bool(self.counts.size))
        self.updateGeometry()
        self.update()

    def _pairs(self) -> list[tuple[int, int, int]]:
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        return [(int(wrong[j, i]), int(j), int(i)) for j, i in zip(*np.nonzero(wrong), strict=True)]

    # --- layout ---

    def _left(self) -> float:
        """Pixels of the rows' names; 0 where they would be too small to read."""
        wide = max((self.fontMetrics().horizontalAdvance(name) for name in self.classes), default=0)
        named = min(wide, LABEL) + 26.0
        return named if self._cell_for(named) >= CELLS else UNNAMED

    def _cell_for(self, left: float) -> float:
        return min(
            CELL if len(self.classes) > FEW else LARGE,
            max(self.width() - left - SHARE, 40.0) / max(len(self.classes), 1),
        )

    @property
    def _cell(self) -> float:
        return self._cell_for(self._left())

    @property
    def _top(self) -> float:
        line = self.fontMetrics().height()
        return 2 * line + 6.0 if self._left() > UNNAMED else line + 4.0

    def sizeHint(self) -> QSize:
        return QSize(300, round(self._top + self._cell * len(self.classes) + 4))

    def hasHeightForWidth(self) -> bool:
        return False

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        if self.height() != self.sizeHint().height():
            self.setFixedHeight(self.sizeHint().height())

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """(row, column) under a point, or None."""
        i, j = int((at.x() - self._left()) // self._cell), int((at.y() - self._top) // self._cell)
        count = len(self.classes)
        return (j, i) if 0 <= i < count and 0 <= j < count else None

    def words(self, row: int, column: int) -> str:
        """A cell in a sentence."""
        count, total = int(self.counts[row, column]), int(self.counts[row].sum())
        true, taken = self.classes[row], self.classes[column]
        what = "recognized" if row == column else tr("taken for {taken}", taken=taken)
        share = f" ({count / total:.1%})" if total else ""
        return tr(
            "{true}: {count:,} of {total:,} {what}{share}", true=true, count=count, total=total, what=what, share=share
        )

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.counts.size:
            return
        painter, c = QPainter(self), theme.colors()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, top, cell, count = self._left(), self._top, self._cell, len(self.classes)
        totals = self.counts.sum(1)
        shares = self.counts / np.maximum(totals, 1)[:, None]
        small = QFont(self.font())
        small.setPointSizeF(self.font().pointSizeF() * (0.86 if cell >= 22 else 0.74))
        painter.setFont(small)
        inks = colours(shares)
        if left <= UNNAMED:
            image = QImage(inks.data, count, count, 3 * count, QImage.Format.Format_RGB888)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, cell < 1)
            painter.drawImage(QRectF(left, top, count * cell, count * cell), image)
            self._names(painter, left, top, cell)
            return
        for j in range(count):
            for i in range(count):
                box = QRectF(left + i * cell, top + j * cell, cell - 1, cell - 1)
                painter.fillRect(box, QColor(*inks[j, i].tolist()))
                if self.counts[j, i] and cell >= NUMBERS:
                    strong = shares[j, i] > (0.35 if j == i else 0.45)
                    painter.setPen(QColor(c.on_accent if strong else c.text))
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{self.counts[j, i]}")
        self._names(painter, left, top, cell)
        painter.setPen(QColor(c.soft))
        for j in range(count):
            box = QRectF(left + count * cell + 4, top + j * cell, SHARE - 4, cell)
            text = f"{shares[j, j]:.0%}" if totals[j] else "–"
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _names(self, painter: QPainter, left: float, top: float, cell: float) -> None:
        c, line, count = theme.colors(), self.fontMetrics().height(), len(self.classes)
        painter.setPen(QColor(c.soft))
        middle = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(left, 0, count * cell, line), middle, "predicted")
        painter.save()
        painter.translate(0, top + count * cell)
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, count * cell, line), middle, "true")
        painter.restore()
        if left <= UNNAMED:
            return
        painter.drawText(QRectF(left + count * cell, line, SHARE, line), Qt.AlignmentFlag.AlignRight, "right")
        painter.setPen(QColor(c.text))
        metrics = painter.fontMetrics()
        for k, name in enumerate(self.classes):
            row = metrics.elidedText(name, Qt.TextElideMode.ElideRight, LABEL)
            box = QRectF(line, top + k * cell, left - line - 6, cell)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row)
            if cell >= NUMBERS:
                column = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(cell))
                painter.drawText(QRectF(left + k * cell, line, cell, line), middle, column)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if at is None else self.words(*at), self)
            return True
        return super().event(event)


def colours(shares: np.ndarray) -> np.ndarray:
    """(k, k) shares of each true class → (k, k, 3) uint8: from the background to the accent on the diagonal, to red beside it; a small
    share can still be seen."""
    c = theme.colors()
    paper, right, wrong = (np.array(QColor(one).getRgb()[:3], float) for one in (c.hover, c.accent, c.poor))  # type: ignore[index]
    diagonal = np.eye(len(shares), dtype=bool)
    way = np.where(shares > 0, 0.12 + 0.88 * np.where(diagonal, shares, shares**0.7), 0.0)[..., None].clip(0, 1)
    full = np.where(diagonal[..., None], right, wrong)
    return np.ascontiguousarray((paper + way * (full - paper)).round().astype(np.uint8))
