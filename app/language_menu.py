"""Language menu: the languages that the window can be in, as entries of the menu “Language”."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from .desk import Desk
from .language import languages, tr


class LanguageMenu(QObject):
    """One entry a language, and one for the desktop's; not there where English is the only one. Texts are translated where they are
    made, so that a choice holds from the next start on."""

    def __init__(self, menu: QMenu, desk: Desk) -> None:
        super().__init__(menu)
        self.menu, self.desk = menu, desk
        known = languages()
        menu.menuAction().setVisible(len(known) > 1)
        group = QActionGroup(menu)
        for code, name in {"system": tr("As the desktop"), **known}.items():
            group.addAction(self._entry(code, name))

    def _entry(self, code: str, name: str) -> QAction:
        action = self.menu.addAction(name, lambda: self.choose(code))
        action.setObjectName(f"language:{code}")
        action.setCheckable(True)
        action.setChecked(self.desk.settings.values.language == code)
        action.setStatusTip(tr("The language of the window, from the next start on"))
        return action

    def choose(self, code: str) -> None:
        """Remember the language for the next start."""
        self.desk.settings.update(language=code)
        self.desk.notices.say(tr("Lossvista will speak this language when it is started again."))
