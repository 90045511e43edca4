"""Door: a named way in for extensions. A folder's `__init__` holds an explicit dict of doors; the code behind one is
imported only when it is opened, so that forms and flags can list the names without importing torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from .errors import LossvistaError, nearest


@dataclass(frozen=True)
class Door:
    """`target` is "module:function" with the module's full name; `label` and `help` are for forms and docs. argument: what is
    written behind a colon after the name ("FILE"), "" where nothing is."""

    target: str
    label: str
    help: str = ""
    argument: str = ""

    def open(self) -> Callable[..., Any]:
        module, function = self.target.split(":")
        return getattr(import_module(module), function)


def find(kind: str, doors: Mapping[str, Door], name: str) -> Callable[..., Any]:
    """The function behind `doors[name]`. Raises LossvistaError with the nearest name where there is none."""
    if name not in doors:
        raise LossvistaError(f"There is no {kind} called '{name}'.", nearest(name, doors))
    return doors[name].open()
