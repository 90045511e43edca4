"""Lesson: pages that explain, and steps that the window takes for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..language import tr

LESSONS_FOLDER = "{lessons}"  # in a step's choices: the folder in which the lessons keep what they compute


@dataclass(frozen=True)
class Train:
    """Train into the folder `name`. What was trained there by the same choices is not trained again."""

    name: str
    choices: Mapping[str, Any]


@dataclass(frozen=True)
class Compute:
    """Compute the landscape NAME.h5 and bring it to the front. What is there already is only opened."""

    name: str
    choices: Mapping[str, Any]


@dataclass(frozen=True)
class Make:
    """Let a study make the landscape NAME.h5."""

    study: str
    name: str
    choices: Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """Study the landscape in front, and show the panel with what was found."""

    study: str
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Panes:
    """Show these landscapes of the lessons (or examples, as in "example:resnet56") beside one another."""

    rows: int
    columns: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """Change the look of the landscape in front. values: as `Style.restyled` takes them."""

    what: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Do:
    """An action of the window, by its key."""

    action: str


@dataclass(frozen=True)
class Drop:
    """Let balls roll from where the recorded path of the landscape in front begins. on: slice or weights."""

    choices: Mapping[str, Any]
    on: str = "slice"


Step = Train | Compute | Make | Measure | Panes | Look | Do | Drop


@dataclass(frozen=True)
class Page:
    """text: rich text. steps: what the button does, in this order; none: there is nothing to do but to read, and to try."""

    title: str
    text: str
    steps: tuple[Step, ...] = ()
    button: str = tr("Do it")


@dataclass(frozen=True)
class Lesson:
    """summary: one sentence for the menu."""

    title: str
    summary: str
    pages: tuple[Page, ...]
