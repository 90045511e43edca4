"""Editors: one small widget for each kind of value. Each has `value()`, `show(value)` (silent) and the signal `edited`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from . import theme
from .buttons import IconButton
from .language import tr


class Editor(QWidget):
    """Base: `edited(dragging)` tells that the person changed the value; dragging is True in the middle of a gesture."""

    edited = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(6)

    def value(self) -> Any:
        """What is entered; text that is no value of the kind is returned as it is, for the model to complain about."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a value without saying `edited`."""
        raise NotImplementedError

    def mark(self, wrong: bool) -> None:
        """Draw it as wrong, or right again."""
        for widget in (self, *self.findChildren(QWidget)):
            if isinstance(widget, (QLineEdit, QComboBox, QSpinBox)) and bool(widget.property("wrong")) != wrong:
                widget.setProperty("wrong", wrong)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def call(self, name: str) -> None:
        """Its name, for screen readers."""
        self.setAccessibleName(name)
        for child in self.findChildren(QWidget):
            if isinstance(child, (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractSlider)):
                child.setAccessibleName(name)
            elif isinstance(child, IconButton):
                child.setAccessibleName(f"{name}: {child.toolTip()}")

    def setToolTip(self, text: str) -> None:
        super().setToolTip(text)
        for child in self.findChildren(QWidget):
            if not child.toolTip():
                child.setToolTip(text)


class Toggle(Editor):
    """A check box with its own label."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.box = QCheckBox(label)
        self.row.addWidget(self.box, 1)
        self.box.toggled.connect(lambda _on: self.edited.emit(False))

    def value(self) -> bool:
        return self.box.isChecked()

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(bool(value))


class Combo(QComboBox):
    """A combo box that the wheel does not change while one scrolls past it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Choice(Editor):
    """One of some names, in a combo box. texts: value → what is shown. editable: other text is allowed."""

    def __init__(self, texts: dict[Any, str], *, editable: bool = False) -> None:
        super().__init__()
        self.combo = Combo()
        self.combo.setEditable(editable)
        if editable:
            self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.row.addWidget(self.combo)
        self.offer(texts)
        if editable:
            self.combo.editTextChanged.connect(lambda _text: self.edited.emit(False))
        else:
            self.combo.currentIndexChanged.connect(lambda _at: self.edited.emit(False))

    def offer(self, texts: dict[Any, str]) -> None:
        """Other names to choose from. Silent."""
        with QSignalBlocker(self.combo):
            now = self.value() if self.combo.count() else None
            self.combo.clear()
            self.values = list(texts)  # not in the combo box: Qt would turn a tuple into a list
            self.combo.addItems(list(texts.values()))
            if now is not None:
                self.show_value(now)

    def value(self) -> Any:
        text = self.combo.currentText().strip()
        at = self.combo.findText(text) if self.combo.isEditable() else self.combo.currentIndex()
        return self.values[at] if at >= 0 else text if self.combo.isEditable() else None

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.combo):
            if value in self.values:
                self.combo.setCurrentIndex(self.values.index(value))
            elif self.combo.isEditable():
                self.combo.setEditText(str(value))
            else:
                self.combo.setCurrentIndex(-1)


class Segments(Editor):
    """One of a few, all in sight, as a row of joined buttons. choices: value → (text, icon name or "", help)."""

    def __init__(self, choices: dict[Any, tuple[str, str, str]]) -> None:
        super().__init__()
        self.row.setSpacing(0)
        self.group = QButtonGroup(self)
        self.values = list(choices)
        self.icons: dict[QToolButton, str] = {}
        for at, (text, icon, help) in enumerate(choices.values()):
            button = QToolButton(text=text, checkable=True, toolTip=help)
            button.setProperty("segment", True)
            button.setProperty("end", {0: "first", len(choices) - 1: "last"}.get(at, ""))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            if icon:
                self.icons[button] = icon
                button.setIcon(theme.icon(icon))
                button.setIconSize(QSize(22, 22))
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            self.group.addButton(button, at)
            self.row.addWidget(button, 1)
        self.group.idClicked.connect(lambda _at: self.edited.emit(False))

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for button, name in self.icons.items():
            button.setIcon(theme.icon(name))

    def value(self) -> Any:
        return self.values[self.group.checkedId()] if self.group.checkedId() >= 0 else None

    def show_value(self, value: Any) -> None:
        if value in self.values:
            self.group.button(self.values.index(value)).setChecked(True)


class Line(Editor):
    """A line of text. parse: text → value, raising ValueError for text that is none; write: value → text."""

    def __init__(
        self,
        parse: Callable[[str], Any] = str,
        write: Callable[[Any], str] = str,
        *,
        placeholder: str = "",
        while_typing: bool = True,
    ) -> None:
        super().__init__()
        self.parse, self.write = parse, write
        self.line = QLineEdit(placeholderText=placeholder)
        self.row.addWidget(self.line, 1)
        self._shown = ""
        if while_typing:
            self.line.textEdited.connect(lambda _text: self.edited.emit(False))
        else:
            self.line.editingFinished.connect(self._finish)

    def _finish(self) -> None:
        if self.line.text() != self._shown:
            self._shown = self.line.text()
            self.edited.emit(False)

    def value(self) -> Any:
        text = self.line.text().strip()
        try:
            return self.parse(text)
        except ValueError:
            return text

    def show_value(self, value: Any) -> None:
        text = self.write(value)
        if text != self.line.text() and not (self.line.hasFocus() and self.value() == value):
            self.line.setText(text)
        self._shown = self.line.text()


class Paths(Line):
    """One or several paths, with a button to choose them."""

    def __init__(self, kind: str, *, several: bool = False, caption: str = "", filter: str = "") -> None:
        separator = "; "
        if several:
            super().__init__(
                lambda text: tuple(part.strip() for part in text.split(separator.strip()) if part.strip()),
                lambda value: separator.join(value),
            )
        else:
            super().__init__()
        self.kind, self.several, self.caption, self.filter = kind, several, caption, filter
        self.button = IconButton(icon=theme.icon("folder"), toolTip=tr("Choose…"))
        self.button.clicked.connect(self._choose)
        self.row.addWidget(self.button)
        if caption:
            self.call(caption)

    def _choose(self) -> None:
        at = self.line.text().split(";")[0].strip()
        folder = str(Path(at).parent) if at else ""
        if self.kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, self.caption, at or folder)
            if chosen and self.several:
                chosen = "; ".join([*self.value(), chosen])
        elif self.kind == "save":
            chosen, _ = QFileDialog.getSaveFileName(
                self, self.caption, at, self.filter, options=QFileDialog.Option.DontConfirmOverwrite
            )
        elif self.several:
            found, _ = QFileDialog.getOpenFileNames(self, self.caption, folder, self.filter)
            chosen = "; ".join(found)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self.caption, folder, self.filter)
        if chosen:
            self.line.setText(chosen)
            self.edited.emit(False)


class Spin(Editor):
    """A whole number. zero: what 0 stands for, where it is no number of things."""

    def __init__(self, low: int, high: int, zero: str = "") -> None:
        super().__init__()
        self.spin = QSpinBox(minimum=low, maximum=high, specialValueText=zero)
        self.spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.spin.lineEdit().setTextMargins(6, 0, 0, 0)  # the style sheet's padding does not reach it
        self.row.addWidget(self.spin, 1)
        self.spin.valueChanged.connect(lambda _value: self.edited.emit(False))

    def value(self) -> int:
        return self.spin.value()

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.spin):
            self.spin.setValue(int(value))
