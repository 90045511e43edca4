"""Offers: what the window says when a run begins or ends or something unsaved is closed, and what it offers to do then."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QMainWindow

from ..compute.errors import NoDevice, OutOfSpace
from ..compute.there import is_there
from . import measure, trainings, verbs
from .desk import Desk
from .dock import CHART
from .document import Document
from .job import State
from .language import tr
from .run import choices_of
from .runs import COMPUTE, TRAIN, Run
from .settings import Unfinished

CLOSE_MS = 4000  # after the last job is done


class Offers(QObject):
    """Listens to the runs of a desk."""

    def __init__(self, desk: Desk, window: QMainWindow) -> None:
        super().__init__(window)
        self.desk, self.window = desk, window
        self._opened_jobs = False  # whether the panel of the jobs was shown by us, not by the person
        self._closing = QTimer(self, singleShot=True, interval=CLOSE_MS)
        self._closing.timeout.connect(self._close_jobs)
        desk.runs.added.connect(self._began)
        desk.runs.finished.connect(self._ended)
        desk.session.closed.connect(self._closed)

    # --- runs of an earlier start ---

    def offer_unfinished(self) -> None:
        """Runs of an earlier start that did not end: offer to go on with them."""
        for one in self.desk.settings.values.unfinished:
            self._offer(one)

    def _offer(self, one: Unfinished) -> None:
        left = Path(one.out + ".journal" if one.target == COMPUTE else one.out)
        whole = one.target in (COMPUTE, TRAIN)  # others say themselves how far they were
        if whole and not is_there(left) and not one.waiting:
            self._forget(one)
            return
        do = tr("Start") if one.waiting else tr("Resume")
        buttons = {do: lambda: self._resume(one), tr("Forget"): lambda: self._forget(one)}
        what = "training" if one.target == TRAIN else "computation"
        how = tr("still waited") if one.waiting else tr("was not finished")
        self.desk.notices.say(
            tr("The {what} of {name} {how}.", what=what, name=Path(one.out).name, how=how), "info", buttons=buttons
        )

    def _resume(self, one: Unfinished) -> None:
        model = choices_of(one.target)

        def resume() -> None:
            self.desk.runs.start(Run(one.target, one.out, None if model is None else model.of(**one.recipe)))

        self.desk.guarded(resume)()

    def _forget(self, one: Unfinished) -> None:
        self.desk.settings.update(unfinished=tuple(u for u in self.desk.settings.values.unfinished if u != one))

    # --- what was closed without being saved ---

    def _closed(self, document: Document) -> None:
        """It was in no file: offer it back, instead of asking before."""
        mine = document.example or any(document in run.documents for run in self.desk.runs.all)
        if not document.unsaved or mine or not document.drawable:
            return
        session = self.desk.session

        def back() -> None:
            session.add(document.landscape, document.path, style=document.style, unsaved=True)

        self.desk.notices.say(
            tr("“{name}” was closed and is in no file.", name=document.name),
            "warning",
            buttons={tr("Bring back"): back},
        )

    # --- runs of this window ---

    def _began(self, run: Run) -> None:
        desk, docks = self.desk, self.desk.docks
        desk.runs.noted.emit(f"{run.name}: {tr('waits for others') if run.waiting else tr('started')} ({run.out})")
        if not docks["jobs"].isVisible() and not run.quiet:
            self._opened_jobs = True
            docks["jobs"].show()
        if run.target == TRAIN:
            desk.settings.remember(run.out)
            desk.follows.expect(run.out)
            docks["training"].bring(CHART)
            self.window.resizeDocks([docks["training"], docks["jobs"]], [900, 420], Qt.Orientation.Horizontal)

    def _elsewhere(self, run: Run) -> None:
        """Its disk is full: go on in another folder."""
        folder = QFileDialog.getExistingDirectory(self.window, tr("Go on in another folder"), str(self.desk.folder))
        if folder:
            self.desk.runs.resume_in(run, folder)

    def _close_jobs(self) -> None:
        """All is done, and the panel that came with the first job takes a third of the picture: it goes again, unless the person is at it
        or opened it himself."""
        dock = self.desk.docks["jobs"]
        if not dock.isVisible():
            self._opened_jobs = False
        if self._opened_jobs and not dock.underMouse() and all(one.state is State.DONE for one in self.desk.runs.all):
            self._opened_jobs = False
            dock.hide()

    def _ended(self, run: Run) -> None:
        desk = self.desk
        if run.state is State.FAILED and run.error is not None:
            buttons = {}
            if run.target == TRAIN and run.recipe is not None:
                values = run.recipe.model_dump()
                buttons[tr("Change the training…")] = lambda: trainings.train_network(desk, values, run.out)
            elif run.study and run.recipe is not None:
                chosen = run.recipe.model_dump()
                buttons[tr("Change the choices…")] = lambda: measure.study(desk, run.study, chosen, run.out)
            elif run.recipe is not None:
                recipe = run.recipe.model_dump(exclude_defaults=True)
                buttons[tr("Change the recipe…")] = lambda: verbs.new_landscape(desk, recipe, run.out)
            if isinstance(run.error, NoDevice) and "device" in type(run.recipe).model_fields:
                buttons[tr("Use the CPU")] = desk.guarded(lambda: desk.runs.resume_on(run, "cpu"))
            if isinstance(run.error, OutOfSpace) and run.documents:
                buttons[tr("Go on")] = desk.guarded(lambda: desk.runs.resume(run))
                if run.keepable:
                    buttons[tr("Go on elsewhere…")] = desk.guarded(lambda: self._elsewhere(run))
            desk.notices.fail(run.error, buttons)
            return
        if all(one.state is State.DONE for one in desk.runs.all):
            self._closing.start()
        if run.quiet and run.state is State.DONE:
            return
        word = {State.DONE: tr("is done"), State.PAUSED: tr("is paused"), State.KEPT: tr("is kept as it is")}[run.state]
        trained = run.target == TRAIN and run.state is State.DONE
        buttons = trainings.offers(desk, run.out) if trained else None
        severity = "success" if run.state is State.DONE else "info"
        desk.notices.say(f"{run.name} {word}.", severity, buttons=buttons)
