"""Located: a recipe's relative paths, found again from another folder than the one it was written in."""

from __future__ import annotations

from pathlib import Path

from .recipe import Recipe


def located(recipe: Recipe, folder: str) -> Recipe:
    """The recipe with those of its relative paths that are not found from here, but from `folder` or the one above it, made whole."""
    if not folder:
        return recipe
    places = [Path(folder), Path(folder).absolute().parent]

    def found(text: str) -> str:
        """`text` is a path, perhaps between "imagefolder:" and ":make_problem"."""
        head, colon, tail = text.partition(":")
        ways = [("", text, "")] + ([("", head, colon + tail), (head + colon, tail, "")] if colon else [])
        for before, path, after in ways:
            if not path or Path(path).is_absolute() or Path(path).expanduser().exists():
                continue
            for place in places:
                if (place / path).exists():
                    return f"{before}{place / path}{after}"
        return text

    values = {
        name: getattr(recipe, name) for name in ("trajectory", "data", "test_data", "problem", "model", "directions")
    }
    changed: dict[str, object] = {name: found(text) for name, text in values.items() if text and found(text) != text}
    for name in ("weights", "also"):
        paths = tuple(map(found, getattr(recipe, name)))
        if paths != getattr(recipe, name):
            changed[name] = paths
    return recipe.replace(**changed) if changed else recipe
