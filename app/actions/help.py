"""Help: what explains the program."""

from __future__ import annotations

from functools import partial

from .. import teaching, verbs
from ..lessons import LESSONS
from .action import Action, Entry, dock

ACTIONS = (
    *(
        Action(
            f"lesson.{name}",
            lesson.title,
            "lesson",
            (),
            partial(teaching.begin, name=name),
            lesson.summary,
            "computing",
        )
        for name, lesson in LESSONS.items()
    ),
    dock("lesson", "Ctrl+Alt+H", "Lesson", "lesson"),
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

MENU: list[Entry] = [
    "help.palette",
    ("&Examples", []),
    ("&Lessons", [f"lesson.{name}" for name in LESSONS]),
    None,
    "help.tour",
    "help.shortcuts",
    "help.about",
]
