"""Menu of viewing: the views that were kept, to look from again and to forget."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from ..desk import Desk
from ..language import tr
from . import verbs


class ViewMenu(QObject):
    """Filled when it is about to be shown, after the entries that it has from the table."""

    def __init__(self, menu: QMenu, desk: Desk) -> None:
        super().__init__(menu)
        self.menu, self.desk = menu, desk
        self.fixed = menu.actions()
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """The views as they are kept now."""
        for action in self.menu.actions():
            if action not in self.fixed:
                self.menu.removeAction(action)
                action.deleteLater()
        names = list(self.desk.settings.values.views)
        if not names:
            return
        self.menu.addSeparator()
        for name in names:
            action = self.menu.addAction(name.replace("&", "&&"), lambda name=name: self._do(verbs.recall, name))
            action.setToolTip(tr("Look from where the view “{name}” was saved", name=name))
        self.menu.addSeparator()
        forget = self.menu.addMenu(tr("&Forget"))
        for name in names:
            forget.addAction(name.replace("&", "&&"), lambda name=name: self._do(verbs.forget, name))

    def _do(self, verb, name: str) -> None:
        self.desk.guarded(lambda: verb(self.desk, name))()
