"""Order: in which samples come where a point may need only some of them: drawn once, the same in every process and at every point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..engines.evaluator import fitting_batch

if TYPE_CHECKING:
    from ..problem.problem import Problem
    from ..recipe import Recipe

PARTS = 40  # batches that a sample set has at least, where there are samples enough: how finely one can stop
SMALLEST = 25  # samples in a batch


def saves(recipe: Recipe) -> bool:
    """Whether points may be evaluated on a part of the samples."""
    return recipe.clip_stop != "none" or recipe.target_se > 0


def drawn_order(recipe: Recipe, count: int) -> np.ndarray:
    """(count,): a permutation of the samples. It depends on the recipe's seed and the number of samples alone; the first m are a
    random subset."""
    return np.random.default_rng([recipe.seed, count]).permutation(count)


def batch_of(recipe: Recipe, problem: Problem) -> int:
    """Samples in a batch: as the recipe says, else as they fit the machine's cache; smaller where a point may stop between them."""
    fitting = recipe.batch_size or fitting_batch(problem.inputs)
    if recipe.batch_size or not saves(recipe):
        return fitting
    return min(fitting, max(SMALLEST, len(problem) // PARTS))
