"""Needs: what must be there before an action can be done, and what to say where it is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..compute.edition import REASON, can_compute
from .desk import Desk
from .language import tr
from .pointing.points import names_network


@dataclass(frozen=True)
class Need:
    """met: whether it is there. reason: why an action that needs it is grey, as one sentence. before: a need that comes first."""

    met: Callable[[Desk], bool]
    reason: str
    before: str = ""


NEEDS: dict[str, Need] = {
    "": Need(lambda desk: True, ""),
    "computing": Need(lambda desk: can_compute(), REASON),
    "landscape": Need(lambda desk: desk.session.current is not None, tr("Open a landscape first")),
    "open": Need(lambda desk: bool(desk.session.documents), tr("Open a landscape first")),
    "panes": Need(lambda desk: len(desk.session.places.all) > 1, tr("Split the centre first")),
    "file": Need(
        lambda desk: desk.session.current is not None and bool(desk.document.path),
        tr("Save the landscape to a file first"),
    ),
    "network": Need(
        lambda desk: desk.session.current is not None and names_network(desk.document),
        tr("This landscape does not say which network it was computed with"),
        "computing",
    ),
    "several": Need(lambda desk: len(desk.session.documents) > 1, tr("Open a second landscape first")),
    "compared": Need(lambda desk: bool(desk.session.compared), tr("No comparison is shown")),
    "path": Need(lambda desk: bool(desk.playback.timeline), tr("This landscape has no descent path, or none is open")),
    "pins": Need(lambda desk: bool(desk.probe.pins), tr("Click on the surface to pin a point first")),
    "job": Need(lambda desk: bool(desk.runs.active), tr("Nothing is being computed")),
    "undo": Need(lambda desk: desk.session.undo.canUndo(), tr("No change of this look can be taken back")),
    "redo": Need(lambda desk: desk.session.undo.canRedo(), tr("No change was taken back")),
}


def reasons(desk: Desk) -> dict[str, str]:
    """Why each need is not met; "" where it is."""
    found: dict[str, str] = {}
    for name, need in NEEDS.items():  # one that comes before another stands before it
        found[name] = found.get(need.before, "") or ("" if need.met(desk) else need.reason)
    return found


def computes(name: str) -> bool:
    """Whether what has this need is a computation, which the Viewer never does."""
    return "computing" in (name, NEEDS[name].before)
