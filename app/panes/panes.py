"""Panes: the grid of the centre's parts. They show the session's places, row by row."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ...compute.captions import lettered
from ...compute.style import Style
from ..document import Document
from ..opengl import OpenGL
from ..places import Place
from ..session import Session
from .carrying import LANDSCAPES, PANE, files, pack, unpack
from .links import Links
from .menu import open_menu
from .pane import Pane
from .verdict import Verdict

GROWTH_MS = 120  # between two refreshes of a growing surface


class Panes(QWidget):
    """One pane for each of the session's places, in rows and columns of equal size, so that pictures can be compared."""

    probed = Signal(str)  # what is under the pointer, "" for nothing
    asked = Signal(object, float, float)  # a right click on a Document at α, β
    made = Signal(object)  # Pane: there is a new one
    files_dropped = Signal(object, object)  # paths, Place

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.opengl: OpenGL | None = None
        self.able = False  # whether what draws is imported
        self.of: dict[Place, Pane] = {}
        self.links = Links(lambda: self.all, lambda: session.places.linked)
        self.bar, self.area = Verdict(), QWidget(objectName="panes")
        self.grid = QGridLayout(self.area)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.area, 1)
        self._judged: object = None
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
        if self.session.places.active not in self.of:  # asked before the places' change was told
            self.lay()
        return self.of[self.session.places.active]

    @property
    def all(self) -> list[Pane]:
        """Row by row."""
        return [self.of[place] for place in self.session.places.all if place in self.of]

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
            pane.setVisible(not places.enlarged or pane is self.active)
        for row in range(self.grid.rowCount()):
            self.grid.setRowStretch(row, int(row < rows and (not places.enlarged or row == self._at[0])))
        for column in range(self.grid.columnCount()):
            self.grid.setColumnStretch(column, int(column < columns and (not places.enlarged or column == self._at[1])))

    @property
    def _at(self) -> tuple[int, int]:
        """Row and column of the active pane."""
        places = self.session.places
        return divmod(places.all.index(places.active), places.shape[1])

    def _make(self, place: Place) -> Pane:
        pane = Pane(self.session, place, self.opengl)
        pane.able = self.able
        pane.hovered.connect(lambda alpha, beta: self.probed.emit(self.links.told(pane, alpha, beta)))
        pane.left.connect(lambda: self.probed.emit(""))
        pane.asked.connect(lambda alpha, beta: self.asked.emit(pane.document, alpha, beta))
        pane.pressed.connect(lambda: self.session.places.focus(place))
        pane.painted.connect(lambda: self.links.spread(pane))
        pane.resized.connect(lambda: self.links.refit(pane))
        pane.turning.connect(self._draft)
        pane.given.connect(lambda data: self._given(place, data))
        pane.header.pressed.connect(lambda: self.session.places.focus(place))
        pane.header.asked.connect(lambda at: open_menu(pane, self.session, place, at))
        pane.header.dragged.connect(lambda: pane.header.drag(PANE, pack([self.session.places.all.index(place)])))
        pane.header.enlarged.connect(self.session.places.enlarge)
        pane.header.close_button.clicked.connect(lambda: self.session.places.vacate(place))
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
        self._judge()

    def redraw(self) -> None:
        """Draw all anew, say because letters are larger now."""
        for pane in self.all:
            self._show(pane, anew=True)

    def show_document(self, document: Document) -> None:
        """A document looks different now, and with it those that share its range."""
        if not self.session.compared:
            for pane in self.all:
                self._show(pane, anew=pane.document is document)
            self._judge()

    def _show(self, pane: Pane, *, anew: bool = False) -> None:
        document, style = pane.document, pane.place.style
        pane.show_place(self._seen(pane), self.links.camera_for(pane), anew=anew)
        line = document is not None and document.landscape.surface.grid.line
        kind = None if line or style is None else style.view
        letter = "" if document is None else self._letters.get(document, "")
        name = "" if document is None else document.name
        pane.header.say(f"({letter})  {name}" if letter else name, kind, pane is self.active)

    def _seen(self, pane: Pane) -> Style | None:
        """Where there are several, the headers are the titles."""
        if pane.document is None:
            return None
        seen = self.session.seen(pane.place)
        return seen if len(self.of) == 1 else seen.model_copy(update={"title": False})

    @property
    def _letters(self) -> dict[Document, str]:
        """What landscapes are called, where there are several."""
        documents = self.session.places.documents
        return dict(zip(documents, lettered(len(documents)), strict=True)) if len(documents) > 1 else {}

    def _judge(self) -> None:
        """Say whether what is shown may be compared; nothing where that is so, or there is one landscape."""
        documents, letters = self.session.places.compared, self._letters
        names = [letters[one] for one in documents] if letters else None
        of = [(one.key, one.revision, one.field) for one in documents], names
        if of != self._judged:
            self._judged = of
            self.bar.judge([one.landscape for one in documents], documents[0].field if documents else "", names)

    def _grown(self, document: Document) -> None:
        self._stale.add(document)
        if not self._growth.isActive():
            self._growth.start()

    def _grow(self) -> None:
        for pane in () if self.session.compared else self.all:
            if pane.document in self._stale:
                pane.grow(self._seen(pane))
            else:
                self._show(pane)
        self._stale.clear()

    def _closed(self, document: Document) -> None:
        self._stale.discard(document)
        for pane in self.of.values():
            pane.forget(document)

    # --- what the person does ---

    def look(self, preset: str) -> None:
        """Turn the active 3-D view, and those that are linked with it; where the active pane is flat, those beside it."""
        solid = [self.active, *self.all] if self.session.places.linked else [self.active]
        if pane := next((one for one in solid if one.ready), None):
            self.links.look(pane, preset)

    def _draft(self, on: bool) -> None:
        """A slow renderer draws thinned-out meshes while they are turned."""
        for pane in self.all:
            if self.session.places.linked or pane is self.active:
                pane.drafting.hold(on)

    def _given(self, place: Place, data: QMimeData) -> None:
        """Something was dropped on a pane: another one, landscapes of the list, or files."""
        places = self.session.places
        for at in unpack(data, PANE):
            if at < len(places.all) and places.all[at] is not place:
                places.swap(places.all[at], place)
        keys = unpack(data, LANDSCAPES)
        onto = places.all[places.all.index(place) :]  # several go into this pane and those after it
        for document, to in zip([one for one in self.session.documents if one.key in keys], onto, strict=False):
            places.put(document, to)
        if not keys and (paths := files(data)):
            places.focus(place)
            self.files_dropped.emit(paths, place)

    def grab_all(self) -> QImage:
        """All of them, as on the screen."""
        return self.area.grab().toImage()

    # --- the end ---

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.bar.redraw_icons()
        for pane in self.of.values():
            pane.redraw_icons()

    def shut(self) -> None:
        """Let VTK go. The window may close after this."""
        self._growth.stop()
        for pane in self.of.values():
            pane.shut()
