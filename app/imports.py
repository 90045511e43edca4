"""Imports: files of other programs, read in a child process and opened as landscapes that have no file of their own yet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ..compute.errors import Foreign, LossvistaError, NoHeightField
from ..compute.importers import IMPORTERS
from ..compute.importers.body import Body
from ..compute.importers.imported import Imported
from .job import Job
from .places import Place

IMPORT = "lossvista.compute.importers.job:import_job"
BODY = "lossvista.compute.importers.body:body_job"
OURS = (".h5", ".hdf5")


class Imports(QObject):
    """The imports under way. They belong to the window, which stops all jobs of its own when it closes."""

    done = Signal(str, object, object)  # path, Imported, Place or None
    shown = Signal(object)  # Body: a mesh that is no landscape
    failed = Signal(object)  # LossvistaError
    started = Signal(object)  # Job

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.jobs: dict[Job, tuple[str, Place | None]] = {}

    def takes(self, path: str, error: LossvistaError | None = None) -> bool:
        """Whether a file is for an importer: by its suffix, or, where it could not be opened as ours, by what became of that."""
        suffix = Path(path).suffix.lower()
        if suffix in OURS:
            return isinstance(error, Foreign)
        return suffix in IMPORTERS

    def begin(self, path: str, place: Place | None = None) -> None:
        """Read it; `done` or `failed` follows."""
        self._start(Job(IMPORT, [path], parent=self._window), path, place)

    def _start(self, job: Job, path: str, place: Place | None) -> None:
        self.jobs[job] = path, place
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        job.stopped.connect(lambda job: self.jobs.pop(job, None))
        job.finished.connect(job.deleteLater)
        self.started.emit(job)  # before it may end
        job.start()

    def _succeeded(self, job: Job, found: Imported | Body) -> None:
        path, place = self.jobs.pop(job)
        if isinstance(found, Body):
            self.shown.emit(found)
        else:
            self.done.emit(path, found, place)

    def _failed(self, job: Job, error: LossvistaError) -> None:
        path, place = self.jobs.pop(job)
        if isinstance(error, NoHeightField):
            self._start(Job(BODY, path, parent=self._window), path, place)
        else:
            self.failed.emit(error)
