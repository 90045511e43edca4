"""Recent menu: the files opened lately, as entries of the menu “Open recent”."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from ..compute.there import is_there
from .desk import Desk
from .language import tr


class RecentMenu(QObject):
    """Filled when it is about to be shown. What is no longer there is grey."""

    def __init__(self, menu: QMenu, desk: Desk) -> None:
        super().__init__(menu)
        self.menu, self.desk = menu, desk
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """The files as they are remembered now."""
        self.menu.clear()
        for path in self.desk.settings.values.recent:
            name = Path(path).name.replace("&", "&&")
            action = self.menu.addAction(name, lambda path=path: self.desk.open(path))
            action.setToolTip(tr("Open {path}", path=path))
            action.setEnabled(is_there(path))
        if self.menu.isEmpty():
            self.menu.addAction(tr("Nothing yet")).setEnabled(False)
