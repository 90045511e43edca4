"""Run: the one road. `run(recipe)` yields progress with patches of the surface and returns the landscape; the window, the
command line and a notebook drain the same generator."""

from __future__ import annotations

import platform
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import torch

from .. import __version__
from .blueprint import Blueprint
from .device import device_of, told
from .directions.normalization import unit_norm_gap
from .doors import find
from .engines import ENGINES
from .engines.batch_norm import statistics_layers
from .engines.evaluator import Evaluator
from .engines.form import Way, way_of
from .engines.preview import PREVIEWS, computing, largest_error
from .engines.task import SURFACE
from .errors import LossvistaError
from .grid import Grid
from .landscape import Axis, Landscape
from .paths import projected
from .plane import Plane
from .prepare import Prepared, plane_of, prepare
from .progress import Job, Pace, Progress
from .recipe import Recipe
from .saving import plan_info, plan_of
from .storage import Journal, identity_of, keep, load
from .surface import FieldInfo, Patch, Surface
from .there import is_file, is_there
from .trajectory import path_figures
from .weights import norm, units

if TYPE_CHECKING:
    from .studies.added import Added

PENALTY = "weight_decay_penalty"  # ½λ‖θ + αδ + βη‖² over all parameters, in closed form


def run(
    recipe: Recipe,
    out: str | None = None,
    *,
    overwrite: bool = False,
    budget: float | None = None,
    added: Added | None = None,
    way: Way | None = None,
) -> Job[Landscape]:
    """Compute a landscape; with `out`, journal it beside that file and save it there at the end.

    The same recipe and `out` again resume: points in the journal are not computed twice; a finished file is returned as it is.
    With a `budget`, it ends after so many seconds with what there is by then, coarse to fine: that is saved in `out`, its journal
    stays beside it, and the same recipe goes on from there. added: what the landscape holds besides from the start: tables, and paths
    of no recording whose losses are known. way: to evaluate points, where it was chosen before, say for the landscape that this is a
    part of: then the points that both have get the same bits.
    Yields Progress(start=landscape without values, or with those of the journal), then Progress(patch=…) for each tile.
    Raises LossvistaError for bad input, and where `out` holds another landscape (unless `overwrite`).
    """
    end = None if budget is None else time.monotonic() + budget
    device_of(recipe.device)  # said before anything is loaded
    yield Progress("loading the network and the data", note=told(recipe.device))
    prepared = prepare(recipe)
    for line in (*prepared.problem.notes, *(r.note for r in prepared.recordings.values() if r.note)):
        yield Progress("loading the network and the data", note=line)
    if out is not None and (finished := _finished(prepared, Path(out), overwrite)) is not None:
        yield Progress("nothing to do", 1, 1, start=finished, note=f"{out} holds this landscape already.")
        return finished
    yield Progress("finding the directions")
    plane, directions = plane_of(prepared)
    recipe = prepared.recipe
    shifts = directions.buffers if recipe.statistics == "interpolated" else ()
    blueprint = Blueprint.of(prepared, plane.axes, shifts, directions.floors)
    blueprint.chosen = way
    journal = None if out is None else _resumed(out, prepared.identity, overwrite)
    try:
        if journal is not None:
            landscape = journal.landscape
            blueprint.chosen = way_of(landscape.provenance)
            for line in ("An unfinished run of this recipe was found: it goes on from there.", *journal.notes):
                yield Progress("resuming", note=line)
        else:
            yield Progress("checking the centre")
            landscape = _start(prepared, plane, directions.labels, directions.explained, recipe.grid(directions.extent))
            landscape.trust.update(_checked_centre(prepared, blueprint.bench.evaluator))
            if added is not None:
                added.into(landscape)
            if recipe.precision in PREVIEWS:
                landscape.trust.update(_checked_preview(blueprint, landscape.surface.grid))
            landscape.provenance["evaluation"] = blueprint.way._asdict()
            journal = None if out is None else Journal.create(out, landscape, prepared.identity)
            landscape = landscape if journal is None else journal.landscape
        yield Progress("evaluating the surface", start=landscape)
        whole = yield from _evaluate(prepared, plane, blueprint, landscape, journal, end)
        if journal is None:
            return landscape
        if whole:
            return journal.finish()
        journal.close()
        return keep(journal.path)
    finally:
        if journal is not None:
            journal.close()


def _evaluate(
    prepared: Prepared,
    plane: Plane,
    blueprint: Blueprint,
    landscape: Landscape,
    journal: Journal | None,
    end: float | None,
) -> Job[bool]:
    """end: when the time is spent (monotonic). Returns whether every point is there."""
    engine, decay = find("engine", ENGINES, prepared.recipe.engine), prepared.recipe.weight_decay
    plan = plan_of(
        prepared.recipe, prepared.problem, landscape, {} if journal is None else journal.each, blueprint.way.batch
    )
    total, done = plan.total, plan.done
    pace = Pace(total, done)
    if done:
        yield Progress("evaluating the surface", done, total, note=f"{done:,} of {total:,} points are known already.")
    last = Progress("evaluating the surface", done, total)
    with closing(engine(blueprint, plan.tasks())) as items:
        for item in items:
            while plan.notes:
                yield replace(last, note=plan.notes.pop(0))
            if not isinstance(item, Patch):
                yield replace(last, note=item or "")
                continue
            patch = plan.stored(item)
            if decay and patch.where == SURFACE and patch.fields:
                points = landscape.surface.grid.points(patch.index)
                penalty = 0.5 * decay * plane.square_norms(points[:, : len(plane.axes)])
                patch = replace(patch, fields={**patch.fields, PENALTY: penalty})
            landscape.add(patch) if journal is None else journal.add(patch)
            done = plan.done
            stage = "evaluating the surface" if patch.where == SURFACE else "evaluating the path"
            last = Progress(stage, done, total, pace.eta(done))
            yield replace(last, patch=replace(patch, each=None))
            if end is not None and time.monotonic() >= end and done < total:
                left = f"The time is spent: {done:,} of {total:,} points are done. The same recipe goes on from here."
                yield replace(last, note=left)
                return False
        for line in plan.notes:
            yield replace(last, note=line)
    patch = plan.last()
    if patch is not None:
        landscape.add(patch) if journal is None else journal.add(patch)
        yield replace(last, done=total, eta=0.0, patch=patch)
    return True


def _start(prepared: Prepared, plane: Plane, labels: list[str], explained: list[float], grid: Grid) -> Landscape:
    """The landscape without values: all that is known before the first point."""
    recipe, problem = prepared.recipe, prepared.problem
    moved = {name for axis in plane.axes for name, t in axis.items() if bool((t != 0).any())}
    ignored = tuple(name for name in plane.origin if name not in moved)
    axes = [
        Axis(
            label,
            method=recipe.directions.partition(":")[0],
            seed=recipe.seed,
            normalization=recipe.normalizes,
            norm=float(length),
            explained=share,
            ignored=ignored,
            direction={name: tensor.numpy() for name, tensor in axis.items() if name in moved},
        )
        for label, length, share, axis in zip(labels, plane.norms, explained, plane.axes, strict=False)
    ]
    trust = {
        "weight_norm": norm(plane.origin),
        "perturbed_weight_norm": norm({name: plane.origin[name] for name in moved}),
        "perturbed_parameters": sum(plane.origin[name].numel() for name in moved),
        "parameters": sum(tensor.numel() for tensor in plane.origin.values()),
        "cosine": plane.cosine,
        "batch_norm": recipe.statistics,
        "batch_norm_layers": len(statistics_layers(problem.model)),
        "samples": len(problem),
        "samples_available": prepared.available,
        "precision": recipe.precision,
    }
    if recipe.normalizes == "filter":
        split = units(problem.model)
        trust["unit_norm_gap"] = max(
            unit_norm_gap({name: axis[name] for name in moved}, plane.origin, split) for axis in plane.axes
        )
    penalty = {PENALTY: FieldInfo("", "nats", "weight-decay penalty ½λ‖θ‖²")} if recipe.weight_decay else {}
    landscape = Landscape(
        Surface(grid, info=problem.info | penalty | plan_info(recipe, problem)),
        title=recipe.title or problem.name,
        axes=axes,
        recipe=recipe.stored_form(),
        trust=trust,
        provenance=_provenance(prepared),
    )
    for name, recording in prepared.recordings.items():
        landscape.trajectories[name] = projected(recording, plane)
    trust |= path_figures(landscape.trajectories.values())
    return landscape


def _checked_centre(prepared: Prepared, evaluator: Evaluator) -> dict[str, float]:
    """The centre through the evaluator, twice, and through the plain module. Raises LossvistaError where two evaluations of
    one point differ: a landscape of such a network would be noise."""
    zero = [0.0] * prepared.recipe.axes
    first, again = evaluator.at(*zero), evaluator.at(*zero)
    loss, error, *_ = evaluator.fields
    if not np.array_equal(list(first.values()), list(again.values()), equal_nan=True):
        raise LossvistaError(
            f"Evaluating the centre twice gave two losses, {first[loss]!r} and {again[loss]!r}.",
            "Something random (dropout, augmentation, sampling) is active in evaluation mode; switch it off.",
        )
    model = prepared.problem.copy_of_model()
    state = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    with computing(evaluator.device, "float32"):
        losses = prepared.problem.losses(state, batch_size=evaluator.batch_size, device=evaluator.device)
    plain = losses.double().mean().item()
    return {"centre_loss": first[loss], "centre_loss_se": first[error], "checkpoint_loss": plain}


def _checked_preview(blueprint: Blueprint, grid: Grid) -> dict[str, float]:
    """How far a preview's losses are off, at the centre and half-way to the grid's edges."""
    centre = [0.0] * blueprint.recipe.axes
    points = [centre]
    for k, ticks in enumerate((grid.alpha, grid.beta)[: len(centre)]):
        for place in (len(ticks) // 4, len(ticks) - 1 - len(ticks) // 4):
            points.append([*centre[:k], float(ticks[place]), *centre[k + 1 :]])
    loss, exact = blueprint.bench.evaluator.fields[0], blueprint.exact().evaluator
    error = largest_error(
        lambda *point: blueprint.bench.evaluator.at(*point)[loss], lambda *point: exact.at(*point)[loss], points
    )
    return {"precision_error": error, "precision_points": len(points)}


def _provenance(prepared: Prepared) -> dict[str, object]:
    return {
        **prepared.hashes,
        "versions": {
            "lossvista": __version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "h5py": h5py.__version__,
        },
        "device": prepared.recipe.device,
        "machine": platform.machine(),
    }


def _resumed(out: str, identity: dict[str, object], overwrite: bool) -> Journal | None:
    try:
        return Journal.resume(out, identity)
    except LossvistaError:
        if overwrite and is_file(f"{out}.journal"):
            return None  # another run's journal: a new one takes its place, if the lock is free
        raise


def _finished(prepared: Prepared, out: Path, overwrite: bool) -> Landscape | None:
    """The landscape in `out` where it is this very one, complete, without an open journal. Raises LossvistaError where it is
    another one, unless `overwrite`."""
    if not is_there(out) or is_there(f"{out}.journal"):
        return None
    there = identity_of(out)
    if there == prepared.identity:
        return load(out)
    if overwrite:
        return None
    wanted = prepared.identity
    differing = sorted(k for k in wanted if there is None or there.get(k) != wanted[k])
    raise LossvistaError(
        f"{out} holds another landscape ({', '.join(differing[:4])} differ{'s' if len(differing) == 1 else ''}).",
        "Choose another name, or overwrite it (--overwrite).",
    )
