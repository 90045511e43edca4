"""Order: in which samples come where a point may need only some of them: drawn once, the same in every process and at every point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
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


def parts_of(recipe: Recipe) -> tuple[int, int]:
    """(batches, samples in each at least) that the evaluator shall make where a point may stop between them, else (0, 0)."""
    return (PARTS, SMALLEST) if saves(recipe) else (0, 0)
