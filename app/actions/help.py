"""Help: what explains the program."""

from __future__ import annotations

from .. import verbs
from .action import Action, Entry

ACTIONS = (
    Action(
        "help.palette",
        "Find a &command…",
        "command",
        ("Ctrl+K", "Ctrl+Shift+P"),
        verbs.palette,
        "Search all commands and run one",
    ),
    Action("help.tour", "&Tour", "tour", ("Shift+F1",), verbs.take_tour, "Five steps through the window"),
    Action("help.shortcuts", "&Keyboard and mouse", "keyboard", ("?", "F1"), verbs.shortcuts, "All keys"),
    Action("help.about", "&About Lossvista", "info", (), verbs.about, "Version, and a report on what it runs on"),
)

MENU: list[Entry] = ["help.palette", ("&Examples", []), None, "help.tour", "help.shortcuts", "help.about"]
