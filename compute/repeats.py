"""Repeats: the same recipe along several draws of its random directions: do different directions look alike?"""

from __future__ import annotations

from pathlib import Path

from .errors import LossvistaError
from .recipe import Recipe

MOST = 1000


def numbered(recipe: Recipe, out: Path, repeats: int) -> list[tuple[Recipe, Path]]:
    """(recipe, file) of each repeat: the recipe's own draw and those after it, in NAME-1.h5, NAME-2.h5 …; a single one in `out`
    itself. Raises LossvistaError for a number that makes no sense, or where nothing in the recipe is drawn."""
    if not 1 <= repeats <= MOST:
        raise LossvistaError(f"Repeats (repeats) must be between 1 and {MOST}, not {repeats}.")
    if repeats == 1:
        return [(recipe, out)]
    if not draws(recipe):
        raise LossvistaError(
            f"The directions '{recipe.directions}' are the same every time: there is nothing to repeat.",
            "Repeat random directions, or planes with one random axis.",
        )
    return [
        (recipe.replace(repeat=recipe.repeat + k), out.with_name(f"{out.stem}-{k + 1}{out.suffix}"))
        for k in range(repeats)
    ]


def draws(recipe: Recipe) -> bool:
    """Whether an axis of the plane is random."""
    return recipe.directions == "random" or (recipe.axes == 2 and recipe.directions in ("between", "init", "gradient"))
