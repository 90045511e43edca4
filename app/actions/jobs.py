"""Jobs: what can be done with computations."""

from __future__ import annotations

from .. import verbs
from .action import Action, Entry

ACTIONS = (
    Action("job.cancel", "&Cancel", "cancel", ("Ctrl+.",), verbs.cancel, "Stop computing; it can be resumed", "job"),
    Action(
        "job.keep",
        "Stop and &keep",
        "keep",
        ("Ctrl+Shift+K",),
        verbs.keep,
        "Stop computing and keep what there is",
        "job",
    ),
)

MENU: list[Entry] = ["job.cancel", "job.keep"]
