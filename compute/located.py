"""Located: a recipe's relative paths, found again from another folder than the one it was written in."""

from __future__ import annotations

from pathlib import Path

from .recipe import Recipe
from .there import is_there


def located(recipe: Recipe, folder: str) -> Recipe:
    """The recipe with those of its relative paths that are not found from here, but from `folder` or the one above it, made whole."""
    if not folder:
        return recipe
    places = [Path(folder), Path(folder).absolute().parent]

    def found(path: str) -> str:
        if not path or Path(path).is_absolute() or is_there(Path(path).expanduser()):
            return path
        return next((str(place / path) for place in places if is_there(place / path)), path)

    def behind(text: str) -> str:
        """Of "imagefolder:DIR" the folder."""
        kind, colon, path = text.partition(":")
        return f"{kind}{colon}{found(path)}"

    def before(text: str) -> str:
        """Of "own.py:make_problem" the file."""
        path, ending, function = text.rpartition(".py")
        return f"{found(path + ending)}{function}" if ending else text

    ways = {
        "trajectory": found,
        **dict.fromkeys(("data", "test_data", "directions"), behind),
        **dict.fromkeys(("problem", "model"), before),
        **dict.fromkeys(("weights", "also"), lambda paths: tuple(map(found, paths))),
    }
    whole = {name: way(getattr(recipe, name)) for name, way in ways.items()}
    changed = {name: value for name, value in whole.items() if value != getattr(recipe, name)}
    return recipe.replace(**changed) if changed else recipe
