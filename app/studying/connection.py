"""Connection: loss and error along a curve between two networks and along the straight line, with their barriers; live while it is
trained."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...compute.curves.curve import SEGMENT
from ...compute.curves.told import KINDS, TABLE, Way, ways
from ...compute.levels import number
from ...compute.table import Table
from .. import theme
from ..desk import Desk
from ..document import Document
from ..editors import Choice, Segments
from ..language import tr
from ..training.chart import Chart, Picture
from ..training.inks import ink
from ..training.series import Series

SIDE_BY_SIDE, STACKED = 640, 440  # pixels of width, and of height, from which on there is room for both charts
LEAST = 0.04  # share of a chart's height below which a barrier is no arrow
NOTHING = tr(
    "Name two networks and start: loss and error along the curve and the straight line between them appear here."
)
SHORT = {"bezier": "curve", "polychain": "chain", SEGMENT: tr("straight line")}
ROLES = {("curve", "train"): "loss", ("curve", "test"): "test_loss"}
ROLES |= {("segment", "train"): "accuracy", ("segment", "test"): "test_accuracy"}


class WayChart(Chart):
    """A chart along t with an arrow for each barrier: from the higher end of a way to its highest point."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumSize(QSize(200, 100))
        self.arrows: list[tuple[float, float, float, str]] = []  # t, from, to, role

    def legend_text(self, series: Series) -> str:
        """A way's name, and its value at the pointer: its last value says nothing."""
        return series.name if self.pointed is None else super().legend_text(series)

    def show_ways(self, picture: Picture, arrows: list[tuple[float, float, float, str]]) -> None:
        """What to draw."""
        self.arrows = arrows
        self.show_picture(picture)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        across, scale, room = self._scales["x"], self._scales["left"], self._room
        if across is None or scale is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        for t, low, high, role in self.arrows:
            bottom, top = self._at(scale, np.array([low, high])).tolist()
            x = room.left() + float(across.place(np.array([t]))[0]) * room.width()
            if not bottom - top > LEAST * room.height():
                continue
            color = QColor(ink(role))
            faint = QColor(color)
            faint.setAlpha(110)
            painter.setPen(QPen(faint, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(room.left(), bottom), QPointF(room.right(), bottom))
            painter.setPen(QPen(color, 1.4))
            painter.setBrush(color)
            painter.drawLine(QPointF(x, bottom), QPointF(x, top + 2))
            painter.drawPolygon(QPolygonF([QPointF(x, top + 1), QPointF(x - 3.5, top + 8), QPointF(x + 3.5, top + 8)]))
            if bottom - top < 1.6 * metrics.height():
                continue
            text = tr("barrier {high}", high=number(high - low, 3))
            wide = metrics.horizontalAdvance(text) + 8
            left = x + 6 if x + 6 + wide < room.right() else x - 6 - wide
            box = QRectF(left, (bottom + top) / 2 - metrics.height() / 2, wide, metrics.height())
            plate = QColor(theme.colors().base)
            plate.setAlpha(215)
            painter.fillRect(box, plate)
            painter.setPen(color)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Connection(QWidget):
    """The table `connection` of the current landscape; while a curve is being trained, that of the curve so far."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.table: Table | None = None
        self.says = QLabel(NOTHING, wordWrap=True)
        self.says.setProperty("quiet", True)
        self.policy = Choice({"": tr("Any statistics")})
        self.policy.combo.setMinimumContentsLength(13)
        self.policy.call(tr("Batch-norm statistics"))
        self.policy.setToolTip(tr("With which batch-norm statistics the networks on the way were measured"))
        self.policy.edited.connect(lambda _dragging: self._draw())
        self.loss, self.error = WayChart(tr("Loss along the way")), WayChart(tr("Error along the way"))
        self.what = Segments(
            {"loss": (tr("Loss"), "", tr("Show the loss")), "error": (tr("Error"), "", tr("Show the error"))}
        )
        self.what.call(tr("What is shown"))
        self.what.show_value("loss")
        self.what.edited.connect(lambda _dragging: self._make_room())
        head = QHBoxLayout(spacing=8)
        head.addWidget(self.says, 1)
        head.addWidget(self.policy)
        head.addWidget(self.what)
        self.charts = QBoxLayout(QBoxLayout.Direction.TopToBottom, spacing=6)
        self.charts.addWidget(self.loss, 1)
        self.charts.addWidget(self.error, 1)
        column = QVBoxLayout(self, spacing=6)
        self.setMinimumWidth(230)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(self.charts, 1)
        self.show_document(None)

    def show_document(self, document: Document | None) -> None:
        """Show what is known: of a curve that is being trained, else of this landscape."""
        run = next((run for run in self.desk.runs.active if run.study == "connect" and not run.documents), None)
        table, stage = None, ""
        if run is not None and run.found is not None:
            table = run.found.tables.get(TABLE)
            stage = (
                tr("{stage}: {done:,} of {total:,}", stage=run.last.stage, done=run.last.done, total=run.last.total)
                if run.last.total
                else run.last.stage
            )
        elif document is not None:
            table = document.landscape.tables.get(TABLE)
        if table is not self.table:
            self.table = table
            self._offer()
        self._draw(stage)

    def _offer(self) -> None:
        """The policies that the table knows."""
        known = list(dict.fromkeys(self.table["statistics"].tolist())) if self.table is not None else []
        before = self.policy.value()
        self.policy.offer({name: name.capitalize() for name in known})
        self.policy.show_value(before if before in known else (known or [""])[0])
        self.policy.setVisible(len(known) > 1)

    def _draw(self, stage: str = "") -> None:
        table = self.table
        self._make_room()
        if table is None:
            self.says.setText(NOTHING)
            return
        chosen = self.policy.value()
        shown = [way for way in ways(table) if way.statistics == chosen]
        told = [f"{KINDS.get(way.name, way.name).removeprefix('the ')} {number(way.barrier, 3)}" for way in shown]
        self.says.setText(
            tr("Barrier: {told}.", told=", ".join(told)) + (f"  {stage[:1].upper()}{stage[1:]}" if stage else "")
        )
        self.loss.show_ways(
            _picture(table, "loss", chosen), [_arrow(way) for way in shown if math.isfinite(way.barrier)]
        )
        self.error.show_ways(_picture(table, "error", chosen), [])

    def _make_room(self) -> None:
        """Both charts where there is room for them, else the chosen one."""
        wide, high = self.width() >= SIDE_BY_SIDE, self.height() >= STACKED
        errors = self.table is not None and any(name.endswith("_error") for name in self.table.columns)
        one = errors and not (wide or high)
        self.charts.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.what.setVisible(one)
        self.loss.setVisible(self.table is not None and not (one and self.what.value() == "error"))
        self.error.setVisible(errors and not (one and self.what.value() == "loss"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.loss.update()
        self.error.update()


def _arrow(way: Way) -> tuple[float, float, float, str]:
    return way.at, float(max(way.loss[0], way.loss[-1])), way.highest, ROLES[_kind(way), "train"]


def _kind(way: Way) -> str:
    return "segment" if way.name == SEGMENT else "curve"


def _picture(table: Table, what: str, policy: Any) -> Picture:
    """Lines of both ways, of the training samples and, dashed, of the test samples."""
    series = []
    splits = [split for split in ("train", "test") if f"{split}_{what}" in table.columns]
    for split, way in product(splits, ways(table)):
        if way.statistics != policy:
            continue
        y = np.asarray(table[f"{split}_{what}"], float)[way.rows]
        looks = {
            "kind": "dash" if split == "test" else "line",
            "role": ROLES[_kind(way), split],
            "listed": split == "train",
        }
        live = bool(table.how.get("live"))
        series.append(Series(SHORT.get(way.name, way.name), way.t, y, percent=what == "error", dots=live, **looks))
    left = tr("loss (nats)") if what == "loss" else "error"
    across = tr("t  (dashed: test samples)") if len(splits) > 1 else "t"
    return Picture(tuple(series), left, across=across, empty=tr("Nothing is measured yet."))
