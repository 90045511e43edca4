"""Menu: the presets as entries of the menu “Look presets”, which the command palette finds as well."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ..desk import Desk
from ..language import tr
from ..shelf import Preset, applied


class PresetMenu(QObject):
    """Keeps its entries, above the menu's others, as the shelf is."""

    def __init__(self, menu: QMenu, desk: Desk) -> None:
        super().__init__(menu)
        self.menu, self.desk = menu, desk
        self.actions: list[QAction] = []
        self.first = menu.insertSeparator(menu.actions()[0])
        desk.shelf.changed.connect(self.fill)
        desk.session.current_changed.connect(lambda _document: self._enable())
        self.fill()

    def fill(self) -> None:
        """The entries as they should be now."""
        for action in self.actions:
            self.menu.removeAction(action)
            action.deleteLater()
        self.actions = []
        for preset in self.desk.shelf.all():
            action = QAction(preset.name.replace("&", "&&"), self, objectName=f"preset:{preset.name}")
            action.setProperty("icon_name", "preset" if preset.own else "look")
            action.setStatusTip(tr("Look as in the preset “{name}”", name=preset.name))
            action.setToolTip(action.statusTip())
            action.triggered.connect(lambda _=False, preset=preset: apply(self.desk, preset))
            self.menu.insertAction(self.first, action)
            self.actions.append(action)
        self._enable()

    def _enable(self) -> None:
        there = self.desk.session.current is not None
        for action in self.actions:
            action.setEnabled(there)
            action.setProperty("reason", "" if there else tr("Open a landscape first"))


def apply(desk: Desk, preset: Preset) -> None:
    """Give the current landscape the preset's look, undoably."""
    if desk.session.current is not None:
        desk.session.set_style(applied(preset.style, desk.document.style), tr("Look “{name}”", name=preset.name))
