"""Drafting: where the processor draws, changes that follow one another are drawn roughly, and well when they have stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from .pane import Pane

WHOLE_MS = 200  # after the mouse button's release, or the last change of the look, all is drawn well again


class Drafting(QObject):
    """A pane's 3-D view: thinned out and with rough edges for a while. On a graphics card nothing of this is needed."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane)
        self._pane, self._held = pane, False
        self._whole = QTimer(self, singleShot=True, interval=WHOLE_MS)
        self._whole.timeout.connect(lambda: self._rough(False))

    @property
    def needed(self) -> bool:
        """Whether the processor draws."""
        return self._pane.opengl is not None and self._pane.opengl.software

    def hold(self, on: bool) -> None:
        """The view is being turned, or no longer."""
        self._held = on
        if on:
            self._whole.stop()
            self._rough(True)
        else:
            self._whole.start()

    def hasten(self) -> None:
        """The look changes; the next change may come at once, as when a slider is pulled."""
        if self.needed:
            self._rough(True)
            if not self._held:
                self._whole.start()

    def finish(self) -> None:
        """Draw well what is still rough, unless it is being turned."""
        if self._whole.isActive():
            self._whole.stop()
            self._rough(False)

    def stop(self) -> None:
        """The view goes."""
        self._whole.stop()

    def _rough(self, on: bool) -> None:
        scene, view = self._pane.scene, self._pane.view
        if scene is not None and view is not None:
            scene.draft = on
            view.smooth(not on)
