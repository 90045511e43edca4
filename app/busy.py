"""Busy: the corner of the status bar that says what short jobs do (pictures, exports, imports), and lets one end them."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from ..compute.progress import Progress
from . import theme
from .buttons import IconButton
from .job import Job
from .language import tr

LATER_MS = 150  # what is over sooner is not worth telling
WIDTH = 120  # pixels


class Busy(QWidget):
    """Shows the job that began last, with how many there are."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[Job, str] = {}
        self.says = QLabel()
        self.says.setProperty("quiet", True)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedWidth(WIDTH)
        self.bar.setAccessibleName(tr("Progress"))
        self.halt = IconButton(autoRaise=True, toolTip=tr("End it; nothing half-made is left"))
        self.halt.setIconSize(QSize(12, 12))
        self.halt.setAccessibleName(tr("End it"))
        self.halt.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        for widget in (self.says, self.bar, self.halt):
            row.addWidget(widget)
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._show)
        self.hide()
        self.redraw_icons()

    def watch(self, job: Job) -> None:
        """Tell of a job until it has ended. To be called before it starts."""
        self.jobs[job] = "starting"
        job.progressed.connect(self._progressed)
        # One of these comes. Not `finished`, at which the job may be deleted before all of its receivers are told.
        job.succeeded.connect(self._ended)
        job.failed.connect(self._ended)
        job.stopped.connect(self._ended)
        if not self._later.isActive():
            self._later.start()

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job in self.jobs:
            self.jobs[job] = progress.stage
            if job is list(self.jobs)[-1]:
                self.bar.setMaximum(progress.total)
                self.bar.setValue(progress.done)
            self._say()

    def _ended(self, job: Job, _what: object = None) -> None:
        self.jobs.pop(job, None)
        self._say()

    def _say(self) -> None:
        if not self.jobs:
            self.hide()
            return
        more = tr(" (and {jobs} more)", jobs=len(self.jobs) - 1) if len(self.jobs) > 1 else ""
        self.says.setText(f"{list(self.jobs.values())[-1].capitalize()}{more}")

    def _show(self) -> None:
        self._say()
        self.setVisible(bool(self.jobs))

    def _stop(self) -> None:
        if self.jobs:
            list(self.jobs)[-1].stop()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.halt.setIcon(theme.icon("close", theme.colors().soft))
