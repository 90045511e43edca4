"""Prepare: from the names in a recipe to the things themselves: problem, centre, recording, plane."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType

import numpy as np
from torch import Tensor

from .consent import agreed
from .directions import DIRECTIONS
from .directions.file import file_hash
from .directions.request import DirectionRequest, Directions
from .doors import find
from .errors import LossvistaError
from .plane import Plane
from .problem.build import build_problem, code_hash
from .problem.checkpoints import load_weights
from .problem.consent import expect_consent
from .problem.fitting import fit_weights
from .problem.network import expect_finite
from .problem.problem import Problem
from .problem.usercode import is_file_spec
from .recipe import Recipe
from .training.recording import Recording
from .weights import fingerprint, perturbed, units, weights_of


@dataclass(frozen=True)
class Prepared:
    """problem: its model holds the centre's weights and buffers. others: the full states of the recipe's further checkpoints.
    recordings: name in the landscape → recorded path; the first is the one whose last checkpoint may be the centre.
    available: samples in the data set, of which the problem may hold a part. hashes: weights, data, sample ids, paths (SHA-256)."""

    recipe: Recipe
    problem: Problem
    others: list[dict[str, Tensor]]
    recordings: dict[str, Recording]
    available: int
    hashes: dict[str, str]

    @property
    def identity(self) -> dict[str, object]:
        """What two runs must share to be one: the choices, and the contents (not the paths) of weights and data."""
        choices = self.recipe.numbers()
        for path in ("weights", "trajectory", "also", "data", "test_data", "problem"):
            del choices[path]
        choices["directions"] = self.recipe.directions.partition(":")[0]
        if is_file_spec(self.recipe.model) or self.recipe.problem:
            del choices["model"]
        return {**choices, **self.hashes}


def prepare(recipe: Recipe, lengths: Mapping[str, int] = MappingProxyType({})) -> Prepared:
    """Load what the recipe names; a problem of the user's own may bring its weights itself. lengths: of a recording that the
    recipe names, how many checkpoints it shall have; else all that there are.

    Raises LossvistaError for anything that is missing or does not fit."""

    def recorded(folder: str) -> Recording:
        whole = Recording(folder, trust=recipe.trust_pickle)
        return whole.first(lengths.get(folder, len(whole)))

    recording = recorded(recipe.trajectory) if recipe.trajectory else None
    if recording is not None:
        recipe = completed(recipe, recording)
    if not recipe.weights and recording is None and not recipe.problem:
        raise LossvistaError(
            "A landscape needs a trained network, and the recipe names none.",
            "Give its checkpoint (--weights FILE) or a folder of recorded ones (--trajectory RUN/).",
        )
    problem = build_problem(recipe, recipe.test_data)
    model, trust = problem.model, recipe.trust_pickle
    if recipe.weights:
        model.load_state_dict(fit_weights(model, load_weights(recipe.weights[0], trust), recipe.weights[0]))
    elif recording is not None:
        model.load_state_dict(fit_weights(model, recording.weights(len(recording) - 1), recipe.trajectory))
    whose = recipe.weights[0] if recipe.weights else recipe.trajectory
    expect_finite(model.state_dict(), f"The checkpoint '{whose}'" if whose else "The network")
    others = [fit_weights(model, load_weights(path, trust), path) for path in recipe.weights[1:]]
    for path, other in zip(recipe.weights[1:], others, strict=True):
        expect_finite(other, f"The checkpoint '{path}'")
    recordings = {} if recording is None else {trajectory_name(recipe.trajectory): recording.fitted(model)}
    for path in recipe.also:
        recordings[_unused(trajectory_name(path), recordings)] = recorded(path).fitted(model)
    hashes = {**_hashes(problem, others, recordings), **code_hash(recipe), **_directions_hash(recipe.directions)}
    return Prepared(recipe, problem, others, recordings, problem.available, hashes)


def plane_of(prepared: Prepared) -> tuple[Plane, Directions]:
    """The plane that the recipe asks for, around the problem's weights."""
    recipe, problem = prepared.recipe, prepared.problem
    name, _, argument = recipe.directions.partition(":")
    origin = weights_of(problem.model)
    request = DirectionRequest(
        problem=problem,
        origin=origin,
        names=perturbed(problem.model, recipe.ignores, recipe.only),
        units=units(problem.model),
        count=recipe.axes,
        seed=recipe.seed,
        normalization=recipe.normalizes,
        orthogonal=recipe.orthogonal,
        repeat=recipe.repeat,
        argument=argument,
        others=prepared.others,
        recordings=list(prepared.recordings.values()),
        centred=recipe.pca_centre,
    )
    directions: Directions = find("direction", DIRECTIONS, name)(request)
    plane = Plane(origin, directions.axes)
    for length, label in zip(plane.norms, directions.labels, strict=False):
        _expect_length(length, label, recipe.normalizes)
    return plane, directions


def _expect_length(length: float, label: str, normalization: str) -> None:
    """Raises LossvistaError for an axis that leads nowhere."""
    if length == 0 and normalization != "none":
        raise LossvistaError(
            f"The axis {label} has no length: all weights that it would move are zero, and normalization '{normalization}' gives "
            "directions the lengths of weights.",
            "Give trained weights, perturb others (only), or use --normalization none.",
        )
    if not 0 < length < np.inf:
        raise LossvistaError(f"The axis {label} has the length {length}: it is no direction.", "Use random directions.")


def completed(recipe: Recipe, recording: Recording) -> Recipe:
    """A recording says which model and data it is of: choices that the user did not make himself come from there. Raises Untrusted where
    it names code to which the person has not agreed."""
    if not recording.meta and not recipe.model_fields_set & {"problem", "model"}:
        raise LossvistaError(
            f"The checkpoints in '{recording.folder}' do not say which network they are of.",
            "Name its problem (--problem FILE.py:FUNCTION), or its model and data (--model, --data).",
        )
    known = {k: recording.meta[k] for k in ("problem", "model", "data", "normalize") if recording.meta.get(k)}
    training = recording.meta.get("training")
    if isinstance(training, dict) and training.get("optimizer") != "adamw":  # whose decay is no penalty of the loss
        decay = training.get("weight_decay")
        known |= {"weight_decay": float(decay)} if isinstance(decay, (int, float)) and decay > 0 else {}
    if recipe.model_fields_set & {"model", "data"}:
        known.pop("problem", None)
    if recipe.problem:  # it comes in place of both
        known.pop("model", None)
        known.pop("data", None)
    open_choices = {k: v for k, v in known.items() if k not in recipe.model_fields_set}
    trust = recipe.trust_pickle
    code = [str(open_choices[choice]) for choice in ("problem", "model") if choice in open_choices]
    expect_consent(f"The recording '{recording.folder}'", code, trust if trust is True else (*(trust or ()), *agreed()))
    return recipe.replace(**open_choices) if open_choices else recipe


def _hashes(problem: Problem, others: list[dict[str, Tensor]], recordings: dict[str, Recording]) -> dict[str, str]:
    state: dict[str, Tensor] = dict(problem.model.state_dict())
    hashes = {"weights_hash": fingerprint(state), "data_hash": problem.fingerprint()}
    hashes["samples_hash"] = hashlib.sha256(problem.ids.numpy().tobytes()).hexdigest()
    for number, other in enumerate(others, 2):
        hashes[f"weights_{number}_hash"] = fingerprint(other)
    for number, recording in enumerate(recordings.values(), 1):
        digest = hashlib.sha256(json.dumps([np.asarray(v).tolist() for v in recording.steps.values()]).encode())
        digest.update(fingerprint(recording.weights(len(recording) - 1)).encode())
        hashes["trajectory_hash" if number == 1 else f"trajectory_{number}_hash"] = digest.hexdigest()
    return hashes


def _directions_hash(directions: str) -> dict[str, str]:
    """Of the file that the directions come from, where they come from one. Raises LossvistaError where it is not there."""
    name, _, path = directions.partition(":")
    return {"directions_hash": file_hash(path)} if name == "file" else {}


def trajectory_name(folder: str) -> str:
    """What the trajectory of a recording is called in the landscape: its folder's name, and never "surface"."""
    name = Path(folder).resolve().name or "trajectory"
    return f"{name} path" if name == "surface" else name


def _unused(name: str, taken: Container[str]) -> str:
    """`name`, with a number where it is taken."""
    return next(one for one in chain([name], (f"{name} {k}" for k in count(2))) if one not in taken)
