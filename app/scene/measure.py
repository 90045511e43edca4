"""Measure (of a scene): the straight way between two pins, laid over the surface, with a bead where it is highest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from .drape import drape, places
from .palette import unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill
from .trajectory import fill_balls

STEPS = 193  # points of the way
BEAD = 0.018  # radius, in scene units
NEARER = 500.0
DARK, BRIGHT = "#07131d", "#ffffff"
Way = tuple[
    tuple[float, float], tuple[float, float], float
]  # from (α, β) to (α, β), and the share of the way to its highest point


class MeasurePart(Part):
    """`show` and `hide` may be called at any time; they ask for a new picture themselves. shown: what the scene shows now."""

    name = "measure"

    def __init__(
        self,
        renderer: vtkRenderer,
        planes: Planes,
        shown: Callable[[], Shot | None],
        redraw: Callable[[], object],
    ) -> None:
        super().__init__(renderer)
        self._shown, self._redraw = shown, redraw
        self._way: Way | None = None
        self._line, self._top = vtkPolyData(), vtkPolyData()
        self.rim = actor(self._line, scalars=False, nearer=NEARER)
        self.line = actor(self._line, scalars=False, nearer=1.5 * NEARER)
        self.top = actor(self._top, lit=True, scalars=False)
        for part, color in ((self.rim, DARK), (self.line, BRIGHT), (self.top, DARK)):
            part.GetMapper().AddClippingPlane(planes.upper)
            part.GetProperty().SetColor(unit(color))
        self.add(self.rim, self.line, self.top)

    def show(self, way: Way) -> None:
        """Show the way between two points."""
        if way != self._way:
            self._way = way
            if (shot := self._shown()) is not None:
                self._place(shot)
                self._redraw()

    def hide(self) -> None:
        """Show none."""
        shown = self._way is not None
        self._way = None
        super().hide()
        self._applied.pop("place", None)
        if shown:
            self._redraw()

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        if self._way is not None:
            yield "look", shot.pixels, self._look
            yield "place", (shot.sheet.version, self._way), self._place

    def _look(self, shot: Shot) -> None:
        self.rim.GetProperty().SetLineWidth(4.2 * shot.pixels)
        self.line.GetProperty().SetLineWidth(1.8 * shot.pixels)

    def _place(self, shot: Shot) -> None:
        assert self._way is not None
        first, last, top = self._way
        self._look(shot)
        share = np.append(np.linspace(0, 1, STEPS), top)
        alpha, beta = (a + share * (b - a) for a, b in zip(first, last, strict=True))
        x, y = places(shot.sheet, alpha, beta)
        points = np.stack([x, y, drape(shot.sheet, x, y)], axis=1)
        lines = np.stack([np.arange(STEPS - 1), np.arange(1, STEPS)], axis=1)
        fill(self._line, np.nan_to_num(points), lines=lines[np.isfinite(points[lines, 2]).all(axis=1)])
        known = np.isfinite(points[-1]).all() and 0.0 < top < 1.0
        fill_balls(self._top, points[-1:] if known else points[:0], BEAD)
        for prop in self._props:
            prop.SetVisibility(True)
