"""Player: takes the steps of a lesson's page, one after the other, waiting for what takes time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from ...compute.choices import Choices
from ...compute.descent.choices import Descent
from ...compute.errors import LossvistaError
from ...compute.recipe import Recipe
from ...compute.studies import STUDIES
from ...compute.training.layout import FINAL
from ...compute.training.recipe import Training
from ...compute.trajectory import BALL
from .. import examples, here, measure
from ..desk import Desk
from ..document import Document
from ..job import State
from ..language import tr
from ..run import COMPUTE, TRAIN, Run
from .lesson import LESSONS_FOLDER, Compute, Do, Drop, Look, Make, Measure, Page, Panes, Step, Train


class Player(QObject):
    """One page at a time. actions: the window's, by their keys."""

    changed = Signal()  # a step has begun, got further or ended
    finished = Signal(object)  # Page: all of its steps are done

    def __init__(self, desk: Desk, actions: Mapping[str, QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk, self.actions = desk, actions
        self.folder = desk.settings.folder / "lessons"
        self.page: Page | None = None
        self.trouble = ""
        self._left: list[Step] = []
        self._run: Run | None = None
        self._study: tuple[str, Document] | None = None
        desk.runs.changed.connect(lambda _run: self.changed.emit())
        desk.runs.finished.connect(self._ran)
        desk.studies.found.connect(self._studied)
        desk.studies.changed.connect(self._study_changed)

    @property
    def playing(self) -> bool:
        return self.page is not None

    @property
    def stage(self) -> tuple[str, int, int]:
        """(what is being done, done, total) of the step that takes its time."""
        last = None
        if self._run is not None:
            last = self._run.last
        elif self._study is not None and (going := self.desk.studies.going(*self._study)) is not None:
            last = going.last
        return ("", 0, 0) if last is None else (last.stage, last.done, last.total)

    def play(self, page: Page) -> None:
        """Take the steps of a page."""
        self.stop()
        self.page, self.trouble, self._left = page, "", list(page.steps)
        self._next()

    def stop(self) -> None:
        """Go no further; what is being computed is paused."""
        run, self._run = self._run, None
        study, self._study = self._study, None
        self.page, self._left = None, []
        if run is not None and run.active:
            self.desk.runs.pause(run)
        if study is not None:
            self.desk.studies.stop(*study)
        self.changed.emit()

    # --- inside ---

    def _next(self) -> None:
        """The next steps, up to one that takes time, or the end."""
        try:
            while self.page is not None and self._left:
                if self._take(self._left.pop(0)):
                    self.changed.emit()
                    return
        except LossvistaError as error:
            self._fail(str(error))
            return
        if (page := self.page) is not None:
            self.page = None
            self.changed.emit()
            self.finished.emit(page)

    def _take(self, step: Step) -> bool:
        """Take one; whether it takes time."""
        desk = self.desk
        match step:
            case Train(name, choices):
                out = self.folder / name
                if (out / FINAL).exists():
                    return False
                out.parent.mkdir(parents=True, exist_ok=True)
                self._start(TRAIN, str(out), Training.of(**self._placed(choices)))
            case Compute(name, choices):
                if self._opened(name):
                    return False
                self._start(COMPUTE, self._file(name), Recipe.of(**self._placed(choices)))
            case Make(study, name, choices):
                if self._opened(name):
                    return False
                model = STUDIES[study].model.of(**self._placed(choices))
                measure.study(desk, study, model.model_dump(), self._file(name))
                self._start(STUDIES[study].target, self._file(name), model)
            case Measure(study, choices):
                measure.study(desk, study, dict(choices))
                self._study = study, desk.document
                desk.studies.start(study, desk.document, STUDIES[study].model.of(**choices))
                return desk.studies.going(study) is not None
            case Panes(rows, columns, names):
                documents = [self._document(name) for name in names]
                desk.session.places.fill(rows, columns, [(document, None) for document in documents])
                return False
            case Look(what, values):
                desk.session.restyle(what, **values)
                return False
            case Do(action):
                self.actions[action].trigger()
                return False
            case Drop(choices, on):
                recorded = [path for path in desk.document.landscape.trajectories.values() if BALL not in path.how]
                if recorded:
                    desk.points.choose(float(recorded[0]["alpha"][0]), float(recorded[0]["beta"][0]))
                here.race(desk, on, Descent.of(**choices))
                return False
        return self._run is not None

    def _start(self, target: str, out: str, choices: Choices) -> None:
        """Begin a run about which the page says all that is to be said."""
        self._run = self.desk.runs.start(Run(target, out, choices, quiet=True))

    def _file(self, name: str) -> str:
        file = self.folder / f"{name}.h5"
        file.parent.mkdir(parents=True, exist_ok=True)
        return str(file)

    def _opened(self, name: str) -> bool:
        """Bring a landscape of the lessons to the front, if it is computed."""
        file = Path(self._file(name))
        if not file.exists() or Path(f"{file}.journal").exists():
            return False
        self.desk.session.open(str(file))
        return True

    def _document(self, name: str) -> Document:
        session = self.desk.session
        if name.startswith("example:"):
            return examples.open_example(session, name.removeprefix("example:"))
        return session.open(self._file(name))

    def _placed(self, choices: Mapping[str, Any]) -> dict[str, Any]:
        """The choices, with the lessons' folder in them."""

        def put(value: Any) -> Any:
            if isinstance(value, str):
                return value.replace(LESSONS_FOLDER, str(self.folder))
            return tuple(map(put, value)) if isinstance(value, tuple) else value

        return {name: put(value) for name, value in choices.items()}

    def _ran(self, run: Run) -> None:
        if run is not self._run:
            return
        self._run = None
        if run.state is State.DONE:
            self._next()
        else:
            self._fail(
                str(run.error) if run.error is not None else tr("It was stopped. The same button goes on with it.")
            )

    def _studied(self, name: str, document: Document) -> None:
        if (name, document) == self._study:
            self._study = None
            self._next()

    def _study_changed(self, name: str) -> None:
        if self._study is not None and name == self._study[0] and self.desk.studies.going(*self._study) is None:
            self._study = None
            self._fail(tr("It was stopped."))
        self.changed.emit()

    def _fail(self, why: str) -> None:
        self.trouble, self.page, self._left = why, None, []
        self.changed.emit()
