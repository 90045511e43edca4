"""Edit: undo and redo of looks, and what can be copied."""

from __future__ import annotations

from .. import copying, verbs
from .action import Action, Entry

ACTIONS = (
    Action("edit.undo", "&Undo", "undo", ("Ctrl+Z",), verbs.undo, "Take the last change of look back", "undo"),
    Action("edit.redo", "&Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), verbs.redo, "Do it again", "redo"),
    Action(
        "copy.picture",
        "&Copy picture",
        "copy",
        ("Ctrl+C",),
        copying.picture,
        "Copy the picture as it is on the screen",
        "landscape",
    ),
    Action(
        "copy.values",
        "Copy &values",
        "values",
        ("Ctrl+Shift+C",),
        copying.values,
        "Copy the values for a spreadsheet",
        "landscape",
    ),
    Action(
        "copy.caption",
        "Copy c&aption",
        "caption",
        ("Ctrl+Alt+C",),
        copying.caption,
        "Copy a text for below a figure: what is shown and how it was made",
        "landscape",
    ),
    Action(
        "copy.link",
        "Copy &file",
        "link",
        ("Ctrl+Shift+F",),
        copying.link,
        "Copy the landscape's file, as path and as file",
        "file",
    ),
)

MENU: list[Entry] = ["edit.undo", "edit.redo", None, "copy.picture", "copy.values", "copy.caption", "copy.link"]
