"""Edit: undo and redo of looks, and what can be copied."""

from __future__ import annotations

from .. import copying, verbs
from ..language import tr
from .action import Action, Entry

ACTIONS = (
    Action("edit.undo", tr("&Undo"), "undo", ("Ctrl+Z",), verbs.undo, tr("Take the last change of look back"), "undo"),
    Action("edit.redo", tr("&Redo"), "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), verbs.redo, tr("Do it again"), "redo"),
    Action(
        "copy.picture",
        tr("&Copy picture"),
        "copy",
        ("Ctrl+C",),
        copying.picture,
        tr("Copy the picture as it is on the screen"),
        "landscape",
    ),
    Action(
        "copy.values",
        tr("Copy &values"),
        "values",
        ("Ctrl+Shift+C",),
        copying.values,
        tr("Copy the values for a spreadsheet"),
        "landscape",
    ),
    Action(
        "copy.caption",
        tr("Copy c&aption"),
        "caption",
        ("Ctrl+Alt+C",),
        copying.caption,
        tr("Copy a text for below a figure: what is shown and how it was made"),
        "landscape",
    ),
    Action(
        "copy.link",
        tr("Copy &file"),
        "link",
        ("Ctrl+Shift+F",),
        copying.link,
        tr("Copy the landscape's file, as path and as file"),
        "file",
    ),
)

MENU: list[Entry] = ["edit.undo", "edit.redo", None, "copy.picture", "copy.values", "copy.caption", "copy.link"]
