"""Buttons: those with an icon and no text, which say to a screen reader what their tooltip says."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QToolButton

_KEYS = re.compile(r"\s*\([^()]*\)\s*$")  # the shortcut at a tooltip's end


class IconButton(QToolButton):
    """A tool button whose accessible name is its tooltip, without the shortcut."""

    def __init__(self, *, toolTip: str = "", **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        if toolTip:
            self.setToolTip(toolTip)

    def setToolTip(self, text: str) -> None:
        super().setToolTip(text)
        self.setAccessibleName(_KEYS.sub("", text))
