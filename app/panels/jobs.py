"""Jobs: the panel of the computations: how far, how long still, cancel, stop and keep, resume."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .. import theme
from ..job import State
from ..runs import Run, Runs, time_left
from .landscapes import Elided

STEPS = 10_000  # of the progress bar


class Jobs(QScrollArea):
    """One card for each run, the latest on top."""

    def __init__(self, runs: Runs) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.runs = runs
        self.cards: dict[Run, Card] = {}
        self.empty = QLabel("No computation yet. “New landscape…” (Ctrl+N) starts one.")
        self.empty.setProperty("quiet", True)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(12, 10, 12, 10)
        self.column.setSpacing(8)
        self.column.addWidget(self.empty)
        self.column.addStretch(1)
        self.setWidget(inside)
        runs.added.connect(self._add)
        runs.changed.connect(self._refresh)
        runs.removed.connect(self._remove)

    def _add(self, run: Run) -> None:
        card = self.cards[run] = Card(run, self.runs)
        self.column.insertWidget(0, card)
        self.empty.hide()

    def _refresh(self, run: Run) -> None:
        if run in self.cards:
            self.cards[run].refresh()

    def _remove(self, run: Run) -> None:
        card = self.cards.pop(run)
        card.hide()
        card.deleteLater()
        self.empty.setVisible(not self.cards)

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for card in self.cards.values():
            card.refresh()


class Card(QFrame):
    """One run."""

    def __init__(self, run: Run, runs: Runs) -> None:
        super().__init__(objectName="card")
        self.run = run
        self.title = Elided()
        bold = self.title.font()
        bold.setWeight(bold.Weight.DemiBold)
        self.title.setFont(bold)
        self.says = Elided()
        self.says.setProperty("quiet", True)
        self.left = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.picture = QLabel()
        self.cancel = QPushButton(
            "Cancel", toolTip="Stop now. What is computed stays beside the file and can be resumed."
        )
        self.keep = QPushButton("Stop and keep", toolTip="Stop now and make a landscape file of what is computed.")
        self.resume = QPushButton("Resume", toolTip="Go on where it stopped; nothing is computed twice.")
        self.forget = QToolButton(autoRaise=True, toolTip="Take it off this list (its files stay)")
        self.forget.setIconSize(QSize(13, 13))
        self.cancel.clicked.connect(lambda: runs.pause(run))
        self.keep.clicked.connect(lambda: runs.keep(run))
        self.resume.clicked.connect(lambda: runs.resume(run))
        self.forget.clicked.connect(lambda: runs.forget(run))
        texts = QHBoxLayout(spacing=10)
        texts.addWidget(self.picture)
        texts.addWidget(self.title, 2)
        texts.addWidget(self.says, 3)
        texts.addWidget(self.left)
        for button in (self.keep, self.cancel, self.resume, self.forget):
            texts.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 10, 10)
        column.setSpacing(6)
        column.addLayout(texts)
        column.addWidget(self.bar)
        self.refresh()

    def refresh(self) -> None:
        """Show the run as it is now."""
        run, c = self.run, theme.colors()
        progress, state = run.last, run.state
        look = {
            State.RUNNING: ("jobs", c.accent),
            State.STOPPING: ("pause", c.soft),
            State.DONE: ("success", c.good),
            State.PAUSED: ("pause", c.fair),
            State.KEPT: ("keep", c.good),
            State.FAILED: ("error", c.poor),
        }[state]
        self.picture.setPixmap(theme.icon(*look).pixmap(QSize(16, 16)))
        self.title.show_text(run.name)
        self.says.show_text(says(run))
        self.says.setToolTip(says(run))
        self.left.setText(time_left(progress.eta) if state is State.RUNNING else "")
        self.bar.setVisible(run.active)
        if progress.total:
            self.bar.setMaximum(STEPS)
            self.bar.setValue(round(STEPS * progress.done / progress.total))
        else:
            self.bar.setMaximum(0)  # moves to and fro: how far is not known
        self.cancel.setVisible(run.active)
        self.keep.setVisible(run.keepable and state in (State.RUNNING, State.STOPPING, State.PAUSED))
        for button in (self.cancel, self.keep):
            button.setEnabled(state is not State.STOPPING)
        self.resume.setVisible(run.resumable)
        self.forget.setVisible(not run.active)
        self.forget.setIcon(theme.icon("close", c.soft))


def says(run: Run) -> str:
    """What a run is doing, or how it ended."""
    progress = run.last
    part = f"{progress.done:,} of {progress.total:,}" if progress.total else ""
    if run.state is State.FAILED:
        return str(run.error)
    if run.state is State.DONE:
        return "done"
    if run.state in (State.PAUSED, State.KEPT):
        word = "paused" if run.state is State.PAUSED else "stopped and kept"
        return f"{word} at {part}" if part else word
    told = {name: value for name, value in (progress.figures or {}).items() if name.endswith(("loss", "accuracy"))}
    figures = ", ".join(f"{name.replace('_', ' ')} {value:.3g}" for name, value in told.items())
    stage = "stopping" if run.state is State.STOPPING else progress.stage
    return ", ".join(text for text in (stage, part, figures) if text)
