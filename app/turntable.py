"""Turntable: turns the active pane's 3-D view about the vertical, until somebody takes hold of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

if TYPE_CHECKING:
    from .panes.pane import Pane
    from .stage import Stage

SPEED = 18.0  # degrees a second
FRAME_MS = 33
LONGEST = 0.2  # seconds that one frame makes up for: after a pause the view does not jump


class Turntable(QObject):
    """Off at first. It ends when a button is pressed in the view, another pane becomes the active one, or there is no 3-D view."""

    changed = Signal()  # on or off

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.stage = stage
        self._pane: Pane | None = None  # the one that turns
        self._since = QElapsedTimer()
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._turn)

    @property
    def on(self) -> bool:
        return self._pane is not None

    def toggle(self) -> None:
        """Start turning, or stop."""
        self.stop() if self.on else self.start()

    def start(self) -> None:
        """Turn the active pane's 3-D view; where there is none, nothing happens."""
        pane = self.stage.pane
        if self.on or pane.camera is None or not pane.solid:
            return
        self._pane = pane
        pane.pressed.connect(self.stop)
        pane.destroyed.connect(self._gone)
        self._since.start()
        self._timer.start()
        self._draft(pane, True)
        self.changed.emit()

    def stop(self) -> None:
        """Leave the view as it is now."""
        pane, self._pane = self._pane, None
        self._timer.stop()
        if pane is not None:
            pane.pressed.disconnect(self.stop)
            pane.destroyed.disconnect(self._gone)
            self._draft(pane, False)
            self.changed.emit()

    def _gone(self) -> None:
        self._pane = None
        self._timer.stop()
        self.changed.emit()

    def _draft(self, pane: Pane, on: bool) -> None:
        if pane.opengl is not None and pane.opengl.software:
            pane.drafting.hold(on)

    def _turn(self) -> None:
        from .scene.camera import turned

        pane, seconds = self._pane, min(self._since.restart() / 1000, LONGEST)
        if pane is None or pane is not self.stage.pane or pane.scene is None or pane.camera is None or not pane.solid:
            self.stop()
            return
        pane.scene.look(turned(pane.camera, SPEED * seconds))
