"""Boundary: the class and its probability over a plane of inputs, of the network at a point of a landscape (Huang et al. 2020, Fig. 2)."""

from __future__ import annotations

import os

import numpy as np
import torch
from torch import Tensor, nn

from ..consent import Trust
from ..errors import LossvistaError
from ..landscape import Landscape
from ..point.network import network_at, opened_point
from ..point.samples import class_names
from ..problem.losses import logits_of
from ..problem.network import placed_network
from ..problem.problem import Problem
from ..problem.trees import call
from ..progress import Job, Progress
from ..rebuilt import Rebuilt
from ..table import Table
from .added import Added
from .boundaries import CENTRE, POINT, SAMPLES, TABLE, BoundaryChoices

BATCH = 4096  # inputs at once


def boundary(
    source: Landscape | str | os.PathLike[str], choices: BoundaryChoices, *, trust: Trust = False
) -> Job[Added]:
    """A table `boundary`: which (0: the centre's network, 1: the point's), x, y (the input's two numbers, as the network gets them), class
    (its number) and confidence (the softmax's probability); row by row, y from below. A table `boundary_samples`: x, y, class, test (1
    for those of the test split). In the first one's how: the classes' names, and the accuracy of each network on each split. Raises
    LossvistaError as `opened_point` does, and where the inputs are not two numbers each or the task has no classes."""
    yield Progress("loading the network and the data")
    _, again = opened_point(source, choices.alpha, choices.beta, trust)
    problem = again.prepared.problem
    _expect_plane(problem)
    samples = _samples(problem)
    x, y = (_ends(samples[name], choices.margin, choices.resolution) for name in ("x", "y"))
    inputs = torch.from_numpy(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2).astype(np.float32))
    at_centre = not (choices.alpha or choices.beta)
    wanted = ([(CENTRE, 0.0, 0.0)] if at_centre or choices.beside else []) + (
        [] if at_centre else [(POINT, choices.alpha, choices.beta)]
    )
    parts, accuracy, count = [], dict[str, dict[str, float]](), 0
    for done, (which, alpha, beta) in enumerate(wanted):
        yield Progress("drawing the boundary", done, len(wanted))
        probabilities = _probabilities(again, problem, network_at(again, alpha, beta), inputs)
        sure, classes = (values.numpy() for values in probabilities.max(1))
        count = probabilities.shape[1]
        whose = np.full(len(classes), which)
        parts.append({"which": whose, "x": inputs[:, 0], "y": inputs[:, 1], "class": classes, "confidence": sure})
        accuracy[str(which)] = _accuracy(again, problem, alpha, beta)
    columns = {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in parts[0]}
    names = list(class_names(again.prepared.recipe, problem, count))
    counts = {part.name: len(part) for part in problem.splits}
    how = {**choices.model_dump(), "accuracy": accuracy, "counts": counts, "classes": names}
    added = Added({TABLE: Table(columns, how), SAMPLES: Table(samples)})
    yield Progress("drawing the boundary", len(wanted), len(wanted), added=added)
    return added


def _expect_plane(problem: Problem) -> None:
    inputs = problem.inputs
    if not isinstance(inputs, Tensor) or not inputs.is_floating_point() or tuple(inputs.shape[1:]) != (2,):
        shape = "×".join(map(str, inputs.shape[1:])) or "1" if isinstance(inputs, Tensor) else "several tensors"
        raise LossvistaError(
            f"A decision boundary can be drawn where an input is two numbers; here a sample is {shape}.",
            "Try the swiss roll: lossvista train --model deep-mlp --data swiss-roll",
        )
    if not problem.loss.classifies:
        raise LossvistaError("The network's loss is no cross-entropy of class numbers, so it has no decision boundary.")


def _samples(problem: Problem) -> dict[str, np.ndarray]:
    """x, y, class and test of all samples of all splits."""
    parts = [
        (part.samples.inputs.cpu().numpy(), part.samples.targets.cpu().numpy(), int(k > 0))
        for k, part in enumerate(problem.splits)
    ]
    points = np.concatenate([inputs for inputs, _, _ in parts])
    test = np.concatenate([np.full(len(inputs), held) for inputs, _, held in parts])
    return {"x": points[:, 0], "y": points[:, 1], "class": np.concatenate([own for _, own, _ in parts]), "test": test}


def _ends(values: np.ndarray, margin: float, count: int) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    room = margin * (high - low) or 1.0
    return np.linspace(low - room, high + room, count)


def _probabilities(again: Rebuilt, problem: Problem, network: nn.Module, inputs: Tensor) -> Tensor:
    """(k, classes), the softmax of the network's outputs."""
    network = placed_network(network, again.evaluator.device, again.evaluator.dtype)
    found = []
    with problem.evaluating(), problem.guarded("The forward pass"):
        for batch in inputs.to(again.evaluator.device, again.evaluator.dtype).split(BATCH):
            found.append(logits_of(call(network, problem.fresh(batch))).detach().float().softmax(1).cpu())
    return torch.cat(found)


def _accuracy(again: Rebuilt, problem: Problem, alpha: float, beta: float) -> dict[str, float]:
    network = network_at(again, alpha, beta)
    found = {}
    for part in problem.splits:
        guesses = _probabilities(again, problem, network, part.samples.inputs).argmax(1)
        found[part.name] = float((guesses == part.samples.targets.cpu()).float().mean())
    return found
