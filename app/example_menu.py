"""Example menu: the examples as entries of the menu “Examples”, which the command palette finds as well."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from ..compute.errors import LossvistaError
from .desk import Desk
from .examples import Example, open_example, paths, shown
from .language import tr


class ExampleMenu(QObject):
    """all: the examples, for the welcome page too. They are read once the window is there."""

    def __init__(self, desk: Desk, menu: QMenu) -> None:
        super().__init__(menu)
        self.desk, self.menu = desk, menu
        self.all: list[Example] = []
        menu.menuAction().setVisible(False)

    def gather(self) -> None:
        """Read them. One that is damaged is said, and left out."""
        self.all = []
        for path in paths():
            try:
                self.all.append(shown(path))
            except LossvistaError as error:
                self.desk.notices.fail(error)
        self.menu.clear()
        for example in self.all:
            action = self.menu.addAction(example.title.replace("&", "&&"), lambda name=example.name: self.open(name))
            action.setObjectName(f"example:{example.name}")
            action.setProperty("icon_name", "example")
            action.setStatusTip(tr("Open a copy of the example “{title}”", title=example.title))
            action.setToolTip(action.statusTip())
        self.menu.menuAction().setVisible(bool(self.all))

    def open(self, name: str) -> None:
        """Open a copy of one."""
        self.desk.guarded(lambda: open_example(self.desk.session, name))()
