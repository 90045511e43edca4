"""Compare: landscapes beside one another, in panes, in one picture, or as their difference."""

from __future__ import annotations

from .. import comparing, paning
from ..language import tr
from .action import Action, Entry


def _shape(rows: int, columns: int, key: str, text: str, help: str) -> Action:
    called = f"panes.{rows}x{columns}"
    return Action(
        called,
        text,
        f"panes-{rows}x{columns}",
        (key,),
        paning.arrange(rows, columns),
        help,
        "open",
        paning.shown(rows, columns),
    )


ACTIONS = (
    _shape(1, 1, "Ctrl+Alt+1", tr("&One pane"), tr("One landscape fills the centre")),
    _shape(1, 2, "Ctrl+Alt+2", tr("&Two panes"), tr("Two landscapes, or two views of one, beside each other")),
    _shape(1, 3, "Ctrl+Alt+3", tr("T&hree panes"), tr("Three beside one another")),
    _shape(2, 2, "Ctrl+Alt+4", tr("&Four panes"), tr("Two rows of two")),
    _shape(2, 3, "Ctrl+Alt+6", tr("&Six panes"), tr("Two rows of three")),
    Action("panes.next", tr("&Next pane"), "", ("F6",), paning.step, tr("Make the next pane the active one"), "panes"),
    Action(
        "panes.enlarge",
        tr("&Enlarge the pane"),
        "fullscreen",
        ("Ctrl+Alt+E",),
        paning.enlarge,
        tr("Show the active pane alone, or all again"),
        "panes",
        lambda desk: desk.session.places.enlarged,
    ),
    Action(
        "panes.cameras",
        tr("&Link cameras"),
        "link",
        ("Ctrl+Alt+L",),
        paning.link_cameras,
        tr("See all panes from one camera"),
        "",
        lambda desk: desk.session.places.linked,
    ),
    Action(
        "panes.scale",
        tr("&Shared scale"),
        "colorbar",
        ("Ctrl+Alt+S",),
        paning.share_scale,
        tr("One scale, threshold, range, height, levels and colours in all panes"),
        "",
        lambda desk: desk.session.places.shared,
    ),
    Action(
        "compare.show",
        tr("&Compare in one picture"),
        "compare",
        ("C",),
        comparing.compare,
        tr("Show the chosen landscapes in one picture"),
        "several",
        lambda desk: bool(desk.session.compared),
    ),
    Action(
        "compare.difference",
        tr("&Difference…"),
        "difference",
        ("Shift+D",),
        paning.difference,
        tr("Open the difference A − B of two landscapes"),
        "several",
    ),
    Action(
        "compare.table",
        tr("Contours and mesh as a &table"),
        "table",
        ("Ctrl+Alt+T",),
        paning.table,
        tr("Flat map, floating contour lines and surface of two landscapes, one in each row"),
        "open",
    ),
    Action(
        "panes.picture",
        tr("P&icture of all panes…"),
        "screenshot",
        ("Ctrl+Alt+I",),
        paning.picture,
        tr("Save all panes as one picture, at any size"),
        "open",
    ),
    Action(
        "compare.series",
        tr("Export as time &series…"),
        "export",
        (),
        comparing.series,
        tr("Write the chosen landscapes, in the list's order, as the steps of one series for ParaView"),
        "several",
    ),
    Action(
        "compare.end", tr("End the com&parison"), "", ("Esc",), comparing.end, tr("Back to one landscape"), "compared"
    ),
)

SHAPES: list[Entry] = ["panes.1x1", "panes.1x2", "panes.1x3", "panes.2x2", "panes.2x3"]

MENU: list[Entry] = [
    *SHAPES,
    None,
    "panes.next",
    "panes.enlarge",
    "panes.cameras",
    "panes.scale",
    None,
    "compare.show",
    "compare.difference",
    "compare.table",
    "compare.end",
    None,
    "panes.picture",
    "compare.series",
]
