"""Compare: landscapes beside one another, in panes, in one picture, or as their difference."""

from __future__ import annotations

from .. import comparing, paning
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
    _shape(1, 1, "Ctrl+Alt+1", "&One pane", "One landscape fills the centre"),
    _shape(1, 2, "Ctrl+Alt+2", "&Two panes", "Two landscapes, or two views of one, beside each other"),
    _shape(1, 3, "Ctrl+Alt+3", "T&hree panes", "Three beside one another"),
    _shape(2, 2, "Ctrl+Alt+4", "&Four panes", "Two rows of two"),
    _shape(2, 3, "Ctrl+Alt+6", "&Six panes", "Two rows of three"),
    Action("panes.next", "&Next pane", "", ("F6",), paning.step, "Make the next pane the active one", "panes"),
    Action(
        "panes.enlarge",
        "&Enlarge the pane",
        "fullscreen",
        ("Ctrl+Alt+E",),
        paning.enlarge,
        "Show the active pane alone, or all again",
        "panes",
        lambda desk: desk.session.places.enlarged,
    ),
    Action(
        "panes.cameras",
        "&Link cameras",
        "link",
        ("Ctrl+Alt+L",),
        paning.link_cameras,
        "See all panes from one camera",
        "",
        lambda desk: desk.session.places.linked,
    ),
    Action(
        "panes.scale",
        "&Shared scale",
        "colorbar",
        ("Ctrl+Alt+S",),
        paning.share_scale,
        "One scale, threshold, range, height, levels and colours in all panes",
        "",
        lambda desk: desk.session.places.shared,
    ),
    Action(
        "compare.show",
        "&Compare in one picture",
        "compare",
        ("C",),
        comparing.compare,
        "Show the chosen landscapes in one picture",
        "several",
        lambda desk: bool(desk.session.compared),
    ),
    Action(
        "compare.difference",
        "&Difference…",
        "difference",
        ("Shift+D",),
        paning.difference,
        "Open the difference A − B of two landscapes",
        "several",
    ),
    Action(
        "compare.table",
        "Contours and mesh as a &table",
        "table",
        ("Ctrl+Alt+T",),
        paning.table,
        "Flat map, floating contour lines and surface of two landscapes, one in each row",
        "open",
    ),
    Action(
        "panes.picture",
        "P&icture of all panes…",
        "screenshot",
        ("Ctrl+Alt+I",),
        paning.picture,
        "Save all panes as one picture, at any size",
        "open",
    ),
    Action(
        "compare.series",
        "Export as time &series…",
        "export",
        (),
        comparing.series,
        "Write the chosen landscapes, in the list's order, as the steps of one series for ParaView",
        "several",
    ),
    Action("compare.end", "End the com&parison", "", ("Esc",), comparing.end, "Back to one landscape", "compared"),
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
