"""Balls: races of optimizers from a point, on the slice or in the weight space; their ways are paths of the landscape and grow live."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from ...compute.descent.choices import Descent
from ...compute.descent.roll import balls_on
from ...compute.errors import LossvistaError
from ...compute.progress import Progress
from ...compute.trajectory import BALL, Trajectory
from ..document import Document
from ..job import Job
from ..language import tr
from ..runs import STOP_MS
from ..session import Session
from .points import Begin, Points, source_of

DESCEND = "lossvista.compute.descent.weights:descend"
FRAME_MS = 120  # between two moments of a race on the slice, which is computed before one could see it
RACE_MS = 4000  # how long it is shown


class Balls(QObject):
    """One race at a time; another one ends it. Whatever has been rolled stays on the landscape until it is cleared."""

    changed = Signal()
    noted = Signal(str)  # a line for the log

    def __init__(self, session: Session, points: Points, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.points = session, points
        self.document: Document | None = None  # where a race is going on
        self.last = Progress("")
        self._job: Job | None = None
        self._rolled: dict[str, Trajectory] = {}
        self._since = QElapsedTimer()
        self._clock = QTimer(self, interval=FRAME_MS)
        self._clock.timeout.connect(self._next)
        session.closed.connect(lambda document: self.stop() if document is self.document else None)
        session.current_changed.connect(lambda _document: self.changed.emit())
        session.values_changed.connect(lambda _document: self.changed.emit())
        session.replaced.connect(lambda _document: self.changed.emit())

    @property
    def rolling(self) -> bool:
        return self.document is not None

    def paths(self, document: Document) -> dict[str, Trajectory]:
        """The balls' ways on a landscape."""
        return {name: path for name, path in document.landscape.trajectories.items() if BALL in path.how}

    def roll(self, document: Document, alpha: float, beta: float, choices: Descent) -> None:
        """Race on the slice. Raises LossvistaError where no ball can roll from there."""
        self.stop()
        field = document.field if document.field.endswith("_loss") else ""
        self._rolled = balls_on(document.landscape, alpha, beta, choices, field)
        self.document = document
        self.last = Progress(tr("rolling on the slice"), 0, choices.steps)
        self._since.start()
        self._clock.start()
        self._next()

    def descend(self, document: Document, alpha: float, beta: float, choices: Descent) -> None:
        """Race in the weight space, in a child process."""
        self.stop()
        given = {"trust": self.points.trusted(document), "taken_names": tuple(document.landscape.trajectories)}
        job = self._job = Job(DESCEND, source_of(document), alpha, beta, choices, parent=self, **given)
        again = partial(self.descend, document, alpha, beta, choices)
        job.progressed.connect(self._progressed)
        job.succeeded.connect(lambda job, _paths: self._ended(job))
        job.failed.connect(lambda job, error: self._failed(job, error, again))
        job.finished.connect(job.deleteLater)
        self.document, self.last = document, Progress("starting")
        job.start()
        self.changed.emit()

    def stop(self) -> None:
        """End the race where it is."""
        if not self.rolling:
            return
        self._clock.stop()
        if self._job is not None:
            self._job.stop()
        self._job, self.document, self._rolled = None, None, {}
        self.changed.emit()

    def clear(self, document: Document) -> None:
        """Take all balls off a landscape."""
        if document is self.document:
            self.stop()
        self.session.remove_paths(document, list(self.paths(document)))

    def _next(self) -> None:
        """One moment further: all balls have done the same share of the steps."""
        document = self.document
        if document is None:
            return
        longest, share = max(len(path) for path in self._rolled.values()), min(self._since.elapsed() / RACE_MS, 1.0)
        count = max(2, round(longest * share))
        shown = {name: _part(path, count) for name, path in self._rolled.items()}
        self.last = Progress(tr("rolling on the slice"), min(count, longest), longest)
        if share == 1:
            self._clock.stop()
            self.document, self._rolled = None, {}
        self.session.grow(document, shown)
        self.changed.emit()

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job is not self._job or self.document is None:
            return
        if progress.note:
            self.noted.emit(progress.note)
        self.last = progress
        if progress.grown:
            self.session.grow(self.document, progress.grown)
        self.changed.emit()

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = self.document = None
            self.changed.emit()

    def _failed(self, job: Job, error: LossvistaError, again: Begin) -> None:
        if job is self._job:
            self._ended(job)
            self.points.fail(error, again)

    def shut(self) -> None:
        """Stop, and wait for it."""
        self._clock.stop()
        for job in self.findChildren(Job):
            job.stop()
        for job in self.findChildren(Job):
            job.wait(STOP_MS)


def _part(path: Trajectory, count: int) -> Trajectory:
    """The first `count` steps."""
    if count >= len(path):
        return path
    return Trajectory({name: values[:count] for name, values in path.columns.items()}, path.how | {"end": "rolling"})
