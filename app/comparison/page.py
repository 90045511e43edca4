"""Page: the window's centre while landscapes are compared: the figure, and above it whether the comparison is fair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...compute.captions import lettered
from ...compute.errors import LossvistaError
from ...compute.figures import draw_comparison
from ...compute.landscape import Landscape
from ...compute.reading import inside
from ...compute.style import Style
from ...compute.timeline import Moment
from ..fading import Fading
from ..letters import enlarge
from ..overlay import Overlay, on_canvas, ways
from ..shrinking import shrunk
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
        self.letters, self._written = 1.0, 1.0  # how large letters are to be, and are in a page of this size
        self.panels: list = []
        self.overlays: list[Overlay] = []  # one over each panel of a plane
        self.fading = Fading(self.figure)
        self._now: Moment | None = None  # a playback's
        self._under: tuple[float, float] | None = None  # α, β of the marker
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
        self._write()
        self._drawing.stop()  # which the letters have started again
        try:
            self.panels = draw_comparison(self.figure, *self._wanted, notes=False)
        except LossvistaError as error:
            self.panels = []
            self.figure.clear()
            self.bar.refuse(str(error))
        self.fading.forget()
        self._lay_over()
        self._show_ways()
        self.canvas.draw_idle()

    def enlarge(self, factor: float) -> None:
        """Draw letters and lines `factor` times as large as a page of this size has them: a small one has small ones."""
        self.letters = factor
        self._write()

    def _write(self) -> None:
        """Have letters as large as they are to be in a page of this size."""
        wanted = self.letters * shrunk(self.canvas.size())
        if wanted != self._written:
            self._written = wanted
            enlarge(self.canvas, wanted)

    def forget(self) -> None:
        """Draw nothing more, and let the landscapes go."""
        self._drawing.stop()
        self._wanted, self.panels = None, []
        self.fading.forget()
        self._lay_over()
        self.figure.clear()

    # --- what moves over it ---

    def mark(self, alpha: float, beta: float) -> None:
        """Show the marker at (α, β) in every plane that reaches so far."""
        self._under = alpha, beta
        for overlay in self.overlays:
            overlay.show_marker(self._under)

    def unmark(self) -> None:
        """Show it no longer."""
        self._under = None
        for overlay in self.overlays:
            overlay.show_marker(None)

    def show_moment(self, moment: Moment | None) -> None:
        """Show the paths as far as they were at a moment, those whose clock counts its unit; None: whole."""
        if moment != self._now:
            self._now = moment
            self._show_ways()

    def _lay_over(self) -> None:
        """An overlay for each panel that there is now."""
        for overlay in self.overlays:
            overlay.hide()
            overlay.deleteLater()
        self.overlays = []
        if self._wanted is None or len(self.panels) != len(self._wanted[0]):
            return  # curves lie over one another in one panel
        for axes, landscape in zip(self.panels, self._wanted[0], strict=True):
            pixels = partial(self._pixels, axes)
            overlay = Overlay(self.canvas, partial(_place, landscape, pixels), pixels)
            overlay.resize(self.canvas.size())
            overlay.show_marker(self._under)
            overlay.show()
            self.overlays.append(overlay)

    def _pixels(self, axes: Axes, points: np.ndarray) -> np.ndarray:
        return on_canvas(self.canvas, axes.transData.transform(points))

    def _show_ways(self) -> None:
        found = []
        if self._wanted is not None and self.overlays:
            landscapes, style = self._wanted
            found = [ways(one, style, *self._now) if self._now is not None else [] for one in landscapes]
            for overlay, own in zip(self.overlays, found, strict=True):
                overlay.show_ways(own)
        self.fading.fade(any(found))

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.bar.redraw_icons()

    def _moved(self, event) -> None:
        if self._wanted is not None and event.inaxes in self.panels and len(self.panels) == len(self._wanted[0]):
            landscape = self._wanted[0][self.panels.index(event.inaxes)]
            self.hovered.emit(landscape, float(event.xdata), float(event.ydata))
        else:
            self.left.emit()


def _place(
    landscape: Landscape, pixels: Callable[[np.ndarray], np.ndarray], alpha: float, beta: float
) -> np.ndarray | None:
    """(2,) where (α, β) is on the canvas; None where this plane does not reach so far."""
    return pixels(np.array([[alpha, beta]]))[0] if inside(landscape.surface, alpha, beta) else None
