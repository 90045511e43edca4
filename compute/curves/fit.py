"""Fit: the bends of a curve, trained so that the loss is low all along it, and recorded so that an interrupted training goes on."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load
from torch import Tensor

from ..choices import choice
from ..device import device_of
from ..engines.batch_norm import reestimate, statistics_layers
from ..engines.evaluator import Evaluator
from ..engines.form import Way
from ..errors import LossvistaError
from ..problem.network import placed_network
from ..problem.problem import Problem
from ..problem.trees import placed, split
from ..progress import Job, Progress
from ..storage.disk import put
from ..studies.added import Added
from ..time_budget import TimeBudget
from ..training.layout import FINAL, meta_of
from ..training.packing import packed
from ..training.recipe import Training
from ..training.train import finished, train_problem
from ..unfinished import GOES_ON
from ..weights import weights_of
from .choices import Connect
from .curve import SEGMENT, source_rate
from .network import CurveNetwork
from .profile import Profile
from .told import TABLE

STAGE = "fitting the curve"
LIVE = 9  # points along the curve that are measured while it is trained
LIVE_SHARE = 0.2  # of the time may go into that
RECORDED = 20  # checkpoints of the bends, at most
BATCH = 250  # samples at once where statistics are estimated

State = dict[str, Tensor]


class CurveTraining(Training):
    """A training of bends: SGD on the loss at a random t, with Garipov et al.'s schedule unless it is constant."""

    curve: str = choice("bezier", "Curve", "Its kind.")
    bends: int = choice(1, "Bends", "Points between the ends.")
    decay: float = choice(0.0, "Weight decay", "λ of the penalty ½λ‖φ(t)‖².")
    schedule: str = choice("source", "Schedule", "source or constant.")

    def rate(self, epoch: int) -> float:
        return self.lr * (source_rate(epoch / self.epochs) if self.schedule == "source" else 1.0)

    def records(self, step: int, batches: int) -> bool:
        return step % (batches * -(-self.epochs // RECORDED)) == 0


def fit(
    choices: Connect,
    problem: Problem,
    ends: Sequence[State],
    folder: Path,
    hashes: Mapping[str, str],
    budget: TimeBudget,
) -> Job[tuple[list[State], str]]:
    """Train the bends between two networks (full states), record them in `folder`, and return the bends as full states, their
    batch-norm statistics those of the training samples, and what of the training is left, "" for nothing. Fitted already: nothing is
    trained again; interrupted, or out of time: it goes on, to the same bits. Yields Progress with the losses of the steps, and now and
    then with the table `connection` so far.

    Raises LossvistaError where `folder` holds another training, or the loss is no longer finite."""
    training = CurveTraining.of(
        **{
            name: getattr(choices, name)
            for name in ("model", "data", "problem", "normalize", "samples", "lr", "momentum")
        },
        **{name: getattr(choices, name) for name in ("batch_size", "epochs", "augment", "seed", "device", "schedule")},
        curve=choices.curve,
        bends=choices.bends,
        decay=choices.weight_decay,
        weight_decay=0.0,
        record_every=1,  # as `records` says
        test_every=0,
    )
    names = list(weights_of(problem.model))
    network = CurveNetwork(
        problem.model,
        [{name: end[name] for name in names} for end in ends],
        choices.curve,
        choices.bends,
        training.decay,
    )
    its = copy.copy(problem)  # the same samples, of which the test data are not needed
    its.model, its.__dict__["splits"] = network, problem.splits[:1]
    left = ""
    if not _fitted(folder, training, hashes):
        meta = {"training": training.numbers(), "ends": dict(hashes)}
        job = train_problem(training, its, str(folder), meta, identity=hashes, measure=False)
        spent, step, total = yield from _followed(job, choices, problem, network, ends, budget)
        if spent and not _fitted(folder, training, hashes):
            left = f"the curve was trained for {step:,} of {total:,} steps"
            yield Progress(STAGE, step, total, note=f"The time is spent: {left}. {GOES_ON}")
    if not left:
        network.load_state_dict(load((folder / FINAL).read_bytes()))
    states = [_stated(problem, bend, choices.device) for bend in network.cpu().bend_weights()]
    for number, state in enumerate(states, 1):
        put(folder / bend_name(number), packed(state))
    return states, left


def bend_name(number: int) -> str:
    """The file of a bend, counted from 1: a checkpoint like any other."""
    return f"bend-{number}.safetensors"


def _fitted(folder: Path, training: CurveTraining, hashes: Mapping[str, str]) -> bool:
    if not finished(folder, training):
        return False
    if meta_of(folder).get("ends") != dict(hashes):
        raise LossvistaError(
            f"The folder '{folder}' holds a curve between other networks, or of other data.",
            "Choose another file name, or remove that folder first.",
        )
    return True


def _followed(
    job: Job[str],
    choices: Connect,
    problem: Problem,
    network: CurveNetwork,
    ends: Sequence[State],
    budget: TimeBudget,
) -> Job[tuple[bool, int, int]]:
    """What the training says, and how the curve is getting on. Returns whether its time was spent, and how far it came: done, total."""
    quick = copy.copy(problem)
    quick.__dict__["splits"] = problem.splits[:1]
    origin = weights_of(problem.model)
    evaluator = Evaluator(quick, origin, [], device=choices.device, way=Way(min(BATCH, len(quick)), "plain"))
    policy = choices.batch_norm if statistics_layers(problem.model) else "frozen"
    places = np.linspace(0, 1, LIVE).tolist()
    segment: list[dict[str, Any]] = []
    due, step, total = 0.0, 0, 0
    limited = budget.training(job)
    while True:
        try:
            progress = next(limited)
        except StopIteration as end:
            return end.value is None, step, total
        if progress.stage == "training" and progress.total:
            step, total = progress.done, progress.total
        progress = replace(progress, stage=STAGE) if progress.stage == "training" else progress
        if progress.total and time.monotonic() >= due:
            begun = time.monotonic()
            bends = [{**ends[0], **bend} for bend in network.bend_weights()]
            profile = Profile(quick, [ends[0], *bends, ends[1]], choices.curve, evaluator)
            segment = segment or [profile.measure(SEGMENT, policy, t) for t in places]
            rows = [profile.measure(choices.curve, policy, t) for t in places]
            how = {"live": True, "curve": choices.curve, "batch_norm": policy}
            progress = replace(progress, added=Added({TABLE: Profile.table([*rows, *segment], how)}))
            due = time.monotonic() + (time.monotonic() - begun) / LIVE_SHARE
        yield progress


def _stated(problem: Problem, bend: State, device: str) -> State:
    """A bend with buffers of its own: the first network's, but for batch-norm's statistics, which are those of the samples."""
    where = device_of(device)
    model = problem.copy_of_model()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(bend[name])
    if statistics_layers(model):
        dtype = next(model.parameters()).dtype
        model = placed_network(model, where, dtype)
        reestimate(model, (placed(problem.fresh(batch), where, dtype) for batch in split(problem.inputs, BATCH)))
    return {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}
