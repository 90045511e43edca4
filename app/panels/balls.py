"""Balls: the panel that drops balls at a point: which optimizers race, how fast, where, and how the race ended."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...compute.colors import path_colors
from ...compute.descent import OPTIMIZERS
from ...compute.descent.choices import Descent
from ...compute.descent.outcome import outcome
from ...compute.edition import REASON, can_compute
from ...compute.levels import number
from ...compute.trajectory import BALL
from .. import theme
from ..document import Document
from ..editors import Segments
from ..elided import Elided
from ..forms import Form, checked, tip
from ..language import tr
from ..pointing.balls import Balls as Races
from ..pointing.points import names_network

ON = {
    "slice": (tr("On the slice"), "", tr("On the surface as it is drawn: at once, and never leaving the plane")),
    "weights": (
        tr("In the weight space"),
        "",
        tr("Truly: the network is trained on its data, and its way is projected onto the plane"),
    ),
}
COMMON, OWN = ("lr", "adaptive_lr", "momentum", "steps"), {"slice": ("noise",), "weights": ("batch_size", "network")}
HEADS = {
    tr("Ball"): tr("The name of its path on the landscape"),
    tr("From"): tr("α and β of the point where it was dropped"),
    tr("Rate"): tr("Learning rate"),
    tr("Steps"): tr("Steps rolled so far"),
    tr("Lowest"): tr("The lowest true loss on the way, and the step at which it was met first"),
    tr("Last"): tr("The true loss where the ball is now"),
    tr("Off plane"): tr("Distance of the ball from the plane, in weight units; a ball on the slice never leaves it"),
    tr("End"): tr("How it ended"),
}


class Balls(QWidget):
    """`start` asks for a race with these choices from the chosen point; `choices` says what is wrong where they are none."""

    start = Signal(str, object)  # "slice" or "weights", Descent

    def __init__(self, races: Races) -> None:
        super().__init__()
        self.races = races
        self.ticks = {name: QCheckBox(label) for name, label in OPTIMIZERS.items()}
        for name, box in self.ticks.items():
            box.setChecked(name in ("sgd", "momentum", "adam"))
            box.setToolTip(tr("Let {optimizers} race", optimizers=OPTIMIZERS[name]))
            box.toggled.connect(lambda _on: self.refresh())
        self.on = Segments(ON)
        self.on.show_value("slice")
        self.on.edited.connect(lambda _dragging: self.refresh())
        self.form = Form(Descent, [*COMMON, *OWN["slice"], *OWN["weights"]])
        self.form.show_values(Descent().model_dump())
        self.form.labels["adaptive_lr"].setText(tr("… of Adam, RMSprop"))
        self.form.edited.connect(lambda _name, _dragging: self.refresh())
        self.where = QLabel()
        self.go = QPushButton(tr("Drop"), toolTip=tr("Let them roll from this point"))
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._go)
        self.halt = QPushButton(tr("Stop"), toolTip=tr("End the race; what has been rolled stays"))
        self.halt.clicked.connect(races.stop)
        self.clear = QPushButton(tr("Clear"), toolTip=tr("Take all balls off this landscape"))
        self.clear.clicked.connect(self._clear)
        self.bar = QProgressBar(textVisible=False)
        self.says = Elided()
        self.says.setProperty("quiet", True)
        self.table = QTableWidget(0, len(HEADS))
        self._lay_out()
        races.changed.connect(self.refresh)
        races.points.chosen_changed.connect(self.refresh)
        races.session.style_changed.connect(self._dressed)
        self.refresh()

    def _lay_out(self) -> None:
        table = self.table
        for k, (name, help) in enumerate(HEADS.items()):
            head = QTableWidgetItem(name)
            head.setToolTip(tip(help))
            table.setHorizontalHeaderItem(k, head)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setAccessibleName(tr("How the race ended"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        table.setWordWrap(False)
        table.horizontalHeader().setHighlightSections(False)
        left = QWidget()
        left.setFixedWidth(310)
        ticks = QGridLayout(horizontalSpacing=6, verticalSpacing=4)
        for k, box in enumerate(self.ticks.values()):
            ticks.addWidget(box, k // 3, k % 3)
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(7)
        side.addWidget(self.on)
        side.addLayout(ticks)
        side.addWidget(self.form)
        side.addStretch(1)
        top = QHBoxLayout(spacing=8)
        top.addWidget(self.where)
        for button in (self.go, self.halt, self.clear):
            top.addWidget(button)
        top.addWidget(self.bar, 1)
        top.addWidget(self.says, 2)
        right = QVBoxLayout(spacing=8)
        right.addLayout(top)
        right.addWidget(table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 10)
        row.setSpacing(16)
        row.addWidget(left)
        row.addLayout(right, 1)
        self.bar.setMaximumWidth(220)

    @property
    def choices(self) -> tuple[Descent | None, str, set[str]]:
        """(what is chosen, "", {}), or (None, what is wrong, the fields)."""
        names = tuple(name for name, box in self.ticks.items() if box.isChecked())
        if not names:
            return None, tr("Tick at least one optimizer."), set()
        values: dict[str, Any] = {name: self.form.editors[name].value() for name in self._fields}
        found, wrong, fields = checked(Descent, {"optimizers": names, **values})
        return (found if isinstance(found, Descent) else None), wrong, fields

    @property
    def _fields(self) -> tuple[str, ...]:
        return (*COMMON, *OWN[self.on.value()])

    def _go(self) -> None:
        found, _, _ = self.choices
        if found is not None:
            self.start.emit(self.on.value(), found)

    def _clear(self) -> None:
        if self.races.session.current is not None:
            self.races.clear(self.races.session.current)

    def refresh(self) -> None:
        """Show what can be done, and how the balls of the current landscape are."""
        races, document = self.races, self.races.session.current
        found, wrong, fields = self.choices
        self.form.mark(fields)
        for name, editor in self.form.editors.items():
            for widget in (editor, self.form.labels[name]):
                widget.setVisible(name in self._fields)
        able = document is not None and (self.on.value() == "slice" or (can_compute() and names_network(document)))
        self.go.setEnabled(able and found is not None and bool(document and document.field))
        self.halt.setEnabled(races.rolling)
        alpha, beta = races.points.chosen
        line = document is not None and document.landscape.surface.grid.line
        self.where.setText(f"α {number(alpha, 3)}" if line else f"α {number(alpha, 3)}   β {number(beta, 3)}")
        self.bar.setVisible(races.rolling)
        self.bar.setMaximum(races.last.total)
        self.bar.setValue(races.last.done)
        foreign = (
            tr("This landscape does not say which network it is of: balls can roll on the slice only.")
            if can_compute()
            else tr("{reason}: balls can roll on the slice only.", reason=REASON)
        )
        said = wrong or (races.last.stage if races.rolling else "" if able or document is None else foreign)
        self.says.show_text(said)
        self._fill(document)

    def _fill(self, document: Document | None) -> None:
        paths = self.races.paths(document) if document is not None else {}
        self.clear.setEnabled(bool(paths))
        table, results = self.table, {name: outcome(path) for name, path in paths.items()}
        inks = path_colors(document.style, document.landscape.trajectories) if document is not None else {}
        known = [one.lowest for one in results.values() if math.isfinite(one.lowest)]
        best = min(known) if len(known) > 1 else math.nan
        table.setRowCount(len(results))
        for row, (name, one) in enumerate(results.items()):
            how = paths[name].how
            cells = (
                name,
                ", ".join(number(float(paths[name][axis][0]), 3) for axis in ("alpha", "beta")),
                f"{float(how.get('learning_rate', math.nan)):.3g}",
                f"{one.steps:,}",
                f"{number(one.lowest)} at {one.at:,}",
                number(one.final),
                tr("on the slice") if how[BALL] == "slice" else number(one.distance, 3),
                one.end,
            )
            for column, text in enumerate(cells):
                item = table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    side = Qt.AlignmentFlag.AlignLeft if column in (0, 1, 7) else Qt.AlignmentFlag.AlignRight
                    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                    table.setItem(row, column, item)
                item.setText(text)
                font = item.font()
                font.setBold(one.lowest == best)
                item.setFont(font)
                item.setToolTip(text)
                if column == 0:
                    item.setIcon(chip(inks.get(name, "")))

    def _dressed(self, document: Document) -> None:
        if document is self.races.session.current:
            self._fill(document)

    def sizeHint(self) -> QSize:
        return QSize(900, 320)

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.table.viewport().update()
        self.table.setStyleSheet(f"QTableWidget {{ border: 1px solid {theme.colors().line}; border-radius: 5px; }}")


def chip(color: str) -> QIcon:
    """A small square of a path's colour; none where its colour is its loss."""
    if not color:
        return QIcon()
    square = QPixmap(10, 10)
    square.fill(QColor(color))
    return QIcon(square)
