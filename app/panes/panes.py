"""Panes: the grid of the centre's parts. They show the session's places; cameras and pointer are linked between them."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QWidget

from ..document import Document
from ..opengl import OpenGL
from ..places import Place
from ..readout import readout
from ..session import Session
from .pane import Pane

GROWTH_MS = 120  # between two refreshes of a growing surface


class Panes(QWidget):
    """One pane for each of the session's places, in rows and columns of equal size, so that pictures can be compared."""

    probed = Signal(str)  # what is under the pointer, "" for nothing
    asked = Signal(object, float, float)  # a right click on a Document at α, β
    made = Signal(object)  # Pane: there is a new one

    def __init__(self, session: Session) -> None:
        super().__init__(objectName="panes")
        self.session = session
        self.opengl: OpenGL | None = None
        self.able = False  # whether what draws is imported
        self.of: dict[Place, Pane] = {}
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(2)
        self._stale: set[Document] = set()
        self._growth = QTimer(self, singleShot=True, interval=GROWTH_MS)
        self._growth.timeout.connect(self._grow)
        session.style_changed.connect(self.show_document)
        session.replaced.connect(self.show_document)
        session.values_changed.connect(self._grown)
        session.closed.connect(self._closed)
        self.lay()

    @property
    def active(self) -> Pane:
        return self.of[self.session.places.active]

    @property
    def all(self) -> list[Pane]:
        """Row by row."""
        return [self.of[place] for place in self.session.places.all]

    # --- as many panes as places ---

    def lay(self) -> None:
        """Make the panes that are missing, end those that have no place any more, and put all where they belong."""
        places = self.session.places
        for place in [place for place in self.of if place not in places.all]:
            self._end(self.of.pop(place))
        for place in places.all:
            if place not in self.of:
                self.of[place] = self._make(place)
        rows, columns = places.shape
        for at, pane in enumerate(self.all):
            self.grid.addWidget(pane, at // columns, at % columns)
            pane.header.setVisible(len(self.of) > 1)
        for row in range(max(rows, self.grid.rowCount())):
            self.grid.setRowStretch(row, int(row < rows))
        for column in range(max(columns, self.grid.columnCount())):
            self.grid.setColumnStretch(column, int(column < columns))

    def _make(self, place: Place) -> Pane:
        pane = Pane(self.session, place, self.opengl)
        pane.able = self.able
        pane.hovered.connect(lambda alpha, beta: self._hovered(pane, alpha, beta))
        pane.left.connect(lambda: self.probed.emit(""))
        pane.pressed.connect(lambda: self.session.focus(place))
        pane.asked.connect(lambda alpha, beta: self.asked.emit(pane.document, alpha, beta))
        pane.turning.connect(pane.draft)
        pane.header.pressed.connect(lambda: self.session.focus(place))
        self.made.emit(pane)
        return pane

    def _end(self, pane: Pane) -> None:
        pane.shut()
        self.grid.removeWidget(pane)
        pane.hide()
        pane.deleteLater()

    def prepare(self, opengl: OpenGL, able: bool) -> None:
        """OpenGL was looked for, and what draws is imported if it is there."""
        self.opengl, self.able = opengl, able
        for pane in self.of.values():
            pane.opengl, pane.able = opengl, able
        if able:
            self.active.make_scene()

    # --- what they show ---

    def show_all(self) -> None:
        """Show the session's places as they are now."""
        self.lay()
        self.probed.emit("")
        for pane in self.all:
            self._show(pane)

    def redraw(self) -> None:
        """Draw all anew, say because letters are larger now."""
        for pane in self.all:
            self._show(pane, anew=True)

    def show_document(self, document: Document) -> None:
        """A document looks different now."""
        for pane in () if self.session.compared else self.all:
            if pane.document is document:
                self._show(pane, anew=True)

    def _show(self, pane: Pane, *, anew: bool = False) -> None:
        document, style = pane.document, pane.place.style
        pane.show_place(style, anew=anew)
        line = document is not None and document.landscape.surface.grid.line
        kind = None if line or style is None else style.view
        pane.header.say(document.name if document else "", kind, pane is self.active)

    def _grown(self, document: Document) -> None:
        self._stale.add(document)
        if not self._growth.isActive():
            self._growth.start()

    def _grow(self) -> None:
        for pane in () if self.session.compared else self.all:
            if pane.document in self._stale and pane.place.style is not None:
                pane.grow(pane.place.style)
        self._stale.clear()

    def _closed(self, document: Document) -> None:
        self._stale.discard(document)
        for pane in self.of.values():
            pane.forget(document)

    def _hovered(self, pane: Pane, alpha: float, beta: float) -> None:
        if pane.document is not None:
            self.probed.emit(readout(pane.document, alpha, beta))

    def grab_all(self) -> QImage:
        """All of them, as on the screen."""
        return self.grab().toImage()

    # --- the end ---

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for pane in self.of.values():
            pane.redraw_icons()

    def shut(self) -> None:
        """Let VTK go. The window may close after this."""
        self._growth.stop()
        for pane in self.of.values():
            pane.shut()
