"""Colour maps: the editor that shows them by their colours, and the picker that searches all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..compute.colormaps import catalogue, measure
from ..compute.colors import colormap, rgb
from ..compute.errors import LossvistaError
from .editors import Choice
from .language import tr

OTHER = "…"  # the entry of the list that opens the picker
STRIP = QSize(150, 20)
AT_ONCE = 12  # maps that are looked at in one turn of the event loop
_NAME, _GOOD = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


def swatch(name: str, width: int = 84, height: int = 14) -> QIcon:
    """A strip of a colour map."""
    row = np.ascontiguousarray(np.repeat(rgb(name, np.linspace(0, 1, width))[None], height, 0))
    return QIcon(QPixmap.fromImage(QImage(row.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()))


class Swatches(Choice):
    """Colour maps by their colours, and a way to all others."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.picker: Picker | None = None
        super().__init__({})
        self.combo.setIconSize(QSize(84, 14))
        self._offer(names)
        self.combo.activated.connect(self._activated)

    def _offer(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.offer({**{name: called(name) for name in names}, OTHER: tr("More…")})
        for at, name in enumerate(names):
            self.combo.setItemIcon(at, swatch(name))

    def show_value(self, value: Any) -> None:
        if value not in self.names and value != OTHER:
            self._offer((*self.names, value))
        self.shown = value
        super().show_value(value)

    def value(self) -> Any:
        chosen = super().value()
        return self.shown if chosen == OTHER else chosen

    def _activated(self, at: int) -> None:
        if self.values[at] != OTHER:
            self.shown = self.values[at]
            return
        self.show_value(self.shown)
        before, self.picker = self.shown, Picker(self.shown, self.window())
        self.picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.picker.tried.connect(lambda name: self._try(name, dragging=True))
        self.picker.accepted.connect(lambda: self.edited.emit(False))
        self.picker.rejected.connect(lambda: self._try(before, dragging=False))
        self.picker.finished.connect(lambda _code: setattr(self, "picker", None))
        self.picker.open()

    def _try(self, name: str, *, dragging: bool) -> None:
        self.show_value(name)
        self.edited.emit(dragging)

    def ask(self, name: str) -> None:
        """Take a colour map by its name. Raises LossvistaError where there is none."""
        try:
            colormap(name)
        except LossvistaError:
            self.show_value(self.shown)
            raise
        self._try(name, dragging=False)


class Picker(QDialog):
    """All continuous colour maps, by their colours; what is chosen is tried at once. At first only those that are even to the eye
    and safe for colour-blind ones, the others on demand."""

    tried = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, windowTitle=tr("Colour maps"))
        self.search = QLineEdit(placeholderText=tr("Search: name, collection or kind (batlow, cmocean, diverging …)"))
        self.search.setClearButtonEnabled(True)
        self.good = QCheckBox(tr("Only even and colour-blind-safe ones"), checked=True)
        self.good.setToolTip(
            tr(
                "Measured in the CIE L*a*b* space: equal steps of the loss look alike,\nand lightness alone tells "
                "them, to all kinds of eyes"
            )
        )
        self.list = QListWidget()
        self.list.setIconSize(STRIP)
        self.list.setUniformItemSizes(True)
        self.said = QLabel()
        self.said.setProperty("soft", True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(8)
        for widget in (self.search, self.good, self.list, self.said, buttons):
            layout.addWidget(widget)
        self.resize(470, 560)
        self._name, self._left = name, catalogue()
        self._filling = QTimer(self, interval=0)
        self._filling.timeout.connect(self._fill)
        self._filling.start()
        self.search.textChanged.connect(lambda _text: self._sift())
        self.good.toggled.connect(lambda _on: self._sift())
        self.list.currentItemChanged.connect(self._moved)
        self.list.itemActivated.connect(lambda _item: self.accept())

    def _fill(self) -> None:
        """Look at some more of the maps, and list them."""
        some, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
        for name, kind in some:
            info = measure(name, kind)
            item = QListWidgetItem(swatch(name, STRIP.width(), STRIP.height()), f"{called(name)}    {kind}")
            item.setData(_NAME, name)
            item.setData(_GOOD, info.good)
            lacks = [
                word
                for word, has in ((tr("uneven steps"), info.even), (tr("not colour-blind-safe"), info.safe))
                if not has
            ]
            item.setToolTip(name + (f": {', '.join(lacks)}" if lacks else ""))
            self.list.addItem(item)
            item.setHidden(not self._fits(item))
            if name == self._name and self.list.currentItem() is None:
                self.list.blockSignals(True)
                self.list.setCurrentItem(item)
                self.list.blockSignals(False)
        if not self._left:
            self._filling.stop()
        self._count()

    def _fits(self, item: QListWidgetItem) -> bool:
        sought = self.search.text().lower().split()
        text = f"{item.data(_NAME)} {item.text()}".lower()
        return all(word in text for word in sought) and (item.data(_GOOD) or not self.good.isChecked())

    def _sift(self) -> None:
        for item in self.items():
            item.setHidden(not self._fits(item))
        self._count()

    def _count(self) -> None:
        shown = sum(not item.isHidden() for item in self.items())
        self.said.setText(
            tr("{shown} of {count} colour maps", shown=shown, count=self.list.count()) if self.list.count() else ""
        )

    def items(self) -> list[QListWidgetItem]:
        return [self.list.item(k) for k in range(self.list.count())]

    def _moved(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.tried.emit(item.data(_NAME))


def called(name: str) -> str:
    """A map's name for people: its collection after it."""
    collection, _, own = name.rpartition(":")
    own = own[:1].upper() + own[1:]
    return f"{own} ({collection})" if collection and collection != "lossvista" else own
