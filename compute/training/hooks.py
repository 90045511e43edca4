"""Hooks: what the callbacks for other libraries' trainers share."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..errors import LossvistaError


class Means:
    """A mean of what was added since it was last taken; None of nothing."""

    def __init__(self) -> None:
        self._sum, self._count = 0.0, 0

    def add(self, value: float, count: int = 1) -> None:
        """count: how many values it is itself the mean of."""
        self._sum, self._count = self._sum + value * count, self._count + count

    def take(self) -> float | None:
        mean = self._sum / self._count if self._count else None
        self._sum, self._count = 0.0, 0
        return mean


def figures_named(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, float]:
    """Of what a trainer measured, the figures with these names, under ours."""
    return {ours: float(found[theirs]) for ours, theirs in names.items() if theirs in found}


@dataclass(frozen=True)
class Library:
    """Somebody else's library, imported when it is needed. base: the class that its callbacks derive from. modules: where that
    may be; one that the program has imported already comes first. package: what to install."""

    base: str
    modules: tuple[str, ...]
    package: str

    def derived(self, name: str, hooks: type, home: dict[str, Any]) -> type:
        """The class `name` of hooks and the library's base; made once, and kept in its module `home`, so that it can be pickled.
        Raises LossvistaError where the library is not installed."""
        made = type(name, (hooks, self._base()), {"__module__": home["__name__"], "__doc__": hooks.__doc__})
        home[name] = made
        return made

    def _base(self) -> type:
        for module in sorted(self.modules, key=lambda module: module not in sys.modules):
            try:
                return getattr(import_module(module), self.base)
            except ImportError:
                continue
        raise LossvistaError(
            f"The library '{self.package}' is not installed, so its trainers cannot be recorded.",
            f"pip install {self.package}",
        )
