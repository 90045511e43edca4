"""Edit: undo and redo of looks."""

from __future__ import annotations

from .. import verbs
from .action import Action, Entry

ACTIONS = (
    Action("edit.undo", "&Undo", "undo", ("Ctrl+Z",), verbs.undo, "Take the last change of look back", "undo"),
    Action("edit.redo", "&Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), verbs.redo, "Do it again", "redo"),
)

MENU: list[Entry] = ["edit.undo", "edit.redo"]
