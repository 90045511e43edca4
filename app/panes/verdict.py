"""Verdict: the line above the panes that says why what they show may not be compared."""

from __future__ import annotations

from collections.abc import Sequence

from ...compute.fairness import verdict
from ...compute.landscape import Landscape
from ..comparison.bar import Bar
from ..language import tr


class Verdict(Bar):
    """Seen only where there is something to say, until the person closes it or something else is to be said."""

    def __init__(self) -> None:
        super().__init__()
        self.export_button.hide()
        self.close_button.setToolTip(tr("Say this no more"))
        self.close_button.clicked.connect(self._close)
        self._said = self._closed = ""
        self.hide()

    def judge(self, landscapes: Sequence[Landscape], field: str, names: Sequence[str] | None) -> None:
        """Say why these may not be compared by that field. names: what they are called."""
        self._said = verdict(landscapes, field, names)
        if self._said:
            self.show_landscapes(landscapes, field, names)
        self.setVisible(bool(self._said) and self._said != self._closed)

    def _close(self) -> None:
        self._closed = self._said
        self.hide()
