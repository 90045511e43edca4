"""Importer: brings in what draws, after the window is there."""

from __future__ import annotations

from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal


class Importer(QObject):
    """Imports what draws (VTK takes a second) piece by piece, while the window is already there and answers in between.

    In the GUI's thread: PySide takes part in every import and fills in its classes when they are first touched, and doing that
    in a second thread while the window was painting crashed now and then."""

    finished = Signal()
    PIECES = (
        "scipy.ndimage",
        "matplotlib.figure",
        "vtkmodules.vtkRenderingOpenGL2",
        "pyvista",
        "pyvista.plotting",
        "lossvista.app.scene.scene",
        "lossvista.app.view",
    )

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = list(self.PIECES)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._next)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """Import no more; `finished` is not told."""
        self._timer.stop()

    def _next(self) -> None:
        import_module(self._left.pop(0))
        if not self._left:
            self._timer.stop()
            self.finished.emit()
