"""Helpers: what the console offers by name. What changes the window goes through the session, so that it can be undone."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...compute.errors import LossvistaError
from ...compute.landscape import Landscape
from ...compute.storage import load, save
from ..session import Session

GREETING = """\
landscapes, current    what is open, and what is in front
restyle(colormap="magma", relief_clip=3.0)    change the current look (undo brings it back)
show(landscape)    open a landscape that you made; redraw()    after you changed values of the current one
load(path), save(landscape, path), np    and what Python has
"""


class Helpers:
    """The names of one console."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def names(self) -> dict[str, Any]:
        """Those that stay."""
        return {
            "np": np,
            "load": load,
            "save": save,
            "show": self.show,
            "restyle": self.restyle,
            "redraw": self.redraw,
            "__name__": "__console__",
        }

    def now(self) -> dict[str, Any]:
        """Those that change with what is open."""
        current = self.session.current
        return {
            "landscapes": [document.landscape for document in self.session.documents],
            "current": current.landscape if current is not None else None,
        }

    def show(self, landscape: Landscape, title: str = "") -> None:
        """Open a landscape in the window; it is in no file until you save it."""
        if not isinstance(landscape, Landscape):
            raise LossvistaError(f"show() takes a landscape, not {type(landscape).__name__}.", "See load(path).")
        landscape.title = title or landscape.title
        self.session.add(landscape, unsaved=True)

    def restyle(self, **values: Any) -> None:
        """Change the current landscape's look: fields of Style, and of its Relief as relief_NAME."""
        self.session.restyle("Console", **values)

    def redraw(self) -> None:
        """Draw the current landscape anew, after its values were changed here."""
        document = self.session.current
        if document is None:
            raise LossvistaError("No landscape is open.")
        document.revision += 1
        document.unsaved = True
        self.session.values_changed.emit(document)
