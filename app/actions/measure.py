"""Measure: the studies: what can be found out about the network, and about the surface, beyond what one sees."""

from __future__ import annotations

from functools import partial

from ...compute.studies import STUDIES
from .. import measure
from ..language import tr
from .action import Action, Entry, dock

ACTIONS = (
    *(
        Action(
            f"study.{name}",
            tr(study.label) + "…",
            study.icon,
            (),
            partial(measure.study, name=name),
            tr(study.help),
            "computing" if study.network or study.makes else "",
        )
        for name, study in STUDIES.items()
    ),
    Action(
        "ranking",
        tr("Ranking…"),
        "studies",
        (),
        partial(measure.study, name="ranking"),
        tr("Set the open landscapes side by side, by each measure of their minima and by test error."),
    ),
    dock("studies", "Ctrl+Alt+M", tr("Studies"), "studies"),
)

MENU: list[Entry] = [*(f"study.{name}" for name in STUDIES), None, "ranking"]
