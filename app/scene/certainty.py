"""Certainty: marks on the points whose value was not simply computed on all samples, told apart by shape and colour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from ...compute.layers import MOST_MARKS
from ...compute.surface import Mark
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill
from .sheet import Sheet

SIDE = 0.011  # half the side of a mark, in scene units, where there are few of them
# In units of SIDE, in the plane: an outline, closed or not. A square, a triangle and a ring, as on the map.
_TURN = np.linspace(0, 2 * np.pi, 13)
SHAPES = {
    Mark.ESTIMATED: np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]], float),
    Mark.BOUND: np.array([[-1.1, -0.8], [1.1, -0.8], [0, 1.2], [-1.1, -0.8]], float),
    Mark.INTERPOLATED: np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1),
}


class CertaintyPart(Part):
    """Outlines that lie on the surface: squares are estimates, triangles lower bounds, rings interpolated values."""

    name = "certainty"

    def __init__(self, renderer: vtkRenderer, planes: Planes) -> None:
        super().__init__(renderer)
        self.data = vtkPolyData()
        self.marks = actor(self.data, scalars=False, nearer=60.0)
        self.marks.GetMapper().AddClippingPlane(planes.upper)
        self.add(self.marks)

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style, sheet = shot.style, shot.sheet
        shown = style.certainty and sheet.apart
        if shown:
            yield "geometry", (sheet.version, style.certainty_ink.width), self._geometry
            yield "look", (style.certainty_ink, style.view, style.surface, style.theme, shot.pixels), self._look
        yield "visible", shown, lambda _shot: self.marks.SetVisibility(shown)

    def _geometry(self, shot: Shot) -> None:
        points, lines = _joined(outlines(shot.sheet, shot.style.certainty_ink.width))
        fill(self.data, points, lines=lines)

    def _look(self, shot: Shot) -> None:
        style, look = shot.style, palette(shot.style)
        hollow = not style.surface or style.view in ("lines", "wireframe")
        material = self.marks.GetProperty()
        material.SetColor(unit(style.certainty_ink.color or (look.ink if hollow else look.line)))
        material.SetOpacity(0.8 * style.certainty_ink.opacity)
        material.SetLineWidth(1.1 * shot.pixels)


def outlines(sheet: Sheet, width: float = 1.0) -> list[np.ndarray]:
    """For each kind of mark, (k, corners, 3): the outlines round some of its points, no more than MOST_MARKS each way."""
    ny, nx = sheet.grid.shape
    chosen = sheet.grid.sparse(MOST_MARKS) & np.isfinite(sheet.heights)
    side = width * min(SIDE, 0.3 * 2 / max(min(max(ny, nx), MOST_MARKS) - 1, 1))
    gradient = -sheet.normals.reshape(ny, nx, 3)[..., :2] / sheet.normals.reshape(ny, nx, 3)[..., 2:]
    made = []
    for mark, shape in SHAPES.items():
        j, i = np.nonzero(chosen & (sheet.marks == mark))
        flat = side * np.broadcast_to(shape, (len(j), *shape.shape))
        tilt = np.einsum("kcd,kd->kc", flat, gradient[j, i])  # so that it lies on the slope
        centre = np.stack([sheet.x[i], sheet.y[j], sheet.heights[j, i]], axis=1)
        made.append(centre[:, None] + np.concatenate([flat, tilt[..., None]], axis=2))
    return made


def _joined(shapes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """All of the outlines' points (n, 3), and the segments (m, 2) between them."""
    points, lines, before = [], [], 0
    for shape in shapes:
        count, corners = shape.shape[:2]
        first = (before + corners * np.arange(count)[:, None] + np.arange(corners - 1)).ravel()
        lines.append(np.stack([first, first + 1], axis=1))
        points.append(shape.reshape(-1, 3))
        before += count * corners
    return np.concatenate(points), np.concatenate(lines)
