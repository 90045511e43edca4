"""Points list: the critical points as rows, the most persistent first; choosing one speaks of it in all pictures."""

from __future__ import annotations

import numpy as np

from ...compute.studies.topology import enough, named, points_of
from ...compute.style import Style
from ..document import Document
from ..language import tr
from ..probing.brush import Brush
from .numbers_table import Cell, NumbersTable


class PointsList(NumbersTable):
    """Of those that the look shows, on the rim or not."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(tr("Critical points"))
        self.brush, self.document = brush, None
        self.rows: list[int] = []  # of the table of points
        self.chosen.connect(self._choose)
        brush.changed.connect(self._follow)

    document: Document | None

    def show_document(self, document: Document | None, style: Style) -> None:
        """The points of this landscape."""
        self.document, self.rows = document, []
        table = None if document is None else points_of(document.landscape)
        if document is None or table is None:
            self.show_table((), ())
            return
        log, line = table.how.get("scale") == "log", document.landscape.surface.grid.line
        names = named(table)
        self.rows = np.flatnonzero(enough(table, style.critical_least)).tolist()
        rows: list[list[Cell]] = []
        for row in self.rows:
            span = float(table["persistence_log" if log else "persistence"][row])
            lasting = 10**span if log and span < 300 else span
            partner = int(table["partner"][row])
            place = [float(table[name][row]) for name in (("alpha",) if line else ("alpha", "beta"))]
            cells = [names[row], *place, float(table["value"][row]), lasting]
            other = names[partner] if partner >= 0 else "–"
            rows.append([*cells, other, float(table["plateau"][row]), "yes" if table["rim"][row] else ""])
        lasts = tr("persistence ×") if log else "persistence"
        self.show_table(("point", *(("α",) if line else ("α", "β")), "value", lasts, "with", "nodes", "rim"), rows)
        self._follow()

    def _choose(self, place: int) -> None:
        if self.document is not None:
            self.brush.choose(self.document, self.rows[place] if 0 <= place < len(self.rows) else None)

    def _follow(self) -> None:
        chosen = self.brush.chosen
        row = chosen[1] if chosen is not None and chosen[0] is self.document else -1
        self.choose(self.rows.index(row) if row in self.rows else -1)
