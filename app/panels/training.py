"""Training: the panel of the recordings that are followed: curves of loss and accuracy, norms and histograms of the weights, live."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ...compute.levels import number
from .. import theme
from ..buttons import IconButton
from ..editors import Choice, Segments, Toggle
from ..elided import Elided
from ..language import tr
from ..runs import Run, Runs, time_left
from ..training.chart import Chart, Picture
from ..training.follower import Follower
from ..training.follows import Follows
from ..training.heat import Heat
from ..training.pictures import loss_and_accuracy, weight_norm

PAGES = {
    "loss": (tr("Loss, accuracy"), "", tr("Loss and accuracy over the epochs")),
    "norm": (tr("Weight norm"), "", tr("Length of all weights together, and the learning rate")),
    "weights": (tr("Weights"), "", tr("How each layer's weights are distributed, as the training goes on")),
}
WHEN = {
    False: (tr("Epochs"), "", tr("One moment an epoch")),
    True: (tr("Steps"), "", tr("Every moment that was recorded")),
}
HOW = {
    False: (tr("Map"), "", tr("Moments across, weights up, density as colour")),
    True: (tr("Ridges"), "", tr("One curve a moment")),
}

NOTHING = Picture(empty=tr("The curves of a training appear here while it runs."))


class Training(QWidget):
    """Shows one recording of those that are followed; the newest one, until another is chosen."""

    compute = Signal(str)  # the recording's folder: its landscape is wanted
    follow = Signal()  # another recording is wanted

    def __init__(self, follows: Follows, runs: Runs) -> None:
        super().__init__()
        self.follows, self.runs = follows, runs
        self.shown: Follower | None = None
        self.light = Light()
        self.which = Choice({})
        self.which.call(tr("Recording"))
        self.which.setToolTip(tr("Which recording is shown"))
        self.which.setMaximumWidth(260)
        self.says = Elided()
        self.says.setProperty("quiet", True)
        self.page, self.when, self.how = Segments(PAGES), Segments(WHEN), Segments(HOW)
        self.log = Toggle("log")
        self.log.setToolTip(tr("The loss on a logarithmic scale"))
        self.layer = Choice({"": tr("All layers")})
        self.layer.call(tr("Layer"))
        self.layer.setToolTip(tr("One layer, or all beside one another"))
        for editor, value in ((self.page, "loss"), (self.when, False), (self.how, False), (self.log, True)):
            editor.show_value(value)
        self.open, self.stop, self.again, self.landscape, self.forget = (
            _button(text)
            for text in (
                tr("Follow another recording…"),
                tr("Stop following: the training itself goes on"),
                tr("Follow it again"),
                tr("Compute its landscape: the PCA plane of this training's path"),
                tr("Show it no longer (its files stay)"),
            )
        )
        self.chart, self.norm, self.heat = Chart(), Chart(), Heat()
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.heat)
        self.pages = QStackedWidget()
        for widget in (self.chart, self.norm, area):
            self.pages.addWidget(widget)
        self._lay_out()
        self.which.edited.connect(lambda _dragging: self.show_follower(self.which.value()))
        for editor in (self.page, self.when, self.how, self.log, self.layer):
            editor.edited.connect(lambda _dragging: self.refresh())
        self.heat.picked.connect(self._pick)
        self.open.clicked.connect(self.follow)
        self.stop.clicked.connect(lambda: self.shown and self.shown.stop())
        self.again.clicked.connect(lambda: self.shown and self.shown.start())
        self.landscape.clicked.connect(lambda: self.shown and self.compute.emit(self.shown.folder))
        self.forget.clicked.connect(lambda: self.shown and follows.forget(self.shown))
        follows.added.connect(self.show_follower)
        follows.changed.connect(self._if_shown)
        follows.removed.connect(lambda _one: self.show_follower(follows.all[-1] if follows.all else None))
        runs.changed.connect(self._run_changed)
        self.redraw_icons()
        self.refresh()

    def _lay_out(self) -> None:
        top, second = QHBoxLayout(spacing=8), QHBoxLayout(spacing=8)
        top.setContentsMargins(12, 6, 10, 0)
        second.setContentsMargins(12, 0, 12, 0)
        for widget in (self.light, self.which):
            top.addWidget(widget)
        top.addWidget(self.says, 1)
        for widget in (self.landscape, self.stop, self.again, self.open, self.forget):
            top.addWidget(widget)
        second.addWidget(self.page)
        second.addStretch(1)
        for widget in (self.layer, self.when, self.how, self.log):
            second.addWidget(widget)
        for widget, width in ((self.page, 270), (self.when, 116), (self.how, 116), (self.layer, 150)):
            widget.setFixedWidth(width)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(second)
        column.addWidget(self.pages, 1)

    # --- what is shown ---

    def show_follower(self, follower: Follower | None) -> None:
        """Bring a recording to the front."""
        self.shown = follower
        self.which.offer({one: one.name for one in reversed(self.follows.all)})
        self.which.show_value(follower)
        self.refresh()

    def _if_shown(self, follower: Follower) -> None:
        if follower is self.shown:
            self.refresh()

    def _run_changed(self, run: Run) -> None:
        if self.shown is not None and self._run() is run:
            self._say()

    def _run(self) -> Run | None:
        """The training of this window that writes the recording; None where somebody else does."""
        folder = self.shown.folder if self.shown is not None else ""
        return next((run for run in self.runs.active if str(Path(run.out).expanduser().absolute()) == folder), None)

    def refresh(self) -> None:
        """Show what is known now."""
        follower, page = self.shown, self.page.value()
        for widget, needed in (
            (self.which, len(self.follows.all) > 1),
            (self.log, page == "loss"),
            *((one, page == "weights") for one in (self.when, self.how, self.layer)),
            (self.stop, follower is not None and follower.live),
            (self.again, follower is not None and not follower.live and not follower.told.finished),
            *((one, follower is not None) for one in (self.landscape, self.forget, self.page)),
        ):
            widget.setVisible(bool(needed))
        self.landscape.setEnabled(follower is not None and follower.told.checkpoints > 1)
        self.pages.setCurrentIndex(list(PAGES).index(page))
        self._say()
        curves: Any = follower.curves if follower is not None else None
        if curves is None:
            self.chart.show_picture(NOTHING)
            self.norm.show_picture(NOTHING)
            self.heat.show_layers({})
        elif page == "loss":
            self.chart.show_picture(loss_and_accuracy(curves, log=self.log.value()))
        elif page == "norm":
            self.norm.show_picture(weight_norm(curves))
        else:
            if list(curves.layers) != self.layer.values[1:]:
                self.layer.offer({"": tr("All layers"), **{name: name for name in curves.layers}})
            self.heat.show_layers(
                dict(curves.layers), self.layer.value() or "", per_iteration=self.when.value(), ridged=self.how.value()
            )

    def _pick(self, layer: str) -> None:
        self.layer.show_value(layer)
        self.refresh()

    def _say(self) -> None:
        """One line: which recording, how far, and whether it still grows."""
        follower = self.shown
        self.light.show_state("" if follower is None else "live" if follower.live else "still")
        if follower is None:
            self.says.show_text(tr("Train a network (Ctrl+T), or follow a recording that is being written."))
            return
        name = [follower.name] if len(self.follows.all) < 2 else []
        text = " · ".join([*name, *says(follower, self._run())])
        self.says.show_text(text)
        self.says.setToolTip(f"{follower.folder}\n{text}")

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for button, icon in (
            (self.open, "folder"),
            (self.stop, "pause"),
            (self.again, "resume"),
            (self.landscape, "surface"),
            (self.forget, "close"),
        ):
            button.setIcon(theme.icon(icon, theme.colors().soft))
        self.heat.redraw()
        for widget in (self.chart, self.norm, self.light):
            widget.update()


class Light(QWidget):
    """A small lamp: live, still, or out."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(12, 12)
        self.state = ""

    def show_state(self, state: str) -> None:
        self.state = state
        self.setToolTip({"live": tr("It is being followed"), "still": tr("It does not grow any more")}.get(state, ""))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor({"live": c.poor, "still": c.good}.get(self.state, c.line)))
        painter.drawEllipse(2, 2, 8, 8)


def says(follower: Follower, run: Run | None = None) -> list[str]:
    """What a recording is doing, in a few words each."""
    told, curves = follower.told, follower.curves
    if follower.error:
        return [follower.error]
    table = curves.iterations if len(curves.iterations["step"]) else curves.epochs
    parts = []
    if told.model:
        parts.append(f"{told.model} on {told.data}" if told.data else told.model)
    if len(table["step"]):
        epoch, rate = float(table["epoch"][-1]), float(table["learning_rate"][-1])
        whole = told.training.get("epochs")
        of = f" of {whole}" if isinstance(whole, int) else ""
        parts.append(
            tr("epoch {epoch}{of}", epoch=number(epoch, 3), of=of)
            if math.isfinite(epoch)
            else tr("step {step:,.0f}", step=table["step"][-1])
        )
        if math.isfinite(rate):
            parts.append(tr("rate {rate}", rate=number(rate, 3)))
    else:
        parts.append(tr("waiting for the first step") if follower.live else tr("nothing recorded"))
    if run is not None and (left := time_left(run.last.eta)):
        parts.append(left)
    if told.finished:
        parts.append("finished")
    elif not follower.live:
        parts.append(tr("not followed"))
    return parts


def _button(help: str) -> QToolButton:
    button = IconButton(autoRaise=True, toolTip=help)
    button.setIconSize(QSize(16, 16))
    return button
