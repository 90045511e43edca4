"""Actions: all that the person can do, as a table; menus and the bar are lists of its keys. One file a menu."""

from __future__ import annotations

from ..language import tr
from . import compare, edit, explore, file, help, jobs, measure, point, view
from .action import Action, Entry

ACTIONS: dict[str, Action] = {
    action.key: action
    for menu in (file, edit, view, explore, compare, point, measure, jobs, help)
    for action in menu.ACTIONS
}

MENUS: dict[str, list[Entry]] = {
    tr("&File"): file.MENU,
    tr("&Edit"): edit.MENU,
    tr("&View"): view.MENU,
    tr("&Point"): point.MENU,
    tr("&Measure"): measure.MENU,
    tr("E&xplore"): explore.MENU,
    tr("&Compare"): compare.MENU,
    tr("&Jobs"): jobs.MENU,
    tr("&Help"): help.MENU,
}

BAR: list[Entry] = [  # a key with others below it is a button with a menu
    "file.new",
    "file.open",
    "file.save",
    None,
    "edit.undo",
    "edit.redo",
    None,
    "view.surface",
    "view.contours",
    "view.wireframe",
    "view.lines",
    "view.map",
    "view.curves",
    None,
    ("panes.1x2", [*compare.SHAPES, None, "panes.cameras", "panes.scale"]),
    "compare.show",
    None,
    "camera.reset",
    "camera.front",
    "camera.right",
    "camera.top",
    None,
    "play.toggle",
    None,
    "file.screenshot",
    "file.export",
]
