"""Header: the thin line above a pane: what it shows and how, and the button that closes it. One drags a pane by it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget

from ...compute.style import View
from .. import theme
from ..buttons import IconButton
from ..elided import Elided
from ..language import tr

KINDS: dict[View, str] = {
    "surface": tr("Smooth surface"),
    "contours": tr("Surface with contour lines"),
    "wireframe": tr("Wireframe"),
    "lines": tr("Floating contour lines"),
    "map": tr("Flat map"),
    "curves": tr("Curves along both axes"),
}
CURVE = tr("Curve")
WIDE = 420  # pixels, from which on the view's name stands beside its icon


class Header(QWidget):
    """Says what the pane shows. The pane's own menu is asked for by the view's button or a right click."""

    pressed = Signal()
    dragged = Signal()  # the pane is being pulled away
    enlarged = Signal()  # a double click
    asked = Signal(QPoint)  # for the menu, at this point of the screen

    def __init__(self) -> None:
        super().__init__(objectName="paneheader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.name = Elided()
        self.kind = QToolButton(autoRaise=True, toolTip=tr("How this pane shows its landscape"))
        self.kind.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.kind.setIconSize(QSize(14, 14))
        self.close_button = IconButton(autoRaise=True, toolTip=tr("Close this pane; its landscape stays open"))
        self.close_button.setIconSize(QSize(13, 13))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 1, 4, 1)
        row.setSpacing(4)
        row.addWidget(self.name, 1)
        row.addWidget(self.kind)
        row.addWidget(self.close_button)
        self.active, self._icon, self._from = False, "", QPoint()
        self.kind.clicked.connect(lambda: self.asked.emit(self.kind.mapToGlobal(QPoint(0, self.kind.height()))))
        self.redraw_icons()

    def say(self, name: str, kind: View | None, active: bool) -> None:
        """What is shown: the landscape's name, and its view; None is a curve."""
        self.name.show_text(name)
        self.name.setToolTip(
            tr("{name}\nDrag onto another pane to swap the two; double-click to see it alone (Ctrl+Alt+E)", name=name)
        )
        self.kind.setVisible(bool(name))
        self.kind.setAccessibleName(tr("View of {name}", name=name) if name else "")
        self.close_button.setAccessibleName(
            tr("Close the pane of {name}", name=name) if name else tr("Close the empty pane")
        )
        self.kind.setText(CURVE if kind is None else KINDS[kind])
        self._icon = "lines" if kind is None else kind
        if active != self.active:
            self.active = active
            self.setProperty("active", active)
            self.style().unpolish(self)
            self.style().polish(self)
        self.redraw_icons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow pane the icon alone says the view."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        look = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        self.kind.setToolButtonStyle(look)

    def redraw_icons(self) -> None:
        """After a change of theme."""
        c = theme.colors()
        self.close_button.setIcon(theme.icon("close", c.soft))
        if self._icon:
            self.kind.setIcon(theme.icon(self._icon, c.soft))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()
        self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position().toPoint() - self._from).manhattanLength() >= QApplication.startDragDistance()
        if far and event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.enlarged.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.asked.emit(event.globalPos())

    def drag(self, kind: str, what: bytes) -> None:
        """Let the person carry the pane to another one's place."""
        data = QMimeData()
        data.setData(kind, what)
        carried = QDrag(self)
        carried.setMimeData(data)
        carried.setPixmap(self.grab())
        carried.exec(Qt.DropAction.CopyAction)
