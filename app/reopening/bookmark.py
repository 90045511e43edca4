"""Bookmark: what was open: files, their looks, which one was in front. A small JSON file, written whole or not at all."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ...compute.choices import Choices, choice
from ...compute.errors import LossvistaError
from ...compute.storage.disk import put
from ...compute.storage.seal import seal_of
from ...compute.storage.small import read_object
from ...compute.style import Style, View
from ..language import tr


class Leaf(Choices):
    """One landscape that was open. path: its file. example: the name of the shipped one that it is a copy of, which has no
    file. copy_name: of its copy in the shelter, where it was in no file. seal: of the file's content when it was open. look:
    what of its style differs from the default."""

    path: str = ""
    example: str = ""
    copy_name: str = ""
    seal: str = ""
    look: dict[str, Any] = choice({}, "Look", "What of its style differs from the default.")

    @property
    def style(self) -> Style | None:
        """The look; None where it cannot be read, say because a newer version wrote it."""
        try:
            return Style(**self.look)
        except ValidationError:
            return None

    @property
    def name(self) -> str:
        return self.example or Path(self.path).stem or tr("unsaved landscape")

    def changed(self) -> bool:
        """Whether the file there has another content than it had."""
        return bool(self.path) and seal_of(self.path) != self.seal


class Pane(Choices):
    """One part of the window's centre. leaf: which of the landscapes it showed, or -1. view: one of its own, or None."""

    leaf: int = -1
    view: View | None = None


class Bookmark(Choices):
    """leaves: in the list's order. current: which was in front, or -1. shape, panes, active, linked, shared: of the window's
    centre. ended: whether the window was closed in good order. opening: the window was about to open these; where it never came
    further, they may be what ended it."""

    leaves: tuple[Leaf, ...] = ()
    current: int = -1
    shape: tuple[int, int] = (1, 1)
    panes: tuple[Pane, ...] = ()
    linked: bool = True
    shared: bool = True
    active: int = 0
    ended: bool = True
    opening: bool = False


def read(path: Path) -> tuple[Bookmark, str]:
    """The bookmark, and a sentence about what could not be read of it, or "". A damaged file is set aside (fault 29)."""
    if not os.path.lexists(path):
        return Bookmark(), ""
    try:
        return _salvaged(read_object(path))
    except LossvistaError as error:
        aside = path.with_suffix(".bad")
        with suppress(OSError):
            path.replace(aside)
        return Bookmark(), tr(
            "What was open last time cannot be read: {message} The old file is {name}.",
            message=error.message,
            name=aside.name,
        )


def _salvaged(kept: dict[str, Any]) -> tuple[Bookmark, str]:
    """Keep what is valid: leaf by leaf, and of the rest value by value."""
    given = kept.pop("leaves", [])
    leaves, lost = [], 0
    for one in given if isinstance(given, list) else []:
        try:
            leaves.append(Leaf(**one))
        except (TypeError, ValidationError):
            lost += 1
    if lost:  # the others have other numbers now
        kept = {name: kept[name] for name in ("ended", "opening") if name in kept}
    while True:
        try:
            bookmark = Bookmark(**kept, leaves=tuple(leaves))
            break
        except ValidationError as error:
            kept = {k: v for k, v in kept.items() if k not in {str(one["loc"][0]) for one in error.errors()}}
    return bookmark, tr(
        "Of what was open last time, {lost} entries are damaged and left out.", lost=lost
    ) if lost else ""


def write(path: Path, bookmark: Bookmark) -> None:
    """Write it. A disk that refuses costs the memory of what is open, never the program."""
    with suppress(OSError, LossvistaError):
        path.parent.mkdir(parents=True, exist_ok=True)
        # not pydantic's own JSON, which knows no file names that are no UTF-8
        put(path, json.dumps(bookmark.model_dump(mode="json", exclude_defaults=True)).encode(), rename=False)
