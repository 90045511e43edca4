"""Minima: a minefield's networks in linked pictures, t-SNE beside PCA and UMAP, and in a table; one that is chosen is marked in all of
them and on the surface."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ...compute.colors import rgb
from ...compute.levels import number
from ...compute.minima.choices import BAD, GOOD, ITERATE, UNFIT
from ...compute.minima.told import EMBEDDING, LABELS, MINIMA
from ...compute.pins import MOST, Pin
from ...compute.table import Table
from .. import theme
from ..desk import Desk
from ..document import Document
from ..language import tr
from .numbers_table import NumbersTable
from .scatter import Cloud, Scatter, draw_mark

SHAPE = {GOOD: "circle", BAD: "triangle", UNFIT: "diamond", ITERATE: "dot"}
WORDS = {GOOD: "good", BAD: "bad", UNFIT: "neither", ITERATE: "iterate"}
MAP = "viridis"
EMPTY = tr(
    "No minefield has been made here. Choose a network and data, name a file, and start; its landscape opens with the networks in it."
)
HEADINGS = ("network", "kind", "train", "test", tr("train loss"), "basin", "distance", tr("off plane"))


class Minima(QWidget):
    """Pictures above, table below. `marked`: which network is chosen, by its row."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.marked, self.under = desk, -1, -1
        self.document: Document | None = None
        self._seen: tuple[object, ...] = ()
        self.pictures = {
            method: Scatter(tr("{label} of the networks", label=label)) for method, label in LABELS.items()
        }
        self.key, self.table = Key(), NumbersTable(tr("Networks of the minefield"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for picture in self.pictures.values():
            row.addWidget(picture, 1)
            picture.pointed.connect(self.point)
            picture.chosen.connect(self.choose)
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.key)
        column.addLayout(row, 1)
        parts = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        parts.addWidget(above)
        parts.addWidget(self.table)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)
        self.table.chosen.connect(self.choose)
        self.table.setMinimumHeight(74)
        self.show_document(None)

    # --- what is shown ---

    def show_document(self, document: Document | None) -> None:
        """The networks of this landscape; a sentence where it has none."""
        if document is not self.document:
            self.document, self.marked, self.under = document, -1, -1
        tables = document.landscape.tables if document is not None else {}
        minima, placed = tables.get(MINIMA), tables.get(EMBEDDING)
        seen = (id(minima), id(placed), theme.colors().name)
        if seen != self._seen:
            self._seen = seen
            self._draw(minima, placed)
        self._mark()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.show_document(self.document)
        self.key.update()

    def _draw(self, minima: Table | None, placed: Table | None) -> None:
        known = minima is not None and len(minima) > 0
        self.table.setVisible(known)
        self.key.setVisible(known)
        span = accuracy_span(minima) if known and minima is not None else (0.0, 1.0)
        self.key.show_span(span, {str(kind) for kind in minima["kind"]} if known and minima is not None else set())
        for method, picture in self.pictures.items():
            there = known and placed is not None and np.isfinite(placed[f"{method}_1"]).any()
            picture.setVisible(bool(there) or (not known and method == "tsne"))
            if there and minima is not None and placed is not None:
                picture.show_cloud(cloud(method, minima, placed, span))
            else:
                picture.show_cloud(Cloud(empty=EMPTY))
        rows = [_row(own) for own in minima.rows()] if known and minima is not None else []
        self.table.show_table(HEADINGS, rows, percent=(2, 3))

    # --- choosing ---

    def point(self, which: int) -> None:
        """The pointer is over this network in one of the pictures: show it in the others and on the surface."""
        self.under = which
        self._mark()
        place = self._place(which)
        if place is not None and self.document is not None:
            self.desk.probe.point(self.document, *place)
        else:
            self.desk.probe.leave()

    def choose(self, which: int) -> None:
        """Mark a network everywhere, −1 for none: a pin with its name stands on the surface."""
        self.marked = which
        self._mark()
        document, place = self.document, self._place(which)
        if document is None or document is not self.desk.session.current or self._minima is None:
            return
        names = {str(name) for name in self._minima["model"]}
        pins = tuple(pin for pin in document.style.pins if pin.text not in names)
        if place is not None and len(pins) < MOST:
            pins = (*pins, Pin(alpha=place[0], beta=place[1], text=str(self._minima["model"][which])))
            self.desk.points.choose(*place)
        if pins != document.style.pins:
            self.desk.session.restyle(tr("Mark network"), pins=pins)

    @property
    def _minima(self) -> Table | None:
        return self.document.landscape.tables.get(MINIMA) if self.document is not None else None

    def _place(self, which: int) -> tuple[float, float] | None:
        """(α, β) of a network; None where there is none."""
        minima = self._minima
        if minima is None or not 0 <= which < len(minima):
            return None
        place = float(minima["alpha"][which]), float(minima["beta"][which])
        return place if np.isfinite(place).all() else None

    def _mark(self) -> None:
        for picture in self.pictures.values():
            picture.mark(self.marked, self.under)
        self.table.choose(self.marked)


class Key(QWidget):
    """What shapes and colours mean."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(self.fontMetrics().height() + 8)
        self.setMinimumWidth(180)
        self.span, self.kinds = (0.0, 1.0), list(WORDS)

    def sizeHint(self) -> QSize:
        return QSize(300, self.fontMetrics().height() + 8)

    def show_span(self, span: tuple[float, float], kinds: set[str]) -> None:
        """span: the accuracies at the colours' ends."""
        self.span, self.kinds = span, [kind for kind in WORDS if kind in kinds]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, metrics = theme.colors(), self.fontMetrics()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = 6.0, self.height() / 2
        for kind in self.kinds:
            draw_mark(painter, QPointF(x + 6, middle), SHAPE[kind], c.soft)
            painter.setPen(QColor(c.text))
            width = metrics.horizontalAdvance(WORDS[kind])
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(x + 16, 0, width + 4, self.height()), flags, WORDS[kind])
            x += 28 + width
        low, high = (f"{100 * end:.0f} %" for end in self.span)
        needed = metrics.horizontalAdvance(f"test {low}{high}") + 96
        if x + needed > self.width():
            return
        left = self.width() - needed - 4
        painter.setPen(QColor(c.soft))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        words = metrics.horizontalAdvance(f"test {low}")
        painter.drawText(QRectF(left, 0, words, self.height()), flags, tr("test {low}", low=low))
        bar = QRectF(left + words + 6, middle - 5, 80, 10)
        shades = QLinearGradient(bar.topLeft(), bar.topRight())
        for share in np.linspace(0, 1, 9):
            shades.setColorAt(float(share), QColor(*rgb(MAP, share).tolist()))
        painter.fillRect(bar, shades)
        box = QRectF(bar.right() + 6, 0, metrics.horizontalAdvance(high) + 4, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, high)


def accuracy_span(minima: Table) -> tuple[float, float]:
    """The lowest and highest test accuracy among the minima, for the colours' ends."""
    values = np.asarray(minima["test_accuracy"], float)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) and np.ptp(values) > 0 else (0.0, 1.0)


def cloud(method: str, minima: Table, placed: Table, span: tuple[float, float]) -> Cloud:
    """One embedding, its points in the order of the minima; those that were dropped are NaN."""
    at = {name: k for k, name in enumerate(placed["model"])}
    rows = np.array([at.get(name, -1) for name in minima["model"]])
    x, y = (np.where(rows >= 0, placed[f"{method}_{axis}"][rows], np.nan) for axis in (1, 2))
    share = (np.asarray(minima["test_accuracy"], float) - span[0]) / (span[1] - span[0])
    colors = tuple("#{:02x}{:02x}{:02x}".format(*own) for own in rgb(MAP, share).tolist())
    kinds = [str(kind) for kind in minima["kind"]]
    way = [k for k, kind in enumerate(kinds) if kind == ITERATE]
    first = next((k for k, kind in enumerate(kinds) if kind == GOOD), None)
    words = tuple(_words(own) for own in minima.rows())
    trust, how = placed.how.get(f"trust_{method}"), placed.how
    note = tr("trustworthiness {trust:.3f}", trust=float(trust)) if trust is not None else ""
    if method == "pca" and "explained" in how:
        note += tr(", {explained:.0f} % var.", explained=100 * float(how["explained"]))
    shapes = tuple(SHAPE.get(kind, "diamond") for kind in kinds)
    return Cloud(
        x,
        y,
        colors,
        shapes,
        words,
        (*way, first) if first is not None else tuple(way),
        LABELS[method],
        note,
        tr("trust {trust:.2f}", trust=float(trust)) if trust is not None else "",
        equal=True,
    )


def _words(row: dict[str, object]) -> str:
    shares = tr(
        "{train_accuracy:.1f} % train, {test_accuracy:.1f} % test",
        train_accuracy=100 * float(row["train_accuracy"]),
        test_accuracy=100 * float(row["test_accuracy"]),
    )  # type: ignore[arg-type]
    radius = float(row.get("radius", np.nan))  # type: ignore[arg-type]
    wide = tr("\nbasin radius {radius}", radius=number(radius, 3)) if np.isfinite(radius) else ""
    return f"{row['model']} ({WORDS.get(str(row['kind']), row['kind'])})\n{shares}{wide}"


def _row(row: dict[str, object]) -> tuple[str | float, ...]:
    figures = ("train_accuracy", "test_accuracy", "train_loss", "radius", "offset", "distance")
    kind = str(row["kind"])
    return (str(row["model"]), WORDS.get(kind, kind), *(float(row.get(name, np.nan)) for name in figures))  # type: ignore[arg-type]
