"""Teaching: what the actions of the lessons do."""

from __future__ import annotations

from .desk import Desk


def begin(desk: Desk, name: str) -> None:
    """Show a lesson from its beginning."""
    for other in ("balls", "studies", "training", "point"):  # of an earlier lesson: the picture needs the room
        desk.docks[other].hide()
    dock = desk.docks["lesson"]
    dock.bring()
    dock.panel.begin(name)  # type: ignore[attr-defined]
