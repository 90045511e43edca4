"""Panel: the console: what was typed and printed, and below it the line to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QKeyEvent, QKeySequence, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from .. import theme
from ..language import tr
from ..session import Session

if TYPE_CHECKING:
    from .interpreter import Interpreter

LINES, REMEMBERED, LISTED = 5000, 500, 60


class Console(QWidget):
    """The interpreter is made when the panel is first shown, never at the start."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.interpreter: Interpreter | None = None
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.output = QPlainTextEdit(
            readOnly=True, maximumBlockCount=LINES, lineWrapMode=QPlainTextEdit.LineWrapMode.NoWrap
        )
        self.output.setFont(font)
        self.output.setProperty("page", True)
        self.output.setAccessibleName(tr("What the console printed"))
        self.prompt, self.line = QLabel(">>>"), Line()
        self.prompt.setFont(font)
        self.prompt.setProperty("quiet", True)
        self.line.setFont(font)
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.prompt)
        row.addWidget(self.line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.output, 1)
        column.addLayout(row)
        self.line.entered.connect(self.run)
        self.line.asked.connect(self.complete)
        self.line.dropped.connect(self._drop)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.interpreter is None:
            self._begin()
        if self.window().isVisible():
            self.line.setFocus()

    def _begin(self) -> None:
        from .helpers import GREETING, Helpers
        from .interpreter import Interpreter

        self.helpers = Helpers(self.session)
        self.interpreter = Interpreter(self.helpers.names())
        self._write(GREETING, theme.colors().soft)

    def run(self, line: str) -> None:
        """Run a line, as if it were typed."""
        if self.interpreter is None:
            self._begin()
        assert self.interpreter is not None
        self._write(f"{self.prompt.text()} {line}\n", theme.colors().accent)
        self.interpreter.locals.update(self.helpers.now())  # type: ignore[attr-defined]
        self._write(self.interpreter.push(line), theme.colors().text)
        self.prompt.setText("..." if self.interpreter.waiting else ">>>")

    def complete(self, text: str) -> None:
        """Complete the last name of the line; where there are several, as far as they agree, and list them."""
        if self.interpreter is None:
            return
        self.interpreter.locals.update(self.helpers.now())  # type: ignore[attr-defined]
        at = max((k + 1 for k, letter in enumerate(text) if not (letter.isalnum() or letter in "_.")), default=0)
        found = self.interpreter.complete(text[at:])
        if not found:
            return
        agreed = _agreed(found)
        self.line.insert(agreed[len(text) - at :])
        if len(found) > 1 and agreed == text[at:]:
            shown = "   ".join(name.rpartition(".")[2] for name in found[:LISTED])
            self._write(shown + ("   …" if len(found) > LISTED else "") + "\n", theme.colors().soft)

    def _drop(self) -> None:
        """Escape: forget what is typed, and the lines of a command that is not finished."""
        if self.interpreter is not None:
            self.interpreter.drop()
        self.prompt.setText(">>>")

    def _write(self, text: str, color: str) -> None:
        if not text:
            return
        ink = QTextCharFormat()
        ink.setForeground(QColor(color))
        cursor = self.output.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text, ink)
        self.output.setTextCursor(cursor)
        self.output.ensureCursorVisible()

    def redraw_icons(self) -> None:
        """After a change of theme: what was written keeps the text's colour of now."""
        cursor = self.output.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        ink = QTextCharFormat()
        ink.setForeground(QColor(theme.colors().text))
        cursor.setCharFormat(ink)


def _agreed(names: list[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)
    differs = (k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(differs, min(len(first), len(last)))]


class Line(QLineEdit):
    """A line with a memory: Up and Down bring back what was entered, Tab completes (where nothing is typed it moves on), several
    pasted lines are entered one after the other."""

    entered = Signal(str)
    asked = Signal(str)  # the text before the cursor, to be completed
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__(
            placeholderText=tr("Python"), toolTip=tr("Python: Enter runs, Tab completes, ↑ and ↓ bring lines back")
        )
        self.setAccessibleName(tr("Python command"))
        self.past: list[str] = []
        self.at = 0

    def enter(self, text: str) -> None:
        """Enter a line."""
        if text.strip():
            self.past = [*(one for one in self.past if one != text), text][-REMEMBERED:]
        self.at = len(self.past)
        self.clear()
        self.entered.emit(text)

    def focusNextPrevChild(self, forth: bool) -> bool:
        return False if forth and self.text().strip() else super().focusNextPrevChild(forth)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter(self.text())
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.at = min(max(0, self.at + (1 if key == Qt.Key.Key_Down else -1)), len(self.past))
            self.setText(self.past[self.at] if self.at < len(self.past) else "")
        elif key == Qt.Key.Key_Tab:
            self.asked.emit(self.text()[: self.cursorPosition()])
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.dropped.emit()
        elif event.matches(QKeySequence.StandardKey.Paste) and "\n" in (pasted := QApplication.clipboard().text()):
            first, *rest = pasted.splitlines()
            self.insert(first)
            for line in rest:
                self.enter(self.text())
                self.setText(line)
        else:
            super().keyPressEvent(event)

    def event(self, event) -> bool:
        """Escape is the console's, not the window's, while one types."""
        if event.type() == event.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)
