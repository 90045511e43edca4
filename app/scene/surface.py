"""Surface (of a scene): the height field as a smooth mesh or a wireframe, with what is not computed yet in a pale haze."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

from ...compute.colors import pale
from ...compute.style import Style
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, cells, fill, pairs, table
from .sheet import Sheet, filled

MESHED = ("surface", "contours", "map")
WIRES = 60  # at most so many wires a direction: more run together


class SurfacePart(Part):
    """Solid where all corners are computed; elsewhere a pale sheet, with a dot in full colour at each computed point that stands alone."""

    name = "surface"

    def __init__(self, renderer: vtkRenderer, planes: Planes) -> None:
        super().__init__(renderer)
        self.data, self._ghost, self._dots, self._wires = (vtkPolyData() for _ in range(4))
        self.solid = actor(self.data, lit=True)
        self.ghost = actor(self._ghost, lit=True)
        self.dots = actor(self._dots, nearer=400.0)
        self.wires = actor(self._wires, nearer=8.0)
        for part in (self.solid, self.ghost, self.dots, self.wires):
            part.GetMapper().AddClippingPlane(planes.upper)
        for part in (self.solid, self.ghost):
            polish(part)
        self.add(self.solid, self.ghost, self.dots, self.wires)

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        sheet, style = shot.sheet, shot.style
        yield "geometry", sheet.version, self._geometry
        if style.view == "wireframe" and style.surface:
            yield "wires", (sheet.version, shot.still), self._wire
        yield "draft", (sheet.version, shot.draft), self._draft
        yield "colors", (style.colormap, style.reverse, style.theme, sheet.painted_span), self._colors
        yield "look", (style.view, style.theme, shot.pixels, style.surface_ink), self._look
        yield "visible", (style.view, style.surface, sheet.version), self._show

    def _geometry(self, shot: Shot) -> None:
        sheet = shot.sheet
        shown = painted(sheet)
        fill(self.data, sheet.points, scalars=shown, normals=sheet.normals)
        self._applied.pop("draft", None)  # which puts the triangles in
        if not len(sheet.ghost):
            self._ghost.Initialize()
            self._dots.Initialize()
            return
        fill(self._ghost, sheet.points, triangles=sheet.ghost, scalars=shown, normals=sheet.normals)
        alone = sheet.known & np.isfinite(sheet.shown)  # computed, but no triangle shows it yet
        alone.ravel()[sheet.solid.ravel()] = False
        fill(self._dots, sheet.points, verts=np.flatnonzero(alone), scalars=shown)

    def _draft(self, shot: Shot) -> None:
        self.data.SetPolys(cells(shot.sheet.draft() if shot.draft else shot.sheet.solid))
        self.data.Modified()

    def _wire(self, shot: Shot) -> None:
        sheet = shot.sheet
        segments = wires(np.where(sheet.known, sheet.heights, np.nan))
        points = sheet.points[segments.ravel()]
        fill(self._wires, points, lines=pairs(len(segments)), scalars=painted(sheet)[segments.ravel()])

    def _colors(self, shot: Shot) -> None:
        span = shot.sheet.painted_span
        full = table(colors(shot.style), span)
        for part in (self.solid, self.dots, self.wires):
            part.GetMapper().SetLookupTable(full)
        look = palette(shot.style)
        haze = pale(shot.style.colormap, shot.style.reverse, toward=look.background, amount=look.haze)
        self.ghost.GetMapper().SetLookupTable(table(haze, span))

    def _look(self, shot: Shot) -> None:
        hidden_lines, ink = shot.style.view == "wireframe", shot.style.surface_ink
        mapper, material = self.solid.GetMapper(), self.solid.GetProperty()
        mapper.SetScalarVisibility(not hidden_lines and not ink.color)
        material.SetLighting(not hidden_lines)
        material.SetColor(unit(palette(shot.style).background if hidden_lines else ink.color or "#ffffff"))
        material.SetOpacity(1.0 if hidden_lines else ink.opacity)
        self.ghost.GetProperty().SetOpacity(ink.opacity)
        self.dots.GetProperty().SetPointSize(5.0 * shot.pixels)
        wires = self.wires.GetProperty()
        self.wires.GetMapper().SetScalarVisibility(not ink.color)
        wires.SetColor(unit(ink.color or "#ffffff"))
        wires.SetOpacity(ink.opacity)
        wires.SetLineWidth(1.3 * ink.width * shot.pixels)

    def _show(self, shot: Shot) -> None:
        view, on = shot.style.view, shot.style.surface
        self.solid.SetVisibility(on and view != "lines")
        self.ghost.SetVisibility(on and view in MESHED and len(shot.sheet.ghost) > 0)
        self.dots.SetVisibility(on and self._dots.GetNumberOfVerts() > 0)
        self.wires.SetVisibility(on and view == "wireframe")


def painted(sheet: Sheet) -> np.ndarray:
    """(ny·nx,): the values that the colours show. NaN where another field than that of the heights knows nothing."""
    return filled(sheet.painted).ravel() if sheet.tint is None else sheet.painted.ravel()


def colors(style: Style) -> np.ndarray:
    """(256, 4) uint8: the colour map of the loss."""
    return pale(style.colormap, style.reverse, amount=0.0)


def polish(mesh: vtkActor) -> None:
    """The material of the surface: soft, with a small highlight."""
    material = mesh.GetProperty()
    material.SetInterpolationToPhong()
    material.SetAmbient(0.32)
    material.SetDiffuse(0.81)
    material.SetSpecular(0.15)
    material.SetSpecularPower(20)


def wires(heights: np.ndarray, most: int = WIRES) -> np.ndarray:
    """(m, 2) flat indices: the edges of the grid along every n-th row and column (the last ones too); none at holes."""
    ny, nx = heights.shape
    index = np.arange(ny * nx).reshape(ny, nx)
    rows, columns = (np.unique(np.r_[0 : n : -(-n // most), n - 1]) for n in (ny, nx))
    along = np.stack([index[rows, :-1], index[rows, 1:]], axis=-1).reshape(-1, 2)
    across = np.stack([index[:-1, columns], index[1:, columns]], axis=-1).reshape(-1, 2)
    edges = np.concatenate([along, across])
    return edges[np.isfinite(heights.ravel()[edges]).all(axis=1)]
