"""Minefield: good and bad minima of one training loss, the landscape through them, their basins, and all of them embedded in the plane
(Huang et al. 2020, "Understanding Generalization through Visualizations")."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import LossvistaError
from ..landscape import Landscape
from ..measures.basin import log_volume
from ..plane import Plane
from ..problem.build import lasting_spec
from ..problem.data import lasting
from ..progress import Job, Pace, Progress
from ..rebuilt import rebuilt
from ..recipe import Recipe
from ..run import run
from ..storage import load, save
from ..studies.added import Added
from ..studies.basin_radii import radii_of
from ..studies.basins import BasinChoices
from ..table import Table
from ..time_budget import TimeBudget, decided, replaces
from ..training.layout import FINAL
from ..trajectory import UNORDERED
from ..unfinished import GOES_ON, UNFINISHED
from ..weights import perturbed
from .choices import BAD, GOOD, ITERATE, MinefieldChoices
from .embedding import embedding
from .models import Model, folder_of, gathered, trained
from .poison import Field, field_of
from .told import EMBEDDING, MINIMA

CONSEQUENCE = "so its minima cannot be placed on it"


def minefield(choices: MinefieldChoices, out: str, *, overwrite: bool = False) -> Job[Landscape]:
    """Train the networks into the folder OUT.models, compute the landscape through them into `out`, and add the tables `minima` and
    `embedding`. The same choices again go on where they were interrupted: no finished network is trained, and no point computed, twice.
    Where the time that they give is spent, those networks are compared that are trained by then. Raises LossvistaError as `field_of`, a
    training and `run` do, and where no network became a bad minimum."""
    out, budget = str(out), TimeBudget(choices.budget)
    yield Progress("loading the data")
    field = field_of(choices)
    folder = folder_of(out)
    models, left = yield from trained(choices, field, folder, budget, overwrite=overwrite)
    if left:
        _expect_minima(models, left)
        yield Progress("training the networks", note=f"The time is spent: {left}. {GOES_ON}")
    recipe = _recipe(choices, field, folder, models)
    sets = {f"{kind} minima" for kind in (GOOD, BAD)}
    again = overwrite or replaces(out, MINIMA, choices)
    job = run(recipe, out, overwrite=again, budget=budget.left)
    while True:
        try:
            progress = next(job)
        except StopIteration as end:
            landscape = end.value
            break
        if progress.start is not None:
            _unordered(progress.start, sets)
        yield progress
    _unordered(landscape, sets)
    if _known(landscape, choices, left):
        return landscape
    (yield from _studied(choices, field, landscape, models, left, budget)).into(landscape)
    save(landscape, out)
    return load(out)


def _recipe(choices: MinefieldChoices, field: Field, folder: Path, models: list[Model]) -> Recipe:
    """The landscape through the minima, on the samples that all networks were trained on."""
    good = [model for model in models if model.kind == GOOD]
    bad = sorted((model for model in models if model.kind == BAD), key=lambda model: model.figures["test_accuracy"])
    _expect(choices, models, good, bad)
    clean = field.clean
    also = (gathered(choices, folder, "bad minima", bad, clean), gathered(choices, folder, "good minima", good, clean))
    ends = [good[0], *bad[:2], *good[1:]][: 3 if choices.plane == "points" else 2]
    if choices.plane == "points" and len(ends) < 3:
        raise LossvistaError(
            "A plane through minima needs three of them, and there are two.",
            "Train more (--good, --bad), or choose --plane line.",
        )
    weights = () if choices.plane == "pca" else tuple(str(_file(folder, model)) for model in ends)
    directions = {"points": "points", "line": "between", "pca": "pca"}[choices.plane]
    test = {} if choices.problem else {"test_data": lasting(choices.tests_on)}
    return Recipe.of(
        problem=lasting_spec(choices.problem),
        model=lasting_spec(choices.model),
        data=lasting(choices.data),
        normalize=choices.normalize,
        **test,
        weights=weights,
        trajectory=str(folder / "good-1"),
        also=also,
        directions=directions,
        axes=1 if choices.plane == "line" else 2,
        resolution=choices.resolution,
        samples=len(clean),
        seed=choices.seed,
        device=choices.device,
        title=f"Minefield: {clean.name}",
    )


def _expect(choices: MinefieldChoices, models: list[Model], good: list[Model], bad: list[Model]) -> None:
    if not good:
        right = max(model.figures["train_accuracy"] for model in models if model.kind != ITERATE)
        raise LossvistaError(
            f"No network became a minimum: at most {right:.1%} of the training samples are right, not {choices.train_at_least:.1%}.",
            "Train for longer (--epochs), or with another learning rate.",
        )
    if not bad:
        nearest = [
            f"{model.figures['train_accuracy']:.1%} on training, {model.figures['test_accuracy']:.1%} on test data"
            for model in models
            if model.share > 0
        ]
        raise LossvistaError(
            f"No poisoned network became a bad minimum (at least {choices.train_at_least:.1%} right on the training samples, at most "
            f"{choices.test_at_most:.1%} on the test data); the last one has {nearest[-1] if nearest else 'not been trained'}.",
            "Give more poison (fewer training samples: --samples), train for longer (--epochs), or change the thresholds.",
        )


def _expect_minima(models: list[Model], left: str) -> None:
    if not {GOOD, BAD} <= {model.kind for model in models}:
        raise LossvistaError(
            f"The time was spent before there were a good and a bad minimum ({left}).",
            "The same choices go on from there; give them more time (--budget).",
        )


def _file(folder: Path, model: Model) -> Path:
    return folder / model.name.replace(" ", "-") / FINAL


def _unordered(landscape: Landscape, names: set[str]) -> None:
    for name in names & set(landscape.trajectories):
        landscape.trajectories[name].how[UNORDERED] = 1


def _known(landscape: Landscape, choices: MinefieldChoices, left: str) -> bool:
    """Whether the tables are there already, of these very choices, and as far as the trainings are."""
    table = landscape.tables.get(MINIMA)
    return (
        table is not None
        and EMBEDDING in landscape.tables
        and table.how.get("choices") == decided(choices)
        and table.how.get(UNFINISHED, "") == left
    )


def _studied(
    choices: MinefieldChoices, field: Field, landscape: Landscape, models: list[Model], left: str, budget: TimeBudget
) -> Job[Added]:
    """What else is found out about the models: where they lie, how wide their basins are (of as many as there is time for, and of one),
    and their embeddings. left: what is not done."""
    yield Progress("placing the minima")
    again = rebuilt(landscape, CONSEQUENCE)
    plane: Plane = again.plane
    states = [{name: model.state[name] for name in plane.origin} for model in models]
    placed = plane.projections(states)
    minima = [k for k, model in enumerate(models) if model.kind != ITERATE and choices.directions]
    widths = np.full((len(models), 3), np.nan)
    basin = BasinChoices(
        level=choices.level, directions=max(choices.directions, 1), normalization="filter", seed=choices.seed
    )
    pace = Pace(len(minima))
    for done, k in enumerate(minima):
        if done and budget.left == 0:
            left = "; ".join(filter(None, (left, f"{done} of {len(minima)} basins are measured")))
            break
        yield Progress("measuring the basins", done, len(minima), pace.eta(done))
        network = again.prepared.problem.copy_of_model()
        network.load_state_dict(models[k].state)
        loss = again.evaluator.of(network.state_dict())[again.evaluator.fields[0]]
        found = list(radii_of(network, again.evaluator, loss + choices.level, basin))
        radii = np.array([own.value for own, _ in found])
        moved = sum(network.get_parameter(name).numel() for name in perturbed(network, basin.ignore, ""))
        widths[k] = np.median(radii), np.quantile(radii, 0.05), log_volume(radii, moved, choices.seed).log
    columns: dict[str, np.ndarray] = {
        "model": np.array([model.name for model in models], dtype=object),
        "kind": np.array([model.kind for model in models], dtype=object),
        "poison": np.array([model.share for model in models]),
    }
    for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy"):
        columns[name] = np.array([model.figures[name] for model in models])
    columns |= {"radius": widths[:, 0], "narrow": widths[:, 1], "log_volume": widths[:, 2]}
    columns["alpha"] = placed.coordinates[:, 0]
    columns["beta"] = placed.coordinates[:, 1] if len(plane.axes) > 1 else np.zeros(len(models))
    columns |= {"distance": placed.distance, "offset": placed.offset, "weight_norm": placed.length}
    how = {
        "choices": decided(choices),
        "train_samples": len(field.clean),
        "poison_samples": len(field.targets),
        "test_samples": len(field.clean.splits[1]),
    }
    how |= {UNFINISHED: left} if left else {}
    yield Progress("embedding the networks")
    named = {model.name: state for model, state in zip(models, states, strict=True)}
    table, _ = embedding(named, list(plane.origin), perplexity=choices.perplexity, seed=choices.seed)
    return Added({MINIMA: Table(columns, how), EMBEDDING: table})
