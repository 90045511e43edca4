"""Ensembles: the source's table, and the error over the number of members, of each method; live while the members are trained."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QHeaderView, QLabel, QVBoxLayout, QWidget

from ...compute.curves.ensemble_told import TABLE, heading, measure_of, rows_of, summary
from ...compute.table import Table as Found
from ..desk import Desk
from ..document import Document
from ..editors import Segments
from ..language import tr
from ..table import Table
from ..training.chart import Chart, Picture
from ..training.series import Series

SIDE_BY_SIDE, STACKED = 700, 380  # pixels of width, and of height, from which on there is room for table and chart
LINES = tr(
    "Line: the averaged prediction of n members. Dashed: the network of their averaged weights. Dots: each member alone."
)
NOTHING = tr(
    "Start from a network, or from scratch: the members' errors, alone and together, appear here as they are trained."
)
ROLES = {"fge": "loss", "swa": "norm", "snapshot": "accuracy", "independent": "rate"}
SHORT = {"fge": "FGE", "swa": "SWA", "snapshot": "snapshot", "independent": "independent"}


class Ensembles(QWidget):
    """The table `ensemble` of the current landscape; while ensembles are being trained, what is known so far."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: Found | None = None
        self.says = QLabel(NOTHING, wordWrap=True)
        self.says.setProperty("quiet", True)
        self.rows = Table(tr("Ensembles"))
        self.chart = Chart()
        self.chart.setAccessibleName(tr("Error over the number of members"))
        self.chart.setMinimumSize(QSize(200, 100))
        self.setMinimumWidth(230)
        self.chart.setToolTip(LINES)
        self.rows.horizontalHeader().setMinimumSectionSize(24)
        self.what = Segments(
            {"table": (tr("Table"), "", tr("Show the table")), "chart": (tr("Chart"), "", tr("Show the chart"))}
        )
        self.what.call(tr("What is shown"))
        self.what.show_value("table")
        self.what.edited.connect(lambda _dragging: self._make_room())
        self.parts = QBoxLayout(QBoxLayout.Direction.TopToBottom, spacing=6)
        self.parts.addWidget(self.rows, alignment=Qt.AlignmentFlag.AlignTop)
        self.parts.addWidget(self.chart, 1)
        column = QVBoxLayout(self, spacing=6)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout(spacing=8)
        head.addWidget(self.says, 1)
        head.addWidget(self.what)
        column.addLayout(head)
        column.addLayout(self.parts, 1)
        self.show_document(None)

    def show_document(self, document: Document | None) -> None:
        """Show what is known: of ensembles that are being trained, else of this landscape."""
        run = next((run for run in self.desk.runs.active if run.study == "ensemble" and not run.documents), None)
        found, stage = None, ""
        if run is not None:
            found = run.found.tables.get(TABLE) if run.found is not None else None
            stage = (
                tr("{stage}, {done:,} of {total:,}", stage=run.last.stage, done=run.last.done, total=run.last.total)
                if run.last.total
                else run.last.stage
            )
        elif document is not None:
            found = document.landscape.tables.get(TABLE)
        known = (
            tr("{measure_of} of the ensembles.", measure_of=measure_of(found).replace("_", " ").capitalize())
            if found is not None
            else NOTHING
        )
        self.says.setText(f"{stage[:1].upper()}{stage[1:]}" if stage else known)
        if found is not self.found:
            self.found = found
            self._draw()
        self._make_room()

    def _draw(self) -> None:
        if self.found is None:
            return
        self.rows.show_rows(_rows(self.found), ("n", "alone", "together", "weights"))
        members, _, *told = heading(self.found)
        for k, name in enumerate(("", members, *told)):
            self.rows.horizontalHeaderItem(k).setToolTip(name[:1].upper() + name[1:])
            self.rows.horizontalHeader().setSectionResizeMode(k, QHeaderView.ResizeMode.ResizeToContents)
        self.rows.horizontalHeader().setStretchLastSection(True)
        self.rows.fit_height()
        self.chart.show_picture(_picture(self.found))

    def _make_room(self) -> None:
        """Table and chart where there is room for both, else the chosen one."""
        wide, high, there = self.width() >= SIDE_BY_SIDE, self.height() >= STACKED, self.found is not None
        one = not (wide or high)
        self.parts.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.what.setVisible(there and one)
        self.rows.setVisible(there and not (one and self.what.value() == "chart"))
        self.chart.setVisible(there and not (one and self.what.value() == "table"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.chart.update()


def _rows(table: Found) -> list[tuple[str, ...]]:
    return [
        (SHORT.get(method, method), cells[1], *cells[3:])
        for method, cells in zip(rows_of(table), summary(table), strict=True)
    ]


def _picture(table: Found) -> Picture:
    """Of each method the averaged prediction of its first n members; dashed, the averaged weights, dots: the members alone."""
    name, series = measure_of(table), list[Series]()
    for method, rows in rows_of(table).items():
        x = np.asarray(table["members"], float)[rows]
        looks: dict[str, Any] = {"role": ROLES.get(method, "loss"), "percent": name.endswith("_error")}
        told = SHORT.get(method, method)
        column = {what: np.asarray(table[f"{what}_{name}"], float)[rows] for what in ("member", "together", "weights")}
        series.append(Series(told, x, column["together"], dots=True, **looks))
        series.append(
            Series(tr("{told}, members", told=told), x, column["member"], kind="dots", listed=False, dots=True, **looks)
        )
        if np.isfinite(column["weights"]).any():
            series.append(
                Series(
                    tr("{told}, averaged weights", told=told), x, column["weights"], kind="dash", listed=False, **looks
                )
            )
    return Picture(tuple(series), name.replace("_", " "), across="members", empty=tr("Nothing is measured yet."))
