"""Studies: measurements of the open landscapes, in child processes; what they find is entered into the landscape as it comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal

from ..compute.choices import Choices
from ..compute.errors import LossvistaError
from ..compute.progress import Progress
from ..compute.studies import STUDIES
from ..compute.studies.added import Added
from .document import Document
from .job import Job
from .pointing.points import Begin, Points, source_of
from .runs import STOP_MS
from .session import Session


@dataclass(eq=False)
class Going:
    """A study that is going on. last: what it said last."""

    name: str
    document: Document
    choices: Choices
    job: Job | None = None
    last: Progress = field(default_factory=lambda: Progress("starting"))


class Studies(QObject):
    """One of each kind at a time for each landscape; another one takes its place. Whatever was found stays on the landscape."""

    changed = Signal(str)  # name of the study that has begun, got further or ended
    found = Signal(str, object)  # name of the study, Document: it is complete
    noted = Signal(str)  # a line for the log

    def __init__(self, session: Session, points: Points, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.points = session, points
        self._going: list[Going] = []
        session.closed.connect(self._closed)

    def going(self, name: str, document: Document | None = None) -> Going | None:
        """The study of that name that is going on, of the current landscape unless another is given."""
        document = document or self.session.current
        return next((one for one in self._going if one.name == name and one.document is document), None)

    def start(self, name: str, document: Document, choices: Choices) -> None:
        """Begin a study of `STUDIES`; where it would run what nobody has agreed to, the person is asked, and it begins again."""
        self.stop(name, document)
        trust = self.points.trusted(document)
        job = Job(STUDIES[name].target, source_of(document), choices, parent=self, trust=trust)
        self._going.append(Going(name, document, choices, job))
        again = partial(self.start, name, document, choices)
        job.progressed.connect(self._progressed)
        job.succeeded.connect(self._succeeded)
        job.failed.connect(lambda job, error: self._failed(job, error, again))
        job.finished.connect(job.deleteLater)
        job.start()
        self.changed.emit(name)

    def stop(self, name: str, document: Document | None = None) -> None:
        """End a study where it is; what it has found stays."""
        going = self.going(name, document)
        if going is not None:
            self._end(going)

    def _of(self, job: Job) -> Going | None:
        """The study of a job; None for what a job that is over still had in the queue."""
        return next((one for one in self._going if one.job is job), None)

    def _progressed(self, job: Job, progress: Progress) -> None:
        if (going := self._of(job)) is None:
            return
        if progress.note:
            self.noted.emit(progress.note)
        going.last = progress
        if progress.added is not None:
            self.session.enter(going.document, progress.added)
        self.changed.emit(going.name)

    def _succeeded(self, job: Job, added: Added) -> None:
        if (going := self._of(job)) is not None:
            self.session.enter(going.document, added)
            self._going.remove(going)
            self.found.emit(going.name, going.document)
            self.changed.emit(going.name)

    def _failed(self, job: Job, error: LossvistaError, again: Begin) -> None:
        if (going := self._of(job)) is not None:
            self._end(going)
            self.points.fail(error, again)

    def _end(self, going: Going) -> None:
        self._going.remove(going)
        if going.job is not None:
            going.job.stop()
        self.changed.emit(going.name)

    def _closed(self, document: Document) -> None:
        for going in [one for one in self._going if one.document is document]:
            self._end(going)

    def shut(self) -> None:
        """Stop all, and wait for it."""
        for job in self.findChildren(Job):
            job.stop()
        for job in self.findChildren(Job):
            job.wait(STOP_MS)
        self._going.clear()
