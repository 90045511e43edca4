"""Exploring: what the actions on pins and on the playback do."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from .desk import Desk
from .language import tr


def play(desk: Desk) -> None:
    """Play the path, or pause; a path that is not shown is shown first."""
    if not desk.playback.playing and not desk.document.style.path:
        desk.session.restyle(tr("Descent path"), path=True)
    desk.playback.toggle()


def pin_here(desk: Desk) -> None:
    """Pin the point that was asked about, or else the centre."""
    desk.probe.add(*desk.points.chosen)


def copy_pins(desk: Desk) -> None:
    """Put the pins on the clipboard, as a table of text."""
    QGuiApplication.clipboard().setText(desk.probe.text())
    count = len(desk.probe.pins)
    desk.notices.say(
        tr(
            "Copied {count}, with tabs between the columns.",
            count=tr("1 pin") if count == 1 else tr("{count} pins", count=count),
        ),
        "success",
    )
