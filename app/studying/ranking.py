"""Ranking (a page): the open landscapes by each measure of their minima, beside their test error, and how the two go together."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from ...compute.landscape import Landscape
from ...compute.ranking import ERRORS, MEASURES, Ranking, ranking
from .. import theme
from ..desk import Desk
from ..language import tr
from .numbers_table import NumbersTable
from .scatter import Cloud, Scatter

EMPTY = tr(
    "Open several landscapes that know their test accuracy, or a minefield: their networks are set side by side here, by each measure and "
    "by test error. Measure them with the studies Basin, Curvature and Sharpness."
)


class RankingPage(QWidget):
    """A table on the left; on the right the chosen measure against the error. What is chosen in one is marked in the other."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.found, self.marked = desk, Ranking(), -1
        self.table, self.picture = NumbersTable(tr("Networks by measure")), Scatter(tr("The measure against the error"))
        self.measure, self.by = QComboBox(), QComboBox()
        self.measure.setAccessibleName(tr("Measure"))
        self.by.setAccessibleName(tr("Error"))
        for key, label in ERRORS.items():
            self.by.addItem(label, key)
        self.says = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        chosen = QHBoxLayout(spacing=8)
        chosen.addWidget(self.measure, 1)
        chosen.addWidget(QLabel("against"))
        chosen.addWidget(self.by, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(chosen)
        column.addWidget(self.picture, 1)
        column.addWidget(self.says)
        parts = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        parts.addWidget(self.table)
        parts.addWidget(right)
        parts.setStretchFactor(0, 5)
        parts.setStretchFactor(1, 4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 10)
        whole.addWidget(parts)
        self.table.chosen.connect(self._choose)
        self.picture.chosen.connect(self._choose)
        self.picture.pointed.connect(lambda under: self.picture.mark(self.marked, under))
        self.measure.activated.connect(lambda _row: self._draw())
        self.by.activated.connect(lambda _row: self.refresh())
        session = desk.session
        for signal in (session.opened, session.closed):
            signal.connect(lambda _document: self.refresh())

    def refresh(self) -> None:
        """The landscapes that are open now. What nobody sees is brought up to date when it is looked at."""
        if not self.isVisible():
            return
        named: dict[str, Landscape] = {}
        for document in self.desk.session.documents:
            name = document.name if document.name not in named else f"{document.name} ({document.key})"
            named[name] = document.landscape
        self.found = ranking(named, self.by.currentData())
        kept = self.measure.currentData()
        self.measure.clear()
        for key in self.found.values:
            self.measure.addItem(tr(MEASURES[key].label), key)
        usual = "radius" if "radius" in self.found.values else next(iter(self.found.values), "")
        self.measure.setCurrentIndex(max(self.measure.findData(kept if kept in self.found.values else usual), 0))
        heads = ["network", ERRORS[self.found.by], *(tr(MEASURES[key].label) for key in self.found.values)]
        columns = [self.found.error, *self.found.values.values()]
        rows = [(name, *(float(column[k]) for column in columns)) for k, name in enumerate(self.found.names)]
        self.table.show_table(heads, rows, percent=(1,) if self.found.by == "test_error" else ())
        self._draw()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self._draw()

    def _draw(self) -> None:
        key, found = self.measure.currentData(), self.found
        if key is None or key not in found.values:
            self.picture.show_cloud(Cloud(empty=EMPTY))
            self.says.setText("")
            return
        values, count = found.values[key], len(found.names)
        label = ERRORS[found.by]
        share = 100 if found.by == "test_error" else 1
        self.picture.show_cloud(
            Cloud(
                values,
                share * found.error,
                (theme.colors().accent,) * count,
                ("circle",) * count,
                found.names,
                left=f"{label} (%)" if share == 100 else label,
                below=tr(MEASURES[key].label),
                empty=tr(
                    "No network here knows both its {label} and its {label2}.",
                    label=tr(MEASURES[key].label),
                    label2=label,
                ),
            )
        )
        self.picture.mark(self.marked, -1)
        self.says.setText(" ".join(filter(None, (f"{found.correlation(key).told}.", found.lacking))))

    def _choose(self, which: int) -> None:
        self.marked = which if which < len(self.found.names) else -1
        self.picture.mark(self.marked, -1)
        self.table.choose(self.marked)
        if self.marked >= 0 and len(self.found.names) == len(self.desk.session.documents):
            self.desk.session.activate(self.desk.session.documents[self.marked])
