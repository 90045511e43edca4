"""Models: the networks of a minefield, trained one after the other into a folder beside the landscape, where what is done stays."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from ..errors import LossvistaError
from ..problem.problem import Problem
from ..progress import Job, Pace, Progress
from ..storage.disk import put
from ..time_budget import TimeBudget
from ..training.layout import FINAL
from ..training.recorder import Recorder
from ..training.recording import Recording
from ..training.train import meta_for, train_problem
from .choices import BAD, GOOD, ITERATE, UNFIT, MinefieldChoices
from .poison import Field, first_weights, training_of

ABOUT = "minefield.json"  # which choices the folder's networks are of


@dataclass(frozen=True)
class Model:
    """state: its parameters and buffers. figures: train_loss, train_accuracy, test_loss, test_accuracy on the minefield's own samples.
    share: of the poison that it got, 0 for none. step: of an iterate."""

    name: str
    kind: str
    state: dict[str, Tensor]
    figures: dict[str, float]
    share: float = 0.0
    step: int = -1


def folder_of(out: str) -> Path:
    """Where the networks of the landscape OUT.h5 are: OUT.models."""
    return Path(out).expanduser().absolute().with_suffix(".models")


def trained(
    choices: MinefieldChoices, field: Field, folder: Path, budget: TimeBudget, *, overwrite: bool = False
) -> Job[tuple[list[Model], str]]:
    """Train all networks, good ones first; those that are finished are not trained again. Returns those that are finished when the
    trainings' time is over, and what is left to train, "" for nothing. Raises LossvistaError where the folder holds the networks of another
    minefield (unless `overwrite`), and as a training does."""
    _prepare(choices, folder, overwrite)
    count, models = choices.good + choices.bad, list[Model]()
    pace = Pace(count)
    steps = -(-len(field.clean) // choices.batch_size) * choices.epochs
    for number in range(choices.good):
        every = max(1, steps // choices.iterates) if number == 0 else 10**9
        training = training_of(choices, choices.seed + number, len(field.clean), every)
        problem = _with(field.clean, first_weights(choices, field.clean, choices.seed + number))
        path = folder / f"good-{number + 1}"
        job = train_problem(training, problem, str(path), meta_for(training))
        if not (yield from _telling(job, path, number, count, pace, budget)):
            return models, _left(number, count)
        recording = Recording(path)
        last = _model(field.clean, f"good {number + 1}", GOOD, recording.weights(len(recording) - 1))
        fit = last.figures["train_accuracy"] >= choices.train_at_least
        if number == 0:
            models += _iterates(field.clean, recording)
        models.append(last if fit else Model(last.name, UNFIT, last.state, last.figures))
    good = Recording(folder / "good-1")
    for number in range(choices.bad):
        share = choices.least + (1 - choices.least) * (number / (choices.bad - 1) if choices.bad > 1 else 1.0)
        seed = choices.seed + choices.good + number
        training = training_of(choices, seed, len(field.clean), 10**9)
        network = first_weights(choices, field.clean, seed)
        if choices.start == "iterates":
            network.load_state_dict(good.weights(round(number * (len(good) - 1) / max(choices.bad - 1, 1))))
        path = folder / f"bad-{number + 1}"
        job = train_problem(training, field.poisoned(choices, share, seed, network), str(path), meta_for(training))
        if not (yield from _telling(job, path, choices.good + number, count, pace, budget)):
            return models, _left(choices.good + number, count)
        recording = Recording(path)
        found = _model(field.clean, f"bad {number + 1}", BAD, recording.weights(len(recording) - 1), share)
        right, elsewhere = found.figures["train_accuracy"], found.figures["test_accuracy"]
        fit = right >= choices.train_at_least and elsewhere <= choices.test_at_most
        models.append(found if fit else Model(found.name, UNFIT, found.state, found.figures, share))
        note = f"{found.name}: {right:.1%} right on the training samples, {elsewhere:.1%} on the test data"
        yield Progress("training the networks", choices.good + number + 1, count, note=note)
    return models, ""


def _left(number: int, count: int) -> str:
    return f"{number} of {count} networks are trained"


def gathered(choices: MinefieldChoices, folder: Path, name: str, models: list[Model], clean: Problem) -> str:
    """A recording of these models' weights, each a checkpoint, and its folder; for a landscape to project. They are in no order."""
    path = folder / name
    network = clean.copy_of_model()
    training = training_of(choices, samples=len(clean))
    with Recorder(path, network, histograms=False, overwrite=True, **meta_for(training)) as recorder:
        for number, model in enumerate(models):
            network.load_state_dict(model.state)
            recorder.save(step=number, loss=model.figures["train_loss"], curve=False)
    return str(path)


def _prepare(choices: MinefieldChoices, folder: Path, overwrite: bool) -> None:
    about = folder / ABOUT
    if about.exists():
        try:
            there = json.loads(about.read_bytes())
        except ValueError:
            there = None
        if there == choices.numbers():
            return
        if not overwrite:
            raise LossvistaError(
                f"The folder '{folder}' holds the networks of another minefield.",
                "Choose another file name, or overwrite it (--overwrite).",
            )
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise LossvistaError(
            f"The folder '{folder}', where the networks would go, holds something else.", "Choose another file name."
        )
    folder.mkdir(parents=True, exist_ok=True)
    put(about, json.dumps(choices.numbers(), indent=1).encode())


def _telling(job: Job[str], path: Path, number: int, count: int, pace: Pace, budget: TimeBudget) -> Job[bool]:
    """A training's progress, as a share of all of them; whether it came to its end."""
    if budget.over and not (path / FINAL).exists():
        return False
    limited = budget.training(job)
    while True:
        try:
            progress = next(limited)
        except StopIteration as end:
            return end.value is not None
        part = progress.done / progress.total if progress.total and progress.stage == "training" else 0.0
        yield Progress(
            f"training network {number + 1} of {count} ({path.name})",
            round(1000 * (number + part)),
            1000 * count,
            pace.eta(number + part) if number + part > pace.first else None,  # type: ignore[arg-type]
            note=progress.note,
            figures=progress.figures,
        )


def _model(clean: Problem, name: str, kind: str, state: dict[str, Tensor], share: float = 0.0, step: int = -1) -> Model:
    """A model with its losses and accuracies on the samples it was trained on, and on the test data."""
    state = {key: tensor.clone() for key, tensor in state.items()}
    network = clean.copy_of_model()
    network.load_state_dict(state)
    return Model(name, kind, state, _with(clean, network).means(), share, step)


def _iterates(clean: Problem, recording: Recording) -> list[Model]:
    """All checkpoints but the last, which is the minimum."""
    steps = recording.steps["step"]
    return [
        _model(clean, f"step {int(steps[k])}", ITERATE, recording.weights(k), step=int(steps[k]))
        for k in range(len(recording) - 1)
    ]


def _with(clean: Problem, network: nn.Module) -> Problem:
    """The same problem of another network."""
    other = copy.copy(clean)
    other.model = network
    return other
