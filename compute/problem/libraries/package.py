"""Package: a library that need not be installed, and the sentence where it is not."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ...errors import LossvistaError, nearest


def package(name: str) -> Any:
    """The library, imported. Raises LossvistaError where it is not installed, or does not work."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise LossvistaError(
                f"The package {name} lacks '{error.name}'.", f"Repair it: pip install -U {name}"
            ) from None
        raise LossvistaError(
            f"Models called {name}:… come from the package {name}, which is not installed.",
            "Install it with: pip install 'lossvista[models]'",
        ) from None


def unknown(library: str, name: str, known: list[str]) -> LossvistaError:
    """For a name that the library does not have."""
    if not name:
        return LossvistaError(f"Which model of {library}?", f"Write {library}:NAME, such as {library}:{known[0]}")
    hint = nearest(name, known)
    return LossvistaError(
        f"The package {library} has no model called '{name}'.",
        hint if hint.startswith("Did") else "See its documentation.",
    )
