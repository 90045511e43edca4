"""Inspect: what the network at a point of the plane does: its loss and accuracy, what it takes for what, and where it is most wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..consent import Trust
from ..engines.evaluator import Evaluator
from ..errors import LossvistaError
from ..landscape import Landscape
from ..problem.build import build_problem
from ..problem.losses import logits_of
from ..problem.network import placed_network
from ..problem.problem import Problem, Split
from ..problem.trees import call, placed, split, taken
from ..progress import Job, Pace, Progress
from ..rebuilt import Rebuilt
from ..recipe import Recipe
from ..weights import norm
from .network import checked, network_at, opened_point
from .report import PointReport, Shown, SplitReport
from .samples import Samples, class_names, expect_split

STAGE = "looking at the network"
MOST_CLASSES = 1000  # of a confusion matrix


def inspect_point(
    source: Landscape | str | os.PathLike[str],
    alpha: float,
    beta: float = 0.0,
    splits: Sequence[str] = (),
    *,
    data: Sequence[str] = (),
    worst: int = 24,
    trust: Trust = False,
) -> Job[PointReport]:
    """Look at the network θ + αδ + βη of a landscape (or of its file). splits: which of its problem's, "train" or "test"; all, where
    none is named. data: further data by name, as in "digits:test", of which all samples are taken. worst: how many samples are shown of
    each. trust: what may run code, as `rebuilt` has it.

    What does not apply to the task (a confusion matrix of a regression) is left out, and said in the split's notes.
    Raises LossvistaError where the landscape's network, data or code are not there any more or are others, by its hashes or by
    the loss at its nodes."""
    yield Progress("loading the network and the data")
    landscape, again = opened_point(source, alpha, beta, trust)
    recipe, problem = again.prepared.recipe, again.prepared.problem
    names = [part.name for part in problem.splits]
    for name in splits:
        expect_split(name, names)
    parts = [(problem, recipe, part, part.name) for part in problem.splits if not splits or part.name in splits]
    for spec in data:
        if recipe.problem:
            raise LossvistaError(
                "Other data can be named only for networks and data that are named, not for a problem of your own.",
                "Give the problem its test data: Problem(model=…, train=…, test=…).",
            )
        other = recipe.replace(data=spec, test_data="", samples=0)
        held = build_problem(other)
        parts.append((held, other, held.splits[0], spec))
    yield Progress("checking it against the landscape")
    checks = checked(again, landscape, alpha, beta)
    network = placed_network(network_at(again, alpha, beta), again.evaluator.device, again.evaluator.dtype)
    pace, total, done = Pace(sum(len(part) for _, _, part, _ in parts)), sum(len(part) for _, _, part, _ in parts), 0
    reports = []
    for of, own, part, name in parts:
        work = _split_report(of, own, part, name, network, again.evaluator, worst)
        while True:
            try:
                done += next(work)
            except StopIteration as stop:
                reports.append(stop.value)
                break
            yield Progress(STAGE, done, total, pace.eta(done))
    return _report(landscape, again, alpha, beta, tuple(reports), tuple(checks))


def _report(
    landscape: Landscape,
    again: Rebuilt,
    alpha: float,
    beta: float,
    splits: tuple[SplitReport, ...],
    checks: tuple[str, ...],
) -> PointReport:
    surface, line = landscape.surface, landscape.surface.grid.line
    shown, at_node = float("nan"), False
    inside = (
        surface.grid.alpha[0] <= alpha <= surface.grid.alpha[-1]
        and surface.grid.beta[0] <= beta <= surface.grid.beta[-1]
    )
    if surface.fields and inside:
        shown, at_node = surface.probe(alpha, beta, surface.main)
    where = (alpha, beta)[: len(again.plane.axes)]
    there = again.plane.at(*where)
    offset = norm({name: tensor.double() - again.plane.origin[name].double() for name, tensor in there.items()})
    return PointReport(
        landscape.title, alpha, None if line else beta, splits, shown, at_node, offset, norm(there), checks
    )


def _split_report(
    problem: Problem, recipe: Recipe, part: Split, name: str, network: nn.Module, evaluator: Evaluator, worst: int
) -> Any:
    """A generator of the numbers of samples done; returns the SplitReport."""
    device, dtype = evaluator.device, evaluator.dtype
    there = part.on(device, dtype)
    measured: list[Tensor] = []
    guesses: list[tuple[Tensor, Tensor]] = []
    answers = _Answers(problem, part)
    batches = [split(tree, evaluator.batch_size) for tree in (part.samples.inputs, part.samples.targets)]
    for x, y in zip(*batches, strict=True):
        x, y = placed(x, device, dtype), placed(y, device, dtype)
        with problem.evaluating(), problem.guarded("The forward pass"):
            outputs = call(network, problem.fresh(x))
            measured.append(there.measure(outputs, problem.fresh(y)).detach().cpu())
        guesses += answers.add(outputs, y)
        yield measured[-1].shape[1]
    table = torch.cat(measured, 1).double()
    count = table.shape[1]
    means = (table.sum(1) / count).tolist()
    joint = part.measures["loss"].joint
    error = float(table[0].std(correction=1) / count**0.5) if count > 1 and not joint else float("nan")
    losses, notes = table[0].numpy(), list(answers.notes)
    classes = class_names(recipe, problem, answers.count) if answers.count else ()
    show = Samples(recipe, problem.model)
    places, shown, wrong = part.samples.ids.tolist(), [], 0
    true = predicted = sure = np.zeros(0)
    if guesses:
        predicted, sure = (torch.cat(column).numpy() for column in zip(*guesses, strict=True))
        true = part.samples.targets.cpu().numpy()
        missed = np.flatnonzero((predicted != true) & (true >= 0) & (true < answers.count))
        wrong, order = len(missed), missed[np.lexsort((-losses[missed], -sure[missed]))][:worst]
    else:
        order = np.argsort(-np.nan_to_num(losses, nan=np.inf), kind="stable")[:worst]
    for k in order.tolist():
        sample = taken(part.samples.inputs, k)
        image = show.image(sample) if isinstance(sample, Tensor) else None
        named = (
            (classes[int(true[k])], classes[int(predicted[k])], float(sure[k])) if guesses else ("", "", float("nan"))
        )
        text = "" if image is not None else show.text(sample)
        shown.append(Shown(image, text, int(places[k]), *named, float(losses[k])))
    metrics = dict(zip(list(part.measures)[1:], means[1:], strict=True))
    return SplitReport(
        name, count, means[0], error, metrics, classes, answers.confusion, tuple(shown), wrong, tuple(notes)
    )


class _Answers:
    """What a network says of classes: the confusion matrix over all predicted places, and, where each sample has one class, each
    sample's prediction and its probability. count: of the classes; 0 where the task has none. notes: what does not apply."""

    def __init__(self, problem: Problem, part: Split) -> None:
        self.count, self.confusion, self.notes = 0, None, list[str]()
        targets = part.samples.targets
        self._labels = isinstance(targets, Tensor) and not targets.is_floating_point() and problem.loss.classifies
        if not self._labels:
            self.notes.append(
                "Its loss is no cross-entropy of class numbers, so there is no confusion matrix; shown are the samples of the largest loss."
            )

    def add(self, outputs: Any, targets: Tensor) -> list[tuple[Tensor, Tensor]]:
        """A batch's [(predictions (b,), their probabilities (b,))]; empty where a sample has none, or several."""
        if not self._labels:
            return []
        logits = logits_of(outputs).detach().float()
        if logits.dim() < 2 or logits.shape[:1] + logits.shape[2:] != targets.shape:
            self._labels = False
            self.notes.append("Its outputs are not one number for each class, so there is no confusion matrix.")
            return []
        sure, predicted = logits.softmax(1).max(1)
        self._count(logits.shape[1], targets, predicted)
        return [(predicted.cpu(), sure.cpu())] if targets.dim() == 1 else []

    def _count(self, classes: int, targets: Tensor, predicted: Tensor) -> None:
        first = self.count == 0
        self.count = classes
        if first and targets.dim() > 1:
            self.notes.append(
                "A sample has a class at each of its places: these are counted, and the samples of the largest loss shown."
            )
        if classes > MOST_CLASSES:
            if first:
                self.notes.append(f"The confusion matrix of {classes:,} classes is left out.")
            return
        true, taken_for = targets.reshape(-1).cpu(), predicted.reshape(-1).cpu()
        known = (true >= 0) & (true < classes)  # what the loss ignores has no class
        pairs = torch.bincount(true[known] * classes + taken_for[known], minlength=classes**2)
        found = pairs.reshape(classes, classes).numpy()
        self.confusion = found if self.confusion is None else self.confusion + found
