"""Help: what explains the program."""

from __future__ import annotations

from functools import partial

from .. import teaching, verbs
from ..language import tr
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
    dock("lesson", "Ctrl+Alt+H", tr("Lesson"), "lesson"),
    Action(
        "help.palette",
        tr("Find a &command…"),
        "command",
        ("Ctrl+K", "Ctrl+Shift+P"),
        verbs.palette,
        tr("Search all commands and run one"),
    ),
    Action("help.tour", tr("&Tour"), "tour", ("Shift+F1",), verbs.take_tour, tr("Five steps through the window")),
    Action("help.shortcuts", tr("&Keyboard and mouse"), "keyboard", ("?", "F1"), verbs.shortcuts, tr("All keys")),
    Action(
        "help.about", tr("&About Lossvista"), "info", (), verbs.about, tr("Version, and a report on what it runs on")
    ),
)

MENU: list[Entry] = [
    "help.palette",
    (tr("&Examples"), []),
    (tr("&Lessons"), [f"lesson.{name}" for name in LESSONS]),
    None,
    "help.tour",
    "help.shortcuts",
    "help.about",
]
