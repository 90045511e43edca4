"""Landscapes: the panel that lists what is open; choose one to bring it to the front, or close it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...compute.colors import rgb
from ...compute.surface import Mark
from .. import theme
from ..session import Document, Session

THUMB = 38
REDRAW_MS = 600  # between two pictures of a growing landscape


class Landscapes(QListWidget):
    """One row for each open document, in the session's order."""

    def __init__(self, session: Session) -> None:
        super().__init__(objectName="landscapes")
        self.session = session
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(1)
        self.setUniformItemSizes(True)
        self._stale: set[Document] = set()
        self._redraw = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._redraw.timeout.connect(self._redraw_stale)
        session.opened.connect(self._add)
        session.closed.connect(self._remove)
        session.current_changed.connect(self._choose)
        session.replaced.connect(self._refresh)
        session.style_changed.connect(self._later)
        session.values_changed.connect(self._later)
        self.currentRowChanged.connect(self._chosen)
        for document in session.documents:
            self._add(document)
        self._choose(session.current)

    def _row(self, document: Document) -> int:
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) is document:
                return row
        return -1

    def _add(self, document: Document) -> None:
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, document)
        item.setSizeHint(QSize(100, THUMB + 14))
        row = Row(document)
        row.close_button.clicked.connect(lambda: self.session.close(document))
        self.blockSignals(True)
        self.addItem(item)
        self.setItemWidget(item, row)
        self.blockSignals(False)

    def _remove(self, document: Document) -> None:
        self._stale.discard(document)
        self.blockSignals(True)
        self.takeItem(self._row(document))
        self.blockSignals(False)
        self._choose(self.session.current)

    def _choose(self, document: Document | None) -> None:
        self.blockSignals(True)
        self.setCurrentRow(self._row(document) if document is not None else -1)
        self.blockSignals(False)

    def _chosen(self, row: int) -> None:
        if row >= 0:
            self.session.activate(self.item(row).data(Qt.ItemDataRole.UserRole))

    def _refresh(self, document: Document) -> None:
        row = self._row(document)
        if row >= 0:
            self.itemWidget(self.item(row)).refresh()

    def _later(self, document: Document) -> None:
        self._stale.add(document)
        if not self._redraw.isActive():
            self._redraw.start()

    def _redraw_stale(self) -> None:
        for document in self._stale:
            self._refresh(document)
        self._stale.clear()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for row in range(self.count()):
            self.itemWidget(self.item(row)).refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.session.current is not None:
            self.session.close(self.session.current)
        else:
            super().keyPressEvent(event)


class Row(QWidget):
    """A small map of the landscape, its title, what it is, and a button to close it."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self.picture = QLabel()
        self.picture.setFixedSize(THUMB, THUMB)
        self.title, self.kind = Elided(), Elided()
        self.kind.setProperty("quiet", True)
        small = self.kind.font()
        small.setPointSizeF(small.pointSizeF() * 0.9)
        self.kind.setFont(small)
        self.close_button = QToolButton(autoRaise=True)
        self.close_button.setIconSize(QSize(13, 13))
        texts = QVBoxLayout(spacing=1)
        texts.addStretch()
        texts.addWidget(self.title)
        texts.addWidget(self.kind)
        texts.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 4, 4, 4)
        row.setSpacing(9)
        row.addWidget(self.picture)
        row.addLayout(texts, 1)
        row.addWidget(self.close_button)
        self.refresh()

    def refresh(self) -> None:
        """Show the document as it is now."""
        document = self.document
        self.title.show_text(document.name)
        self.kind.show_text(kind(document))
        file = document.path or "not in a file yet"
        self.setToolTip(f"{document.name}\n{kind(document)}\n{file}")
        self.close_button.setIcon(theme.icon("close", theme.colors().soft))
        self.close_button.setToolTip("Close this landscape (Ctrl+W)")
        self.picture.setPixmap(thumbnail(document, self.devicePixelRatioF()))


class Elided(QLabel):
    """A line of text that ends in … where there is no room."""

    def show_text(self, text: str) -> None:
        self.whole = text
        self.setText(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(20, super().minimumSizeHint().height())

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        if self.property("quiet"):
            painter.setPen(QColor(theme.colors().soft))
        text = self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def kind(document: Document) -> str:
    """What a landscape is, in few words: 51 × 51 · random · cnn."""
    landscape = document.landscape
    ny, nx = landscape.surface.grid.shape
    size = f"{nx} points" if landscape.surface.grid.line else f"{nx} × {ny}"
    left = int((landscape.surface.evaluated == Mark.NOT_YET).sum())
    state = f"{1 - left / landscape.surface.grid.size:.0%} computed" if left else ""
    made = [axis.method for axis in landscape.axes[:1] if axis.method]
    model = str(landscape.recipe.get("model", ""))
    return " · ".join(part for part in (state, size, *made, model) if part)


def thumbnail(document: Document, ratio: float = 1.0) -> QPixmap:
    """A rounded map of the landscape in its colours, THUMB device-independent pixels wide; β points up."""
    side = round(THUMB * ratio)
    whole = QPixmap(side, side)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    shape = QPainterPath()
    shape.addRoundedRect(0, 0, side, side, 5 * ratio, 5 * ratio)
    painter.setClipPath(shape)
    painter.fillPath(shape, QColor(theme.colors().line))
    if document.drawable:
        relief, style = document.relief, document.style
        shown = relief.transform(document.landscape.surface.preview(document.field))
        low, high = relief.span
        share = (shown - low) / ((high - low) or 1.0)
        pixels = np.ascontiguousarray(rgb(style.colormap, share, style.reverse)[::-1])
        if document.landscape.surface.grid.line:
            pixels = np.ascontiguousarray(np.repeat(pixels, 4, 0))
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        painter.drawImage(whole.rect(), image)
    painter.end()
    whole.setDevicePixelRatio(ratio)
    return whole
