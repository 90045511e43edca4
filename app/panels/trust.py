"""Trust: the panel that says how far the current landscape can be relied on, and how it was made."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...compute.trust import TrustLine, figures
from .. import theme
from ..buttons import IconButton
from ..language import tr
from ..session import Document, Session
from .trust_told import made, summary

REDRAW_MS = 500  # between two readings of a growing landscape
ICONS = {
    "good": "success",
    "fair": "warning",
    "poor": "poor",
    "info": "info",
}  # a circle, a triangle, an octagon, a circled i
NAMES = {"good": tr("Good"), "fair": tr("Fair"), "poor": tr("Poor"), "info": tr("For your information")}


class Trust(QScrollArea):
    """One row for each figure: its value and a verdict; unfolded, what that means and what to do. What is not good is unfolded."""

    def __init__(self, session: Session) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.session = session
        self.lines: list[TrustLine] = []
        self.shown: list[Row] = []
        self.chosen: dict[str, bool] = {}  # label → whether the person unfolded it, or folded it
        self.sign = QLabel()
        self.summary = QLabel(wordWrap=True)
        font = self.summary.font()
        font.setWeight(font.Weight.DemiBold)
        self.summary.setFont(font)
        self.fold = IconButton(autoRaise=True)
        self.fold.clicked.connect(self._fold_all)
        self.copy = IconButton(toolTip=tr("Copy these figures as text"), autoRaise=True)
        self.copy.clicked.connect(self.copy_text)
        head = QHBoxLayout(spacing=8)
        head.setContentsMargins(4, 2, 2, 4)
        head.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.summary, 1)
        for button in (self.fold, self.copy):
            button.setIconSize(QSize(15, 15))
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.rows = QVBoxLayout(spacing=1)
        self.made = QVBoxLayout(spacing=3)
        self.made_title = QLabel(tr("How it was made"))
        self.made_title.setProperty("section", True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 8, 8, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self.rows)
        column.addSpacing(6)
        column.addWidget(self.made_title)
        column.addLayout(self.made)
        column.addStretch(1)
        self.made_title.setContentsMargins(6, 0, 0, 0)
        self.setWidget(inside)
        self._later = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._later.timeout.connect(self.refresh)
        session.current_changed.connect(lambda _document: self.refresh())
        session.replaced.connect(self._if_current)
        session.values_changed.connect(self._soon)
        self.refresh()

    def _if_current(self, document: Document) -> None:
        if document is self.session.current:
            self.refresh()

    def _soon(self, document: Document) -> None:
        if document is self.session.current and not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Read the figures of the current landscape."""
        document, c = self.session.current, theme.colors()
        lines = figures(document.landscape) if document is not None else []
        if document is None or [line.label for line in lines] != [row.line.label for row in self.shown]:
            _clear(self.rows)
            self.shown = [Row(line) for line in lines]
            for row in self.shown:
                row.unfolded.connect(self._remember)
                self.rows.addWidget(row)
        self.lines = lines
        for row, line in zip(self.shown, lines, strict=True):
            row.show_line(line, self.chosen.get(line.label, line.verdict in ("fair", "poor")))
        _clear(self.made)
        for label, value in made(document.landscape, document.path) if document is not None else []:
            self.made.addWidget(Made(label, value))
        self.made_title.setVisible(document is not None)
        self.copy.setIcon(theme.icon("copy", c.soft))
        self.sign.setVisible(document is not None)
        for button in (self.copy, self.fold):
            button.setVisible(document is not None)
        worst = next((v for v in ("poor", "fair", "good") if any(line.verdict == v for line in lines)), "info")
        self.sign.setPixmap(theme.draw(ICONS[worst], 18, tint(worst), self.devicePixelRatioF()))
        self.summary.setText(
            summary(lines) if document is not None else tr("Open a landscape to see how far it can be trusted.")
        )
        self._show_fold()
        self._settle()

    def _settle(self) -> None:
        """Lay the rows out now: squeezed into the height of those before them, they would wait for the picture to be drawn."""
        for row in (layout.itemAt(k).widget() for layout in (self.rows, self.made) for k in range(layout.count())):
            row.show()
            for label in row.findChildren(QLabel):
                label.ensurePolished()  # with its own font, on which its height depends
        QCoreApplication.sendEvent(self.widget(), QEvent(QEvent.Type.LayoutRequest))

    def _remember(self, label: str, open: bool) -> None:
        self.chosen[label] = open
        self._show_fold()

    def _fold_all(self) -> None:
        open = not all(row.is_open for row in self.shown)
        for row in self.shown:
            row.unfold(open)

    def _show_fold(self) -> None:
        every = bool(self.shown) and all(row.is_open for row in self.shown)
        self.fold.setIcon(theme.icon("chevron-down" if every else "chevron-right", theme.colors().soft))
        self.fold.setToolTip(tr("Fold all") if every else tr("Unfold all: what each figure means, and what to do"))

    def copy_text(self) -> None:
        """Put the figures on the clipboard, one a line."""
        rows = [
            f"{line.label}: {line.value}  [{NAMES[line.verdict].lower()}]  {line.meaning} {line.todo}".rstrip()
            for line in self.lines
        ]
        QApplication.clipboard().setText("\n".join(rows))

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.refresh()


class Row(QFrame):
    """One figure. `unfolded(label, open)`: the person opened or closed it, by a click anywhere in it or with the keys."""

    unfolded = Signal(str, bool)

    def __init__(self, line: TrustLine) -> None:
        super().__init__(objectName="row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.line, self.is_open = line, False
        self.picture, self.chevron = QLabel(), QLabel()
        self.picture.setFixedWidth(18)
        self.label = QLabel(wordWrap=True)
        self.label.setProperty("quiet", True)
        self.value = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        bold = self.value.font()
        bold.setWeight(bold.Weight.DemiBold)
        self.value.setFont(bold)
        self.meaning = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.meaning.setContentsMargins(0, 3, 0, 0)
        self.todo = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.todo_sign = QLabel()
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 5, 6, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.picture, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.label, 0, 1)
        grid.addWidget(self.chevron, 0, 2, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.value, 1, 1)
        grid.addWidget(self.meaning, 2, 1, 1, 2)
        what = QHBoxLayout(spacing=6)
        what.setContentsMargins(0, 3, 0, 0)
        what.addWidget(self.todo_sign, 0, Qt.AlignmentFlag.AlignTop)
        what.addWidget(self.todo, 1)
        grid.addLayout(what, 3, 1, 1, 2)

    def show_line(self, line: TrustLine, open: bool) -> None:
        """The figure as it is now."""
        self.line = line
        self.label.setText(line.label)
        self.value.setText(line.value)
        self.meaning.setText(line.meaning)
        self.todo.setText(line.todo)
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(theme.draw(ICONS[line.verdict], 16, tint(line.verdict), ratio))
        self.picture.setToolTip(NAMES[line.verdict])
        self.todo_sign.setPixmap(theme.draw("todo", 14, theme.colors().accent, ratio))
        self.setAccessibleName(f"{line.label}: {line.value}. {NAMES[line.verdict]}. {line.meaning} {line.todo}".strip())
        self._lay(open)

    def unfold(self, open: bool) -> None:
        """Show what it means and what to do, or hide it."""
        self._lay(open)
        self.unfolded.emit(self.line.label, open)

    def _lay(self, open: bool) -> None:
        self.is_open = open
        self.meaning.setVisible(open)
        for widget in (self.todo, self.todo_sign):
            widget.setVisible(open and bool(self.line.todo))
        name = "chevron-down" if open else "chevron-right"
        self.chevron.setPixmap(theme.draw(name, 12, theme.colors().soft, self.devicePixelRatioF()))
        self.setToolTip("" if open else self.line.meaning)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.unfold(not self.is_open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.unfold(not self.is_open)
        else:
            super().keyPressEvent(event)


class Made(QWidget):
    """A label and a value."""

    def __init__(self, label: str, value: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(10)
        name = QLabel(label)
        name.setProperty("quiet", True)
        text = QLabel(value, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(name)
        row.addWidget(text, 1)


def tint(verdict: str) -> str:
    """The colour of a verdict; its icon differs in shape as well."""
    c = theme.colors()
    return {"good": c.good, "fair": c.fair, "poor": c.poor}.get(verdict, c.soft)


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
