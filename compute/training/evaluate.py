"""Evaluate: the means of a loss and its metrics over a split while a network is trained, in pieces, so that one can cancel."""

from __future__ import annotations

import torch
from torch import Tensor

from ..problem.problem import Problem
from ..problem.split import Split
from ..problem.trees import call, placed, split
from ..progress import Job, Progress
from .resume import Surroundings

BATCH = 500  # samples at once


def evaluation(
    problem: Problem, part: Split, device: torch.device, surroundings: Surroundings, place: Progress
) -> Job[dict[str, float]]:
    """As in "test_loss" and "test_accuracy": means over all samples of the part, of the network as it is, in evaluation mode on a
    copy. Uses up none of the training's random numbers. place: what to say after each batch."""
    model = problem.copy_of_model()
    there = part.on(device, next((p.dtype for p in model.parameters()), torch.float32))
    batches = [split(tree, BATCH) for tree in (part.samples.inputs, part.samples.targets)]
    sums: Tensor | None = None
    for x, y in zip(*batches, strict=True):
        with surroundings.ours(keep=False), problem.evaluating(), problem.guarded("The evaluation"):
            values = there.measure(call(model, placed(x, device, None)), placed(y, device, None)).detach().double()
        sums = values.sum(1) if sums is None else sums + values.sum(1)
        yield place
    means = [] if sums is None else (sums / len(part)).tolist()
    return {f"{part.name}_{name}": mean for name, mean in zip(part.measures, means, strict=True)}
