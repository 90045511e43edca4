"""Point: the panel about the network at a point of the current landscape: its loss, what it takes for what, and where it is most wrong."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...compute.levels import number
from ...compute.point.report import PointReport, SplitReport
from .. import theme
from ..buttons import IconButton
from ..editors import Line, Segments
from ..language import tr
from ..numbers import from_number, read_number
from ..pointing.gallery import Gallery
from ..pointing.matrix import Matrix
from ..pointing.points import Points, names_network

EMPTY = tr("Right-click on a landscape and choose “Look at this network”, or type a point above.")
FOREIGN = tr(
    "This landscape does not say which network it is of, so there is none to look at. Those that Lossvista computed do."
)


class Point(QScrollArea):
    """Shows the last report of the current landscape. What its buttons ask for is done by the window."""

    asked = Signal(str)  # "look", "checkpoint", "centre", "zoom" or "drop"

    def __init__(self, points: Points) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.points = points
        self.alpha, self.beta = (Line(_number, from_number, while_typing=False) for _ in range(2))
        self.beta_label = QLabel("β")
        for editor, axis in ((self.alpha, "α"), (self.beta, "β")):
            editor.setToolTip(
                tr("The point's {axis}. Right-click on the picture to take a point from there.", axis=axis)
            )
            editor.line.setAccessibleName(axis)
            editor.edited.connect(lambda _dragging: self._typed())
        self.look = QPushButton(tr("Look"), toolTip=tr("Evaluate the network at this point"))
        self.look.setProperty("primary", True)
        self.look.clicked.connect(lambda: self.asked.emit("look"))
        self.more: dict[str, tuple[QToolButton, str]] = {}
        for name, icon, help in (
            ("checkpoint", "save", tr("Save the network here as a checkpoint…")),
            ("centre", "cube-iso", tr("Make it the centre of a new landscape…")),
            ("zoom", "search", tr("Zoom in: compute this part finer…")),
            ("drop", "ball", tr("Drop a ball here")),
        ):
            button = IconButton(toolTip=help, autoRaise=True)
            button.setIconSize(QSize(18, 18))
            button.setAccessibleName(help)
            button.clicked.connect(lambda _on=False, name=name: self.asked.emit(name))
            self.more[name] = button, icon
        self.other = QLineEdit(placeholderText=tr("other data, as in digits:test"))
        self.other.setToolTip(
            tr("Further data to try the network on, by name: digits:test, imagefolder:DIR, cifar10:DIR:test …")
        )
        self.other.setAccessibleName(tr("Other data"))
        self.other.returnPressed.connect(self.look.click)
        self.bar = QProgressBar(textVisible=False)
        self.says = QLabel()
        self.says.setProperty("quiet", True)
        self.cancel = IconButton(toolTip=tr("Stop looking"), autoRaise=True)
        self.cancel.clicked.connect(points.stop)
        self.hint = QLabel(EMPTY, wordWrap=True)
        self.hint.setProperty("quiet", True)
        self.sheet = Sheet()
        self._lay_out()
        points.chosen_changed.connect(self.refresh)
        points.changed.connect(self.refresh)
        for signal in (points.session.current_changed, points.session.replaced):
            signal.connect(lambda _document: self.refresh())
        self.redraw_icons()
        self.refresh()

    def _lay_out(self) -> None:
        where, tools, busy = QHBoxLayout(spacing=6), QHBoxLayout(spacing=2), QHBoxLayout(spacing=6)
        for widget, share in ((QLabel("α"), 0), (self.alpha, 1), (self.beta_label, 0), (self.beta, 1), (self.look, 0)):
            where.addWidget(widget, share)
        tools.addWidget(self.other, 1)
        for button, _ in self.more.values():
            tools.addWidget(button)
        self.busy = QWidget()
        busy.setContentsMargins(0, 0, 0, 0)
        busy.addWidget(self.says)
        busy.addWidget(self.bar, 1)
        busy.addWidget(self.cancel)
        self.busy.setLayout(busy)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addLayout(where)
        column.addLayout(tools)
        for widget in (self.busy, self.hint, self.sheet):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(inside)

    @property
    def data(self) -> tuple[str, ...]:
        """The further data that are named."""
        return tuple(part for part in self.other.text().replace(";", " ").split() if part)

    def _typed(self) -> None:
        values = self.alpha.value(), self.beta.value()
        for editor, value in zip((self.alpha, self.beta), values, strict=True):
            editor.mark(not isinstance(value, float))
        if all(isinstance(value, float) for value in values):
            self.points.choose(*values)

    def refresh(self) -> None:
        """Show the current landscape's point, the look at it, and its report."""
        points, document = self.points, self.points.session.current
        alpha, beta = points.chosen
        self.alpha.show_value(alpha)
        self.beta.show_value(beta)
        line = document is not None and document.landscape.surface.grid.line
        for widget in (self.beta, self.beta_label):
            widget.setVisible(not line)
        able = document is not None and names_network(document)
        for widget in (self.look, self.other, *(button for name, (button, _) in self.more.items() if name != "drop")):
            widget.setEnabled(able)
        for widget in (self.alpha, self.beta, self.more["drop"][0]):
            widget.setEnabled(document is not None)
        busy = points.looking is not None and points.looking is document
        self.busy.setVisible(busy)
        self.bar.setMaximum(points.last.total)
        self.bar.setValue(points.last.done)
        self.says.setText(points.last.stage)
        report = points.reports.get(document) if document is not None else None
        self.hint.setText(EMPTY if able or document is None else FOREIGN)
        self.hint.setVisible(report is None and not busy)
        self.sheet.show_report(report)
        old = report is not None and (report.alpha, report.beta or 0.0) != (alpha, 0.0 if line else beta)
        self.look.setText(tr("Look again") if report is not None and not old else tr("Look"))

    def redraw_icons(self) -> None:
        """After a change of theme."""
        c = theme.colors()
        for button, icon in self.more.values():
            button.setIcon(theme.icon(icon, c.soft))
        self.cancel.setIcon(theme.icon("cancel", c.soft))
        self.sheet.update()


class Sheet(QWidget):
    """A report: of one split at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.report: PointReport | None = None
        self.title = QLabel(wordWrap=True)
        font = self.title.font()
        font.setWeight(font.Weight.DemiBold)
        self.title.setFont(font)
        self.slice, self.checks, self.notes = (QLabel(wordWrap=True) for _ in range(3))
        for label in (self.slice, self.checks, self.notes):
            label.setProperty("quiet", True)
        self.which = QWidget()
        self.which_row = QHBoxLayout(self.which)
        self.which_row.setContentsMargins(0, 0, 0, 0)
        self.splits: Segments | None = None
        self.tiles = [Tile() for _ in range(2)]
        self.matrix, self.gallery = Matrix(), Gallery()
        self.matrix_title, self.worst_title = (QLabel() for _ in range(2))
        for label in (self.matrix_title, self.worst_title):
            label.setProperty("section", True)
        row = QHBoxLayout(spacing=8)
        for tile in self.tiles:
            row.addWidget(tile, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(8)
        for widget in (self.title, self.slice, self.which):
            column.addWidget(widget)
        column.addLayout(row)
        for widget in (self.notes, self.matrix_title, self.matrix, self.worst_title, self.gallery, self.checks):
            column.addWidget(widget)

    def show_report(self, report: PointReport | None) -> None:
        """None for none."""
        self.setVisible(report is not None)
        if report is self.report:
            return
        self.report = report
        if report is None:
            return
        self.title.setText(tr("The network at {where}", where=report.where).replace("-", "−"))
        kind = "evaluated" if report.at_node else tr("between nodes")
        shown = (
            tr("The landscape shows {slice_loss} there ({kind}). ", slice_loss=number(report.slice_loss), kind=kind)
            if math.isfinite(report.slice_loss)
            else ""
        )
        self.slice.setText(
            tr(
                "{shown}{offset} from the centre; length of the weights {weight_norm}.",
                shown=shown,
                offset=number(report.offset),
                weight_norm=number(report.weight_norm),
            )
        )
        self.checks.setText("\n".join(report.checks))
        chosen = self.splits.value() if self.splits is not None else None
        if self.splits is not None:
            self.splits.deleteLater()
        names = [part.name for part in report.splits]
        words = {"train": tr("Training"), "test": tr("Test")}
        self.splits = Segments({name: (words.get(name, name), "", tr("On {name} data", name=name)) for name in names})
        self.which_row.addWidget(self.splits)
        self.splits.show_value(chosen if chosen in names else names[0])
        self.splits.edited.connect(lambda _dragging: self._show_split())
        self.which.setVisible(len(names) > 1)
        self._show_split()

    def _show_split(self) -> None:
        assert self.report is not None and self.splits is not None
        part = next(one for one in self.report.splits if one.name == self.splits.value())
        spread = f"± {number(part.error, 2)}" if math.isfinite(part.error) else ""
        self.tiles[0].say(
            number(part.loss), tr("loss {spread}, {samples:,} samples", spread=spread, samples=part.samples)
        )
        name, mean = next(iter(part.metrics.items()), ("", math.nan))
        self.tiles[1].setVisible(bool(name))
        value = f"{mean:.2%}" if name.endswith("accuracy") else number(mean)
        self.tiles[1].say(
            value, tr("{name}, {wrong:,} wrong", name=name, wrong=part.wrong) if part.confusion is not None else name
        )
        self.notes.setText("\n".join(part.notes))
        self.notes.setVisible(bool(part.notes))
        self.matrix.show_matrix(part.confusion, part.classes)
        self.matrix_title.setText(tr("What is taken for what"))
        self.matrix_title.setVisible(part.confusion is not None)
        self.gallery.show_samples(part.worst)
        self.worst_title.setText(worst_of(part))
        self.worst_title.setVisible(bool(part.worst) or bool(part.confusion is not None and not part.wrong))


class Tile(QFrame):
    """A large number over a line that says what it is."""

    def __init__(self) -> None:
        super().__init__(objectName="card")
        self.value, self.what = QLabel(), QLabel(wordWrap=True)
        font = self.value.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        self.value.setFont(font)
        self.what.setProperty("quiet", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 10, 8)
        column.setSpacing(1)
        column.addWidget(self.value)
        column.addWidget(self.what)

    def say(self, value: str, what: str) -> None:
        """Show these."""
        self.value.setText(value)
        self.what.setText(what)


def worst_of(part: SplitReport) -> str:
    """The heading above the worst samples."""
    if part.confusion is None or not part.worst or not part.worst[0].predicted:
        return tr("Largest losses") if part.worst else tr("Nothing is wrong")
    if len(part.worst) < part.wrong:
        return tr("Most confidently wrong: {worst} of {wrong:,}", worst=len(part.worst), wrong=part.wrong)
    return tr("All that are wrong: {wrong:,}", wrong=part.wrong)


def _number(text: str) -> float:
    value = read_number(text)
    if value is None:
        raise ValueError(text)
    return value
