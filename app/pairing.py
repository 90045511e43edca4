"""Pairing: the dialog that asks for two of the open landscapes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from .document import Document
from .editors import Choice
from .language import tr


class Pairing(QDialog):
    """`chosen(a, b)`: two documents that are not the same."""

    chosen = Signal(object, object)

    def __init__(
        self, parent: QWidget, title: str, names: tuple[str, str], go: str, documents: Sequence[Document]
    ) -> None:
        super().__init__(parent, windowTitle=title)
        self.documents = list(documents)
        offered = {at: document.name for at, document in enumerate(documents)}
        self.first, self.second = Choice(offered), Choice(offered)
        self.first.show_value(0)
        self.second.show_value(1)
        self.wrong = QLabel(tr("Choose two different landscapes."), visible=False)
        self.wrong.setProperty("error", True)
        self.swap = QPushButton(tr("Swap"), toolTip=tr("The first becomes the second"))
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow(names[0], self.first)
        form.addRow(names[1], self.second)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(go, QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.addButton(self.swap, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        self.swap.clicked.connect(self._swap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(self.wrong)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)

    def _swap(self) -> None:
        one, other = self.first.value(), self.second.value()
        self.first.show_value(other)
        self.second.show_value(one)

    def _try(self) -> None:
        one, other = self.documents[self.first.value()], self.documents[self.second.value()]
        self.wrong.setVisible(one is other)
        if one is not other:
            self.accept()
            self.chosen.emit(one, other)
