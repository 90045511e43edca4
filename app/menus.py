"""Menus: the window's actions and menus, made from the table."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

from ..compute.edition import REASON, can_compute
from . import theme
from .actions import ACTIONS, Entry
from .desk import Desk
from .needs import computes, reasons


def make(parent: QWidget, desk: Desk) -> dict[str, QAction]:
    """A QAction for each row of the table. A LossvistaError in a verb becomes a notice."""
    made = {}
    for key, action in ACTIONS.items():
        made[key] = widget = QAction(action.text, parent, objectName=key)
        keys = [QKeySequence(text) for text in action.keys]
        widget.setShortcuts(keys)
        shown = "  ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
        never = "" if can_compute() or not computes(action.needs) else f"\n{REASON}."
        widget.setToolTip((f"{action.help}  ({shown})" if shown else action.help) + never)
        widget.setStatusTip(action.help)
        widget.setCheckable(action.checked is not None)
        widget.setProperty("icon_name", action.icon)
        run = desk.guarded(action.verb)
        widget.triggered.connect(lambda _on=False, run=run: (run(desk), refresh(made, desk)))
        parent.addAction(widget)
    made["file.quit"].setMenuRole(QAction.MenuRole.QuitRole)
    made["help.about"].setMenuRole(QAction.MenuRole.AboutRole)
    redraw_icons(made)
    return made


def redraw_icons(made: dict[str, QAction]) -> None:
    """Draw the icons in the theme's colours."""
    for widget in made.values():
        if name := widget.property("icon_name"):
            widget.setIcon(theme.icon(name))


def refresh(made: dict[str, QAction], desk: Desk) -> None:
    """Grey out what cannot be done, and tick what is switched on."""
    given = reasons(desk)
    for key, widget in made.items():
        action = ACTIONS[key]
        widget.setEnabled(not given[action.needs])
        widget.setProperty("reason", given[action.needs])
        if action.checked is not None:
            widget.setChecked(action.checked(desk))


def fill_bar(bar: QToolBar, entries: list[Entry], made: dict[str, QAction]) -> None:
    """Put actions and separators into a bar; a key with others below it becomes a button with a menu."""
    for entry in entries:
        if entry is None:
            bar.addSeparator()
        elif isinstance(entry, str):
            bar.addAction(made[entry])
        else:
            key, below = entry
            button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.MenuButtonPopup)
            button.setDefaultAction(made[key])
            button.setMenu(QMenu(button))
            fill(button.menu(), below, made)
            bar.addWidget(button)


def fill(menu: QMenu, entries: list[Entry], made: dict[str, QAction]) -> None:
    """Put actions, separators and submenus into a menu."""
    menu.setToolTipsVisible(True)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, str):
            menu.addAction(made[entry])
        else:
            title, inner = entry
            fill(menu.addMenu(title), inner, made)
