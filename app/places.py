"""Places: what each pane of the centre shows, row by row, and which of them is the active one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..compute.style import Style, View
from .document import Document

SHAPES = ((1, 1), (1, 2), (2, 2), (2, 3))  # rows, columns
KINDS: tuple[View, ...] = (
    "contours",
    "map",
    "surface",
    "lines",
    "wireframe",
)  # of one landscape beside itself, in turn


@dataclass(eq=False)
class Place:
    """One pane's content. own: the views of documents (by key) that they have here alone, where these are not their style's."""

    document: Document | None = None
    own: dict[int, View] = field(default_factory=dict)

    @property
    def style(self) -> Style | None:
        """How the document looks here; None where there is none."""
        if self.document is None:
            return None
        view = self.own.get(self.document.key)
        return self.document.style if view is None else self.document.style.model_copy(update={"view": view})

    def keep(self, document: Document, view: View | None) -> None:
        """Let a document have a view of its own here; None is its style's again."""
        if view is None:
            self.own.pop(document.key, None)
        else:
            self.own[document.key] = view


class Places:
    """rows × columns places, row by row; at least one, and one of them active. The session changes them and tells of it."""

    def __init__(self) -> None:
        self.all: list[Place] = [Place()]
        self.shape = (1, 1)
        self.active = self.all[0]

    @property
    def documents(self) -> list[Document]:
        """What is shown, each once."""
        return list(dict.fromkeys(place.document for place in self.all if place.document is not None))

    def showing(self, document: Document) -> list[Place]:
        return [place for place in self.all if place.document is document]

    def best_for(self, document: Document) -> Place:
        """Where a document that comes to the front goes: to where it is shown, an empty place, or the active one."""
        if self.active.document in (document, None):
            return self.active
        there = self.showing(document) or [place for place in self.all if place.document is None]
        return there[0] if there else self.active

    def arrange(self, rows: int, columns: int, documents: list[Document]) -> None:
        """Another number of places. The first ones stay, the active one among them; new ones show those of `documents` that are
        not shown yet, and after these the same again in other views."""
        count, at = rows * columns, self.all.index(self.active)
        if at >= count:
            self.all.insert(count - 1, self.all.pop(at))
        fresh = [Place() for _ in range(count - len(self.all))]
        self.all = self.all[:count] + fresh
        self.shape = (rows, columns)
        waiting = [one for one in documents if not self.showing(one)]
        for place in fresh:
            if waiting:
                place.document = waiting.pop(0)
            else:
                self._repeat(place)

    def _repeat(self, place: Place) -> None:
        """The document that is shown least often, in a view that it does not have yet; nothing where it has all."""
        planes = [one for one in self.documents if not one.landscape.surface.grid.line]
        for document in sorted(planes, key=lambda one: len(self.showing(one))):
            there = {other.style.view for other in self.showing(document) if other.style is not None}
            for view in KINDS:
                if view not in there:
                    place.document, place.own = document, {document.key: view}
                    return

    def forget(self, document: Document) -> None:
        """The document is closed: its places are empty."""
        for place in self.all:
            place.own.pop(document.key, None)
            if place.document is document:
                place.document = None
