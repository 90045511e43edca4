"""Log: the panel with one line for each thing that happened, the latest last: to search, to copy, to save."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QFontDatabase, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ...compute.errors import LossvistaError
from ...compute.storage.disk import put
from .. import theme
from ..buttons import IconButton
from ..language import tr

LINES = 2000  # older ones are dropped


@dataclass(frozen=True)
class Line:
    """One thing that happened. severity: as of a notice."""

    at: datetime
    text: str
    severity: str = "info"

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S}  {self.text}"


class Log(QWidget):
    """Shows the lines that hold what is searched for; the others are kept."""

    saved = Signal(str)  # path
    failed = Signal(object)  # LossvistaError

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.page = QPlainTextEdit(
            readOnly=True, maximumBlockCount=LINES, placeholderText=tr("What happens is written down here.")
        )
        self.page.setAccessibleName(tr("Log"))
        self.page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.page.setProperty("page", True)
        self.search = QLineEdit(
            placeholderText=tr("Search"), clearButtonEnabled=True, toolTip=tr("Show only the lines that hold this")
        )
        self.search.setAccessibleName(tr("Search the log"))
        self.copy_button = IconButton(autoRaise=True, toolTip=tr("Copy the lines that are shown"))
        self.save_button = IconButton(autoRaise=True, toolTip=tr("Save the lines that are shown to a file"))
        self.clear_button = IconButton(autoRaise=True, toolTip=tr("Clear the log"))
        row = QHBoxLayout(spacing=4)
        row.setContentsMargins(8, 6, 6, 4)
        row.addWidget(self.search, 1)
        for button in (self.copy_button, self.save_button, self.clear_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.page, 1)
        self.search.textChanged.connect(lambda _text: self.redraw_icons())
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(self.text()))
        self.save_button.clicked.connect(self._save)
        self.clear_button.clicked.connect(self.clear)
        self.redraw_icons()

    def add(self, text: str, severity: str = "info") -> None:
        """One more line, with the time."""
        line = Line(datetime.now(), text, severity)
        self.lines = [*self.lines, line][-LINES:]
        if self._fits(line):
            self._write(line)

    def clear(self) -> None:
        """Forget all lines."""
        self.lines = []
        self.page.clear()

    def text(self) -> str:
        """The lines that are shown."""
        return "\n".join(str(line) for line in self.lines if self._fits(line))

    def save_to(self, path: str) -> None:
        """Write the lines that are shown to a file; `saved` or `failed` tells of it."""
        target = Path(path if Path(path).suffix else f"{path}.txt")
        try:
            self.saved.emit(str(put(target, (self.text() + "\n").encode("utf-8", "replace"))))
        except LossvistaError as error:
            self.failed.emit(error)

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the log"), "lossvista-log.txt", tr("Text (*.txt)"))
        if path:
            self.save_to(path)

    def _fits(self, line: Line) -> bool:
        return all(word in str(line).lower() for word in self.search.text().lower().split())

    def _write(self, line: Line) -> None:
        c = theme.colors()
        ink = QTextCharFormat()
        ink.setForeground(QColor({"error": c.poor, "warning": c.fair}.get(line.severity, c.text)))
        follows = self.page.verticalScrollBar().value() == self.page.verticalScrollBar().maximum()
        cursor = QTextCursor(self.page.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(("\n" if not self.page.document().isEmpty() else "") + str(line), ink)
        if follows:
            self.page.verticalScrollBar().setValue(self.page.verticalScrollBar().maximum())

    def redraw_icons(self) -> None:
        """After a change of theme, or of what is searched for."""
        for button, name in ((self.copy_button, "copy"), (self.save_button, "save"), (self.clear_button, "trash")):
            button.setIcon(theme.icon(name))
        self.page.clear()
        for line in self.lines:
            if self._fits(line):
                self._write(line)
