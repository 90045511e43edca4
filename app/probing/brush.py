"""Brush: the critical point that is spoken of, whichever picture one points at: surface, map, merge tree or diagram."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ...compute.levels import number
from ...compute.studies.topology import POINTS, named, points_of
from ..language import tr
from ..session import Document, Session

Mark = tuple[Document, int]  # a landscape, and a row of its table of critical points


class Brush(QObject):
    """Pictures tell it what is under the pointer and what is clicked on, and show what it says; they do not know each other."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.over: Mark | None = None  # under the pointer
        self.chosen: Mark | None = None  # clicked on
        session.closed.connect(self._without)
        session.current_changed.connect(lambda _document: self._set(None, None))
        session.values_changed.connect(self._still)

    @property
    def current(self) -> Mark | None:
        """The point that is spoken of: the one pointed at, else the one chosen."""
        return self.over or self.chosen

    def rows(self, document: Document | None) -> tuple[int, ...]:
        """The row of it and that of its partner, the saddle of a minimum, where it is of this landscape; else none."""
        current = self.current
        if document is None or current is None or current[0] is not document:
            return ()
        partner = int(document.landscape.tables[POINTS]["partner"][current[1]])
        return (current[1], partner) if partner >= 0 else (current[1],)

    def places(self, document: Document | None) -> list[tuple[float, float]]:
        """(α, β) of these."""
        rows = self.rows(document)
        if document is None or not rows:
            return []
        table = document.landscape.tables[POINTS]
        return [(float(table["alpha"][row]), float(table["beta"][row])) for row in rows]

    def point(self, document: Document, row: int | None) -> None:
        """The pointer is on a critical point, or on none."""
        self._set(None if row is None else (document, row), self.chosen)

    def choose(self, document: Document, row: int | None) -> None:
        """A critical point is clicked on; a click beside all lets go."""
        self._set(self.over, None if row is None else (document, row))

    def _set(self, over: Mark | None, chosen: Mark | None) -> None:
        if (over, chosen) != (self.over, self.chosen):
            self.over, self.chosen = over, chosen
            self.changed.emit()

    def _without(self, document: Document) -> None:
        if document in [mark[0] for mark in (self.over, self.chosen) if mark is not None]:
            self._set(None, None)

    def _still(self, document: Document) -> None:
        """Another table may have come."""
        table = points_of(document.landscape)
        marks = [mark for mark in (self.over, self.chosen) if mark is not None and mark[0] is document]
        if any(table is None or row >= len(table) for _, row in marks):
            self._set(None, None)

    def place(self) -> tuple[Document, float, float] | None:
        """Landscape, α and β of the point that is spoken of."""
        if self.current is None:
            return None
        document, row = self.current
        table = document.landscape.tables[POINTS]
        return document, float(table["alpha"][row]), float(table["beta"][row])

    def lines(self) -> list[tuple[str, str]]:
        """The point in words: (quantity, value)."""
        if self.current is None:
            return []
        document, row = self.current
        table = document.landscape.tables[POINTS]
        names, log = named(table), table.how.get("scale") == "log"
        found = [(tr("Critical point"), names[row] + (tr(", on the rim") if table["rim"][row] else ""))]
        span = float(table["persistence_log" if log else "persistence"][row])
        lasting = f"× {number(10**span)}" if log and span < 300 else number(span)
        found.append((tr("Persistence"), lasting if span < float("inf") else tr("∞, never ends")))
        partner = int(table["partner"][row])
        if partner >= 0:
            verb = {"minimum": tr("Merges at"), "maximum": tr("Closes")}.get(
                str(table["kind"][row]), tr("Joins or closes")
            )
            found.append((verb, f"{names[partner]}, {number(float(table['value'][partner]))}"))
        if int(table["multiplicity"][row]) > 1:
            found.append((tr("Counts as"), f"{int(table['multiplicity'][row])}"))
        if int(table["plateau"][row]) > 1:
            found.append((tr("Plateau"), tr("{plateau} points", plateau=int(table["plateau"][row]))))
        return found
