"""Carrying: what is dragged onto panes: landscapes from the list, files from elsewhere, and panes by their headers."""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from .. import theme

LANDSCAPES = "application/x-lossvista-landscapes"  # the keys of documents, as JSON
PANE = "application/x-lossvista-pane"  # the place's number


def pack(values: list[int]) -> bytes:
    """Keys or numbers, as a drag carries them."""
    return json.dumps(values).encode()


def unpack(data: QMimeData, kind: str) -> list[int]:
    """The numbers of that kind; empty where it carries something else."""
    return json.loads(data.data(kind).data()) if data.hasFormat(kind) else []


def files(data: QMimeData) -> list[str]:
    """Local files and folders."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


class Glow(QWidget):
    """A frame over a pane while something is held above it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, area: QRect) -> None:
        """Show it there."""
        self.setGeometry(area)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        accent = QColor(theme.colors().accent)
        pale = QColor(accent)
        pale.setAlpha(36)
        painter.setPen(QPen(accent, 3))
        painter.setBrush(pale)
        painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()
