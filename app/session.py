"""Session: what is open, which landscape is in front, and how each one looks. The only mutable object that panels see.

Setters say what shall be; signals tell what happened. Looks are frozen styles, so undo is a list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoGroup

from ..compute.difference import difference_style, is_difference
from ..compute.errors import LossvistaError
from ..compute.landscape import Landscape
from ..compute.storage import load, save
from ..compute.studies.added import Added
from ..compute.style import Camera, Style
from ..compute.surface import Patch
from ..compute.trajectory import Trajectory, path_figures
from .document import Document, Restyle
from .language import tr
from .looks import read_style
from .places import Place, Places
from .sharing import Ranges, alike, followers


class Session(QObject):
    """The open documents, in the order that the person gave them, and those of them that are chosen and compared."""

    opened = Signal(object)  # Document
    closed = Signal(object)  # Document
    current_changed = Signal(object)  # Document | None
    style_changed = Signal(object)  # Document
    values_changed = Signal(object)  # Document: patches arrived in the same landscape
    replaced = Signal(object)  # Document: its landscape, title or path is another one now
    moved = Signal()  # the documents' order has changed
    placed = Signal()  # what the panes show, how many there are, or which one is active
    compared_changed = Signal()  # what is compared, or nothing any more
    warned = Signal(object)  # LossvistaError: something beside the point failed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.documents: list[Document] = []
        self.places = Places(self.documents, self._follow)
        self.current: Document | None = None  # what the active place shows
        self.selected: list[Document] = []  # chosen in the list
        self.compared: list[Document] = []  # shown in one picture; empty, or two and more
        self.default_style = Style()
        self.flat_only = False  # 3-D views cannot be drawn: landscapes open as maps
        self.undo = QUndoGroup(self)
        self._ranges = Ranges()
        self._gesture, self._what = 0, ""
        self._settling = QTimer(self, singleShot=True, interval=700)
        self._settling.timeout.connect(self.settle)

    # --- documents ---

    def open(self, path: str, style: Style | None = None, place: Place | None = None) -> Document:
        """Load a file, or bring it to the front if it is open. style: its look, else the one saved beside it. place: where to
        show it, if that is given. Raises LossvistaError where it cannot be read."""
        absolute = str(Path(path).absolute())
        for document in self.documents:
            if document.path == absolute and not document.unsaved:
                self.activate(document, place)
                return document
        landscape = load(absolute)
        try:
            style = style or read_style(absolute)
        except LossvistaError as error:
            self.warned.emit(error)
        return self.add(landscape, absolute, style=style, place=place)

    def add(
        self,
        landscape: Landscape,
        path: str = "",
        *,
        style: Style | None = None,
        unsaved: bool = False,
        example: str = "",
        place: Place | None = None,
    ) -> Document:
        """Take in a landscape and bring it to the front."""
        usual = self.default_style
        style = style or (difference_style(landscape, usual) if is_difference(landscape) else usual)
        document = Document(landscape, path, style, unsaved=unsaved, example=example)
        if self.flat_only:
            document.flatten()
        self.documents.append(document)
        self.undo.addStack(document.stack)
        self.opened.emit(document)
        self.activate(document, place)
        return document

    def replace(self, document: Document, landscape: Landscape, path: str = "", *, unsaved: bool = False) -> None:
        """Another landscape in the same document (the finished one for the growing one). Its look stays."""
        document.landscape, document.unsaved = landscape, unsaved
        document.path = path or document.path
        document.revision += 1
        landscape.title = document.retitled or landscape.title
        self.replaced.emit(document)
        if document.retitled and document.path and not unsaved:
            self._write_title(document)

    def add_patch(self, document: Document, patch: Patch) -> None:
        """Enter results into a growing landscape."""
        document.landscape.add(patch)
        document.revision += 1
        self.values_changed.emit(document)

    def grow(self, document: Document, paths: Mapping[str, Trajectory]) -> None:
        """Longer paths in place of those of the same names."""
        landscape = document.landscape
        landscape.trajectories.update(paths)
        landscape.trust.update(path_figures(landscape.trajectories.values()))
        document.unsaved = True
        document.revision += 1
        self.values_changed.emit(document)

    def enter(self, document: Document, added: Added) -> None:
        """What a study has found, in place of what has the same names."""
        added.into(document.landscape)
        document.unsaved = True
        document.revision += 1
        self.values_changed.emit(document)

    def remove_paths(self, document: Document, names: Sequence[str]) -> None:
        """Take paths off a landscape."""
        for name in names:
            del document.landscape.trajectories[name]
        if names:
            self.grow(document, {})

    def save(self, document: Document, path: str) -> None:
        """Write the landscape to a file, and from now on that is its file. Raises LossvistaError."""
        went = save(document.landscape, path)
        document.path, document.unsaved = str(Path(went).absolute()), False
        self.replaced.emit(document)

    def close(self, document: Document) -> None:
        """Forget a document; its neighbour comes to the front."""
        at = self.documents.index(document)
        self.documents.remove(document)
        left = [one for one in self.compared if one is not document]
        self.places.forget(document)
        if self.current is document:
            near = self.documents[min(at, len(self.documents) - 1)] if self.documents else None
            following = [*left, *self.places.documents, near][0]
            there = self.places.showing(following) if following else []
            self.places.put(following, there[0] if there else self.places.active)
        else:
            self.placed.emit()
        if left != self.compared:
            self.compare(left if len(left) > 1 else [])
        self.selected = [one for one in self.selected if one is not document]
        if not self.documents:
            self.places.arrange(1, 1)
        self._ranges.forget(document)
        self.undo.removeStack(document.stack)
        document.stack.clear()
        self.closed.emit(document)

    def activate(self, document: Document | None, place: Place | None = None) -> None:
        """Bring a document to the front, no comparison before it: to that place, or to where it is shown, an empty one, or the
        active one."""
        self._bring(document, place)
        self.compare([])

    def _bring(self, document: Document | None, place: Place | None = None) -> None:
        best = self.places.active if document is None else self.places.best_for(document)
        self.places.put(document, place or best)

    def _follow(self) -> None:
        """What the active place shows is the current document."""
        document, before = self.places.active.document, self.current
        if document is not before:
            self.settle()
            self.current = document
            self.undo.setActiveStack(document.stack if document else None)
        if self.places.shared:
            self._share(before)
        self.placed.emit()
        if document is not before:
            self.current_changed.emit(document)

    def _share(self, first: Document | None) -> None:
        """What is beside others takes scale and colours from them; the first one's count where it is among them."""
        waiting = sorted(self.places.documents, key=lambda one: one is not first)
        while waiting:
            leader = waiting.pop(0)
            for other, style in followers(leader, waiting):
                other.stack.push(Restyle(self, other, style, tr("Shared scale"), 0))
            waiting = [one for one in waiting if not alike(leader, one)]

    def move(self, document: Document, to: int) -> None:
        """Give a document another place in the list: before the one that is `to`-th now."""
        at = self.documents.index(document)
        self.documents.insert(to, document)
        self.documents.pop(at if at < to else at + 1)
        self.moved.emit()

    def compare(self, documents: list[Document]) -> None:
        """Show these in one picture, in the current one's look; an empty list ends that. The current one is among them, or the
        first of them becomes it."""
        if documents == self.compared:
            return
        if documents and self.current not in documents:
            self._bring(documents[0])
        self.compared = list(documents)
        self.compared_changed.emit()

    def rename(self, document: Document, title: str) -> None:
        """Give a landscape another title, in its file too, if it has one; where that fails, `warned` says so."""
        title = title.strip()
        if title in ("", document.name):
            return
        document.landscape.title = title
        if document.path and not document.unsaved:
            self._write_title(document)
        else:
            document.retitled = title
        self.replaced.emit(document)

    def _write_title(self, document: Document) -> None:
        document.retitled = ""
        try:
            save(document.landscape, document.path)
        except LossvistaError as error:
            name = Path(document.path).name
            self.warned.emit(
                LossvistaError(
                    tr("The new title is not in the file {name}: {message}", name=name, message=error.message),
                    error.hint,
                )
            )

    # --- looks ---

    @property
    def style(self) -> Style:
        """How the current document looks in the active pane, which may have a view of its own."""
        return self.places.active.style or self.default_style

    def seen(self, place: Place | None = None, camera: Camera | None = None) -> Style:
        """The look as it is drawn in a place (the active one): with one range for all that share their scale. camera: its own."""
        place = place or self.places.active
        if place.style is None or place.document is None:
            return self.default_style
        beside = self.places.documents if self.places.shared else []
        style = place.document.measuring(place.style).model_copy(update={"camera": camera or place.style.camera})
        return self._ranges.seen(style, place.document, beside)

    def restyle(self, text: str, *, dragging: bool = False, **values: object) -> None:
        """Change the look of the current landscape, undoably. values: as `Style.restyled` takes them.

        dragging: one of a row of changes that shall be undone together; `settle` ends the row, as does a pause.
        Raises LossvistaError where a value is not valid."""
        if self.current is None:
            return
        self.set_style(self.style.restyled(**values), text, dragging=dragging)

    def set_style(self, style: Style, text: str, *, dragging: bool = False) -> None:
        """Give the current landscape another look, undoably. Where it is in several panes, another view is the active one's alone."""
        document, place = self.current, self.places.active
        if document is None or style == self.style:
            return
        own = place.own.get(document.key)
        if style.view != self.style.view:
            own = style.view if len(self.places.showing(document)) > 1 else None
        if own is not None:
            style = style.model_copy(update={"view": document.style.view})
        if not dragging or text != self._what:
            self.settle()
        self._what = text
        document.stack.push(Restyle(self, document, style, text, self._gesture, place, own))
        if dragging:
            self._settling.start()
        else:
            self.settle()

    def settle(self) -> None:
        """End of a gesture: the next change is an undo step of its own."""
        self._settling.stop()
        self._gesture, self._what = self._gesture % 2**30 + 1, ""

    def _show_style(self, document: Document, style: Style) -> None:
        document.style = style
        self.style_changed.emit(document)
        if self.places.shared and document in self.places.documents:
            for other, joint in followers(document, self.places.documents):
                other.style = joint
                self.style_changed.emit(other)
