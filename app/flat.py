"""Flat: the page with the 2-D contour map, or the curve of a landscape with one axis, drawn by matplotlib."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import MouseButton, MouseEvent
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..compute.critical import shown
from ..compute.figures import SECTIONS, draw, place_of
from ..compute.figures.sections import ALPHA, BETA
from ..compute.landscape import Landscape
from ..compute.reading import inside
from ..compute.style import Style
from ..compute.timeline import Moment
from .fading import Fading
from .letters import enlarge
from .overlay import Overlay, on_canvas, ways

NEAR = 7.0  # pixels: a node or a pin so near to the pointer is meant
STILL = 4.0  # pixels: a press that moves less is a click


class Flat(QWidget):
    """Draws once per turn of the event loop, however often it is told what to show."""

    hovered = Signal(float, float)  # α, β; those of a node where one is near
    left = Signal()
    pressed = Signal()
    clicked = Signal(float, float)  # α, β: a click that was no drag, beside all pins
    right_clicked = Signal(float, float)  # α, β
    pin_pressed = Signal(int)
    pin_pulled = Signal(int, float, float)  # which pin, to which α, β
    pin_dropped = Signal()
    critical_hovered = Signal(object)  # the row of the critical point under the pointer, or None
    critical_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="page")
        self.figure = Figure(layout="constrained")
        self.canvas = FigureCanvasQTAgg(self.figure)
        self.canvas.setMinimumSize(QSize(160, 120))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.letters = 1.0
        self.overlay = Overlay(self.canvas, self.place, self.pixels)
        self.canvas.mpl_connect("motion_notify_event", self._moved)
        self.canvas.mpl_connect("figure_leave_event", lambda _event: self.left.emit())
        self.canvas.mpl_connect("button_press_event", self._press)
        self.canvas.mpl_connect("button_release_event", self._release)
        self._wanted: tuple[Landscape, Style] | None = None
        self._axes: Axes | None = None
        self._now: Moment | None = None
        self.fading = Fading(self.figure)
        self._held: tuple[MouseEvent, int | None] | None = None  # a press, and the pin under it
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
        self.fading.forget()
        self._axes = draw(self.figure, *self._wanted)
        self._show_ways()
        self.canvas.draw_idle()

    def enlarge(self, factor: float) -> None:
        """Draw letters and lines `factor` times as large."""
        if factor != self.letters:
            self.letters = factor
            enlarge(self.canvas, factor)
            if self._wanted is not None:
                self._drawing.start()

    def forget(self) -> None:
        """Draw nothing more, and let the landscape go."""
        self._drawing.stop()
        self._wanted = self._axes = None
        self.fading.forget()
        self.overlay.show_marker(None)
        self.overlay.show_rings([])
        self.overlay.show_ways([])
        self.figure.clear()

    # --- what moves over it ---

    def mark(self, alpha: float, beta: float) -> None:
        """Show the marker at (α, β); on a curve at the field's value there."""
        self.overlay.show_marker((alpha, beta))

    def unmark(self) -> None:
        """Show it no longer."""
        self.overlay.show_marker(None)

    def ring(self, places: list[tuple[float, float]]) -> None:
        """Show a ring at each (α, β): the critical point that is spoken of, and its partner."""
        self.overlay.show_rings(places)

    def show_moment(self, moment: Moment | None) -> None:
        """Show the paths as far as they were at a moment; None: whole."""
        if moment != self._now:
            self._now = moment
            self._show_ways()

    def _show_ways(self) -> None:
        if self._wanted is None or self._axes is None:
            return
        found = ways(*self._wanted, *self._now) if self._now is not None else []
        self.fading.fade(bool(found))
        self.overlay.show_ways(found)

    def _spot(self, alpha: float, beta: float) -> np.ndarray | None:
        """(2,) where (α, β) is on the canvas, in matplotlib's pixels: on a map itself, on a curve the field's value there; None where
        it is not in the picture."""
        if self._wanted is None or self._axes is None or not self._wanted[0].surface.fields:
            return None
        landscape, style = self._wanted
        surface, grid = landscape.surface, landscape.surface.grid
        beta = 0.0 if grid.line else beta
        if not inside(surface, alpha, beta):
            return None
        if not grid.line and style.view != "curves":
            return self._axes.transData.transform((alpha, beta))
        value = surface.probe(alpha, beta, style.relief.field or surface.main)[0]
        if grid.line:
            return self._axes.transData.transform((alpha, value))
        axes = self._section(alpha, beta)
        return None if axes is None else axes.transData.transform((alpha if axes is self._axes else beta, value))

    def _section(self, alpha: float, beta: float) -> Axes | None:
        """The axes of the section that (α, β) lies on."""
        assert self._wanted is not None
        grid = self._wanted[0].surface.grid
        for label, across, at in ((ALPHA, grid.beta, beta), (BETA, grid.alpha, alpha)):
            if at == across[np.abs(across).argmin()]:
                return next(one for one in self.figure.axes if one.get_label() == label)
        return None

    def pixels(self, points: np.ndarray) -> np.ndarray | None:
        """Data coordinates (k, 2) → the canvas's pixels (k, 2), origin top left."""
        return None if self._axes is None else on_canvas(self.canvas, self._axes.transData.transform(points))

    def place(self, alpha: float, beta: float) -> np.ndarray | None:
        """(2,) where (α, β) is on the canvas, in its pixels; None where it is not in the picture."""
        spot = self._spot(alpha, beta)
        return None if spot is None else on_canvas(self.canvas, spot[None])[0]

    # --- the pointer ---

    def _at(self, event: MouseEvent) -> tuple[float, float] | None:
        """(α, β) under the pointer, those of a node where one is near; None beside the picture."""
        if self._wanted is None or self._axes is None or event.inaxes not in self._drawn_axes():
            return None
        grid = self._wanted[0].surface.grid
        if event.inaxes.get_label() in SECTIONS:
            x, y = event.inaxes.transData.inverted().transform((event.x, event.y)).tolist()
            return place_of(event.inaxes, x, y)
        alpha, beta = self._axes.transData.inverted().transform((event.x, event.y)).tolist()
        i, j = (int(np.abs(axis - at).argmin()) for axis, at in ((grid.alpha, alpha), (grid.beta, beta)))
        node = float(grid.alpha[i]), beta if grid.line else float(grid.beta[j])
        away = self._axes.transData.transform(node) - np.array([event.x, event.y])
        return node if np.hypot(*away) <= NEAR * self.canvas.device_pixel_ratio else (alpha, beta)

    def _moved(self, event: MouseEvent) -> None:
        at = self._at(event)
        self.critical_hovered.emit(self.critical_at(event.x, event.y))
        if self._held is not None and self._held[1] is not None:
            if at is not None and self._far(event):
                self.pin_pulled.emit(self._held[1], *at)
        elif at is not None:
            self.hovered.emit(*at)
        else:
            self.left.emit()

    def _press(self, event: MouseEvent) -> None:
        self.pressed.emit()
        if event.button == MouseButton.LEFT:
            pin = self.pin_at(event.x, event.y)
            self._held = event, pin
            if pin is not None:
                self.pin_pressed.emit(pin)

    def _far(self, event: MouseEvent) -> bool:
        assert self._held is not None
        return np.hypot(event.x - self._held[0].x, event.y - self._held[0].y) > STILL * self.canvas.device_pixel_ratio

    def _release(self, event: MouseEvent) -> None:
        if event.button == MouseButton.RIGHT and (at := self._at(event)) is not None:
            self.right_clicked.emit(*at)
        if event.button != MouseButton.LEFT or self._held is None:
            return
        pin, far, at = self._held[1], self._far(event), self._at(event)
        self._held = None
        if pin is not None:
            self.pin_dropped.emit()
        elif not far and (row := self.critical_at(event.x, event.y)) is not None:
            self.critical_clicked.emit(row)
        elif not far and at is not None:
            self.clicked.emit(*at)

    def pin_at(self, x: float, y: float) -> int | None:
        """Which of the look's pins is drawn at a point of the canvas (matplotlib's pixels); None where there is none near."""
        if self._wanted is None or self._axes is None:
            return None
        spots = {k: self._spot(pin.alpha, pin.beta) for k, pin in enumerate(self._wanted[1].pins)}
        away = {k: np.hypot(*(spot - np.array([x, y]))) for k, spot in spots.items() if spot is not None}
        return self._nearest(away)

    def critical_at(self, x: float, y: float) -> int | None:
        """The row of the critical point that is drawn at a point of the canvas (matplotlib's pixels); None where there is none near."""
        points = None if self._wanted is None or self._axes is None else shown(*self._wanted)
        if points is None or self._axes is None or self._wanted is None:
            return None
        line = self._wanted[0].surface.grid.line
        if not line and self._wanted[1].view == "curves":
            return None
        spots = self._axes.transData.transform(np.stack([points.alpha, points.value if line else points.beta], axis=1))
        away = np.hypot(*(spots - np.array([x, y])).T)
        return self._nearest(dict(zip(points.row.tolist(), away.tolist(), strict=True)))

    def _nearest(self, away: dict[int, float]) -> int | None:
        """What is least away, in matplotlib's pixels, if that is near."""
        best = min(away, key=lambda k: away[k], default=None)
        return best if best is not None and away[best] <= 1.5 * NEAR * self.canvas.device_pixel_ratio else None

    def _drawn_axes(self) -> list[Axes]:
        """The picture's axes and those that share its place (a twin of a curve), and sections'; not the colour bar."""
        assert self._axes is not None
        box = self._axes.get_position().bounds
        return [axes for axes in self.figure.axes if axes.get_label() in SECTIONS or axes.get_position().bounds == box]
