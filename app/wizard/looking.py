"""Looking: the wizard's inspections, each in a child process: the person's code, and torch, run only there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from ...compute.errors import LossvistaError
from ...compute.findings import Findings
from ...compute.progress import Progress
from ...compute.recipe import Recipe
from ..job import Job

INSPECT = "lossvista.compute.inspection:inspect"


class Looking(QObject):
    """One inspection at a time; another one takes its place. What one that was stopped still says is not heard."""

    progressed = Signal(object)  # Progress
    found = Signal(object)  # Findings
    failed = Signal(object)  # LossvistaError
    ended = Signal()

    def __init__(self, host: QObject, parent: QObject) -> None:
        super().__init__(parent)
        self.host = host  # owns the jobs: they may outlive the dialog by a second
        self.known: Sequence[str] = ()  # SHA-256 of contents that may run code, because the person said so
        self.job: Job | None = None

    def start(self, recipe: Recipe, *, forward: bool) -> None:
        """Inspect a recipe; `found` or `failed` follows."""
        self.stop()
        job = self.job = Job(INSPECT, recipe.replace(trust_pickle=tuple(self.known)), parent=self.host, forward=forward)
        job.progressed.connect(self._progressed)
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        job.finished.connect(job.deleteLater)
        job.start()

    def stop(self) -> None:
        """Forget the inspection that runs; its child ends by itself."""
        if self.job is not None:
            self.job.stop()
            self.job = None
            self.ended.emit()

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job is self.job:
            self.progressed.emit(progress)

    def _succeeded(self, job: Job, findings: Findings) -> None:
        if job is self.job:
            self.job = None
            self.found.emit(findings)
            self.ended.emit()

    def _failed(self, job: Job, error: LossvistaError) -> None:
        if job is self.job:
            self.job = None
            self.failed.emit(error)
            self.ended.emit()
