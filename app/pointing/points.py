"""Points: the point of each landscape that is asked about, and what its network was found to do, by child processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...compute.errors import LossvistaError, Untrusted
from ...compute.landscape import Landscape
from ...compute.point.report import PointReport
from ...compute.progress import Progress
from ..document import Document
from ..job import Job
from ..language import tr
from ..runs import STOP_MS, Run, Runs
from ..session import Session

INSPECT = "lossvista.compute.point.inspect:inspect_point"
Begin = Callable[[], None]
CHECKPOINT = "lossvista.compute.point.checkpoint:save_checkpoint_at"


class Points(QObject):
    """One look at a time; another one takes its place. Code and pickles that a landscape's file names run only with the person's consent,
    which is remembered by their content."""

    chosen_changed = Signal()
    changed = Signal()  # what the look says, or a report
    saved = Signal(str)  # a checkpoint's path
    noted = Signal(str)  # a line for the log
    failed = Signal(object)  # LossvistaError
    consent_needed = Signal(str, str, object)  # what would run, the button's text, what to do then
    part_done = Signal(object, object)  # Run of a part of a landscape, the Document of the whole

    def __init__(self, session: Session, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.runs = session, runs
        self.reports: dict[Document, PointReport] = {}
        self.looking: Document | None = None
        self.last = Progress("")
        self._chosen: dict[Document, tuple[float, float]] = {}
        self._jobs: dict[Job, tuple[Begin, Callable[[Any], None]]] = {}
        self._look: Job | None = None
        self._parts: dict[str, Document] = {}
        runs.finished.connect(self._ran)
        session.current_changed.connect(lambda _document: self.chosen_changed.emit())
        session.closed.connect(self._closed)

    # --- which point ---

    @property
    def chosen(self) -> tuple[float, float]:
        """Of the current landscape: the point last asked about, else its latest pin, else its centre."""
        document = self.session.current
        if document is None:
            return 0.0, 0.0
        pins = document.style.pins
        return self._chosen.get(document) or ((pins[-1].alpha, pins[-1].beta) if pins else (0.0, 0.0))

    def choose(self, alpha: float, beta: float) -> None:
        """Ask about another point of the current landscape."""
        document = self.session.current
        if document is not None and self._chosen.get(document) != (alpha, beta):
            self._chosen[document] = alpha, 0.0 if document.landscape.surface.grid.line else beta
            self.chosen_changed.emit()

    # --- looks and checkpoints ---

    def look(self, document: Document, alpha: float, beta: float, data: tuple[str, ...] = ()) -> None:
        """Find out what the network there does."""
        self.stop()
        self.looking, self.last = document, Progress("starting")
        again = partial(self.look, document, alpha, beta, data)
        self._look = self._start(INSPECT, document, again, self._reported, alpha, beta, data=data)
        self.changed.emit()

    def save(
        self, document: Document, alpha: float, beta: float, out: str, then: Callable[[str], None] | None = None
    ) -> None:
        """Write the network there to a file; then: called with where it went."""

        def done(path: str) -> None:
            self.saved.emit(path)
            if then is not None:
                then(path)

        again = partial(self.save, document, alpha, beta, out, then)
        self._start(CHECKPOINT, document, again, done, alpha, beta, out)

    def stop(self) -> None:
        """End the look; the last report stays."""
        if self._look is not None:
            self._look.stop()
            self._jobs.pop(self._look, None)
            self._end_look()

    def trusted(self, document: Document) -> tuple[str, ...]:
        """What may run where the network of a landscape is loaded: SHA-256 of what the person has agreed to. Code of which this window
        computed the landscape was named by the person himself, and is remembered."""
        own, settings = str(document.landscape.provenance.get("code_hash", "")), self.runs.settings
        if own and any(document in run.documents for run in self.runs.all) and own not in settings.trusted:
            settings.trust(own)
        return settings.trusted

    def expect(self, out: str, whole: Document) -> None:
        """The landscape that will be computed in the file `out` is a part of this one."""
        self._parts[out] = whole

    def _ran(self, run: Run) -> None:
        if run.out in self._parts:
            self.part_done.emit(run, self._parts.pop(run.out))

    # --- jobs ---

    def _start(
        self,
        target: str,
        document: Document,
        again: Begin,
        done: Callable[[Any], None],
        *args: Any,
        **given: Any,
    ) -> Job:
        job = Job(target, source_of(document), *args, parent=self, trust=self.trusted(document), **given)
        job.progressed.connect(self._progressed)
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        job.finished.connect(job.deleteLater)
        self._jobs[job] = again, done
        job.start()
        return job

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job not in self._jobs:
            return
        if progress.note:
            self.noted.emit(progress.note)
        if job is self._look:
            self.last = progress
            self.changed.emit()

    def _succeeded(self, job: Job, result: Any) -> None:
        if job in self._jobs:
            _, done = self._jobs.pop(job)
            done(result)

    def _reported(self, report: PointReport) -> None:
        if self.looking is not None:
            self.reports[self.looking] = report
        self._end_look()

    def _failed(self, job: Job, error: LossvistaError) -> None:
        if job not in self._jobs:
            return
        again, _ = self._jobs.pop(job)
        if job is self._look:
            self._end_look()
        self.fail(error, again)

    def fail(self, error: LossvistaError, again: Begin) -> None:
        """Tell an error; where something would run to which the person has not agreed, ask, remember it, and begin again."""
        if not isinstance(error, Untrusted):
            self.failed.emit(error)
            return

        def agreed() -> None:
            self.runs.settings.trust(error.sha256)
            again()

        if error.runs:
            text = tr(
                "The network of this landscape comes from code, “{code}”, which its file names. Looking at it runs that code.",
                code=error.path,
            )
        else:
            text = tr("{message} Open it only if you made it yourself, or know who did.", message=error.message)
        self.consent_needed.emit(text, tr("Run it") if error.runs else tr("Open it"), agreed)

    def _end_look(self) -> None:
        self._look, self.looking = None, None
        self.changed.emit()

    def _closed(self, document: Document) -> None:
        if self.looking is document:
            self.stop()
        for kept in (self.reports, self._chosen):
            kept.pop(document, None)

    def shut(self) -> None:
        """Stop all, and wait for it."""
        for job in self.findChildren(Job):
            job.stop()
        for job in self.findChildren(Job):
            job.wait(STOP_MS)
        self._jobs.clear()


def source_of(document: Document) -> Landscape | str:
    """What a child process gets to work with: the file, where there is one, because relative paths start there."""
    return document.path or document.landscape


def names_network(document: Document) -> bool:
    """Whether its file says which network it is of."""
    landscape = document.landscape
    return bool(landscape.recipe) and "weights_hash" in landscape.provenance
