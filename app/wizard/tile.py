"""Tile: one finding as a card."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout


class Tile(QFrame):
    """A number in large letters, what it is, and a line more."""

    def __init__(self, title: str) -> None:
        super().__init__(objectName="card")
        self.title = QLabel(title)
        self.title.setProperty("quiet", True)
        self.value = QLabel()
        font = self.value.font()
        font.setPointSizeF(font.pointSizeF() * 1.45)
        font.setWeight(font.Weight.DemiBold)
        self.value.setFont(font)
        self.more = QLabel(wordWrap=True)
        self.more.setProperty("quiet", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 14, 9)
        column.setSpacing(1)
        for label in (self.title, self.value, self.more):
            column.addWidget(label)
        column.addStretch(1)

    def say(self, value: str, more: str) -> None:
        """What it shows."""
        self.value.setText(value)
        self.more.setText(more)
