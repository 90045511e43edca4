"""Playback (a panel): play a landscape's paths: a slider, the loss curve with a moving mark, and the numbers of the moment."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from ...compute.levels import number
from ...compute.trajectory import Trajectory
from .. import theme
from ..buttons import IconButton
from ..editors import Choice
from ..language import tr
from ..playing.chart import PathChart, picture
from ..playing.playback import SPEEDS, Playback
from ..session import Document
from ..sliders import Slider
from ..table import Table

STEPS = 10_000  # of the slider
COLUMNS = {
    "epoch": tr("Epoch"),
    "step": tr("Step"),
    "train_loss": tr("True loss"),
    "slice_loss": tr("Slice loss"),
    "train_accuracy": tr("Accuracy"),
    "distance": tr("Distance from the plane"),
    "learning_rate": tr("Learning rate"),
    "weight_norm": tr("Weight norm"),
}
FRACTIONS = {0.25: "¼", 0.5: "½"}


class PlaybackPanel(QWidget):
    """Shows `Playback`, and says to it what shall be played."""

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self.playback = playback
        self.back, self.go, self.on, self.whole = (
            _button(text)
            for text in (
                tr("To the checkpoint before (,)"),
                tr("Play or pause (Space)"),
                tr("To the next checkpoint (.)"),
                tr("Show the whole path"),
            )
        )
        self.loop, self.stick, self.fly = (
            _button(text, checkable=True)
            for text in (
                tr("Loop: begin again at the end"),
                tr("Stay at the end of a path that grows while its training is followed"),
                tr("Fly along: the camera goes with the ball (Shift+F); turning the view ends it"),
            )
        )
        self.slider = Slider(Qt.Orientation.Horizontal, minimum=0, maximum=STEPS)
        self.slider.setAccessibleName(tr("Moment of the path"))
        self.slider.setToolTip(tr("The moment that is shown; the arrow keys move it"))
        self.slider.setSingleStep(STEPS // 100)
        self.slider.setPageStep(STEPS // 10)
        self.moment = QLabel()
        self.speed = Choice({speed: f"{FRACTIONS.get(speed, f'{speed:g}')}×" for speed in SPEEDS})
        self.speed.setToolTip(tr("Speed"))
        self.speed.combo.setMinimumContentsLength(3)
        self.chart, self.numbers = PathChart(), Table(tr("The path at this moment"))
        self._lay_out()
        self._listen()
        self.redraw_icons()
        self._changed()

    def _lay_out(self) -> None:
        row = QHBoxLayout(spacing=4)
        row.setContentsMargins(10, 6, 10, 0)
        for widget in (self.back, self.go, self.on):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self.moment)
        row.addWidget(self.speed)
        for widget in (self.loop, self.stick, self.fly, self.whole):
            row.addWidget(widget)
        self.moment.setMinimumWidth(self.fontMetrics().horizontalAdvance("checkpoint 000.0 of 000"))
        self.moment.setAlignment(Qt.AlignmentFlag.AlignCenter)
        both = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        both.addWidget(self.numbers)
        both.addWidget(self.chart)
        both.setStretchFactor(1, 1)
        both.setSizes([300, 700])
        self.numbers.setMinimumWidth(230)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(both, 1)

    def sizeHint(self) -> QSize:
        return QSize(520, 250)  # it takes the width that there is, and pushes no other panel aside

    def _listen(self) -> None:
        playback = self.playback
        self.back.clicked.connect(lambda: playback.step(-1))
        self.on.clicked.connect(lambda: playback.step(1))
        self.go.clicked.connect(playback.toggle)
        self.whole.clicked.connect(playback.rest)
        self.slider.valueChanged.connect(self._slid)
        self.chart.asked.connect(self._asked)
        self.speed.edited.connect(lambda _dragging: playback.choose(speed=self.speed.value()))
        for name in ("loop", "stick", "fly"):
            getattr(self, name).toggled.connect(lambda on, name=name: playback.choose(**{name: on}))
        playback.moved.connect(self._moved)
        playback.changed.connect(self._changed)
        playback.session.style_changed.connect(self._restyled)

    # --- what the person does ---

    def _slid(self, place: int) -> None:
        self.playback.pause()
        self.playback.show_share(place / STEPS)

    def _asked(self, time: float) -> None:
        self.playback.pause()
        self.playback.show(time)

    # --- what is shown ---

    @property
    def _paths(self) -> dict[str, Trajectory]:
        """The paths that can be played."""
        document = self.playback.document
        paths = document.landscape.trajectories if document is not None else {}
        return {name: path for name, path in paths.items() if name in self.playback.timeline.times}

    def _restyled(self, document: Document) -> None:
        if document is self.playback.document:
            self._draw()

    def _draw(self) -> None:
        document = self.playback.document
        log = document is not None and document.style.relief.scale == "log"
        self.chart.show_picture(picture(self._paths, self.playback.timeline, log=log))

    def _changed(self) -> None:
        """Other paths, or played in another way."""
        playback = self.playback
        able = bool(playback.timeline)
        for widget in (
            self.back,
            self.go,
            self.on,
            self.whole,
            self.slider,
            self.speed,
            self.loop,
            self.stick,
            self.fly,
        ):
            widget.setEnabled(able)
        self.go.setIcon(theme.icon("pausing" if playback.playing else "play", theme.colors().text))
        self.speed.show_value(playback.speed)
        for name in ("loop", "stick", "fly"):
            button = getattr(self, name)
            with QSignalBlocker(button):
                button.setChecked(getattr(playback, name))
        self._draw()
        self._moved()

    def _moved(self) -> None:
        """Another moment."""
        playback, line = self.playback, self.playback.timeline
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(playback.share * STEPS))
        self.chart.show_time(playback.time if playback.active else None)
        self.moment.setText(f"{line.unit} {playback.time:.4g} of {line.end:.4g}" if line else tr("no path"))
        paths = self._paths
        self.numbers.setMinimumWidth(min(230 + 74 * max(len(paths) - 1, 0), 460))
        rows = moment_lines(paths, {name: line.reached(name, playback.time) for name in paths})
        self.numbers.show_rows(rows, tuple(paths) if len(paths) > 1 else ())

    def redraw_icons(self) -> None:
        """After a change of theme."""
        soft = theme.colors().soft
        for button, icon in (
            (self.back, "step-back"),
            (self.on, "step-forward"),
            (self.whole, "whole"),
            (self.loop, "loop"),
            (self.stick, "stick"),
            (self.fly, "fly"),
        ):
            button.setIcon(theme.icon(icon, soft))
        self.go.setIcon(theme.icon("pausing" if self.playback.playing else "play", theme.colors().text))
        self.chart.update()


def moment_lines(paths: dict[str, Trajectory], reached: dict[str, int]) -> list[tuple[str, ...]]:
    """What is known of each path at its latest checkpoint: (quantity, value of each). What no path knows is left out."""
    rows: list[tuple[str, ...]] = []
    if paths:
        counted = [f"{reached[name] + 1} of {len(path)}" for name, path in paths.items()]
        rows.append((tr("Checkpoint"), *counted))
    for column, title in COLUMNS.items():
        if any(np.isfinite(path[column]).any() for path in paths.values()):
            rows.append((title, *(_told(column, float(path[column][reached[name]])) for name, path in paths.items())))
    return rows


def _told(column: str, value: float) -> str:
    if not math.isfinite(value):
        return "–"
    if column == "step":
        return f"{value:,.0f}"
    return f"{number(100 * value, 3)} %" if column == "train_accuracy" else number(value)


def _button(help: str, *, checkable: bool = False) -> QToolButton:
    button = IconButton(autoRaise=True, toolTip=help, checkable=checkable)
    button.setAccessibleName(help)
    button.setIconSize(QSize(18, 18))
    return button
