"""Page: the window's centre while landscapes are compared: the figure, and above it whether the comparison is fair."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...compute.captions import lettered
from ...compute.errors import LossvistaError
from ...compute.figures import draw_comparison
from ...compute.landscape import Landscape
from ...compute.style import Style
from ..letters import enlarge
from .bar import Bar


class ComparisonPage(QWidget):
    """Draws once per turn of the event loop, however often it is told what to show."""

    hovered = Signal(object, float, float)  # Landscape, α, β
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="page")
        self.bar = Bar()
        self.figure = Figure()
        self.canvas = FigureCanvasQTAgg(self.figure)
        self.canvas.setMinimumSize(QSize(240, 160))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.canvas, 1)
        self.canvas.mpl_connect("motion_notify_event", self._moved)
        self.canvas.mpl_connect("figure_leave_event", lambda _event: self.left.emit())
        self.canvas.mpl_connect("resize_event", lambda _event: self._drawing.start())  # columns follow the size
        self.panels: list = []
        self._wanted: tuple[list[Landscape], Style] | None = None
        self._drawing = QTimer(self, singleShot=True, interval=0)
        self._drawing.timeout.connect(self.draw_now)

    def show_landscapes(self, landscapes: Sequence[Landscape], style: Style) -> None:
        """What to compare, in which look, soon."""
        self._wanted = list(landscapes), style
        names = None if landscapes[0].surface.grid.line else lettered(len(landscapes))
        self.bar.show_landscapes(landscapes, style.relief.field, names)
        if not self._drawing.isActive():
            self._drawing.start()

    def draw_now(self) -> None:
        """Draw what is wanted; where that cannot be, say why."""
        self._drawing.stop()
        if self._wanted is None:
            return
        try:
            self.panels = draw_comparison(self.figure, *self._wanted, notes=False)
        except LossvistaError as error:
            self.panels = []
            self.figure.clear()
            self.bar.refuse(str(error))
        self.canvas.draw_idle()

    def enlarge(self, factor: float) -> None:
        """Draw letters and lines `factor` times as large."""
        enlarge(self.canvas, factor)

    def forget(self) -> None:
        """Draw nothing more, and let the landscapes go."""
        self._drawing.stop()
        self._wanted, self.panels = None, []
        self.figure.clear()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.bar.redraw_icons()

    def _moved(self, event) -> None:
        if self._wanted is not None and event.inaxes in self.panels and len(self.panels) == len(self._wanted[0]):
            landscape = self._wanted[0][self.panels.index(event.inaxes)]
            self.hovered.emit(landscape, float(event.xdata), float(event.ydata))
        else:
            self.left.emit()
