"""Rebuilt: the network, the samples and the plane of a landscape that was computed before, and whether they are still the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from .blueprint import Blueprint
from .consent import Trust
from .device import there
from .engines.evaluator import Evaluator
from .engines.form import Way, way_of
from .errors import LossvistaError
from .landscape import Landscape
from .located import located
from .plane import Plane
from .prepare import Prepared, plane_of, prepare
from .problem.build import code_hash
from .problem.consent import expect_consent
from .recipe import Recipe
from .trajectory import CHECKPOINTS
from .weights import Weights, weights_of

SAME = 1e-4  # relative: how well the plane's axes must have the lengths of the landscape's


@dataclass(frozen=True)
class Rebuilt:
    """prepared: what the recipe leads to now. plane: the landscape's own. shifts and floors: of the buffers along its axes, where its
    batch-norm policy moves them. folders: name of a recorded path in the landscape → its recording's folder; lengths: how many
    checkpoints of it the landscape was computed with. way: how its points were evaluated, where that is known."""

    prepared: Prepared
    plane: Plane
    shifts: tuple[Weights, ...]
    floors: Weights
    folders: dict[str, str]
    lengths: dict[str, int]
    way: Way | None

    @cached_property
    def evaluator(self) -> Evaluator:
        """The landscape's own way to evaluate a point."""
        blueprint = Blueprint.of(self.prepared, self.plane.axes, self.shifts, self.floors)
        blueprint.chosen = self.way
        return blueprint.bench.evaluator


def rebuilt(landscape: Landscape, consequence: str, *, folder: str = "", trust: Trust = False) -> Rebuilt:
    """Load what the landscape's recipe names, and find its plane again: by its stored axes, or, where these are too large to be stored,
    from the recipe. It needs its axes, recipe, provenance and paths, not its surface.

    consequence: ends the sentence about what does not agree, as in "so its path is not followed". folder: of the landscape's file,
    where relative paths of the recipe are looked for when they are not found here. trust: whether code that the recipe names may run,
    and checkpoints that can run code be opened (see `problem.consent`); code that this process has run already may.
    Raises LossvistaError where the file does not say what it was computed from, or where weights, data, code, recordings or the plane
    are not those that it was computed with; Untrusted where code would run to which nobody agreed. Code that has changed never runs."""
    if not landscape.recipe or "weights_hash" not in landscape.provenance:
        raise LossvistaError(
            f"The landscape '{landscape.title}' does not say which network and data it was computed with, {consequence}.",
            "Landscapes that Lossvista computed say so; imported ones do not. Compute it here.",
        )
    recipe = located(Recipe.stored(landscape, trust), folder)
    recipe = recipe.replace(device=there(recipe.device))
    _expect_the_same(code_hash(recipe), landscape, consequence)
    expect_consent(f"The landscape '{landscape.title}'", (recipe.problem, recipe.model), trust)
    recorded = {name: path for name, path in landscape.trajectories.items() if path.recorded}
    folders = dict(zip(recorded, filter(None, (recipe.trajectory, *recipe.also)), strict=False))
    lengths = {name: int(path.how.get(CHECKPOINTS, len(path))) for name, path in recorded.items()}
    prepared = prepare(recipe, {one: lengths[name] for name, one in folders.items()})
    _expect_the_same(prepared.hashes, landscape, consequence)
    plane, shifts, floors = _plane(prepared, landscape, consequence)
    return Rebuilt(prepared, plane, shifts, floors, folders, lengths, way_of(landscape.provenance))


def _expect_the_same(hashes: Mapping[str, str], landscape: Landscape, consequence: str) -> None:
    known: Mapping[str, object] = landscape.provenance
    differing = [key for key, value in hashes.items() if key in known and known[key] != value]
    if differing:
        what = ", ".join(key.removesuffix("_hash").replace("_", " ") for key in differing)
        raise LossvistaError(
            f"The landscape '{landscape.title}' was computed with other {what} than there are now, {consequence}.",
            "Compute it again.",
        )


def _plane(prepared: Prepared, landscape: Landscape, consequence: str) -> tuple[Plane, tuple[Weights, ...], Weights]:
    origin, shifts, floors = weights_of(prepared.problem.model), (), {}
    if all(axis.direction for axis in landscape.axes) and prepared.recipe.statistics != "interpolated":
        axes = []
        for axis in landscape.axes:
            known = {key: torch.as_tensor(np.asarray(values)) for key, values in axis.direction.items()}
            axes.append({key: known.get(key, torch.zeros_like(tensor)) for key, tensor in origin.items()})
        plane = Plane(origin, axes)
    else:
        plane, directions = plane_of(prepared)
        if prepared.recipe.statistics == "interpolated":
            shifts, floors = tuple(directions.buffers), directions.floors
    norms = np.array([axis.norm for axis in landscape.axes])
    if len(norms) != len(plane.axes) or not np.allclose(plane.norms, norms, rtol=SAME):
        raise LossvistaError(
            f"The plane of '{landscape.title}' cannot be found again, {consequence}.", "Compute it again."
        )
    return plane, shifts, floors
