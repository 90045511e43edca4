"""Drafting: where the processor draws, changes that follow one another are drawn roughly, and well when they have stopped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

WHOLE_MS = 200  # after the mouse button's release, or the last change of the look, all is drawn well again


class Drafting(QObject):
    """When a 3-D view is to be drawn roughly (`rough` True) and when well again. On a graphics card nothing of this is needed."""

    rough = Signal(bool)

    def __init__(self, slow: Callable[[], bool], parent: QObject) -> None:
        """slow: whether the processor draws."""
        super().__init__(parent)
        self.slow, self._held = slow, False
        self._whole = QTimer(self, singleShot=True, interval=WHOLE_MS)
        self._whole.timeout.connect(lambda: self.rough.emit(False))

    def hold(self, on: bool) -> None:
        """The view is being turned, or no longer."""
        self._held = on
        if on:
            self._whole.stop()
            self.rough.emit(True)
        else:
            self._whole.start()

    def hasten(self) -> None:
        """The look changes; the next change may come at once, as when a slider is pulled."""
        if self.slow():
            self.rough.emit(True)
            if not self._held:
                self._whole.start()

    def finish(self) -> None:
        """Draw well what is still rough, unless it is being turned."""
        if self._whole.isActive():
            self._whole.stop()
            self.rough.emit(False)

    def stop(self) -> None:
        """The view goes."""
        self._whole.stop()
