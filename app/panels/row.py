"""Row: one open landscape in the list: its picture, its title, which can be edited, what it is, and a button to close it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ...compute.surface import Mark
from .. import theme
from ..buttons import IconButton
from ..elided import Elided
from ..language import tr
from ..session import Document
from ..thumbnails import SIZE, Thumbnails


class Row(QWidget):
    """Shows a document as it is when `refresh` is called."""

    renamed = Signal(str)

    def __init__(self, document: Document, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.document, self.thumbnails = document, thumbnails
        self.picture = QLabel()
        self.picture.setFixedSize(*SIZE)
        self.title, self.kind = Elided(), Elided()
        self.kind.setProperty("quiet", True)
        small = self.kind.font()
        small.setPointSizeF(small.pointSizeF() * 0.9)
        self.kind.setFont(small)
        self.editor = QLineEdit(visible=False, maxLength=200)
        self.editor.setAccessibleName(tr("New title"))
        self.editor.editingFinished.connect(self._edited)
        self.editor.installEventFilter(self)
        self.close_button = IconButton(autoRaise=True)
        self.close_button.setIconSize(QSize(13, 13))
        texts = QVBoxLayout(spacing=1)
        texts.addStretch()
        texts.addWidget(self.title)
        texts.addWidget(self.editor)
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
        file = document.path or tr("not in a file yet")
        self.setToolTip(f"{document.name}\n{kind(document)}\n{file}")
        self.close_button.setIcon(theme.icon("close", theme.colors().soft))
        self.close_button.setToolTip(tr("Close this landscape (Ctrl+W)"))
        self.picture.setPixmap(self.thumbnails.of(document, self.devicePixelRatioF()))

    def edit(self) -> None:
        """Let the person type another title: Enter keeps it, Escape does not."""
        self.editor.setText(self.document.name)
        self.editor.selectAll()
        self._show_editor(True)
        self.editor.setFocus()

    def _show_editor(self, on: bool) -> None:
        self.editor.setVisible(on)
        self.title.setVisible(not on)
        self.kind.setVisible(not on)

    def _edited(self) -> None:
        if self.editor.isVisibleTo(self):
            self._show_editor(False)
            self.renamed.emit(self.editor.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # not the window's Escape
        elif escape and event.type() == QEvent.Type.KeyPress:
            self._show_editor(False)
            return True
        return False


def kind(document: Document) -> str:
    """What a landscape is, in few words: 51 × 51 · random · cnn. Of somebody's own problem its file, whatever model it names."""
    landscape = document.landscape
    ny, nx = landscape.surface.grid.shape
    size = tr("{nx} points", nx=nx) if landscape.surface.grid.line else f"{nx} × {ny}"
    left = int((landscape.surface.evaluated == Mark.NOT_YET).sum())
    state = tr("{left:.0%} computed", left=1 - left / landscape.surface.grid.size) if left else ""
    made = [axis.method for axis in landscape.axes[:1] if axis.method]
    own = str(landscape.recipe.get("problem") or "")
    model = Path(own).name.split(":")[0] if own else str(landscape.recipe.get("model", ""))
    return " · ".join(part for part in (state, size, *made, model) if part)
