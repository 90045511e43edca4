"""Probe (a panel): the numbers under the pointer, the pins of the landscape, and what lies between two of them."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyledItemDelegate,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...compute.errors import LossvistaError
from ...compute.levels import number
from ...compute.reading import Reading
from .. import theme
from ..buttons import IconButton
from ..language import tr
from ..numbers import from_number, read_number
from ..probing.probe import Probe as Probing
from ..probing.probe import measured_lines
from ..readout import CAME, spoken, told
from ..session import Document
from ..table import Table

HINT = tr("Point at the surface to read it. Click to pin a point; drag a pin to move it. Two pins measure.")


class Probe(QScrollArea):
    """Shows `Probing`, and changes its pins: names and coordinates are edited in the table."""

    def __init__(self, probing: Probing) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.probing = probing
        self.hint = QLabel(HINT, wordWrap=True)
        self.hint.setProperty("quiet", True)
        self.under, self.measure = Table(tr("What is under the pointer")), Table(tr("Between two pins"))
        self.pins = Pins(probing)
        self.add, self.delete, self.clear, self.copy = (
            _button(text)
            for text in (
                tr("Pin the centre, to be moved from there"),
                tr("Delete the chosen pins (Delete)"),
                tr("Delete all pins"),
                tr("Copy the pins with all values, as text with tabs (Ctrl+Alt+P)"),
            )
        )
        self.between = _heading(tr("Between two pins"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.hint)
        column.addWidget(self.under)
        row = QHBoxLayout(spacing=2)
        row.addWidget(_heading(tr("Pins")), 1)
        for button in (self.add, self.delete, self.clear, self.copy):
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.pins)
        column.addWidget(self.between)
        column.addWidget(self.measure)
        column.addStretch(1)
        self.setWidget(inside)
        self.add.clicked.connect(self._add)
        self.delete.clicked.connect(lambda: probing.remove(list(probing.chosen)))
        self.clear.clicked.connect(probing.clear)
        session = probing.session
        probing.moved.connect(self.read)
        probing.brush.changed.connect(self.read)
        probing.chosen_changed.connect(self.refresh)
        session.current_changed.connect(lambda _document: self.refresh())
        for signal in (session.style_changed, session.replaced, session.values_changed):
            signal.connect(self._if_current)
        self.redraw_icons()
        self.refresh()

    def _if_current(self, document: Document) -> None:
        if document is self.probing.session.current:
            self.refresh()

    def _add(self) -> None:
        try:
            self.probing.add(0.0, 0.0)
        except LossvistaError as error:
            self.probing.session.warned.emit(error)

    # --- what is shown ---

    def read(self) -> None:
        """The numbers under the pointer."""
        if not self.isVisible():
            return  # `showEvent` makes up for it
        reading = self.probing.reading
        under = self.probing.under
        document = under[0] if under is not None else self.probing.session.current
        rows = [] if reading is None or document is None else reading_lines(reading, document)
        rows = [*self.probing.brush.lines(), *rows]
        if rows or not self.under.rowCount():
            self.under.show_rows(rows or [("α", "–"), ("β", "–")])
            self.under.fit_height()
        self.under.setEnabled(reading is not None)

    def refresh(self) -> None:
        """All of it."""
        probing = self.probing
        self.widget().setEnabled(probing.session.current is not None)
        self.read()
        self.pins.refresh()
        for button in (self.clear, self.copy):
            button.setEnabled(bool(probing.pins))
        self.delete.setEnabled(bool(probing.chosen))
        pair, found = probing.measured, probing.measure()
        for widget in (self.between, self.measure):
            widget.setVisible(found is not None)
        if pair is not None and found is not None:
            self.between.setText(tr("From “{texts}” to “{texts2}”", texts=pair[0].text, texts2=pair[1].text))
            self.measure.show_rows(list(measured_lines(found)))
            self.measure.fit_height()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for button, icon in ((self.add, "pin"), (self.delete, "close"), (self.clear, "trash"), (self.copy, "copy")):
            button.setIcon(theme.icon(icon, theme.colors().soft))


class Pins(Table):
    """The pins' names, coordinates and values of the shown field. A double click, F2 or typing edits."""

    def __init__(self, probing: Probing) -> None:
        super().__init__(tr("Pins"))
        self.probing = probing
        self.setColumnCount(4)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setItemDelegate(Exact(probing, self))
        self.itemSelectionChanged.connect(self._chosen)
        self.itemChanged.connect(self._edited)

    def refresh(self) -> None:
        """Show the pins as they are."""
        probing = self.probing
        rows = []
        for pin in probing.pins:
            reading = probing.read(pin)
            value = tr("beside the grid") if reading is None else told(replace(reading.main, error=math.nan))
            rows.append((pin.text, number(pin.alpha), number(pin.beta), value))
        document = probing.session.current
        name = spoken(document.field) if document is not None and document.field else "value"
        with QSignalBlocker(self):
            self.show_rows(rows, ("α", "β", name) if rows else ())
            self.setHorizontalHeaderItem(0, QTableWidgetItem(tr("Pin")))
            for j in range(len(rows)):
                self.item(j, 3).setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            line = document is not None and document.landscape.surface.grid.line
            self.setColumnHidden(2, bool(line and rows))
            self._select(probing.chosen)
            self.fit_height(least=2, most=10)

    def _share_width(self) -> None:
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _select(self, places: list[int]) -> None:
        model = self.selectionModel()
        if sorted({index.row() for index in model.selectedRows()}) != sorted(places):
            with QSignalBlocker(self):
                model.clearSelection()
                flags = QItemSelectionModel.SelectionFlag
                for place in places:
                    model.select(self.model().index(place, 0), flags.Select | flags.Rows)

    def _chosen(self) -> None:
        self.probing.choose(sorted({index.row() for index in self.selectionModel().selectedRows()}))

    def _edited(self, item: QTableWidgetItem) -> None:
        at, text = item.row(), item.text().strip()
        pin = self.probing.pins[at]
        try:
            if item.column() == 0:
                self.probing.rename(at, text)
            elif (value := read_number(text)) is not None:
                alpha, beta = (value, pin.beta) if item.column() == 1 else (pin.alpha, value)
                self.probing.move(at, alpha, beta)
                self.probing.session.settle()
        except LossvistaError as error:
            self.probing.session.warned.emit(error)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.probing.remove(list(self.probing.chosen))
        else:
            super().keyPressEvent(event)


class Exact(QStyledItemDelegate):
    """Coordinates are edited as they are, not as they are rounded to be read."""

    def __init__(self, probing: Probing, parent: QWidget) -> None:
        super().__init__(parent)
        self.probing = probing

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        pin = self.probing.pins[index.row()]
        if isinstance(editor, QLineEdit):
            editor.setText((pin.text, from_number(pin.alpha), from_number(pin.beta))[index.column()])


def reading_lines(reading: Reading, document: Document) -> list[tuple[str, ...]]:
    """A reading in words: (quantity, value)."""
    line, info = document.landscape.surface.grid.line, document.landscape.surface.info
    rows = [("α", number(reading.alpha))]
    if not line:
        rows.append(("β", number(reading.beta)))
    for value in reading.values:
        name = spoken(value.name, info.get(value.name))
        rows.append((name[:1].upper() + name[1:], told(value)))
    rows.append((tr("How"), CAME[reading.mark] if reading.at_node else "bilinear"))
    if not reading.at_node:
        rows.append((tr("Nodes around"), CAME[reading.mark]))
    if reading.samples:
        rows.append((tr("Samples"), f"{reading.samples:,}"))
    names = ("∂/∂α",) if line else ("∂/∂α", "∂/∂β")
    rows += [(tr("Slope {name}", name=name), number(rise)) for name, rise in zip(names, reading.slope, strict=False)]
    if not line:
        rows.append((tr("Slope, steepest"), number(math.hypot(*reading.slope))))
    rows.append((tr("Distance from the centre"), number(reading.distance)))
    far = number(reading.length) if math.isfinite(reading.length) else tr("not known")
    rows.append((tr("… in weight space"), far))
    return rows


def _heading(text: str) -> QLabel:
    made = QLabel(text)
    made.setProperty("section", True)
    return made


def _button(help: str) -> QToolButton:
    button = IconButton(autoRaise=True, toolTip=help)
    button.setAccessibleName(help)
    button.setIconSize(QSize(16, 16))
    return button
