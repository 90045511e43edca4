"""Flat: the page with the 2-D contour map, or the curve of a landscape with one axis, drawn by matplotlib."""

from __future__ import annotations

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..compute.figures import SECTIONS, draw, place_of
from ..compute.landscape import Landscape
from ..compute.style import Style


class Flat(QWidget):
    """Draws once per turn of the event loop, however often it is told what to show."""

    hovered = Signal(float, float)  # α, β
    left = Signal()
    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="page")
        self.figure = Figure(layout="constrained")
        self.canvas = FigureCanvasQTAgg(self.figure)
        self.canvas.setMinimumSize(QSize(160, 120))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.canvas.mpl_connect("motion_notify_event", self._moved)
        self.canvas.mpl_connect("figure_leave_event", lambda _event: self.left.emit())
        self.canvas.mpl_connect("button_press_event", lambda _event: self.pressed.emit())
        self._wanted: tuple[Landscape, Style] | None = None
        self._axes = None
        self._drawing = QTimer(self, singleShot=True, interval=0)
        self._drawing.timeout.connect(self.draw_now)

    def show_landscape(self, landscape: Landscape, style: Style) -> None:
        """What to draw, soon."""
        self._wanted = landscape, style
        if not self._drawing.isActive():
            self._drawing.start()

    def draw_now(self) -> None:
        """Draw what is wanted."""
        self._drawing.stop()
        if self._wanted is None:
            return
        self.figure.clear()
        self._axes = draw(self.figure, *self._wanted)
        self.canvas.draw_idle()

    def forget(self) -> None:
        """Draw nothing more, and let the landscape go."""
        self._drawing.stop()
        self._wanted = self._axes = None
        self.figure.clear()

    def _moved(self, event) -> None:
        if self._axes is not None and event.inaxes is not None and event.inaxes in self._drawn_axes():
            self.hovered.emit(*place_of(event.inaxes, float(event.xdata), float(event.ydata)))
        else:
            self.left.emit()

    def _drawn_axes(self) -> list:
        """The picture's axes, those that share its place (a twin of a curve), and sections'; not the colour bar."""
        box = self._axes.get_position().bounds
        return [axes for axes in self.figure.axes if axes.get_label() in SECTIONS or axes.get_position().bounds == box]
