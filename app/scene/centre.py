"""Centre (of a scene): a small cross on the surface at (0, 0), where the checkpoint itself is, and one on the floor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from ...compute.relief import to_scene
from .floor import flatten
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill
from .sheet import Sheet

ARM = 0.045  # length, in scene units
PIECES = 12  # of an arm, so that it bends with the surface
SEGMENTS = np.array([[k, k + 1] for k in range(4 * PIECES + 1) if k != 2 * PIECES])  # of the two arms' points


class CentrePart(Part):
    """A dark cross in a light one, so that it is seen on any colour. Not there where the plane does not hold (0, 0)."""

    name = "centre"

    def __init__(self, renderer: vtkRenderer, planes: Planes) -> None:
        super().__init__(renderer)
        self._data = vtkPolyData()
        self.rim = actor(self._data, scalars=False, nearer=300.0)
        self.cross = actor(self._data, scalars=False, nearer=340.0)
        self.floor = actor(self._data, scalars=False, nearer=80.0)
        for part in (self.rim, self.cross):
            part.GetMapper().AddClippingPlane(planes.upper)
        self.floor.GetMapper().AddClippingPlane(planes.floor)
        self.add(self.rim, self.cross, self.floor)

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style = shot.style
        if style.centre:
            yield "geometry", shot.sheet.version, self._geometry
            yield "depth", shot.depth, lambda s: flatten(self.floor, s.depth)
            yield "look", (style.centre_ink, style.theme, shot.pixels), self._look
        yield "visible", (style.centre, style.floor), self._show

    def _geometry(self, shot: Shot) -> None:
        points = cross(shot.sheet)
        segments = SEGMENTS[: len(points)]
        there = np.isfinite(points).all(axis=1)
        fill(
            self._data, np.nan_to_num(points), lines=segments[there[segments].all(axis=1)] if len(points) else segments
        )

    def _look(self, shot: Shot) -> None:
        ink, look = shot.style.centre_ink, palette(shot.style)
        for part, color, wide in (
            (self.rim, "#ffffff", 4.2),
            (self.cross, ink.color or look.line, 1.8),
            (self.floor, ink.color or look.ink, 1.2),
        ):
            material = part.GetProperty()
            material.SetColor(unit(color))
            material.SetOpacity(ink.opacity)
            material.SetLineWidth(wide * ink.width * shot.pixels)

    def _show(self, shot: Shot) -> None:
        for part in (self.rim, self.cross):
            part.SetVisibility(shot.style.centre)
        self.floor.SetVisibility(shot.style.centre and shot.style.floor)


def cross(sheet: Sheet) -> np.ndarray:
    """(2·(2 PIECES + 1), 3): points of the arms along α, then along β, on the surface; none where (0, 0) is not on the plane."""
    grid, (half_x, half_y) = sheet.grid, sheet.size
    if not (grid.alpha[0] <= 0 <= grid.alpha[-1] and grid.beta[0] <= 0 <= grid.beta[-1]):
        return np.zeros((0, 3))
    centre = float(to_scene(np.zeros(1), grid.alpha, half_x)[0]), float(to_scene(np.zeros(1), grid.beta, half_y)[0])
    arm, still = np.linspace(-ARM, ARM, 2 * PIECES + 1), np.zeros(2 * PIECES + 1)
    x, y = centre[0] + np.concatenate([arm, still]), centre[1] + np.concatenate([still, arm])
    return np.stack([x, y, sheet.at(x, y)], axis=1)
