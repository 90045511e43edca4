"""Needs: what must be there before an action can be done, and what to say where it is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .desk import Desk
from .pointing.points import names_network


@dataclass(frozen=True)
class Need:
    """met: whether it is there. reason: why an action that needs it is grey, as one sentence."""

    met: Callable[[Desk], bool]
    reason: str


NEEDS: dict[str, Need] = {
    "": Need(lambda desk: True, ""),
    "landscape": Need(lambda desk: desk.session.current is not None, "Open a landscape first"),
    "open": Need(lambda desk: bool(desk.session.documents), "Open a landscape first"),
    "panes": Need(lambda desk: len(desk.session.places.all) > 1, "Split the centre first"),
    "file": Need(
        lambda desk: desk.session.current is not None and bool(desk.document.path), "Save the landscape to a file first"
    ),
    "network": Need(
        lambda desk: desk.session.current is not None and names_network(desk.document),
        "This landscape does not say which network it was computed with",
    ),
    "several": Need(lambda desk: len(desk.session.documents) > 1, "Open a second landscape first"),
    "compared": Need(lambda desk: bool(desk.session.compared), "No comparison is shown"),
    "path": Need(lambda desk: bool(desk.playback.timeline), "This landscape has no descent path, or none is open"),
    "pins": Need(lambda desk: bool(desk.probe.pins), "Click on the surface to pin a point first"),
    "job": Need(lambda desk: bool(desk.runs.active), "Nothing is being computed"),
    "undo": Need(lambda desk: desk.session.undo.canUndo(), "No change of this look can be taken back"),
    "redo": Need(lambda desk: desk.session.undo.canRedo(), "No change was taken back"),
}
