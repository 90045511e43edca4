"""View: the embedded PyVista widget. It paints at most once per turn of the event loop, and not at all when nothing changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QMessageLogContext, QPointF, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget
from pyvistaqt import QtInteractor
from vtkmodules.vtkCommonCore import vtkLogger


def _all_but_format(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """QtInteractor sets the default surface format again, to what `main` has set: Qt's warning about that says nothing."""
    if "Setting a new default format" not in text:
        print(text, file=sys.stderr)


STILL = 3.0  # pixels: a press that moves less is a click


def _plainly_left(event: QMouseEvent) -> bool:
    return event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier


class View(QtInteractor):
    """A plotter in a window. As shipped it draws 22 times for 10 mouse moves and 9 times a second when idle: here everybody
    who wants a frame calls `update()`, and drawing happens inside paintGL alone."""

    hovered = Signal(int, int)  # VTK's display pixels: the origin is at the bottom left
    left = Signal()  # the pointer is no longer over the view
    turning = Signal(bool)  # a button was pressed in the view, or released
    resized = Signal()
    painted = Signal()
    clicked = Signal(int, int)  # a click that was no drag, in VTK's display pixels
    right_clicked = Signal(int, int)  # the same with the right button
    held = Signal(int, int)  # the pointer moves while what `grab` took is held
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.frames, self.letters = 0, 1.0
        self.grab: Callable[[int, int], bool] = lambda _x, _y: False  # whether a press takes what is at these pixels
        self._holding, self._pressed = False, QPointF()
        before = qInstallMessageHandler(_all_but_format)
        try:
            super().__init__(parent, auto_update=False)
        finally:
            qInstallMessageHandler(before)
        # On Wayland VTK asks a surface for buffers that it does not have, and warns of each.
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)
        self._samples = self.render_window.GetMultiSamples()
        self.setAcceptDrops(False)  # as shipped, it reads any dropped file in this process; the window takes drops
        self.enable_terrain_style(mouse_wheel_zooms=True, shift_pans=True)  # turning keeps "up" up
        self._Iren.EnableRenderOff()  # nobody but paintGL renders …
        self._vtk_observers.append((self._Iren, self._Iren.AddObserver("RenderEvent", self._asked)))  # … all others ask

    def _asked(self, _subject: object, _event: str) -> None:
        if not self._in_paint:
            self.update()

    def render(self) -> None:
        """Ask for a frame; many calls in one turn of the event loop make one frame."""
        if not getattr(self, "_closed", False):
            self._rendered = True
            self.update()

    def paintGL(self) -> None:
        if getattr(self, "_closed", True):
            return
        self.frames += 1
        self.renderers.on_plotter_render()
        with self._rendering():
            super().paintGL()
        self.painted.emit()

    @contextmanager
    def _rendering(self):
        self._Iren.EnableRenderOn()
        try:
            yield
        finally:
            self._Iren.EnableRenderOff()

    def _pixels(self, at: QPointF) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return round(at.x() * ratio), round((self.height() - at.y() - 1) * ratio)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._holding:
            self.held.emit(*self._pixels(event.position()))
            return
        super().mouseMoveEvent(event)
        self.hovered.emit(*self._pixels(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        self._holding = _plainly_left(event) and self.grab(*self._pixels(event.position()))
        if not self._holding:
            self.turning.emit(True)
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._holding:
            self._holding = False
            self.let_go.emit()
            return
        super().mouseReleaseEvent(event)
        self.turning.emit(False)
        if (event.position() - self._pressed).manhattanLength() > STILL:
            return
        if _plainly_left(event):
            self.clicked.emit(*self._pixels(event.position()))
        elif event.button() == Qt.MouseButton.RightButton:
            self.right_clicked.emit(*self._pixels(event.position()))

    def smooth(self, on: bool) -> None:
        """Whether edges are smoothed: without a graphics card a frame takes up to twice as long with it."""
        samples = self._samples if on else 0
        if not getattr(self, "_closed", False) and self.render_window.GetMultiSamples() != samples:
            self.render_window.SetMultiSamples(samples)
            self.update()

    def enlarge(self, factor: float) -> None:
        """Draw letters and lines `factor` times as large."""
        if factor != self.letters and not getattr(self, "_closed", False):
            self.letters = factor
            self.render_window.SetDPI(round(72 * self.devicePixelRatioF() * factor))
            self.resized.emit()
            self.update()

    def resizeGL(self, width: int, height: int) -> None:
        super().resizeGL(width, height)
        if getattr(self, "_closed", False):  # a last resize comes while the window is being closed
            return
        self.render_window.SetDPI(round(72 * self.devicePixelRatioF() * self.letters))
        self.resized.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    # VTK's own keys (q quits, w wireframe, e ends …) would act besides ours: the window's actions are the only shortcuts.
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        event.ignore()
