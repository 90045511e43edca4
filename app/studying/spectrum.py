"""Spectrum (a view): density and extreme eigenvalues of the Hessian as a chart, each layer's ends as bars, and all numbers as a table."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ...compute.levels import number
from ...compute.studies.curvature import DENSITY, LAYERS, SPECTRUM, TRACE, matrix, place
from ...compute.table import Table
from ..desk import Desk
from ..document import Document
from ..editors import Segments
from ..elided import Elided
from ..language import tr
from .numbers_table import NumbersTable
from .spectrum_charts import DensityChart, LayerBars

NOTHING = tr("Nothing is known of the curvature yet. Start, and what is found appears here as it comes.")
PAGES = {
    "spectrum": (tr("Spectrum"), "", tr("Density of the eigenvalues, and the extreme ones")),
    "layers": (tr("Layers"), "", tr("Smallest and largest eigenvalue of each layer's own block")),
    "numbers": (tr("Numbers"), "", tr("All numbers; Ctrl+C copies the chosen rows, or all")),
}


class Spectrum(QWidget):
    """Three pages, and a sentence about the whole."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.says = Elided()
        self.page = Segments(PAGES)
        self.page.call(tr("What is shown"))
        self.page.show_value("spectrum")
        self.page.edited.connect(lambda _dragging: self._turn())
        self.chart, self.bars = DensityChart(), LayerBars()
        self.numbers = NumbersTable(tr("Eigenvalues and traces"))
        rolling = QScrollArea(widgetResizable=True)
        rolling.setFrameShape(QScrollArea.Shape.NoFrame)
        rolling.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rolling.setWidget(self.bars)
        self.pages = QStackedWidget()
        for one in (self.chart, rolling, self.numbers):
            self.pages.addWidget(one)
        head = QHBoxLayout(spacing=0)
        head.addWidget(self.page)
        head.addStretch(1)
        column = QVBoxLayout(self, spacing=5)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        column.addWidget(self.says)
        self.show_document(None)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 140)

    def show_document(self, document: Document | None) -> None:
        """What is known of this landscape."""
        tables = document.landscape.tables if document is not None else {}
        density, ends, layers, trace = (tables.get(name, Table()) for name in (DENSITY, SPECTRUM, LAYERS, TRACE))
        self.chart.show_tables(density, ends)
        self.bars.show_table(layers)
        self.numbers.show_table(("", "value", "±", "of"), rows(ends, layers, trace))
        told = summary(density, ends, layers, trace)
        self.says.show_text(told)
        self.says.setToolTip(told)

    def _turn(self) -> None:
        self.pages.setCurrentIndex(list(PAGES).index(self.page.value()))

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.chart.update()
        self.bars.update()


def summary(density: Table, ends: Table, layers: Table, trace: Table) -> str:
    """One sentence: the ends, the trace with its interval, and what they are of."""
    of = next((table for table in (ends, trace, density, layers) if len(table)), None)
    if of is None:
        return NOTHING
    told = []
    if len(ends):
        values = np.asarray(ends["eigenvalue"], float)
        told.append(
            tr("λ from {values} to {values2}", values=number(float(values.min())), values2=number(float(values.max())))
        )
    if len(trace):
        interval = f" ({number(trace.how['low'])} … {number(trace.how['high'])})" if len(trace) > 1 else ""
        told.append(tr("trace {number}{interval}", number=number(trace.how["value"]), interval=interval))
    told.append(
        tr(
            "{matrix} at {place} by {how:,} parameters",
            matrix=matrix(of),
            place=place(of),
            how=int(of.how.get("count", 0)),
        )
    )
    return ", ".join(told) + "."


def rows(ends: Table, layers: Table, trace: Table) -> list[tuple[str, float, float, str]]:
    """(what, value, residual or half interval, of which part) of everything that has one value."""
    found: list[tuple[str, float, float, str]] = []
    for row in ends.rows():
        name = f"{row['end']} {row['rank']}"
        found.append((name, float(row["eigenvalue"]), float(row["residual"]), tr("whole network")))  # type: ignore[arg-type]
    if len(trace):
        how = trace.how
        found.append(("trace", float(how["value"]), (float(how["high"]) - float(how["low"])) / 2, tr("whole network")))
    for row in layers.rows():
        layer, residual = str(row["layer"]), float(row["residual"])  # type: ignore[arg-type]
        found.append(("largest", float(row["lambda_max"]), residual, layer))  # type: ignore[arg-type]
        found.append(("smallest", float(row["lambda_min"]), residual, layer))  # type: ignore[arg-type]
        half = (float(row["trace_high"]) - float(row["trace_low"])) / 2  # type: ignore[arg-type]
        found.append(("trace", float(row["trace"]), half, layer))  # type: ignore[arg-type]
    return found
