"""Follow: lengthens a path on a landscape while its recording is still being written, checkpoint by checkpoint."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from .blueprint import Blueprint
from .engines.bench import Bench
from .engines.task import Task
from .errors import LossvistaError
from .landscape import Landscape
from .paths import projected
from .plane import Plane
from .prepare import Prepared, plane_of, prepare
from .progress import Job, Progress
from .recipe import Recipe
from .training.recording import Recording
from .trajectory import Trajectory
from .weights import Weights, weights_of

PAUSE = 0.5  # seconds between two looks at a recording that has not grown, and between two reports of one that has
CHECKPOINTS = "checkpoints"  # of a path that has grown: how many there were when its plane was made
IDLE = 300.0  # seconds without a checkpoint after which nobody seems to write any more
SAME = 1e-4  # relative: how well the plane must be the landscape's


def follow(landscape: Landscape, folder: str, pause: float = PAUSE, idle: float = IDLE) -> Job[Trajectory]:
    """Project and evaluate the checkpoints that the recording in `folder` has more than the landscape's path of it, until it is
    finished or had no more for `idle` seconds; returns the whole path. Yields Progress(grown={name: path}) where there were some.

    The landscape needs its axes, recipe, provenance and paths, not its surface. The new points are of the same plane, samples
    and evaluator as the old ones. Raises LossvistaError where the landscape has no path of that recording, or where the
    recording, the weights or the data are not those that it was computed with.
    """
    yield Progress("loading the network and the data")
    recipe = Recipe.of(**landscape.recipe)
    folders = dict(zip(landscape.trajectories, filter(None, (recipe.trajectory, *recipe.also)), strict=False))
    name = next((name for name, one in folders.items() if _same(one, folder)), None)
    if name is None:
        raise LossvistaError(
            f"The landscape '{landscape.title}' has no path of the recording '{folder}'.",
            "Compute one from it (trajectory), or with it (also).",
        )
    lengths = {path: int(of.how.get(CHECKPOINTS, len(of))) for path, of in landscape.trajectories.items()}
    prepared = prepare(recipe, {one: lengths[path] for path, one in folders.items()})
    _expect_the_same(prepared, landscape)
    plane, shifts = _plane(prepared, landscape)
    evaluator = Blueprint.of(prepared, plane.axes, shifts).bench.evaluator
    path, model, last = landscape.trajectories[name], prepared.problem.model, time.monotonic()
    path = replace(path, how=path.how | {CHECKPOINTS: lengths[name]})
    while True:
        recording = Recording(folders[name], recipe.trust_pickle)
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


def _expect_the_same(prepared: Prepared, landscape: Landscape) -> None:
    """Raises LossvistaError where weights, data or recordings are not those of the landscape."""
    known = landscape.provenance
    differing = [key for key, value in prepared.hashes.items() if key in known and known[key] != value]
    if differing or "weights_hash" not in known:
        what = ", ".join(key.removesuffix("_hash").replace("_", " ") for key in differing) or "weights"
        raise LossvistaError(
            f"The landscape '{landscape.title}' was computed with other {what} than there are now, so its path is not followed.",
            "Compute it again.",
        )


def _plane(prepared: Prepared, landscape: Landscape) -> tuple[Plane, tuple[Weights, ...]]:
    """The landscape's plane and the shifts of the buffers along it: of its stored axes, or found again where they are too large
    to be stored. Raises LossvistaError where that gives another plane."""
    origin, shifts = weights_of(prepared.problem.model), ()
    if all(axis.direction for axis in landscape.axes) and prepared.recipe.statistics != "interpolated":
        axes = []
        for axis in landscape.axes:
            known = {key: torch.as_tensor(np.asarray(values)) for key, values in axis.direction.items()}
            axes.append({key: known.get(key, torch.zeros_like(tensor)) for key, tensor in origin.items()})
        plane = Plane(origin, axes)
    else:
        plane, directions = plane_of(prepared)
        shifts = tuple(directions.buffers) if prepared.recipe.statistics == "interpolated" else ()
    norms = np.array([axis.norm for axis in landscape.axes])
    if len(norms) != len(plane.axes) or not np.allclose(plane.norms, norms, rtol=SAME):
        raise LossvistaError(
            f"The plane of '{landscape.title}' cannot be found again, so its path is not followed.", "Compute it again."
        )
    return plane, shifts
