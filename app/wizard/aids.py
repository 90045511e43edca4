"""Aids: what helps on the first step: a place to drop files on, and the few lines of code that one's own project needs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFontDatabase,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from .. import theme
from ..buttons import IconButton
from ..language import tr
from .draft import Source, dropped

CODE = {
    Source.FILE: (
        tr("The whole of a file"),
        "from lossvista import Problem\n"
        "from torch import nn\n"
        "from project import Net, train_dataset  # yours\n"
        "\n"
        "\n"
        "def make_problem():\n"
        "    return Problem(model=Net(), train=train_dataset, loss=nn.CrossEntropyLoss())",
    ),
    Source.RECORDED: (
        tr("Three lines in your own training loop record its path"),
        "from lossvista import Recorder\n"
        "\n"
        'with Recorder("run", model, problem="mine.py:make_problem") as recorder:\n'
        "    ...  # your loop\n"
        "    recorder.save(epoch=epoch, lr=lr, loss=loss)",
    ),
}


class Shell(QDialog):
    """A dialog that takes files and keys. `files_dropped(values)`: the choices that they stand for; `held_over(on)` before that.
    `undo_pressed(−1)`, or 1 for redo; `back_pressed` (Alt+Left). Text fields take undo for themselves while they are typed in."""

    files_dropped = Signal(dict)
    held_over = Signal(bool)
    undo_pressed = Signal(int)
    back_pressed = Signal()

    def __init__(self, parent: QWidget, **properties: Any) -> None:
        super().__init__(parent, **properties)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(_local(event.mimeData())):
            event.acceptProposedAction()
            self.held_over.emit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.held_over.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.held_over.emit(False)
        self.files_dropped.emit(dropped(_local(event.mimeData())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_pressed.emit(-1)
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.undo_pressed.emit(1)
        elif event.key() == Qt.Key.Key_Left and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.back_pressed.emit()
        else:
            super().keyPressEvent(event)


def _local(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


class DropZone(QWidget):
    """A dashed frame that says what can be dropped; `over` while something is held over it."""

    def __init__(self) -> None:
        super().__init__()
        self.over = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(84)
        self.setMaximumHeight(190)
        self.setAccessibleName(tr("Drop a checkpoint, a Python file or a folder of checkpoints here"))

    def show_over(self, over: bool) -> None:
        """Something is held over the dialog, or no longer."""
        self.over = over
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 130)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = theme.colors()
        pen = QPen(QColor(c.accent if self.over else c.line), 1.6, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(QColor(c.chosen) if self.over else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 10, 10)
        middle = self.rect().center()
        picture = theme.draw("drop", 22, c.accent if self.over else c.soft, self.devicePixelRatioF())
        painter.drawPixmap(middle.x() - 11, middle.y() - 26, picture)
        painter.setPen(QColor(c.text if self.over else c.soft))
        words = self.rect().adjusted(0, self.height() // 2 + 4, 0, 0)
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(words, top, tr("Drop a checkpoint, a Python file or a folder of checkpoints here"))
        painter.end()


class Snippet(QFrame):
    """Code to copy."""

    def __init__(self) -> None:
        super().__init__(objectName="card")
        self.title = QLabel()
        self.title.setProperty("section", True)
        self.code = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.code.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = IconButton(toolTip=tr("Copy these lines"), autoRaise=True)
        self.copy.setIconSize(QSize(15, 15))
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.code.text() + "\n"))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 10, 14)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.code)
        self.redraw_icons()

    def show_for(self, source: Source) -> None:
        """The lines that this kind of source needs, if it needs any."""
        title, code = CODE.get(source, ("", ""))
        self.title.setText(title)
        self.code.setText(code)
        self.setVisible(bool(code))

    def redraw_icons(self) -> None:
        """In the theme's colours."""
        self.copy.setIcon(theme.icon("copy", theme.colors().soft))
