"""Log: the panel with one line for each thing that happened, the latest last."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit

LINES = 2000  # older ones are dropped


class Log(QPlainTextEdit):
    """Plain text, to read and to copy."""

    def __init__(self) -> None:
        super().__init__(readOnly=True, maximumBlockCount=LINES, placeholderText="What happens is written down here.")
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; }")

    def add(self, text: str) -> None:
        """One more line, with the time."""
        self.appendPlainText(f"{datetime.now():%H:%M:%S}  {text}")

    def redraw_icons(self) -> None:
        """After a change of theme: nothing is drawn here."""
