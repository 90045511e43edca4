"""Follow: lengthens a path on a landscape while its recording is still being written, checkpoint by checkpoint."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from .consent import Trust
from .engines.bench import Bench
from .engines.task import Task
from .errors import LossvistaError
from .landscape import Landscape
from .paths import projected
from .plane import Plane
from .progress import Job, Progress
from .rebuilt import rebuilt
from .recipe import Recipe
from .training.recording import Recording
from .trajectory import CHECKPOINTS, Trajectory

PAUSE = 0.5  # seconds between two looks at a recording that has not grown, and between two reports of one that has
IDLE = 300.0  # seconds without a checkpoint after which nobody seems to write any more


def follow(
    landscape: Landscape, folder: str, pause: float = PAUSE, idle: float = IDLE, *, trust: Trust = False
) -> Job[Trajectory]:
    """Project and evaluate the checkpoints that the recording in `folder` has more than the landscape's path of it, until it is
    finished or had no more for `idle` seconds; returns the whole path. Yields Progress(grown={name: path}) where there were some.

    The landscape needs its axes, recipe, provenance and paths, not its surface. The new points are of the same plane, samples
    and evaluator as the old ones. trust: as `rebuilt` has it. Raises LossvistaError as `rebuilt` does, and where the landscape has no
    path of that recording, or the recording was begun anew.
    """
    yield Progress("loading the network and the data")
    recipe = Recipe.stored(landscape, trust)
    folders = dict(zip(landscape.trajectories, filter(None, (recipe.trajectory, *recipe.also)), strict=False))
    name = next((name for name, one in folders.items() if _same(one, folder)), None)
    if name is None:
        raise LossvistaError(
            f"The landscape '{landscape.title}' has no path of the recording '{folder}'.",
            "Compute one from it (trajectory), or with it (also).",
        )
    again = rebuilt(landscape, "so its path is not followed", trust=trust)
    evaluator, plane = again.evaluator, again.plane
    path, model, last = landscape.trajectories[name], again.prepared.problem.model, time.monotonic()
    path = replace(path, how=path.how | {CHECKPOINTS: again.lengths[name]})
    while True:
        recording = Recording(folders[name], trust)
        if len(recording) < len(path):
            raise LossvistaError(f"The recording '{folder}' was begun anew.", "Compute its landscape again.")
        recording = recording.fitted(model, len(path))
        while len(path) < len(recording):
            begun, first = time.monotonic(), len(path)
            bench = Bench(evaluator, {name: recording})
            while True:
                path = _longer(path, name, bench, plane, recording.first(len(path) + 1))
                if len(path) == len(recording) or time.monotonic() >= begun + pause:
                    break
            added = f"{len(path) - first} more checkpoint{'s' if len(path) - first > 1 else ''}"
            yield Progress("following the path", len(path), note=f"{name}: {added}", grown={name: path})
            last = time.monotonic()
        if recording.meta.get("finished", True) or time.monotonic() >= last + idle:
            return path
        yield Progress("waiting for the next checkpoint", len(path))
        time.sleep(pause)


def _same(one: str, other: str) -> bool:
    return Path(one).expanduser().resolve() == Path(other).expanduser().resolve()


def _longer(path: Trajectory, name: str, bench: Bench, plane: Plane, recording: Recording) -> Trajectory:
    """The path with the last checkpoint of `recording`."""
    at = len(path)
    further = projected(recording, plane, at)
    point = np.array([[further["alpha"][0], further["beta"][0]]])[:, : len(plane.axes)]
    values = bench.row(Task(np.array([at]), point, name), 0)
    return path.extended({**further.columns, **{column: np.array([value]) for column, value in values.fields.items()}})
