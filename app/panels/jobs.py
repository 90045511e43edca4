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
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...compute.amounts import duration
from .. import theme
from ..buttons import IconButton
from ..elided import Elided
from ..job import State
from ..language import tr
from ..runs import Run, Runs, time_left
from ..settings import Preferences

STEPS = 10_000  # of the progress bar


class Jobs(QScrollArea):
    """One card for each run: those that run on top, then those that wait in their order, then what has ended, the latest first."""

    def __init__(self, runs: Runs) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.runs = runs
        self.cards: dict[Run, Card] = {}
        self.empty = QLabel(tr("No computation yet. “New landscape…” (Ctrl+N) starts one."))
        self.empty.setProperty("quiet", True)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(12, 10, 12, 10)
        self.column.setSpacing(8)
        self.at_once = QSpinBox(minimum=1, maximum=64, value=runs.settings.values.parallel_jobs)
        self.at_once.setAccessibleName(tr("Jobs at once"))
        self.at_once.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.at_once.valueChanged.connect(runs.allow)
        self.line = QLabel()
        self.line.setProperty("quiet", True)
        label = QLabel(tr("Jobs at once"))
        for widget in (label, self.at_once):
            widget.setToolTip(tr(Preferences.model_fields["parallel_jobs"].description or ""))
        self.bar = QWidget(visible=False)
        bar = QHBoxLayout(self.bar)
        bar.setContentsMargins(2, 0, 0, 0)
        bar.setSpacing(8)
        bar.addWidget(self.line, 1)
        bar.addWidget(label)
        bar.addWidget(self.at_once)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.empty)
        self.column.addStretch(1)
        self.setWidget(inside)
        runs.added.connect(self._add)
        runs.changed.connect(self._refresh)
        runs.removed.connect(self._remove)
        runs.reordered.connect(self._arrange)

    def _add(self, run: Run) -> None:
        card = self.cards[run] = Card(run, self.runs)
        self.column.insertWidget(1, card)
        self.empty.hide()
        self._arrange()

    def _arrange(self) -> None:
        """The cards in their order, and what the line of the waiting is."""
        runs = self.runs
        ended = [run for run in reversed(runs.all) if not run.active and not run.waiting]
        order = [self.cards[run] for run in (*runs.active, *runs.waiting, *ended) if run in self.cards]
        for place, card in enumerate(order, 1):
            if self.column.indexOf(card) != place:
                self.column.insertWidget(place, card)
            card.refresh()
        running, waiting = len(runs.active), len(runs.waiting)
        self.bar.setVisible(bool(self.cards))
        self.line.setText(
            tr("{running} running, {waiting} waiting", running=running, waiting=waiting)
            if waiting
            else tr("{running} running", running=running)
            if running
            else ""
        )

    def _refresh(self, run: Run) -> None:
        if run in self.cards:
            self.cards[run].refresh()
        if (line := self.runs.waiting) and line[0] in self.cards:
            self.cards[line[0]].refresh()  # it says when it begins

    def _remove(self, run: Run) -> None:
        card = self.cards.pop(run)
        card.hide()
        card.deleteLater()
        self.empty.setVisible(not self.cards)
        self._arrange()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for card in self.cards.values():
            card.refresh()


class Card(QFrame):
    """One run."""

    def __init__(self, run: Run, runs: Runs) -> None:
        super().__init__(objectName="card")
        self.run, self.runs = run, runs
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
            tr("Cancel"), toolTip=tr("Stop now. What is computed stays beside the file and can be resumed.")
        )
        self.keep = QPushButton(
            tr("Stop and keep"), toolTip=tr("Stop now and make a landscape file of what is computed.")
        )
        self.resume = QPushButton(tr("Resume"), toolTip=tr("Go on where it stopped; nothing is computed twice."))
        self.forget = IconButton(autoRaise=True, toolTip=tr("Take it off this list (its files stay)"))
        self.forget.setIconSize(QSize(13, 13))
        self.now = QPushButton(tr("Start now"), toolTip=tr("Begin at once, beside those that run"))
        self.up, self.down = (
            IconButton(autoRaise=True, toolTip=help) for help in (tr("Earlier in the line"), tr("Later in the line"))
        )
        self.now.clicked.connect(lambda: runs.start_now(run))
        self.up.clicked.connect(lambda: runs.move(run, -1))
        self.down.clicked.connect(lambda: runs.move(run, 1))
        for button in (self.up, self.down):
            button.setIconSize(QSize(15, 15))
        self.cancel.clicked.connect(lambda: runs.pause(run))
        self.keep.clicked.connect(lambda: runs.keep(run))
        self.resume.clicked.connect(lambda: runs.resume(run))
        self.forget.clicked.connect(lambda: runs.forget(run))
        texts = QHBoxLayout(spacing=10)
        texts.addWidget(self.picture)
        texts.addWidget(self.title, 2)
        texts.addWidget(self.says, 3)
        texts.addWidget(self.left)
        for button in (self.up, self.down, self.now, self.keep, self.cancel, self.resume, self.forget):
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
            State.WAITING: ("waiting", c.soft),
            State.RUNNING: ("jobs", c.accent),
            State.STOPPING: ("pause", c.soft),
            State.DONE: ("success", c.good),
            State.PAUSED: ("pause", c.fair),
            State.KEPT: ("keep", c.good),
            State.FAILED: ("error", c.poor),
        }[state]
        self.picture.setPixmap(theme.icon(*look).pixmap(QSize(16, 16)))
        self.title.show_text(run.name)
        text = in_line(run, self.runs) if run.waiting else says(run)
        self.says.show_text(text)
        self.says.setToolTip(text)
        self.left.setText(time_left(progress.eta) if state is State.RUNNING else "")
        line = self.runs.waiting
        for button, end in ((self.up, 0), (self.down, -1)):
            button.setVisible(run.waiting and len(line) > 1)
            button.setEnabled(run.waiting and run is not line[end])
        self.up.setIcon(theme.icon("up", c.soft))
        self.down.setIcon(theme.icon("down", c.soft))
        self.now.setVisible(run.waiting)
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
        self.forget.setToolTip(
            tr("Take it out of the line") if run.waiting else tr("Take it off this list (its files stay)")
        )
        self.forget.setIcon(theme.icon("close", c.soft))


def in_line(run: Run, runs: Runs) -> str:
    """When a waiting run will begin, as far as that is known."""
    at = runs.waiting.index(run)
    if at:
        return tr("waiting, number {at} in line", at=at + 1)
    left = [one.last.eta for one in runs.active]
    known = [eta for eta in left if eta is not None]
    soon = tr(", starts in about {known}", known=duration(min(known))) if known and len(known) == len(left) else ""
    return tr("next in line{soon}", soon=soon)


def says(run: Run) -> str:
    """What a run is doing, or how it ended."""
    progress = run.last
    part = f"{progress.done:,} of {progress.total:,}" if progress.total else ""
    if run.state is State.FAILED:
        return str(run.error)
    if run.state is State.DONE:
        return "done"
    if run.state in (State.PAUSED, State.KEPT):
        word = "paused" if run.state is State.PAUSED else tr("stopped and kept")
        return f"{word} at {part}" if part else word
    told = {name: value for name, value in (progress.figures or {}).items() if name.endswith(("loss", "accuracy"))}
    figures = ", ".join(f"{name.replace('_', ' ')} {value:.3g}" for name, value in told.items())
    stage = "stopping" if run.state is State.STOPPING else progress.stage
    return ", ".join(text for text in (stage, part, figures) if text)
