"""Study: a door to a generator that finds out more than a surface, with its frozen choices, for command line, window and Python."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..choices import Choices
from ..doors import Door


@dataclass(frozen=True)
class Study(Door):
    """Of a landscape, unless `makes`: target(source, choices, *, trust) is a job that yields Progress(added=…) as it goes and returns
    `Added`, all that it found. source: a Landscape or the path of its file. trust: what may run code (see
    `problem.consent`).

    makes: it makes a landscape of its own: target(choices, out, *, overwrite) is a job as `run` is. choices: "module:Class", of the
    looking half. told: "module:function" from a landscape to lines for people about what this study found, of the looking half.
    network: whether it needs the landscape's network, or only its surface. icon: of resources/icons.
    """

    choices: str = ""
    told: str = ""
    makes: bool = False
    network: bool = True
    icon: str = "studies"

    @property
    def model(self) -> type[Choices]:
        return _named(self.choices)

    def lines(self, landscape: Any) -> list[str]:
        """What this study says of a landscape, for people."""
        return list(_named(self.told)(landscape)) if self.told else []


def _named(target: str) -> Any:
    module, name = target.split(":")
    return getattr(import_module(module), name)
