"""Cycling: trainings with cyclical rates that take their members on the way, and the networks that they took."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from torch import Tensor

from ..choices import choice
from ..errors import LossvistaError
from ..problem.problem import Problem
from ..progress import Job, Progress
from ..time_budget import TimeBudget
from ..training.layout import meta_of
from ..training.recipe import Training
from ..training.recording import Recording
from ..training.train import finished, meta_for, train_problem
from ..unfinished import GOES_ON
from .curve import source_rate
from .ensemble_choices import METHODS, Ensemble
from .fge import even_cycle, fge_rate, members_at, snapshot_rate, swa_rate

State = dict[str, Tensor]


class CycleTraining(Training):
    """SGD at the rate of a method. method: "plain" (all of the rate for half of the epochs, then falling), fge, swa or snapshot. cycle: in
    epochs. high, low: of the rate."""

    method: str = choice("plain", "Method", "")
    cycle: float = choice(1.0, "Cycle", "In epochs.")
    high: float = choice(0.05, "Highest rate", "")
    low: float = choice(0.0005, "Lowest rate", "")
    members: int = choice(1, "Members", "")

    def rate(self, epoch: int) -> float:
        return self.lr * source_rate(epoch / self.epochs)

    def rate_at(self, step: int, batches: int) -> float:
        number, cycle = step + 1, even_cycle(self.cycle, batches)
        if self.method == "fge":
            return fge_rate(number, cycle, self.high, self.low)
        if self.method == "swa":
            return swa_rate(number, cycle, self.high, self.low)
        if self.method == "snapshot":
            return snapshot_rate(number, self.epochs * batches, self.members, self.lr)
        return self.rate(step // batches)

    def records(self, step: int, batches: int) -> bool:
        return self.method != "plain" and step in self.steps(batches)

    def steps(self, batches: int) -> list[int]:
        """After which steps a member is taken."""
        return members_at(self.method, even_cycle(self.cycle, batches), self.epochs * batches, self.members)


def training_of(choices: Ensemble, method: str, seed: int = 0) -> CycleTraining:
    """The training of a method, or the one that they start from ("start"). Those from scratch have the epochs of that one and of all
    cycles together, so that the ensembles cost the same; independent networks cost it for each of them."""
    cycles = math.ceil(choices.members * choices.cycle)
    epochs = {"start": choices.epochs, "fge": math.ceil((choices.members - 0.5) * choices.cycle), "swa": cycles}
    shared = ("model", "data", "test_data", "problem", "normalize", "download", "samples", "lr", "momentum")
    shared += ("weight_decay", "batch_size", "augment", "device", "cycle", "high", "low", "members")
    return CycleTraining.of(
        **{name: getattr(choices, name) for name in shared},
        seed=choices.seed + seed,
        epochs=max(1, epochs.get(method, choices.epochs + cycles)),
        method=method if method in ("fge", "swa", "snapshot") else "plain",
        record_every=1,  # as `records` says
        test_every=1 if method == "start" else 0,
    )


def trained(
    training: CycleTraining,
    problem: Problem,
    start: Mapping[str, Tensor],
    folder: Path,
    what: str,
    hashes: Mapping[str, str],
    budget: TimeBudget,
) -> Job[tuple[list[tuple[float, State]], str]]:
    """Train from the weights `start`, and return the members, with the epoch at which each was taken (the last network, where the
    method takes none), and what of the training is left, "" for nothing: where its time is spent, there are the members that it took
    by then. Trained already: nothing is trained again. Raises LossvistaError as `train_problem` does, and where `folder` holds a
    training that started elsewhere."""
    its = copy.copy(problem)
    its.model = copy.deepcopy(problem.model)
    its.model.load_state_dict(dict(start))
    left = ""
    if finished(folder, training):
        if meta_of(folder).get("start") != dict(hashes):
            raise LossvistaError(
                f"The folder '{folder}' holds a training that started from another network, or with other data.",
                "Choose another file name, or remove that folder first.",
            )
    else:
        meta = {**meta_for(training), "start": dict(hashes)}
        last = Progress(what)
        for progress in budget.training(train_problem(training, its, str(folder), meta, identity=hashes)):
            last = replace(progress, stage=f"{what}: {progress.stage}")
            yield last
        if not finished(folder, training):
            left = f"{what}: {last.done:,} of {last.total:,} steps"
            yield replace(last, note=f"The time is spent. {left}. {GOES_ON}")
    recording = Recording(folder)
    steps, epochs = recording.steps["step"], recording.steps["epoch"]
    batches = training.batches(len(problem))
    wanted = [] if left else [len(recording) - 1]
    if training.method != "plain":
        wanted = [int(np.flatnonzero(steps == step)[-1]) for step in training.steps(batches) if step in steps]
    return [(float(epochs[k]), dict(recording.weights(k))) for k in wanted], left


def called(method: str, number: int = 0) -> str:
    """What is trained, for people."""
    return f"{METHODS.get(method, 'The network to start from')}{f' {number}' if number else ''}"
