"""Views: how the panel shows what a study has found; a study that has no view of its own is shown in words."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ...compute.studies import STUDIES
from ..desk import Desk
from ..document import Document
from ..language import tr

# study → "module:Class" of a widget that is made with (desk) and has show_document(document or None); redraw_icons() after a change
# of theme where it needs one. It is asked again whenever values, landscape or current document have changed.
VIEWS: dict[str, str] = {
    "curvature": "lossvista.app.studying.spectrum:Spectrum",
    "ensemble": "lossvista.app.studying.ensembles:Ensembles",
    "basin": "lossvista.app.studying.basin:Basin",
    "boundary": "lossvista.app.studying.boundary:Boundary",
    "scale": "lossvista.app.studying.scale_invariance:ScaleInvariance",
    "critical": "lossvista.app.studying.critical:CriticalView",
    "minefield": "lossvista.app.studying.minima:Minima",
    "connect": "lossvista.app.studying.connection:Connection",
}

# Pages of the panel that belong to no landscape alone: name → (label, help, "module:Class"). Made with (desk), with refresh() and
# redraw_icons().
PAGES: dict[str, tuple[str, str, str]] = {
    "ranking": (
        tr("Ranking"),
        tr("Set the open landscapes side by side, by each measure of their minima and by test error."),
        "lossvista.app.studying.ranking:RankingPage",
    ),
}


class Told(QPlainTextEdit):
    """What the study tells, in words."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(readOnly=True)
        self.name = name
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setAccessibleName(tr("{label}: what was found", label=tr(STUDIES[name].label)))
        self.setTabChangesFocus(True)
        self.setPlaceholderText(
            tr("{help}\nNothing of this is known about this landscape yet.", help=tr(STUDIES[name].help))
        )

    def show_document(self, document: Document | None) -> None:
        """Say what is known of this landscape; nothing where there is none."""
        text = "\n".join(STUDIES[self.name].lines(document.landscape)) if document is not None else ""
        if text != self.toPlainText():
            self.setPlainText(text)


def page_of(name: str, desk: Desk) -> Any:
    """The widget of a page."""
    module, kind = PAGES[name][2].split(":")
    made: Callable[[Desk], QWidget] = getattr(import_module(module), kind)
    return made(desk)


def view_of(name: str, desk: Desk) -> Any:
    """The widget for what a study found."""
    if name not in VIEWS:
        return Told(desk, name)
    module, kind = VIEWS[name].split(":")
    made: Callable[[Desk], QWidget] = getattr(import_module(module), kind)
    return made(desk)
