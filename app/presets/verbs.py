"""Verbs: what the actions of presets do. Each is a function of the desk."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ..desk import Desk
from .dialog import Presets


def manage(desk: Desk) -> Presets:
    """Show the presets."""
    dialog = Presets(desk)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def keep(desk: Desk) -> Presets:
    """Ask for a name, and keep the current look under it."""
    dialog = manage(desk)
    dialog.name.setFocus()
    return dialog
