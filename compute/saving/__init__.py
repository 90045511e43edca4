"""Fewer evaluations, honestly: points that stop above a clip, or are estimated from a part of the samples, each marked as such."""

from __future__ import annotations

from ..engines.stop import Stop
from ..errors import LossvistaError
from ..landscape import Landscape
from ..problem.problem import Problem
from ..recipe import Recipe
from ..surface import FieldInfo
from . import clipped
from .order import saves
from .plan import Plan


def plan_of(recipe: Recipe, problem: Problem, landscape: Landscape) -> Plan:
    """The plan that a recipe asks for. Raises LossvistaError where the problem does not allow it."""
    if not saves(recipe):
        return Plan(landscape)
    part = problem.splits[0]
    if len(problem.splits) > 1:
        raise LossvistaError(
            "Points can be evaluated on a part of the samples only where there is one data set, and here there is a test set too.",
            "Leave the test data out, or evaluate every point on all samples (--clip-stop none).",
        )
    if part.measures["loss"].joint and recipe.clip_stop != "proved":
        raise LossvistaError(
            "A mean over samples that influence one another has no standard error, so it cannot be estimated from a part of them.",
            "Evaluate every point on all samples (--clip-stop none).",
        )
    plan = clipped.Clipped(landscape, stop=Stop(recipe.clip_stop, recipe.clip or 0.0), loss=part.fields[0])
    if recipe.clip_stop == "proved" and not problem.loss.nonnegative:
        plan.notes.append(clipped.SEEN)
    return plan


def plan_info(recipe: Recipe, problem: Problem) -> dict[str, FieldInfo]:
    """What the fields are that a plan adds."""
    return clipped.info(problem.splits[0].fields[0], recipe.clip_stop) if saves(recipe) else {}
