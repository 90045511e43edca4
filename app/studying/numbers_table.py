"""Numbers table: named rows of numbers, sorted by the column whose heading is clicked, of which one can be chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidgetItem

from ...compute.levels import number
from ..table import Table

KEY, INDEX = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
Cell = str | float


class Ordered(QTableWidgetItem):
    """A cell that is sorted by its number, what is unknown last."""

    def __lt__(self, other: QTableWidgetItem) -> bool:
        one, two = self.data(KEY), other.data(KEY)
        if isinstance(one, str) or isinstance(two, str):
            return str(one) < str(two)
        return (math.isnan(one), one) < (math.isnan(two), two)


class NumbersTable(Table):
    """chosen: the row's place among those that were shown, −1 for none; whatever the order on the screen is."""

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.horizontalHeader().show()
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.itemSelectionChanged.connect(self._selected)
        self._shown: tuple[object, ...] = ()

    def show_table(self, headings: Sequence[str], rows: Sequence[Sequence[Cell]], percent: Sequence[int] = ()) -> None:
        """Rows of a name and its numbers. percent: columns that are shares."""
        shown = (tuple(headings), tuple(map(tuple, rows)))
        if repr(shown) == repr(self._shown):
            return
        self._shown = shown
        with QSignalBlocker(self):
            self.setSortingEnabled(False)
            self.clear()
            self.setRowCount(len(rows))
            self.setColumnCount(len(headings))
            self.setHorizontalHeaderLabels(list(headings))
            for j, row in enumerate(rows):
                for i, value in enumerate(row):
                    self.setItem(j, i, _cell(value, j, i in percent))
            self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            self.horizontalHeader().setStretchLastSection(True)
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # in their own order
            self.setSortingEnabled(True)

    def choose(self, which: int) -> None:
        """Choose a row by its place among those that were shown, and bring it into view."""
        model = self.selectionModel()
        at = next((j for j in range(self.rowCount()) if self.item(j, 0).data(INDEX) == which), -1)
        if model is None or {index.row() for index in model.selectedRows()} == ({at} if at >= 0 else set()):
            return
        with QSignalBlocker(self):
            model.clearSelection()
            if at >= 0:
                flags = QItemSelectionModel.SelectionFlag
                model.select(self.model().index(at, 0), flags.Select | flags.Rows)
                self.scrollToItem(self.item(at, 0))
        self.viewport().update()

    def _selected(self) -> None:
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        self.chosen.emit(self.item(min(rows), 0).data(INDEX) if rows else -1)


def _cell(value: Cell, row: int, share: bool) -> Ordered:
    if isinstance(value, str):
        text = value
    elif math.isnan(value):
        text = "–"
    else:
        text = f"{100 * value:.1f} %" if share else number(value)
    item = Ordered(text)
    item.setData(KEY, value)
    item.setData(INDEX, row)
    if not isinstance(value, str):
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
