"""Run: one computation of the window: a landscape, the demo, or a training; where it is, and what it said last."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..compute.choices import Choices
from ..compute.errors import LossvistaError
from ..compute.progress import Progress
from ..compute.recipe import Recipe
from ..compute.studies import STUDIES
from ..compute.studies.added import Added
from ..compute.training.recipe import Training
from .job import Job, State
from .language import tr
from .session import Document

COMPUTE = "lossvista.compute.run:run"
DEMO = "lossvista.compute.demo:demo"
TRAIN = "lossvista.compute.training.train:train"


@dataclass(eq=False)
class Run:
    """One computation. out: its file, or the folder of the demo or the training. recipe: what to compute or how to train, or the choices
    of a study that makes a landscape; None for the demo. documents: the landscapes it opened, in order. quiet: somebody
    else shows how far it is, and that it is done. found: what a study that makes
    a landscape has found before there is one."""

    target: str
    out: str
    recipe: Choices | None = None
    overwrite: bool = False
    state: State = State.RUNNING
    last: Progress = field(default_factory=lambda: Progress("starting"))
    documents: list[Document] = field(default_factory=list)
    found: Added | None = None
    error: LossvistaError | None = None
    job: Job | None = None
    keeping: bool = False
    quiet: bool = False

    @property
    def name(self) -> str:
        if isinstance(self.recipe, Recipe):
            return self.recipe.title or Path(self.out).stem
        if self.study:
            return f"{tr(STUDIES[self.study].label)}: {Path(self.out).stem}"
        return (
            tr("Demo: a small CNN on digits")
            if self.recipe is None
            else tr("Training {name}", name=Path(self.out).name)
        )

    @property
    def study(self) -> str:
        """The name of the study that makes its landscape, "" where none does."""
        return study_of(self.target)

    @property
    def keepable(self) -> bool:
        """Whether what there is can be kept as a file: there is one journal, and it has begun."""
        return (self.target == COMPUTE or bool(self.study)) and bool(self.documents)

    @property
    def resumable(self) -> bool:
        return self.state in (State.PAUSED, State.KEPT, State.FAILED)

    @property
    def active(self) -> bool:
        return self.state in (State.RUNNING, State.STOPPING)

    @property
    def waiting(self) -> bool:
        return self.state is State.WAITING


def study_of(target: str) -> str:
    """The study that is done by "module:function"; "" for none."""
    return next((name for name, study in STUDIES.items() if study.target == target), "")


def choices_of(target: str) -> type[Choices] | None:
    """The model of what such a run is told; None for what needs no telling."""
    if name := study_of(target):
        return STUDIES[name].model
    return {COMPUTE: Recipe, TRAIN: Training}.get(target)


def time_left(seconds: float | None) -> str:
    """Seconds as people say them; "" where they are not known."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return tr("{hours} h {minutes:02d} min left", hours=hours, minutes=minutes)
    return (
        tr("{minutes} min {whole:02d} s left", minutes=minutes, whole=whole % 60)
        if minutes
        else tr("{whole} s left", whole=whole)
    )
