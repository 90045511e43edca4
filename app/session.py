"""Session: what is open, which landscape is in front, and how each one looks. The only mutable object that panels see.

Setters say what shall be; signals tell what happened. Looks are frozen styles, so undo is a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoGroup, QUndoStack

from ..compute.errors import LossvistaError
from ..compute.landscape import Landscape
from ..compute.relief import Relief
from ..compute.storage import load, save
from ..compute.style import Style
from ..compute.surface import Patch
from ..compute.trajectory import Trajectory, path_figures
from .looks import read_style

_keys = count(1)


@dataclass(eq=False)
class Document:
    """One open landscape. path: its file, "" while it has none. style: how it looks now. stack: its looks, for undo. revision:
    how often its values have changed. retitled: a title given before the landscape had a file, to be written with it."""

    landscape: Landscape
    path: str = ""
    style: Style = field(default_factory=Style)
    stack: QUndoStack = field(default_factory=QUndoStack)
    key: int = field(default_factory=lambda: next(_keys))
    unsaved: bool = False
    revision: int = 0
    retitled: str = ""

    @property
    def name(self) -> str:
        return self.landscape.title or (Path(self.path).stem if self.path else "Untitled landscape")

    @property
    def field(self) -> str:
        """The name of the field that is shown; "" where there is none yet."""
        surface = self.landscape.surface
        chosen = self.style.relief.field
        if chosen in surface.fields:
            return chosen
        return surface.main if surface.fields else ""

    @property
    def relief(self) -> Relief:
        """The relief with its range filled in from the values."""
        surface = self.landscape.surface
        values = surface.values(self.field) if self.field else np.zeros(0)
        return self.style.relief.resolved(values)

    @property
    def drawable(self) -> bool:
        """Whether there is a finite value to draw."""
        return bool(self.field) and bool(np.isfinite(self.landscape.surface.values(self.field)).any())


class Restyle(QUndoCommand):
    """One change of look. Changes of one gesture (a slider's drag) have the same `gesture` and become one step."""

    def __init__(self, session: Session, document: Document, style: Style, text: str, gesture: int) -> None:
        super().__init__(text)
        self.session, self.document, self.gesture = session, document, gesture
        self.before, self.after = document.style, style

    def redo(self) -> None:
        self.session._show_style(self.document, self.after)

    def undo(self) -> None:
        self.session._show_style(self.document, self.before)

    def id(self) -> int:
        return self.gesture

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Restyle) or other.gesture != self.gesture:
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True


class Session(QObject):
    """The open documents, in the order that the person gave them, and those of them that are chosen and compared."""

    opened = Signal(object)  # Document
    closed = Signal(object)  # Document
    current_changed = Signal(object)  # Document | None
    style_changed = Signal(object)  # Document
    values_changed = Signal(object)  # Document: patches arrived in the same landscape
    replaced = Signal(object)  # Document: its landscape, title or path is another one now
    moved = Signal()  # the documents' order has changed
    compared_changed = Signal()  # what is compared, or nothing any more
    warned = Signal(object)  # LossvistaError: something beside the point failed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.documents: list[Document] = []
        self.current: Document | None = None
        self.selected: list[Document] = []  # chosen in the list
        self.compared: list[Document] = []  # shown in one picture; empty, or two and more
        self.default_style = Style()
        self.undo = QUndoGroup(self)
        self._gesture, self._what = 0, ""
        self._settling = QTimer(self, singleShot=True, interval=700)
        self._settling.timeout.connect(self.settle)

    # --- documents ---

    def open(self, path: str, style: Style | None = None) -> Document:
        """Load a file, or bring it to the front if it is open. style: its look, else the one saved beside it. Raises
        LossvistaError where it cannot be read."""
        absolute = str(Path(path).absolute())
        for document in self.documents:
            if document.path == absolute and not document.unsaved:
                self.activate(document)
                return document
        landscape = load(absolute)
        try:
            style = style or read_style(absolute)
        except LossvistaError as error:
            self.warned.emit(error)
        return self.add(landscape, absolute, style=style)

    def add(
        self, landscape: Landscape, path: str = "", *, style: Style | None = None, unsaved: bool = False
    ) -> Document:
        """Take in a landscape and bring it to the front."""
        document = Document(landscape, path, style or self.default_style, unsaved=unsaved)
        self.documents.append(document)
        self.undo.addStack(document.stack)
        self.opened.emit(document)
        self.activate(document)
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
        if self.current is document:
            near = self.documents[min(at, len(self.documents) - 1)] if self.documents else None
            self._bring(left[0] if left else near)
        if left != self.compared:
            self.compare(left if len(left) > 1 else [])
        self.selected = [one for one in self.selected if one is not document]
        self.undo.removeStack(document.stack)
        document.stack.clear()
        self.closed.emit(document)

    def activate(self, document: Document | None) -> None:
        """Bring a document to the front, alone."""
        self._bring(document)
        self.compare([])

    def _bring(self, document: Document | None) -> None:
        if document is self.current:
            return
        self.settle()
        self.current = document
        self.undo.setActiveStack(document.stack if document else None)
        self.current_changed.emit(document)

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
            self.warned.emit(LossvistaError(f"The new title is not in the file {name}: {error.message}", error.hint))

    # --- looks ---

    def restyle(self, text: str, *, dragging: bool = False, **values: object) -> None:
        """Change the look of the current landscape, undoably. values: fields of Style, or of Relief as relief_NAME.

        dragging: one of a row of changes that shall be undone together; `settle` ends the row, as does a pause.
        Raises LossvistaError where a value is not valid."""
        document = self.current
        if document is None:
            return
        relief = {name.removeprefix("relief_"): value for name, value in values.items() if name.startswith("relief_")}
        style = document.style.relieved(**relief) if relief else document.style
        style = style.replace(**{name: value for name, value in values.items() if not name.startswith("relief_")})
        self.set_style(style, text, dragging=dragging)

    def set_style(self, style: Style, text: str, *, dragging: bool = False) -> None:
        """Give the current landscape another look, undoably."""
        document = self.current
        if document is None or style == document.style:
            return
        if not dragging or text != self._what:
            self.settle()
        self._what = text
        document.stack.push(Restyle(self, document, style, text, self._gesture))
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
