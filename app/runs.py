"""Runs: the computations of this window: started, paused, kept, resumed; their results go to the session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ..compute.choices import Choices
from ..compute.errors import LossvistaError, NoDevice
from ..compute.landscape import Landscape
from ..compute.progress import Progress
from ..compute.recipe import Recipe
from ..compute.storage import carry, is_unfinished, keep, load
from ..compute.studies.study import Study
from ..compute.training.recipe import Training
from .job import Job, State
from .language import tr
from .run import COMPUTE, DEMO, TRAIN, Run, time_left
from .session import Document, Session
from .settings import Settings, Unfinished

__all__ = ["COMPUTE", "DEMO", "TRAIN", tr("Run"), tr("Runs"), "time_left"]

STOP_MS = 5000  # how long a closing window waits for its jobs to end


class Runs(QObject):
    """All runs of this window, the latest last. As many as the settings allow run at once; the others wait, in this order."""

    added = Signal(object)  # Run
    changed = Signal(object)  # Run: progress or state
    removed = Signal(object)  # Run
    finished = Signal(object)  # Run: done, paused, kept or failed
    noted = Signal(str)  # a line for the log
    reordered = Signal()

    def __init__(self, session: Session, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings = session, settings
        self.all: list[Run] = []
        self._shut = False
        session.closed.connect(self._document_closed)

    def compute(self, recipe: Recipe, out: str, *, overwrite: bool = False) -> Run:
        """Compute a landscape in a child process; it opens as soon as its grid is known."""
        return self.start(Run(COMPUTE, out, recipe, overwrite))

    def demo(self, folder: str) -> Run:
        """Train the demo's network and compute its two landscapes."""
        return self.start(Run(DEMO, folder))

    def train(self, training: Training, folder: str) -> Run:
        """Train a network and record its path; the same training and folder again go on with it."""
        return self.start(Run(TRAIN, folder, training))

    def make(self, study: Study, choices: Choices, out: str) -> Run:
        """Make the landscape of a study; it opens as soon as its grid is known."""
        return self.start(Run(study.target, out, choices))

    def resume(self, run: Run) -> None:
        """Go on with a run that was paused, kept or failed: the same recipe, without the points that are done."""
        if run.resumable:
            run.overwrite = False
            self.start(run)

    def resume_in(self, run: Run, folder: str) -> None:
        """Go on with a stopped run in another folder, with all points that it has. Raises LossvistaError."""
        out = str(Path(folder) / Path(run.out).name)
        carry(run.out, out)
        self._remember(run, False)
        run.out = out
        self.resume(run)

    def resume_on(self, run: Run, device: str) -> None:
        """Go on with a stopped run on another device: which one decides no number that is stored already."""
        if run.recipe is not None and run.resumable:
            run.recipe = run.recipe.replace(device=device)
            self.resume(run)

    def pause(self, run: Run) -> None:
        """Stop a run; its journal stays, so that it can be resumed."""
        if run.job is not None and run.state is State.RUNNING:
            run.state = State.STOPPING
            run.job.stop()
            self.changed.emit(run)

    def keep(self, run: Run) -> None:
        """Stop a run and make a file of what there is."""
        run.keeping = True
        if run.state is State.PAUSED:
            self._keep_now(run)
        else:
            self.pause(run)

    def forget(self, run: Run) -> None:
        """Take a run that has ended off the list. Its files stay."""
        if not run.active:
            self.all.remove(run)
            self._remember(run, False)
            self.removed.emit(run)

    def move(self, run: Run, by: int) -> None:
        """Let a waiting run go earlier (by = −1) or later (1) in the line."""
        line = self.waiting
        at = line.index(run) if run in line else -1
        if at >= 0 and 0 <= at + by < len(line):
            one, other = self.all.index(run), self.all.index(line[at + by])
            self.all[one], self.all[other] = self.all[other], self.all[one]
            self.reordered.emit()

    def start_now(self, run: Run) -> None:
        """Let a waiting run begin at once, beside those that run."""
        if run.waiting:
            self._launch(run)

    def allow(self, count: int) -> None:
        """How many may run at once. More than that go on to their end."""
        self.settings.update(parallel_jobs=count)
        self._next()

    def shut(self) -> None:
        """Pause everything and wait for it. What waits is offered at the next start."""
        self._shut = True
        active = [run.job for run in self.all if run.active and run.job is not None]
        for job in active:
            job.stop()
        for job in active:
            if not job.wait(STOP_MS):
                job.terminate()  # a thread that outlives the program would crash it
                job.wait(STOP_MS)

    @property
    def active(self) -> list[Run]:
        return [run for run in self.all if run.active]

    @property
    def waiting(self) -> list[Run]:
        """Those that wait, the next one first."""
        return [run for run in self.all if run.waiting]

    # --- inside ---

    def start(self, run: Run) -> Run:
        """Begin a run, or put it at the end of the line."""
        if run in self.all:
            self.all.remove(run)
            self.removed.emit(run)
        run.state, run.error, run.keeping, run.last = State.WAITING, None, False, Progress("waiting")
        self.all.append(run)
        self._remember(run, True)
        if len(self.active) < self.settings.values.parallel_jobs:
            self._launch(run, new=True)
        self.added.emit(run)
        return run

    def _next(self) -> None:
        """Begin as many of those that wait as may run."""
        while not self._shut and self.waiting and len(self.active) < self.settings.values.parallel_jobs:
            self._launch(self.waiting[0])

    def _launch(self, run: Run, *, new: bool = False) -> None:
        run.state, run.last = State.RUNNING, Progress("starting")
        given: dict[str, Any] = {"overwrite": True} if run.overwrite else {}
        arguments = (run.out,) if run.recipe is None else (run.recipe, run.out)
        job = run.job = Job(run.target, *arguments, parent=self, **given)
        job.progressed.connect(self._progressed)
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._job_failed)
        job.stopped.connect(self._stopped)
        job.finished.connect(job.deleteLater)
        self._remember(run, True)
        job.start()
        if not new:
            self.changed.emit(run)
            self.reordered.emit()

    def _of(self, job: Job) -> Run | None:
        """The run of a job; None for what a job that is over still had in the queue."""
        return next((run for run in self.all if run.job is job), None)

    def _progressed(self, job: Job, progress: Progress) -> None:
        if (run := self._of(job)) is None:
            return
        if progress.note:
            self.noted.emit(progress.note)
        if progress.start is not None:
            self._begin(run, progress.start)
        if progress.patch is not None and run.documents and run.documents[-1] in self.session.documents:
            self.session.add_patch(run.documents[-1], progress.patch)
        if progress.added is not None:
            run.found = progress.added
        run.last = progress
        self.changed.emit(run)

    def _begin(self, run: Run, landscape: Landscape) -> None:
        """The grid of a landscape is known: open it, or fill the document that this run had opened before."""
        for document in run.documents:
            if document in self.session.documents and _alike(document.landscape, landscape):
                run.documents.remove(document)
                run.documents.append(document)
                self.session.replace(document, landscape, unsaved=True)
                return
        run.documents.append(self.session.add(landscape, unsaved=True))

    def _succeeded(self, job: Job, result: Any) -> None:
        if (run := self._of(job)) is None:
            return
        paths = [] if run.target == TRAIN else [run.out] if isinstance(result, Landscape) else list(result)
        try:
            for path in paths:
                self._finish(run, str(Path(path).absolute()))
        except LossvistaError as error:
            self._failed(run, error)
            return
        self._remember(run, False)
        self._end(run, State.DONE)

    def _finish(self, run: Run, path: str) -> None:
        """Show the finished file in place of the growing landscape."""
        landscape = load(path)
        for document in run.documents:
            if document in self.session.documents and _alike(document.landscape, landscape):
                self.session.replace(document, landscape, path)
                break
        else:
            if not any(document.path == path for document in self.session.documents):
                run.documents.append(self.session.add(landscape, path))
        self.settings.remember(path)

    def _stopped(self, job: Job) -> None:
        if (run := self._of(job)) is None:
            return
        if run.keeping:
            self._keep_now(run)
        else:
            self._end(run, State.PAUSED)

    def _keep_now(self, run: Run) -> None:
        if not is_unfinished(run.out):
            self._end(run, State.PAUSED)  # before the first point there is nothing to keep …
            if run.documents:
                self.resume(run)  # … and after the last one it is kept: going on finds the finished file
            return
        try:
            landscape = keep(run.out)
        except LossvistaError as error:
            self._failed(run, error)
            return
        path = str(Path(run.out).absolute())
        if run.documents and run.documents[-1] in self.session.documents:
            self.session.replace(run.documents[-1], landscape, path)
        else:
            self.session.add(landscape, path)
        self.settings.remember(path)
        self._remember(run, False)
        self._end(run, State.KEPT)

    def _job_failed(self, job: Job, error: LossvistaError) -> None:
        if (run := self._of(job)) is not None:
            self._failed(run, error)

    def _failed(self, run: Run, error: LossvistaError) -> None:
        run.error = error
        if not run.documents and not isinstance(error, NoDevice):
            self._remember(run, False)  # there is nothing to go on with, or not in the same way
        self._end(run, State.FAILED)

    def _end(self, run: Run, state: State) -> None:
        run.state, run.job = state, None
        self.changed.emit(run)
        self.finished.emit(run)
        self.reordered.emit()
        self._next()

    def _document_closed(self, document: Document) -> None:
        """Nobody looks at it any more: the run that fills it is paused."""
        for run in self.active:
            if run.documents and run.documents[-1] is document:
                self.pause(run)

    def _remember(self, run: Run, unfinished: bool) -> None:
        """Write down, or cross out, that this run can be resumed by the next start (also after a crash)."""
        others = [one for one in self.settings.values.unfinished if one.out != run.out]
        if unfinished:
            recipe = {} if run.recipe is None else run.recipe.model_dump(mode="json", exclude_defaults=True)
            others.append(Unfinished(target=run.target, recipe=recipe, out=run.out, waiting=run.waiting))
        self.settings.update(unfinished=tuple(others))


def _alike(one: Landscape, other: Landscape) -> bool:
    """Whether both come from the same recipe: the same landscape at two moments."""
    return bool(one.recipe) and one.recipe == other.recipe and one.surface.grid.shape == other.surface.grid.shape
