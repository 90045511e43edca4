"""Palette: find an action by a few letters of its name, and do it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QMainWindow, QVBoxLayout

from .. import theme
from ..language import tr
from .delegate import ENTRY, Delegate
from .entry import entries, found

SIZE = QSize(640, 470)
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QDialog):
    """A list of all actions under a line to type in. `done_with` tells which action was run, after it was closed."""

    ran = Signal(str)  # the action's key

    def __init__(self, window: QMainWindow, used: tuple[str, ...]) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint, objectName="palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Command palette"))
        self.used, self.all = used, entries(window.menuBar())
        self.line = QLineEdit(placeholderText=tr("What would you like to do?"), clearButtonEnabled=True)
        self.line.setAccessibleName(tr("Search all commands"))
        self.line.setMinimumHeight(34)
        self.line.addAction(theme.icon("search", theme.colors().soft), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget(objectName="commands", uniformItemSizes=True)
        self.list.setAccessibleName(tr("Commands that fit"))
        self.list.setItemDelegate(Delegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line keeps it; arrows move the choice
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = QLabel(tr("No command fits."), alignment=Qt.AlignmentFlag.AlignCenter, visible=False)
        self.nothing.setProperty("quiet", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.nothing, 1)
        self.line.textChanged.connect(self.search)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self.run())
        self.list.itemEntered.connect(self._entered)
        self._rested = QCursor.pos()  # where the mouse was when a key was pressed last
        self.resize(SIZE.boundedTo(window.size() * 0.9))
        self._most = self.height()
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, min(96, window.height() // 8))))
        self.search("")
        self.line.setFocus()

    def search(self, typed: str) -> None:
        """Show what fits, the best chosen."""
        self.list.clear()
        for entry in found(self.all, typed, self.used):
            item = QListWidgetItem()
            item.setData(ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.spoken)
            item.setToolTip(entry.help)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._fit()
        self.list.setVisible(bool(self.list.count()))
        self.nothing.setVisible(not self.list.count())

    def _fit(self) -> None:
        """As high as what fits needs, up to where the list scrolls."""
        rows = max(self.list.sizeHintForRow(0) * self.list.count(), self.nothing.sizeHint().height() * 3)
        margins = self.layout().contentsMargins()
        line = max(self.line.sizeHint().height(), self.line.minimumHeight())
        around = margins.top() + line + self.layout().spacing() + 2 * self.list.frameWidth() + margins.bottom()
        self.resize(self.width(), min(self._most, rows + around))

    def run(self) -> None:
        """Close, and do what is chosen; a grey one is not done, and says why."""
        item = self.list.currentItem()
        if item is None:
            return
        action = item.data(ENTRY).action
        if not action.isEnabled():
            self.list.scrollToItem(item)
            return
        self.accept()
        QTimer.singleShot(0, action, action.trigger)  # after the popup has given the keyboard back
        self.ran.emit(action.objectName())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in MOVES:
                self._move(event.key())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.run()
                return True
        return False

    def _entered(self, item: QListWidgetItem) -> None:
        """The mouse chooses where it moves; a list that scrolls below a mouse at rest leaves the choice to the keys."""
        if QCursor.pos() != self._rested:
            self.list.setCurrentItem(item)

    def _move(self, key: int) -> None:
        """Up and Down go round; a page stops at the ends."""
        self._rested = QCursor.pos()
        count, row = self.list.count(), self.list.currentRow()
        if not count:
            return
        page = max(1, self.list.height() // max(1, self.list.sizeHintForRow(0)) - 1)
        to = {
            Qt.Key.Key_Up: (row - 1) % count,
            Qt.Key.Key_Down: (row + 1) % count,
            Qt.Key.Key_PageUp: max(0, row - page),
            Qt.Key.Key_PageDown: min(count - 1, row + page),
        }
        self.list.setCurrentRow(to[Qt.Key(key)])
