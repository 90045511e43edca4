"""Checks: what of a draft is wrong, as a sentence and the fields that it is about."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ...compute.recipe import Recipe
from ...compute.there import is_folder, is_there
from ..fields import unwritable
from ..forms import checked, word
from ..language import tr
from .draft import PROBLEM, Source

WANTED = {"between": (2, "two"), "points": (3, "three")}  # checkpoints that directions lead through


def recipe_of(
    source: Source, values: dict[str, Any], concerning: Collection[str]
) -> tuple[Recipe | None, str, set[str]]:
    """(the recipe, "", {}) of these values, or (None, what is wrong, the fields). Mistakes in other fields than those that it is about
    are left for their own page: the recipe is then made without them."""
    recipe, text, wrong = checked(Recipe, values)
    if recipe is None and wrong and not wrong & set(concerning):
        recipe, text, wrong = checked(Recipe, {name: v for name, v in values.items() if name in PROBLEM})
    if recipe is None:
        return None, text, wrong
    assert isinstance(recipe, Recipe)
    text, wrong = _lacking(source, recipe)
    return (None, text, wrong) if text else (recipe, "", set())


def _lacking(source: Source, recipe: Recipe) -> tuple[str, set[str]]:
    if source is Source.FILE and not recipe.problem:
        return tr("Choose your Python file."), {"problem"}
    if source is Source.RECORDED and not recipe.trajectory:
        return tr("Choose the folder of recorded checkpoints."), {"trajectory"}
    if source is Source.NAMED and not recipe.weights:
        return tr("A landscape needs a trained network: give its weights."), {"weights"}
    for name, path in _named_files(recipe):
        if not is_there(path.expanduser()):
            return tr(
                "{word}: there is no {path}. Check the path, or choose it with the button.", word=word(name), path=path
            ), {name}
    return "", set()


def too_few(recipe: Recipe) -> str:
    """What is wrong where directions lead through more checkpoints than are named; "" where nothing is."""
    count, spelled = WANTED.get(recipe.directions, (0, ""))
    lacking = len(recipe.weights) < count
    return (
        tr("These directions need {spelled} checkpoints as weights: name them in the first step.", spelled=spelled)
        if lacking
        else ""
    )


def file_trouble(out: str) -> str:
    """Why a landscape cannot be written there; "" where it can."""
    if not out:
        return tr("Choose a file for the landscape.")
    if is_folder(out):
        return tr("{out} is a folder. Add a file name that ends in .h5.", out=out)
    return unwritable(Path(out).absolute().parent)


def _named_files(recipe: Recipe) -> list[tuple[str, Path]]:
    weights = [
        ("weights", Path(path)) for path in recipe.weights if ":" not in Path(path).name
    ]  # FILE:PART is seen later
    folders = [("trajectory", recipe.trajectory)] if recipe.trajectory else []
    return weights + [(name, Path(path)) for name, path in (*folders, *(("also", path) for path in recipe.also))]
