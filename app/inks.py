"""Inks: the editor of a colour that is automatic or chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QSizePolicy, QToolButton

from . import theme
from .buttons import IconButton
from .editors import Editor
from .language import tr


class Hue(Editor):
    """A button with the colour, "" for automatic, that asks for another one; and one that goes back to automatic."""

    def __init__(self) -> None:
        super().__init__()
        self._value = ""
        self.dialog: QColorDialog | None = None
        self.button = QToolButton()
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(22, 14))
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clear = IconButton(autoRaise=True, toolTip=tr("Back to the usual colour"))
        self.clear.setIconSize(QSize(12, 12))
        self.row.addWidget(self.button, 1)
        self.row.addWidget(self.clear)
        self.button.clicked.connect(self._ask)
        self.clear.clicked.connect(lambda: self._take("", dragging=False))
        self.show_value("")

    def value(self) -> str:
        return self._value

    def show_value(self, value: Any) -> None:
        self._value = str(value)
        self.button.setText(f" {self._value or tr('automatic')}")
        self.clear.setEnabled(bool(self._value))
        self.redraw_icons()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.clear.setIcon(theme.icon("close", theme.colors().soft))
        chip = QPixmap(22, 14)
        chip.fill(Qt.GlobalColor.transparent)
        painter = QPainter(chip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.colors().line))
        painter.setBrush(QColor(self._value) if self._value else Qt.BrushStyle.BDiagPattern)
        painter.drawRoundedRect(1, 1, 19, 11, 3, 3)
        painter.end()
        self.button.setIcon(QIcon(chip))

    def _take(self, color: str, *, dragging: bool) -> None:
        self.show_value(color)
        self.edited.emit(dragging)

    def _ask(self) -> None:
        before = self._value
        self.dialog = dialog = QColorDialog(QColor(before or "#31688e"), self.window())
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(lambda color: self._take(color.name(), dragging=True))
        dialog.accepted.connect(lambda: self._take(dialog.currentColor().name(), dragging=False))
        dialog.rejected.connect(lambda: self._take(before, dragging=False))
        dialog.finished.connect(lambda _code: setattr(self, "dialog", None))
        dialog.open()
