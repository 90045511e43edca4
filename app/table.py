"""Table: quantities and their values in rows, to be read and copied; rows keep their place while values change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem


class Table(QTableWidget):
    """`show_rows` as often as one likes. columns: headings above the values, none where there is only one column of them. Ctrl+C
    copies what is chosen, with tabs between."""

    def __init__(self, name: str) -> None:
        super().__init__(0, 2)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)  # Tab leaves the table
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().hide()

    def show_rows(self, rows: list[tuple[str, ...]], columns: tuple[str, ...] = ()) -> None:
        """Rows of a quantity and its value or values."""
        wide = max((len(row) for row in rows), default=2)
        if (self.rowCount(), self.columnCount()) != (len(rows), wide):
            self.setRowCount(len(rows))
            self.setColumnCount(wide)
            self._share_width()
        self.horizontalHeader().setVisible(bool(columns))
        if columns:
            self.setHorizontalHeaderLabels(["", *columns])
        for j, row in enumerate(rows):
            for i, text in enumerate(row):
                item = self.item(j, i)
                if item is None:
                    item = QTableWidgetItem()
                    self.setItem(j, i, item)
                if item.text() != text:
                    item.setText(text)
                    item.setToolTip(text if len(text) > 18 else "")

    def _share_width(self) -> None:
        """The quantities take what they need, the values the rest."""
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)

    def text(self) -> str:
        """What is chosen, or all of it where nothing is, with tabs between the columns."""
        chosen = sorted({index.row() for index in self.selectedIndexes()}) or list(range(self.rowCount()))
        cells = [[self.item(j, i) for i in range(self.columnCount())] for j in chosen]
        return "\n".join("\t".join(cell.text() if cell else "" for cell in row) for row in cells)

    def fit_height(self, least: int = 0, most: int = 1000) -> None:
        """As high as its rows, of which at least and at most so many count."""
        header = self.horizontalHeader().sizeHint().height() if self.horizontalHeader().isVisibleTo(self) else 0
        self.setFixedHeight(
            min(max(self.rowCount(), least), most) * self.verticalHeader().defaultSectionSize() + header + 3
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.text())
        else:
            super().keyPressEvent(event)
