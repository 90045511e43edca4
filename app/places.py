"""Places: what each pane of the centre shows, row by row, which of them is the active one, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ..compute.style import Style, View
from .document import Document
from .sharing import alike, derived

SHAPES = ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3))  # rows, columns
KINDS: tuple[View, ...] = (
    "contours",
    "map",
    "surface",
    "lines",
    "wireframe",
)  # of one landscape beside itself, in turn
Content = tuple[Document | None, View | None]  # what a place shows, and the view that it has there alone


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
    """rows × columns places, at least one, and one of them active. given: all open documents, which may be put there. Whoever
    changes something here is followed by `changed`."""

    def __init__(self, given: list[Document], changed: Callable[[], object]) -> None:
        self.given, self.changed = given, changed
        self.all: list[Place] = [Place()]
        self.shape = (1, 1)
        self.active = self.all[0]
        self.enlarged = False  # the active one alone is seen, until it is made small again
        self.linked, self.shared = True, True  # cameras; scale, levels and colours

    # --- what is shown ---

    @property
    def documents(self) -> list[Document]:
        """What is shown, each once."""
        return list(dict.fromkeys(place.document for place in self.all if place.document is not None))

    @property
    def compared(self) -> list[Document]:
        """What is shown and of one kind with what the active place shows; made from others is not among them."""
        first = self.active.document
        if first is None or derived(first):
            return []
        return [one for one in self.documents if one is first or (alike(first, one) and not derived(one))]

    @property
    def contents(self) -> list[Content]:
        """What `fill` takes."""
        return [(one.document, one.own.get(one.document.key) if one.document else None) for one in self.all]

    def showing(self, document: Document) -> list[Place]:
        return [place for place in self.all if place.document is document]

    def best_for(self, document: Document) -> Place:
        """Where a document that comes to the front goes: to where it is shown, an empty place, or the active one."""
        if self.active.document in (document, None):
            return self.active
        there = self.showing(document) or [place for place in self.all if place.document is None]
        return there[0] if there else self.active

    # --- what it shall be ---

    def put(self, document: Document | None, place: Place) -> None:
        """Show a document in a place, which becomes the active one. None: nothing, the place is empty then."""
        place.document, self.active = document, place
        self.changed()

    def focus(self, place: Place) -> None:
        """Make a place the active one."""
        if place is not self.active:
            self.put(place.document, place)

    def step(self, by: int) -> None:
        """Make the next place the active one, or the previous."""
        self.focus(self.all[(self.all.index(self.active) + by) % len(self.all)])

    def arrange(self, rows: int, columns: int) -> None:
        """Another number of places. The first ones stay, the active one among them; new ones show what is open and not shown
        yet, and after that other views of the same."""
        if (rows, columns) == self.shape and not self.enlarged:
            return
        fresh = self._resize(rows, columns)
        waiting = [one for one in self.given if not self.showing(one)]
        for place in fresh:
            if waiting:
                place.document = waiting.pop(0)
            else:
                self._repeat(place)
        self.changed()

    def fill(self, rows: int, columns: int, contents: Sequence[Content], active: int = 0) -> None:
        """Show these, row by row, each in a view of its own, or None for its style's. What is missing is empty."""
        self._resize(rows, columns)
        self.active = self.all[active]
        for place, (document, view) in zip_longest(self.all, contents[: len(self.all)], fillvalue=(None, None)):
            place.document = document
            if document is not None:
                place.keep(document, view)
        self.changed()

    def swap(self, one: Place, other: Place) -> None:
        """Two change places."""
        at, to = self.all.index(one), self.all.index(other)
        self.all[at], self.all[to] = other, one
        self.changed()

    def vacate(self, place: Place) -> None:
        """Take a place away. Where the shape cannot be made smaller for that, it stays, empty."""
        place.document = None
        left = [one for one in self.all if one.document is not None]
        rows, columns = next(shape for shape in SHAPES if shape[0] * shape[1] >= max(len(left), 1))
        if rows * columns < len(self.all):
            self.all, self.shape, self.enlarged = left or [place], (rows, columns), False
            self.all += [Place() for _ in range(rows * columns - len(self.all))]
        if self.active not in self.all or self.active.document is None:
            self.active = (left or self.all)[0]
        self.changed()

    def enlarge(self) -> None:
        """Show the active place alone, or all again."""
        self.enlarged = not self.enlarged and len(self.all) > 1
        self.changed()

    def link(self, *, cameras: bool | None = None, scale: bool | None = None) -> None:
        """Whether they are seen from one camera, and whether they share scale, threshold, levels and colours."""
        self.linked = self.linked if cameras is None else cameras
        self.shared = self.shared if scale is None else scale
        self.changed()

    def forget(self, document: Document) -> None:
        """The document is closed: its places are empty."""
        for place in self.all:
            place.own.pop(document.key, None)
            if place.document is document:
                place.document = None

    def _resize(self, rows: int, columns: int) -> list[Place]:
        """Another number of places, the active one among them; returns the new ones."""
        count, at = rows * columns, self.all.index(self.active)
        if at >= count:
            self.all.insert(count - 1, self.all.pop(at))
        fresh = [Place() for _ in range(count - len(self.all))]
        self.all = self.all[:count] + fresh
        self.shape, self.enlarged = (rows, columns), False
        return fresh

    def _repeat(self, place: Place) -> None:
        """The document that is shown least often, in a view that it does not have yet; nothing where it has all."""
        planes = [one for one in self.documents if not one.landscape.surface.grid.line]
        for document in sorted(planes, key=lambda one: len(self.showing(one))):
            there = {other.style.view for other in self.showing(document) if other.style is not None}
            for view in KINDS:
                if view not in there:
                    place.document, place.own = document, {document.key: view}
                    return
