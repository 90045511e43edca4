"""Exploring: what the actions on pins do."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from .desk import Desk


def copy_pins(desk: Desk) -> None:
    """Put the pins on the clipboard, as a table of text."""
    QGuiApplication.clipboard().setText(desk.probe.text())
    count = len(desk.probe.pins)
    desk.notices.say(f"Copied {'1 pin' if count == 1 else f'{count} pins'}, with tabs between the columns.", "success")
