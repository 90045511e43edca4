"""Trouble: the second step's page where looking did not work: why, what to do, and, where code would run, what and whether it may."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ...compute.errors import LossvistaError, Untrusted
from ...compute.storage.reader import read_file
from ...compute.there import is_file
from .. import theme
from ..language import tr

MOST = 1 << 20  # bytes of code that are shown


class Trouble(QWidget):
    """`trust_asked(sha256)`: the person lets this content run code. `back_asked`: back to the first step."""

    trust_asked = Signal(str)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.error: LossvistaError | None = None
        self.sign = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        self.sentence, self.advice = _words(), _words()
        font = self.sentence.font()
        font.setWeight(font.Weight.DemiBold)
        self.sentence.setFont(font)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName(tr("Details"))
        self.details.setStyleSheet("font-family: monospace;")
        self.consent = QFrame(objectName="card")
        box = QVBoxLayout(self.consent)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        self.agree = QCheckBox()
        self.open_it = QPushButton(tr("Open it all the same"), enabled=False)
        self.open_it.setToolTip(tr("Whatever the file does is then done with your rights, in a child process"))
        self.open_it.setAutoDefault(False)
        self.agree.setAccessibleName(self.open_it.text())
        self.agree.toggled.connect(self.open_it.setEnabled)
        self.open_it.clicked.connect(self._trusted)
        box.addWidget(self.agree)
        box.addWidget(self.open_it, 0, Qt.AlignmentFlag.AlignLeft)
        self.back = QPushButton(tr("Change it"))
        self.back.setToolTip(tr("Back to the first step"))
        self.back.setAutoDefault(False)
        self.back.clicked.connect(self.back_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 26, 28, 16)
        column.setSpacing(12)
        for widget in (self.sign, self.sentence, self.advice, self.consent):
            column.addWidget(widget)
        column.addWidget(self.details, 1)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(0)

    def tell(self, error: LossvistaError) -> None:
        """Say what an error says."""
        self.error = error
        c = theme.colors()
        asked = isinstance(error, Untrusted)
        name, color = ("lock", c.fair) if asked else ("error", c.poor)
        self.sign.setPixmap(theme.draw(name, 36, color, self.devicePixelRatioF()))
        self.sentence.setText(error.message)
        self.advice.setText(_for_window(error))
        self.advice.setVisible(bool(self.advice.text()))
        self.details.setPlainText(_code(error) if isinstance(error, Untrusted) else error.details)
        self.details.setAccessibleName(tr("What would run") if asked else tr("Details"))
        self.details.setVisible(bool(self.details.toPlainText()))
        self.consent.setVisible(asked)
        self.agree.setChecked(False)
        if isinstance(error, Untrusted):
            self.open_it.setText(tr("Run it") if error.runs else tr("Open it all the same"))
            self.agree.setAccessibleName(self.open_it.text())
            self.agree.setText(
                tr("I made “{path}” myself, or know who did: it may run code on this computer.", path=error.path)
            )

    def _trusted(self) -> None:
        if isinstance(self.error, Untrusted):
            self.trust_asked.emit(self.error.sha256)


def _words() -> QLabel:
    """A line of text that can be copied, and that is never taken for HTML."""
    label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _code(error: Untrusted) -> str:
    """The code that would run, to be read before one agrees to it; "" where that is none, or not what is asked about any more."""
    if not error.runs or not is_file(error.path):
        return ""
    try:
        content = read_file(error.path, MOST)
    except LossvistaError as refused:  # too large to be read by anybody, or not readable
        return str(refused)
    return content.decode("utf-8", "replace") if hashlib.sha256(content).hexdigest() == error.sha256 else ""


def _for_window(error: LossvistaError) -> str:
    """The hint, without the command line's flag for what the window asks itself."""
    if isinstance(error, Untrusted) and error.runs:
        return ""
    return error.hint.partition("\nOr, only if you made")[0].partition(" Or, only if you made")[0]
