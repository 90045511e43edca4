"""Ensemble (a study): networks from one training's cycles, alone, together and averaged, and where they lie in weight space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..blueprint import Blueprint
from ..errors import LossvistaError
from ..landscape import Landscape
from ..prepare import Prepared, plane_of, prepare
from ..problem.build import build_problem, code_hash
from ..problem.checkpoints import load_weights
from ..problem.fitting import fit_weights
from ..problem.problem import Problem
from ..progress import Job, Progress
from ..recipe import Recipe
from ..storage.disk import put
from ..studies.added import Added
from ..surface import Mark
from ..time_budget import TimeBudget, computed, decided, replaces
from ..training.packing import packed
from ..trajectory import CURVE, UNORDERED, Trajectory
from ..unfinished import UNFINISHED
from ..weights import fingerprint
from .averaged import Averaged
from .cycling import State, called, trained, training_of
from .ends import one_network
from .ensemble_choices import Ensemble
from .ensemble_told import TABLE
from .profile import Profile

AVERAGES = {"fge": "FGE average", "swa": "SWA average"}

Member = tuple[float, State]


def ensemble(choices: Ensemble, out: str, *, overwrite: bool = False) -> Job[Landscape]:
    """Train the ensembles (Garipov et al. 2018, §4; Izmailov et al. 2018; Huang et al. 2017), measure members, averaged predictions and
    averaged weights in the table `ensemble`, and compute a plane through members: the landscape in `out`, with the path of the training
    that took them. Trainings and averaged weights are kept in the folder `NAME-ensemble` beside it.

    The same choices and `out` again go on where it was. Where the time that they give is spent, the members that there are by then are
    compared. overwrite: of the landscape, as `run` has it. Yields Progress(added=…) with the table so far after each network. Raises
    LossvistaError as `train` and `run` do, and where the time is spent before there is a member."""
    budget = TimeBudget(choices.budget)
    yield Progress("loading the data")
    named, file = one_network(choices)
    test = named.pop("test_data", "") or (
        "digits:test" if named.get("data", "digits") in ("digits", "digits:train") else ""
    )
    choices = choices.replace(**named, test_data="" if named.get("problem") else test)
    problem = build_problem(training_of(choices, "start"), choices.test_data, choices.seed)
    folder = Path(out).expanduser().with_suffix("")
    folder = folder.with_name(f"{folder.name}-ensemble")
    hashes = {"data_hash": problem.fingerprint(), **code_hash(training_of(choices, "start"))}
    fresh = {name: tensor.clone() for name, tensor in problem.model.state_dict().items()}
    begun, start, left = 0, fresh, ""
    if file:
        start = fit_weights(problem.model, load_weights(file, choices.trust_pickle), file)
    elif {"fge", "swa"} & set(choices.methods):
        job = trained(training_of(choices, "start"), problem, fresh, folder / "start", called("start"), hashes, budget)
        network, left = yield from job
        _expect(network, [left])
        start, begun = network[0][1], choices.epochs
    how, rows, lacking = decided(choices), list[dict[str, Any]](), list[str]()
    found: dict[str, list[Member]] = {}
    for method in dict.fromkeys(choices.methods):
        if budget.over:
            lacking.append(f"{called(method)}: not begun")
            continue
        own = begun if method in ("fge", "swa") else 0
        first = start if method in ("fge", "swa") else fresh
        members, left = yield from _members(choices, method, problem, first, folder, hashes, budget)
        lacking += [left] if left else []
        if not members:
            continue
        found[method] = members
        averaged = Averaged(problem, choices.device)
        members = members[::-1] if method == "snapshot" else members  # the last ones are the best, and come first
        for number, (epoch, state) in enumerate(members, 1):
            spent = (
                number * epoch if method == "independent" else own + (members[0][0] if method == "snapshot" else epoch)
            )
            rows.append(_row(method, number, spent, averaged, state))
            yield Progress("measuring the ensembles", added=Added({TABLE: Profile.table(rows, how)}))
        put(folder / f"{method}-average.safetensors", packed(averaged.weights()))
    _expect(rows, lacking)
    recipe = _recipe(choices, found, folder)
    how |= {UNFINISHED: "; ".join(lacking)} if lacking else {}
    added = Added({TABLE: Profile.table(rows, how)})
    recipe = recipe.replace(title=f"{problem.name}: members of ensembles")
    prepared = prepare(recipe)
    added = replace(added, paths=_points(prepared, folder, list(found)))
    again = overwrite or replaces(out, TABLE, choices)
    return (yield from computed(prepared.recipe, out, added, TABLE, budget, overwrite=again))


def _expect(networks: Sequence[object], lacking: Sequence[str]) -> None:
    if not networks:
        raise LossvistaError(
            f"The time was spent before there was a network to compare ({'; '.join(lacking)}).",
            "The same choices go on from there; give them more time (--budget).",
        )


def _members(
    choices: Ensemble,
    method: str,
    problem: Problem,
    first: State,
    folder: Path,
    hashes: Mapping[str, str],
    budget: TimeBudget,
) -> Job[tuple[list[Member], str]]:
    """Train what the method needs, and return its members, and what is left to train."""
    known = {**hashes, "weights_hash": fingerprint(first)} if method in ("fge", "swa") else hashes
    if method != "independent":
        training = training_of(choices, method)
        return (yield from trained(training, problem, first, folder / method, called(method), known, budget))
    found: list[Member] = []
    for number in range(1, choices.members + 1):
        training, what = training_of(choices, method, number), called(method, number)
        if budget.over:
            return found, f"{what} of {choices.members}: not begun"
        model = build_problem(training, "", training.seed).model
        place = folder / f"independent-{number}"
        members, left = yield from trained(training, problem, model.state_dict(), place, what, known, budget)
        found += members
        if left:
            return found, left
    return found, ""


def _row(method: str, number: int, epochs: float, averaged: Averaged, state: State) -> dict[str, Any]:
    """What is known after one more member: of it alone, of all so far together, and of their mean weights."""
    row: dict[str, Any] = {"method": method, "members": number, "epochs": epochs}
    own = averaged.add(state)
    parts = (("member", own), ("together", averaged.together()), ("weights", averaged.of_weights()))
    if method == "independent" and number > 1:  # their mean weights are no minimum, but noise: nobody would use them
        parts = (*parts[:2], ("weights", dict.fromkeys(own, float("nan"))))
    return row | {f"{what}_{name}": value for what, figures in parts for name, value in figures.items()}


def _recipe(choices: Ensemble, found: Mapping[str, list[Member]], folder: Path) -> Recipe:
    """The plane through members of the first method that has enough of them, with the paths of the trainings."""
    recorded = [method for method in found if method != "independent"]
    main = next((method for method in recorded if len(found[method]) >= 3), "")
    files = []
    if main and choices.plane == "members":
        members = found[main]
        for number in (0, len(members) // 2, len(members) - 1):
            path = folder / main / f"member-{number + 1}.safetensors"
            put(path, packed(members[number][1]))
            files.append(str(path))
    elif not recorded or choices.plane == "members":
        members = [member for method in found for member in found[method]]
        for number, (_, state) in enumerate(members[:3], 1):
            path = folder / f"network-{number}.safetensors"
            put(path, packed(state))
            files.append(str(path))
    pca = not files
    shared = (
        "model",
        "data",
        "problem",
        "normalize",
        "download",
        "samples",
        "seed",
        "test_data",
        "resolution",
        "device",
    )
    kind = "pca" if pca else "points" if len(files) == 3 else "between" if len(files) == 2 else "random"
    return Recipe.of(
        **{name: getattr(choices, name) for name in shared},
        weights=tuple(files),
        directions=kind,
        trajectory=str(folder / recorded[0]) if recorded else "",
        also=tuple(str(folder / method) for method in recorded[1:] if method == "swa"),  # the others went elsewhere
        batch_norm="frozen" if kind in ("pca", "random") else "interpolated",
        weight_decay=choices.weight_decay or None,
    )


def _points(prepared: Prepared, folder: Path, methods: list[str]) -> dict[str, Trajectory]:
    """The averaged weights of each method, as points beside the paths."""
    plane, directions = plane_of(prepared)
    shifts = directions.buffers if prepared.recipe.statistics == "interpolated" else ()
    evaluator = Blueprint.of(prepared, plane.axes, shifts, directions.floors).bench.evaluator
    found = {}
    for method in methods:
        if method in ("independent", "snapshot"):
            continue
        file = folder / f"{method}-average.safetensors"
        state = fit_weights(prepared.problem.model, load_weights(file), file)
        coordinates, distance = plane.project({name: state[name] for name in plane.origin})
        loss = evaluator.fields[0]
        columns = {
            "alpha": coordinates[0],
            "beta": coordinates[1] if len(coordinates) > 1 else 0.0,
            "train_loss": evaluator.of(state)[loss],
            "slice_loss": evaluator.at(*coordinates.tolist())[loss],
            "distance": distance,
            "evaluated": float(Mark.EVALUATED),
        }
        name = AVERAGES[method]
        how: dict[str, str | float | int] = {UNORDERED: 1, CURVE: "average"}
        found[name] = Trajectory({key: np.array([value], float) for key, value in columns.items()}, how)
    return found
