"""Fewer evaluations, honestly: points that stop above a clip, or are estimated from a part of the samples, each marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

import numpy as np

from ..engines.stop import Stop
from ..errors import LossvistaError
from ..landscape import Landscape
from ..problem.problem import Problem
from ..recipe import Recipe
from ..surface import FieldInfo
from . import adaptive, clipped, demand
from .order import saves
from .plan import Plan


def plan_of(recipe: Recipe, problem: Problem, landscape: Landscape, each: Mapping[int, np.ndarray], batch: int) -> Plan:
    """The plan that a recipe asks for. each: losses of single samples that a stopped run left. batch: samples that the evaluators
    take at once. Raises LossvistaError where the problem does not allow it."""
    part = problem.splits[0]
    if recipe.interpolate:
        return adaptive.Adaptive(landscape, tolerance=recipe.interpolate, loss=part.fields[0])
    if not saves(recipe):
        return Plan(landscape)
    if len(problem.splits) > 1:
        raise LossvistaError(
            "Points can be evaluated on a part of the samples only where there is one data set, and here there is a test set too.",
            "Leave the test data out, or evaluate every point on all samples (--clip-stop none, --target-se 0).",
        )
    if part.measures["loss"].joint and recipe.clip_stop != "proved":
        raise LossvistaError(
            "A mean over samples that influence one another has no standard error, so it cannot be estimated from a part of them.",
            "Evaluate every point on all samples (--clip-stop none, --target-se 0).",
        )
    if recipe.target_se:
        return demand.Demand(
            landscape,
            target=recipe.target_se,
            fields=tuple(part.fields),
            samples=len(part),
            batch=batch,
            each=each,
            clip=inf if recipe.clip_stop == "none" or recipe.clip is None else recipe.clip,
            seed=recipe.seed,
        )
    plan = clipped.Clipped(landscape, stop=Stop(recipe.clip_stop, recipe.clip or 0.0), loss=part.fields[0])
    if recipe.clip_stop == "proved" and not problem.loss.nonnegative:
        plan.notes.append(clipped.SEEN)
    return plan


def plan_info(recipe: Recipe, problem: Problem) -> dict[str, FieldInfo]:
    """What the fields are that a plan adds."""
    if not saves(recipe):
        return {}
    loss = problem.splits[0].fields[0]
    return demand.info(loss) if recipe.target_se else clipped.info(loss, recipe.clip_stop)
