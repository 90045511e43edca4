"""Console: draws the progress of a job on stderr, as a bar on a terminal and as plain lines elsewhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from .progress import Job, Progress

T = TypeVar("T")
_COLUMNS = (
    SpinnerColumn(),
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TextColumn("{task.fields[left]}"),
    TextColumn("{task.fields[told]}"),
)
# Figures that are told while a job runs, and how.
_TOLD = {
    "epoch": ("epoch", ".2f"),
    "train_loss": ("loss", ".4g"),
    "train_accuracy": ("accuracy", ".1%"),
    "test_loss": ("test loss", ".4g"),
    "test_accuracy": ("test accuracy", ".1%"),
}


def watch(job: Job[T], *, as_json: bool = False) -> T:
    """Drain a job, showing its progress, and return its result. as_json: one JSON object a step on stdout instead.
    Ctrl-C closes the job, so that what it saved stays whole, and is raised again."""
    try:
        if as_json:
            return _drain(job, _Objects())
        if not sys.stderr.isatty():
            return _drain(job, _Lines())
        with Bars(*_COLUMNS, console=Console(stderr=True)) as bars:
            return _drain(job, _Bar(bars))
    finally:
        job.close()


def _drain(job: Job[T], show: Callable[[Progress], None]) -> T:
    while True:
        try:
            step = next(job)
        except StopIteration as stop:
            return stop.value
        show(step)


class _Objects:
    """A JSON object for each step that says something new; in silence, jobs repeat their last one."""

    def __init__(self) -> None:
        self.last: dict[str, object] = {}

    def __call__(self, step: Progress) -> None:
        found = as_object(step)
        if found != self.last:
            print(json.dumps(found), flush=True)
        self.last = found


class _Bar:
    """One bar, for the stage that is being worked on."""

    def __init__(self, bars: Bars) -> None:
        self.bars, self.stage, self.task = bars, "", None

    def __call__(self, step: Progress) -> None:
        if step.note:
            self.bars.console.print(step.note, highlight=False, markup=False)
        if step.stage and step.stage != self.stage:
            if self.task is not None:
                self.bars.remove_task(self.task)
            self.stage, self.task = step.stage, self.bars.add_task(step.stage, total=None, left="", told="")
        if self.task is not None:
            shown: dict[str, Any] = {"left": left(step.eta), "told": told(step.figures)}
            self.bars.update(self.task, completed=step.done, total=step.total or None, **shown)


class _Lines:
    """A line for each stage, one every five seconds, and one when it is done; none twice in a row."""

    def __init__(self) -> None:
        self.stage, self.shown, self.line = "", 0.0, ""

    def __call__(self, step: Progress) -> None:
        if step.note:
            print(step.note, file=sys.stderr, flush=True)
        new = step.stage and step.stage != self.stage
        if new or time.monotonic() - self.shown > 5 or (step.total and step.done == step.total):
            count = f" {step.done}/{step.total}" if step.total else ""
            tail = "".join(f", {part}" for part in (left(step.eta), told(step.figures)) if part)
            line = f"{step.stage}{count}{tail}"
            if line != self.line:
                print(line, file=sys.stderr, flush=True)
            self.stage, self.shown, self.line = step.stage, time.monotonic(), line


def as_object(step: Progress) -> dict[str, object]:
    """A step as plain values, for `--json`."""
    plain: dict[str, object] = {"stage": step.stage, "done": step.done, "total": step.total}
    if step.eta is not None:
        plain["seconds_left"] = round(step.eta, 1)
    if step.note:
        plain["note"] = step.note
    return {**plain, **(step.figures or {})}


def told(figures: Mapping[str, float] | None) -> str:
    """What a training says of itself, in a few words: "epoch 3.25, loss 0.4112, accuracy 87.5%"."""
    known = figures or {}
    return ", ".join(f"{word} {known[name]:{how}}" for name, (word, how) in _TOLD.items() if name in known)


def left(seconds: float | None) -> str:
    """Time left, for people."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{max(seconds, 0):.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"
