"""Jobs: what can be done with computations."""

from __future__ import annotations

from .. import verbs
from ..language import tr
from .action import Action, Entry

ACTIONS = (
    Action(
        "job.cancel", tr("&Cancel"), "cancel", ("Ctrl+.",), verbs.cancel, tr("Stop computing; it can be resumed"), "job"
    ),
    Action(
        "job.keep",
        tr("Stop and &keep"),
        "keep",
        ("Ctrl+Shift+K",),
        verbs.keep,
        tr("Stop computing and keep what there is"),
        "job",
    ),
)

MENU: list[Entry] = ["job.cancel", "job.keep"]
