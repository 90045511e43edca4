"""Notices: what happened, as small cards over the window's corner instead of boxes that must be answered."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..compute.errors import LossvistaError
from . import theme
from .buttons import IconButton
from .language import tr

Severity = Literal["info", "success", "warning", "error"]
SHOWN = 4  # more than these at once would cover the picture
SECONDS = {"info": 6, "success": 6, "warning": 12, "error": 0}  # 0: stays until it is closed


@dataclass
class Notice:
    """One thing that happened. details: what stands behind the sentence. buttons: text → what it does. seconds: how long it is
    shown; by its severity where it is None, and with buttons until it is closed."""

    text: str
    severity: Severity = "info"
    details: str = ""
    buttons: dict[str, Callable[[], object]] | None = None
    seconds: int | None = None
    times: int = 1


class Notices(QObject):
    """Shows notices at the bottom right and tells the log. The same notice twice is shown once, with a count."""

    said = Signal(object)  # Notice

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.host = parent
        self.cards: list[Card] = []

    def over(self, host: QWidget) -> None:
        """Show the cards over this part of the window."""
        self.host = host
        host.installEventFilter(self)

    def say(
        self,
        text: str,
        severity: Severity = "info",
        *,
        details: str = "",
        buttons: dict[str, Callable[[], object]] | None = None,
        seconds: int | None = None,
    ) -> None:
        """Tell the person something."""
        for card in self.cards:
            if card.notice.text == text:
                card.again()
                return
        notice = Notice(text, severity, details, buttons, seconds)
        self.said.emit(notice)
        while len(self.cards) >= SHOWN:
            self.cards[0].dismiss()
        card = Card(notice, self.host)
        card.gone.connect(self._drop)
        self.cards.append(card)
        card.show()
        self.arrange()

    def fail(self, error: BaseException, buttons: dict[str, Callable[[], object]] | None = None) -> None:
        """Tell of an error: its sentence if it is ours, else that something went wrong, with the traceback behind it."""
        if isinstance(error, LossvistaError):
            self.say(str(error), "error", details=error.details, buttons=buttons)
            return
        details = "".join(traceback.format_exception(error))
        last = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        self.say(
            tr("Something went wrong in the window ({last}). You can go on.", last=last),
            "error",
            details=details,
            buttons=buttons,
        )

    def clear(self) -> None:
        """Close all cards."""
        for card in list(self.cards):
            card.dismiss()

    def arrange(self) -> None:
        """Put the cards one above the other, the newest lowest."""
        bottom = self.host.height() - 16
        width = min(420, self.host.width() - 32)
        for card in reversed(self.cards):
            card.setFixedWidth(width)
            card.resize(width, card.heightForWidth(width) if card.hasHeightForWidth() else card.sizeHint().height())
            bottom -= card.height()
            card.move(self.host.width() - width - 16, bottom)
            card.raise_()
            bottom -= 8

    def _drop(self, card: Card) -> None:
        if card in self.cards:
            self.cards.remove(card)
            self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self.arrange)
        return False


class Card(QFrame):
    """One notice on the screen."""

    gone = Signal(object)  # Card

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent, objectName="toast")
        self.notice = notice
        c = theme.colors()
        tint = {"info": c.accent, "success": c.good, "warning": c.fair, "error": c.poor}[notice.severity]
        picture = QLabel(pixmap=theme.icon(notice.severity, tint).pixmap(QSize(20, 20)))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label = QLabel(notice.text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = IconButton(icon=theme.icon("close", c.soft), autoRaise=True, toolTip=tr("Close this notice"))
        close.setIconSize(QSize(14, 14))
        close.clicked.connect(self.dismiss)
        top = QHBoxLayout(spacing=10)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.label, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 12, 10, 12)
        whole.addLayout(top)
        buttons = dict(notice.buttons or {})
        if notice.details:
            buttons[tr("Details…")] = self._details
        if buttons:
            row = QHBoxLayout(spacing=8)
            row.addStretch()
            for text, action in buttons.items():
                button = QPushButton(text)
                button.clicked.connect(lambda _=False, text=text, action=action: self._press(text, action))
                row.addWidget(button)
            whole.addLayout(row)
        self.timer = QTimer(self, singleShot=True)
        self.timer.timeout.connect(self.dismiss)
        seconds = notice.seconds or (0 if notice.buttons else SECONDS[notice.severity])
        if seconds:
            self.timer.start(seconds * 1000)

    def again(self) -> None:
        """The same thing happened once more."""
        self.notice.times += 1
        self.label.setText(f"{self.notice.text}  (×{self.notice.times})")
        if self.timer.isActive():
            self.timer.start()

    def dismiss(self) -> None:
        """Take the card away."""
        self.timer.stop()
        self.hide()
        self.gone.emit(self)
        self.deleteLater()

    def enterEvent(self, event: QEvent) -> None:
        self.timer.stop()  # somebody is reading it
        super().enterEvent(event)

    def _press(self, text: str, action: Callable[[], object]) -> None:
        if text != tr("Details…"):
            self.dismiss()
        action()

    def _details(self) -> None:
        box = Details(self.notice, self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


class Details(QDialog):
    """What stands behind a notice, to read and to copy into a report."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent, windowTitle=tr("Details"))
        self.resize(760, 440)
        sentence = QLabel(notice.text, wordWrap=True)
        self.text = QPlainTextEdit(notice.details, readOnly=True)
        self.text.setAccessibleName(tr("Details"))
        self.text.setStyleSheet("font-family: monospace;")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(f"{notice.text}\n\n{notice.details}"))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.addWidget(sentence)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)


class Hook:
    """Catches what slots let through: sys.excepthook, while it is installed. The program lives; the person is told."""

    def __init__(self, notices: Notices) -> None:
        self.notices, self.before = notices, sys.excepthook
        sys.excepthook = self

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if not issubclass(kind, LossvistaError):
            traceback.print_exception(kind, error, trace)  # for those who started us from a terminal
        self.notices.fail(error)

    def remove(self) -> None:
        """Give the hook back."""
        if sys.excepthook is self:
            sys.excepthook = self.before
