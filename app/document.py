"""Document: one open landscape with its file, its look, and the looks it had, for undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QUndoCommand, QUndoStack

from ..compute.landscape import Landscape
from ..compute.relief import Relief
from ..compute.style import Style, View
from .language import tr
from .looks import stem

if TYPE_CHECKING:
    from .places import Place
    from .session import Session

_keys = count(1)


@dataclass(eq=False)
class Document:
    """One open landscape. path: its file, "" while it has none. style: how it looks now. stack: its looks, for undo. revision:
    how often its values have changed. between: the places of two pins that are chosen, to be measured between. retitled: a title given
    before the landscape had a file, to be written with it. example: the shipped landscape that it is a copy of. flattened: the view in
    whose place it opened as a map, because 3-D views cannot be drawn here."""

    landscape: Landscape
    path: str = ""
    style: Style = field(default_factory=Style)
    stack: QUndoStack = field(default_factory=QUndoStack)
    key: int = field(default_factory=lambda: next(_keys))
    unsaved: bool = False
    revision: int = 0
    between: tuple[int, int] | None = None
    retitled: str = ""
    example: str = ""
    flattened: View | None = None
    _range: tuple[object, float, float] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.landscape.title or (Path(self.path).stem if self.path else tr("Untitled landscape"))

    @property
    def stem(self) -> str:
        """A file name, without suffix, for what is made of it: that of its file, or one for its name."""
        return Path(self.path).stem if self.path else stem(self.name)

    @property
    def field(self) -> str:
        """The name of the field that is shown; "" where there is none yet."""
        surface = self.landscape.surface
        chosen = self.style.relief.field
        if chosen in surface.fields:
            return chosen
        return surface.main if surface.fields else ""

    def measuring(self, style: Style) -> Style:
        """A look of it as it is drawn: between the pins that are chosen it measures. Their choice is neither undone nor saved."""
        return style if self.between is None else style.model_copy(update={"measured": self.between})

    def flatten(self) -> None:
        """Show it as a map in place of a 3-D view."""
        if not self.style.flat:
            self.flattened, self.style = self.style.view, self.style.replace(view="map")

    def meant(self, style: Style) -> Style:
        """A look of it as it is kept: a map that is shown for want of OpenGL alone is none on another screen."""
        return style if self.flattened is None or style.view != "map" else style.replace(view=self.flattened)

    @property
    def relief(self) -> Relief:
        """The relief with its range filled in from the values."""
        return self.resolved(self.style.relief)

    def resolved(self, relief: Relief) -> Relief:
        """A relief with its range filled in from this landscape's values. The range is kept as long as they are: to find it takes
        longer than to draw most changes of a fine surface."""
        key = (id(self.landscape), self.revision, self.field, relief.scale, relief.trim)
        if self._range is None or self._range[0] != key:
            values = self.landscape.surface.values(self.field) if self.field else np.zeros(0)
            whole = relief.model_copy(update={"low": None, "high": None}).resolved(values)
            self._range = key, float(whole.low or 0.0), float(whole.high or 0.0)
        _, low, high = self._range
        ends = {"low": low if relief.low is None else relief.low, "high": high if relief.high is None else relief.high}
        return relief.model_copy(update=ends)

    @property
    def drawable(self) -> bool:
        """Whether there is a finite value to draw."""
        return bool(self.field) and bool(np.isfinite(self.landscape.surface.values(self.field)).any())


class Restyle(QUndoCommand):
    """One change of look, in the place where it was seen. Changes of one gesture (a slider's drag) have the same `gesture` and
    become one step. What it did not change stays as it is when it is undone, so that a look may follow others in the meantime.

    own: the view that the place has for itself, before and after; None is its document's."""

    def __init__(
        self,
        session: Session,
        document: Document,
        style: Style,
        text: str,
        gesture: int,
        place: Place | None = None,
        own: View | None = None,
    ) -> None:
        super().__init__(text)
        self.session, self.document, self.place, self.gesture = session, document, place, gesture
        self.before = document.style, None if place is None else place.own.get(document.key)
        self.after = style, own

    def redo(self) -> None:
        self._go(self.before, self.after)

    def undo(self) -> None:
        self._go(self.after, self.before)

    def _go(self, was: tuple[Style, View | None], to: tuple[Style, View | None]) -> None:
        if self.place is not None:
            self.place.keep(self.document, to[1])
        self.session._show_style(self.document, moved(self.document.style, was[0], to[0]))

    def id(self) -> int:
        return self.gesture

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Restyle) or (other.gesture, other.place) != (self.gesture, self.place):
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True


def moved(style: Style, was: Style, to: Style) -> Style:
    """`style`, with what differs between `was` and `to` as in `to`."""
    relief = {n: getattr(to.relief, n) for n in Relief.model_fields if getattr(to.relief, n) != getattr(was.relief, n)}
    rest = {n: getattr(to, n) for n in Style.model_fields if n != "relief" and getattr(to, n) != getattr(was, n)}
    return style.model_copy(update={**rest, "relief": style.relief.model_copy(update=relief)})
