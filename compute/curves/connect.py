"""Connect (a study): two networks joined by a curve of low loss, and the plane through them and its bend, with the curve on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ..blueprint import Blueprint
from ..engines.batch_norm import statistics_layers
from ..errors import LossvistaError
from ..landscape import Landscape
from ..prepare import Prepared, plane_of, prepare
from ..progress import Job, Pace, Progress
from ..recipe import Recipe
from ..storage.disk import put
from ..studies.added import Added
from ..surface import Mark
from ..time_budget import TimeBudget, computed, decided, replaces
from ..training.packing import packed
from ..trajectory import CURVE, Trajectory
from ..unfinished import UNFINISHED
from ..weights import Weights, add, dot, norm, weights_of
from .choices import Connect
from .curve import SEGMENT, lengths, shares
from .ends import ends_of
from .fit import State, bend_name, fit
from .profile import Profile
from .told import KINDS, TABLE, ways

MEASURING = "measuring the curve and the straight line"
PATHS = {SEGMENT: "straight line", "bezier": "Bezier curve", "polychain": "polygonal chain"}
MIDDLE = "middle.safetensors"  # φ(½), which spans the plane where there are several bends
POLICIES = ("re-estimated", "interpolated", "frozen")


def connect(choices: Connect, out: str, *, overwrite: bool = False) -> Job[Landscape]:
    """Train a curve between two networks (Garipov et al. 2018), measure it and the straight line, and compute the plane through the
    ends and the bend: the landscape in `out`, with a table `connection` and both ways as paths at their true losses. The bends are
    recorded in the folder `NAME-curve` beside it, as checkpoints `bend-1.safetensors` …

    The same choices and `out` again resume, wherever it was. Where the time that they give is spent, the curve is measured as it is by
    then. overwrite: of the landscape, as `run` has it. Where there are several bends, the plane is that of the ends and of the curve's
    middle φ(½). Raises LossvistaError as `prepare`, `train` and `run` do, and where the networks are the same."""
    budget = TimeBudget(choices.budget)
    yield Progress("loading the networks and the data")
    recipe = _recipe(choices)
    prepared = prepare(recipe)
    ends: list[State] = [dict(prepared.problem.model.state_dict()), prepared.others[0]]
    if norm(add(_weights(prepared, ends[1]), _weights(prepared, ends[0]), -1.0)) == 0:
        raise LossvistaError(
            "The two networks have the same weights: there is nothing between them.", "Name two different checkpoints."
        )
    folder = Path(out).expanduser().with_suffix("")
    folder = folder.with_name(f"{folder.name}-curve")
    bends, left = yield from fit(choices, prepared.problem, ends, folder, prepared.hashes, budget)
    third, file = bends[0], folder / bend_name(1)
    points = [ends[0], *bends, ends[1]]
    if len(bends) > 1:
        own = shares(choices.curve, len(bends), np.array([0.5]))[0]
        third, file = _mixed(points, own), folder / MIDDLE
        put(file, packed(third))
    title = f"{prepared.problem.name}: two networks and {KINDS[choices.curve]} between them"
    recipe = recipe.replace(weights=(*recipe.weights, str(file)), directions="points", axes=2, title=title)
    prepared = replace(prepared, recipe=recipe, others=[ends[1], third])
    added = yield from _measured(choices, prepared, points)
    if left:
        added.tables[TABLE].how[UNFINISHED] = left
    again = overwrite or replaces(out, TABLE, choices)
    return (yield from computed(recipe, out, added, TABLE, budget, overwrite=again))


def _recipe(choices: Connect) -> Recipe:
    """Of the line between the two."""
    named, files = ends_of(choices)
    test = named.pop("test_data", "") or (
        "digits:test" if named.get("data", "digits") in ("digits", "digits:train") else ""
    )
    return Recipe.of(
        **named,
        test_data="" if named.get("problem") else test,
        weights=files,
        trust_pickle=choices.trust_pickle,
        samples=choices.samples,
        seed=choices.seed,
        directions="between",
        axes=1,
        resolution=choices.resolution,
        batch_norm=choices.batch_norm,
        weight_decay=choices.weight_decay or None,
        device=choices.device,
    )


def _measured(choices: Connect, prepared: Prepared, points: list[State]) -> Job[Added]:
    """Both ways, under the chosen policy or all of them: the table, and the paths."""
    problem = prepared.problem
    policies = [choices.batch_norm]
    if choices.each_policy and statistics_layers(problem.model):
        policies += [policy for policy in POLICIES if policy != choices.batch_norm]
    plane, directions = plane_of(prepared)
    shifts = directions.buffers if prepared.recipe.statistics == "interpolated" else ()
    evaluator = Blueprint.of(prepared, plane.axes, shifts, directions.floors).bench.evaluator
    profile = Profile(problem, points, choices.curve, evaluator, plane)
    places = np.linspace(0, 1, choices.points).tolist()
    total = 2 * len(policies) * len(places)
    pace, how = Pace(total), decided(choices)
    for policy in policies:
        for way in (choices.curve, SEGMENT):
            for k, t in enumerate(places):
                profile.measure(way, policy, t)
                done = len(profile.rows)
                last = k == len(places) - 1
                added = Added({TABLE: Profile.table(profile.rows, how)}) if last else None
                yield Progress(MEASURING, done, total, pace.eta(done), added=added)
    paths = {PATHS[way]: _path(profile, way, places) for way in (choices.curve, SEGMENT)}
    how |= {"apart": _length(prepared, [points[0], points[-1]], SEGMENT, places)}
    length = _length(prepared, points, choices.curve, places)
    how |= {"length": length}
    table = Profile.table(profile.rows, how)
    for way in ways(table):
        if way.statistics == choices.batch_norm:
            table.how[f"barrier_{'segment' if way.name == SEGMENT else 'curve'}"] = way.barrier
    far = float(max(row["distance"] for row in profile.rows))
    return Added({TABLE: table}, paths=paths, trust={"curve_distance": far, "curve_length": length})


def _path(profile: Profile, way: str, places: list[float]) -> Trajectory:
    """A way on the plane, at its true loss under the chosen policy."""
    rows = [row for row in profile.rows if row["way"] == way][: len(places)]
    columns = {
        name: np.array([row[name] for row in rows])
        for name in ("alpha", "beta", "t", "train_loss", "distance", "weight_norm")
    }
    columns["slice_loss"] = np.array([profile.slice_loss(row) for row in rows])
    if "train_error" in rows[0]:
        columns["train_accuracy"] = np.array([1 - row["train_error"] for row in rows])
    return Trajectory({**columns, "evaluated": np.full(len(rows), float(Mark.EVALUATED))}, {CURVE: way})


def _length(prepared: Prepared, points: list[State], way: str, places: list[float]) -> float:
    """Of a way, in weight units."""
    first = _weights(prepared, points[0])
    apart = [add(_weights(prepared, point), first, -1.0) for point in points]
    gram = np.array([[dot(a, b) for b in apart] for a in apart])
    return float(lengths(shares(way, len(points) - 2, np.array(places)), gram)[-1])


def _weights(prepared: Prepared, state: State) -> Weights:
    return {name: state[name] for name in weights_of(prepared.problem.model)}


def _mixed(points: list[State], own: np.ndarray) -> State:
    """Σ share·point of all that is no whole number; that is the first one's."""
    mixed = dict(points[0])
    for name, tensor in points[0].items():
        if tensor.is_floating_point():
            total = sum(share * point[name].double() for share, point in zip(own.tolist(), points, strict=True))
            mixed[name] = total.to(tensor.dtype)  # type: ignore[union-attr]
    return mixed
