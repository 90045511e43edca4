"""Marker: a small cross on the surface where the pointer is, here or in another view, with a plumb line to the floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from .drape import drape, spot
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill

ARM = 0.09  # length of the cross's arms, in scene units
STEPS = 9  # points an arm, so that it follows the surface
NEARER = 900.0
DARK, BRIGHT = "#07131d", "#ffffff"


class MarkerPart(Part):
    """`show` and `hide` may be called at any time; they ask for a new picture themselves. shown: what the scene shows now."""

    name = "marker"

    def __init__(
        self,
        renderer: vtkRenderer,
        planes: Planes,
        shown: Callable[[], Shot | None],
        redraw: Callable[[], object],
    ) -> None:
        super().__init__(renderer)
        self._shown, self._redraw = shown, redraw
        self._at: tuple[float, float] | None = None
        self._cross, self._plumb = vtkPolyData(), vtkPolyData()
        self.rim = actor(self._cross, scalars=False, nearer=NEARER)
        self.cross = actor(self._cross, scalars=False, nearer=1.5 * NEARER)
        self.plumb = actor(self._plumb, scalars=False, nearer=8.0)
        for part in (self.rim, self.cross):
            part.GetMapper().AddClippingPlane(planes.upper)
        self.rim.GetProperty().SetColor(unit(DARK))
        self.cross.GetProperty().SetColor(unit(BRIGHT))
        self.add(self.rim, self.cross, self.plumb)

    @property
    def at(self) -> tuple[float, float] | None:
        """(α, β) of what is marked; None where nothing is."""
        return self._at

    def show(self, alpha: float, beta: float) -> None:
        """Mark the point (α, β) of the surface; beside it, nothing."""
        if (alpha, beta) != self._at:
            self._at = alpha, beta
            if (shot := self._shown()) is not None:
                self._place(shot)
                self._redraw()

    def hide(self) -> None:
        """Mark nothing."""
        shown = self._at is not None
        self._at = None
        super().hide()
        self._applied.pop("place", None)
        if shown:
            self._redraw()

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        yield "look", (shot.style.theme, shot.pixels), self._look
        if self._at is not None:
            yield "place", (shot.sheet.version, shot.depth, shot.style.floor, shot.style.relief.clip), self._place

    def _look(self, shot: Shot) -> None:
        self.rim.GetProperty().SetLineWidth(4.6 * shot.pixels)
        self.cross.GetProperty().SetLineWidth(2.0 * shot.pixels)
        self.plumb.GetProperty().SetLineWidth(1.2 * shot.pixels)
        self.plumb.GetProperty().SetColor(unit(palette(shot.style).stem))

    def _place(self, shot: Shot) -> None:
        assert self._at is not None
        sheet = shot.sheet
        point = spot(sheet, *self._at)
        cut = sheet.cut(shot.style.relief.clip)
        there = bool(np.isfinite(point[2]) and (cut is None or point[2] <= cut))
        for prop in (self.rim, self.cross):
            prop.SetVisibility(there)
        self.plumb.SetVisibility(there and shot.style.floor)
        if not there:
            return
        along = np.linspace(-ARM, ARM, 2 * STEPS - 1)
        x = np.r_[point[0] + along, np.full(len(along), point[0])]
        y = np.r_[np.full(len(along), point[1]), point[1] + along]
        points = np.stack([x, y, drape(sheet, x, y)], axis=1)
        first = np.r_[np.arange(len(along) - 1), len(along) + np.arange(len(along) - 1)]
        lines = np.stack([first, first + 1], axis=1)
        lines = lines[np.isfinite(points[lines, 2]).all(axis=1)]
        fill(self._cross, np.nan_to_num(points), lines=lines)
        foot = np.array([point[0], point[1], shot.depth])
        arms = foot + ARM / 2 * np.array([[-1, 0, 0], [1, 0, 0], [0, -1, 0], [0, 1, 0]])
        fill(self._plumb, np.vstack([point, foot, arms]), lines=np.array([[0, 1], [2, 3], [4, 5]]))
