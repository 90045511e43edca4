"""Session: what is open, which landscape is in front, and how each one looks. The only mutable object that panels see.

Setters say what shall be; signals tell what happened. Looks are frozen styles, so undo is a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoGroup, QUndoStack

from ..compute.errors import LossvistaError
from ..compute.landscape import Landscape
from ..compute.relief import Relief
from ..compute.storage import load, save
from ..compute.style import Style
from ..compute.surface import Patch
from ..compute.trajectory import Trajectory, path_figures

_keys = count(1)


@dataclass(eq=False)
class Document:
    """One open landscape. path: its file, "" while it has none. style: how it looks now. stack: its looks, for undo."""

    landscape: Landscape
    path: str = ""
    style: Style = field(default_factory=Style)
    stack: QUndoStack = field(default_factory=QUndoStack)
    key: int = field(default_factory=lambda: next(_keys))
    unsaved: bool = False

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
    """The open documents, in order of opening."""

    opened = Signal(object)  # Document
    closed = Signal(object)  # Document
    current_changed = Signal(object)  # Document | None
    style_changed = Signal(object)  # Document
    values_changed = Signal(object)  # Document: patches arrived in the same landscape
    replaced = Signal(object)  # Document: its landscape, title or path is another one now
    warned = Signal(object)  # LossvistaError: something beside the point failed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.documents: list[Document] = []
        self.current: Document | None = None
        self.default_style = Style()
        self.undo = QUndoGroup(self)
        self._gesture, self._what = 0, ""
        self._settling = QTimer(self, singleShot=True, interval=700)
        self._settling.timeout.connect(self.settle)

    # --- documents ---

    def open(self, path: str) -> Document:
        """Load a file, or bring it to the front if it is open. Raises LossvistaError where it cannot be read."""
        absolute = str(Path(path).absolute())
        for document in self.documents:
            if document.path == absolute and not document.unsaved:
                self.activate(document)
                return document
        landscape = load(absolute)
        try:
            style = read_style(absolute)
        except LossvistaError as error:
            style = None
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
        self.replaced.emit(document)

    def add_patch(self, document: Document, patch: Patch) -> None:
        """Enter results into a growing landscape."""
        document.landscape.add(patch)
        self.values_changed.emit(document)

    def grow(self, document: Document, paths: Mapping[str, Trajectory]) -> None:
        """Longer paths in place of those of the same names."""
        landscape = document.landscape
        landscape.trajectories.update(paths)
        landscape.trust.update(path_figures(landscape.trajectories.values()))
        document.unsaved = True
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
        if self.current is document:
            self.activate(self.documents[min(at, len(self.documents) - 1)] if self.documents else None)
        self.undo.removeStack(document.stack)
        document.stack.clear()
        self.closed.emit(document)

    def activate(self, document: Document | None) -> None:
        """Bring a document to the front."""
        if document is self.current:
            return
        self.settle()
        self.current = document
        self.undo.setActiveStack(document.stack if document else None)
        self.current_changed.emit(document)

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


def style_path(path: str) -> Path:
    """Where a landscape's look is kept: NAME.style.json beside NAME.h5."""
    return Path(path).with_suffix(".style.json")


def read_style(path: str) -> Style | None:
    """The look saved beside a landscape, or None. Raises LossvistaError where it is there but cannot be read."""
    beside = style_path(path)
    try:
        return Style.model_validate_json(beside.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        raise LossvistaError(
            f"The look saved in {beside.name} cannot be read.",
            "Delete or repair that file; the landscape itself is whole.",
        ) from None


def write_style(path: str, style: Style) -> Path:
    """Keep a look beside its landscape. Raises LossvistaError where the folder refuses."""
    beside = style_path(path)
    temporary = beside.with_name(beside.name + ".tmp")
    try:
        temporary.write_text(style.model_dump_json(indent=1, exclude_defaults=True), "utf-8")
        temporary.replace(beside)
    except OSError as error:
        raise LossvistaError(
            f"The look cannot be saved beside {Path(path).name}: {error.strerror}.", "Save the landscape elsewhere."
        ) from None
    return beside
