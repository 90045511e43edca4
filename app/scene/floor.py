"""Floor: a pale contour map below the surface, with a frame. It is the surface itself, flattened by its actor's scale, so
that it costs nothing to keep in step and the threshold cuts it along the very same lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

from ...compute.colors import pale
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill, table
from .surface import colors

FLAT = 1e-4  # what is left of a height on the floor: enough for the cutting plane, too little to be seen


class FloorPart(Part):
    """A banded map, its lines in full colour, and a frame round it, at the height `depth` of the scene."""

    name = "floor"

    def __init__(self, renderer: vtkRenderer, planes: Planes, mesh: vtkPolyData) -> None:
        super().__init__(renderer)
        self._lines, self._frame = vtkPolyData(), vtkPolyData()
        self.map = actor(mesh)
        self.lines = actor(self._lines, nearer=8.0)
        self.frame = actor(self._frame, scalars=False, nearer=40.0)
        for part in (self.map, self.lines):
            part.GetMapper().AddClippingPlane(planes.floor)
        self.add(self.map, self.lines, self.frame)

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        sheet, style = shot.sheet, shot.style
        if style.floor:
            yield "lines", (sheet.version, style.levels), self._contour
            colored = (
                style.colormap,
                style.reverse,
                style.theme,
                style.levels,
                sheet.span,
                sheet.painted_span,
                sheet.tint is None,
            )
            yield "colors", colored, self._colors
        yield "depth", shot.depth, self._place
        yield "frame", (sheet.size, shot.depth), self._outline
        yield "look", (style.theme, shot.pixels, style.floor_ink), self._look
        yield "visible", (style.floor, style.axes), self._show

    def _contour(self, shot: Shot) -> None:
        shot.sheet.contours(shot.style.levels).lines(self._lines)

    def _colors(self, shot: Shot) -> None:
        style, look, span = shot.style, palette(shot.style), shot.sheet.span
        if shot.sheet.tint is not None:
            shades = pale(style.colormap, style.reverse, toward=look.background, amount=look.veil)
            grey = 0.6 + look.veil * (unit(look.background)[0] - 0.6)
            self.map.GetMapper().SetLookupTable(table(shades, shot.sheet.painted_span, grey))
            self.lines.GetMapper().SetLookupTable(table(np.array([[*_bytes(look.line), 255]] * 2), span))
            return
        levels = shot.sheet.levels(style.levels)
        step = levels[1] - levels[0] if len(levels) > 1 else span[1] - span[0]
        # One colour between two lines: the bands of the table begin and end half a step outside the range.
        bands = pale(
            style.colormap, style.reverse, toward=look.background, amount=look.veil, count=max(len(levels) + 1, 2)
        )
        around = (levels[0] - step, levels[-1] + step) if len(levels) else span
        self.map.GetMapper().SetLookupTable(table(bands, around))
        self.lines.GetMapper().SetLookupTable(table(colors(style), span))

    def _place(self, shot: Shot) -> None:
        flatten(self.map, shot.depth)
        flatten(self.lines, shot.depth)

    def _outline(self, shot: Shot) -> None:
        (x, y), z = shot.sheet.size, shot.depth
        corners = np.array([[-x, -y, z], [x, -y, z], [x, y, z], [-x, y, z]])
        fill(self._frame, corners, lines=np.array([[0, 1], [1, 2], [2, 3], [3, 0]]))

    def _look(self, shot: Shot) -> None:
        for part in (self.map, self.lines):
            part.GetProperty().SetOpacity(shot.style.floor_ink.opacity)
        self.lines.GetProperty().SetLineWidth(0.8 * shot.pixels)
        self.frame.GetProperty().SetLineWidth(1.2 * shot.pixels)
        self.frame.GetProperty().SetColor(unit(palette(shot.style).frame))

    def _show(self, shot: Shot) -> None:
        self.map.SetVisibility(shot.style.floor)
        self.lines.SetVisibility(shot.style.floor)
        self.frame.SetVisibility(shot.style.floor or shot.style.axes)


def _bytes(color: str) -> list[int]:
    return [round(255 * share) for share in unit(color)]


def flatten(part: vtkActor, height: float) -> None:
    """Show an actor as its shadow on a horizontal plane."""
    part.SetScale(1.0, 1.0, FLAT)
    part.SetPosition(0.0, 0.0, height)
