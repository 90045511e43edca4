"""Context: the menu of what can be done at a point of a landscape, on a right click there."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu

from .actions.point import CONTEXT
from .desk import Desk
from .document import Document
from .language import tr
from .menus import fill
from .readout import readout


class PointMenu(QObject):
    """Pops up for a pane's landscape; its first line says where."""

    def __init__(self, desk: Desk, made: dict[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.menu = QMenu(desk.window)
        self.head = self.menu.addAction("")
        self.head.setEnabled(False)
        self.menu.addSeparator()
        fill(self.menu, CONTEXT, made)

    def open(self, document: Document, alpha: float, beta: float) -> None:
        """For (α, β) of a landscape, which must be the current one."""
        if document is not self.desk.session.current:
            return
        self.desk.points.choose(alpha, beta)
        self.head.setText(readout(document, alpha, beta).partition("   (nearest")[0] or tr("Outside of the landscape"))
        self.menu.popup(QCursor.pos())
