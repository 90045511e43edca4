"""Menu: what can be done with one pane: another view, another landscape, enlarge, close."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from .. import theme
from ..language import tr
from ..places import Place
from ..session import Session
from .header import KINDS


def make_menu(parent: QWidget, session: Session, place: Place) -> QMenu:
    """The menu of a place. It is deleted when it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    places, document, style = session.places, place.document, place.style
    if document is not None and style is not None and not document.landscape.surface.grid.line:
        views = QActionGroup(menu)
        for view, text in KINDS.items():
            action = menu.addAction(theme.icon(view), text)
            action.setCheckable(True)
            action.setChecked(view == style.view)
            views.addAction(action)
            action.triggered.connect(lambda _on=False, view=view: _show(session, place, view))
        menu.addSeparator()
    shown = menu.addMenu(theme.icon("layers"), tr("Show here"))
    for one in session.documents:
        action = shown.addAction(one.name.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(one is document)
        action.triggered.connect(lambda _on=False, one=one: places.put(one, place))
    menu.addSeparator()
    text = tr("Show all panes") if places.enlarged else tr("Enlarge")
    menu.addAction(theme.icon("fullscreen"), text, lambda: (places.focus(place), places.enlarge()))
    menu.addAction(theme.icon("close"), tr("Close this pane"), lambda: places.vacate(place))
    return menu


def _show(session: Session, place: Place, view: str) -> None:
    session.places.focus(place)
    session.restyle(tr("View"), view=view)


def open_menu(parent: QWidget, session: Session, place: Place, at: QPoint) -> None:
    """Show the menu at a point of the screen."""
    make_menu(parent, session, place).popup(at)
