"""Gallery: the samples that a network is most confidently wrong on, as small pictures with what they were taken for."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...compute.levels import number
from ...compute.point.report import Shown
from ...compute.point.told import sentence
from .. import theme
from ..language import tr

TILE = 84  # pixels a side of a picture, at least
GAP = 8
SMALL = 48  # pixels of an image up to which its pixels are shown as squares


class Gallery(QWidget):
    """Tiles in rows, or lines of text where the samples are no images. A tip says each in a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: tuple[Shown, ...] = ()
        self._images: list[QImage | None] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Worst samples"))

    def show_samples(self, shown: tuple[Shown, ...]) -> None:
        """Worst first."""
        self.shown = shown
        self._images = [None if one.image is None else image_of(one.image) for one in shown]
        self.setAccessibleDescription("; ".join(sentence(one) for one in shown[:5]))
        self.setVisible(bool(shown))
        self._fit()
        self.update()

    @property
    def pictured(self) -> bool:
        return any(image is not None for image in self._images)

    # --- layout ---

    def _columns(self) -> int:
        return max(1, (self.width() + GAP) // (TILE + GAP)) if self.pictured else 1

    def _tile(self) -> tuple[float, float]:
        """Width and height of a tile with its caption."""
        columns = self._columns()
        width = (self.width() - GAP * (columns - 1)) / columns
        line = self.fontMetrics().height()
        return (width, width + line + 3) if self.pictured else (width, 2 * line + 6)

    def boxes(self) -> list[QRectF]:
        """Where the tiles are."""
        columns, (width, height) = self._columns(), self._tile()
        return [
            QRectF((k % columns) * (width + GAP), (k // columns) * (height + GAP), width, height)
            for k in range(len(self.shown))
        ]

    def _fit(self) -> None:
        boxes = self.boxes()
        wanted = math.ceil(boxes[-1].bottom()) + 2 if boxes else 0
        if self.height() != wanted:
            self.setFixedHeight(wanted)

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def at(self, point: QPointF) -> Shown | None:
        """The sample under a point."""
        return next((one for one, box in zip(self.shown, self.boxes(), strict=True) if box.contains(point)), None)

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, c = QPainter(self), theme.colors()
        small = QFont(self.font())
        small.setPointSizeF(self.font().pointSizeF() * 0.88)
        painter.setFont(small)
        for one, image, box in zip(self.shown, self._images, self.boxes(), strict=True):
            if not box.intersects(QRectF(event.rect())):
                continue
            if image is None:
                self._text(painter, one, box)
                continue
            room = QRectF(box.left(), box.top(), box.width(), box.width())
            painter.setPen(QColor(c.line))
            painter.setBrush(QColor(c.base))
            painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            inner = room.adjusted(3, 3, -3, -3)
            size = QSize(image.size()).scaled(inner.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(inner.center())
            smooth = max(image.width(), image.height()) > SMALL
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(place, image)
            painter.setPen(QColor(c.text))
            words = painter.fontMetrics().elidedText(caption(one), Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(
                QRectF(box.left(), room.bottom() + 2, box.width(), 20), Qt.AlignmentFlag.AlignHCenter, words
            )

    def _text(self, painter: QPainter, one: Shown, box: QRectF) -> None:
        c, line = theme.colors(), self.fontMetrics().height()
        metrics = painter.fontMetrics()
        painter.setPen(QColor(c.text))
        painter.drawText(
            box, Qt.AlignmentFlag.AlignLeft, metrics.elidedText(one.text, Qt.TextElideMode.ElideRight, int(box.width()))
        )
        painter.setPen(QColor(c.soft))
        painter.drawText(box.adjusted(0, line, 0, 0), Qt.AlignmentFlag.AlignLeft, caption(one))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            one = self.at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if one is None else sentence(one), self)
            return True
        return super().event(event)


def caption(shown: Shown) -> str:
    """ "7 → 2  99%", or the loss where there are no classes."""
    if not shown.predicted:
        return tr("loss {loss}", loss=number(shown.loss, 3))
    sure = f"  {shown.confidence:.0%}" if math.isfinite(shown.confidence) else ""
    return f"{shown.true} → {shown.predicted}{sure}"


def image_of(pixels: np.ndarray) -> QImage:
    """(h, w) or (h, w, 3) uint8 as an image of its own memory."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    kind, depth = (QImage.Format.Format_Grayscale8, 1) if pixels.ndim == 2 else (QImage.Format.Format_RGB888, 3)
    return QImage(pixels.data, width, height, depth * width, kind).copy()
