"""Contours: contour lines that lie on the surface, or float in colour without it, and the rim along the threshold's cut."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from ...compute.style import Style
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, table
from .surface import colors

RADIUS = 0.0022  # of a still's lines, in scene units
FLOATING = 0.0042
RIM = 0.0036


class ContourPart(Part):
    """Lines at the levels of `contour_levels`. They lie below the threshold because the cutting plane cuts them as well."""

    name = "contours"

    def __init__(self, renderer: vtkRenderer, planes: Planes) -> None:
        super().__init__(renderer)
        self._lines, self._rim = vtkPolyData(), vtkPolyData()
        self.lines = actor(self._lines, nearer=8.0)
        self.rim = actor(self._rim, nearer=8.0, scalars=False)
        self.lines.GetMapper().AddClippingPlane(planes.upper)
        self.add(self.lines, self.rim)

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        sheet, style = shot.sheet, shot.style
        lined, rimmed = drawn(style)
        if lined:
            tubes = (floating(style), style.isolines_ink.width) if shot.still else None
            yield "geometry", (sheet.version, style.levels, tubes), self._geometry
        if rimmed:
            yield "rim", (sheet.version, style.relief.clip, shot.still), self._cut
        yield "colors", (style.colormap, style.reverse, style.theme, sheet.span), self._colors
        yield "look", (floating(style), style.isolines_ink, style.theme, shot.pixels, shot.still), self._look
        yield "visible", (lined, rimmed), self._show

    def _geometry(self, shot: Shot) -> None:
        found = shot.sheet.contours(shot.style.levels)
        if shot.still:
            radius = FLOATING if floating(shot.style) else RADIUS
            found.tubes(self._lines, radius * shot.style.isolines_ink.width)
        else:
            found.lines(self._lines)

    def _cut(self, shot: Shot) -> None:
        level = shot.sheet.relief.transform(np.array([shot.style.relief.clip]))
        found = shot.sheet.lines(level[np.isfinite(level)])
        if shot.still:
            found.tubes(self._rim, RIM)
        else:
            found.lines(self._rim)

    def _colors(self, shot: Shot) -> None:
        self.lines.GetMapper().SetLookupTable(table(colors(shot.style), shot.sheet.span))
        self.rim.GetProperty().SetColor(unit(palette(shot.style).rim))

    def _look(self, shot: Shot) -> None:
        free, ink = floating(shot.style), shot.style.isolines_ink
        self.lines.GetMapper().SetScalarVisibility(free and not ink.color)
        self.lines.GetProperty().SetColor(unit(ink.color or palette(shot.style).line))
        self.lines.GetProperty().SetOpacity(ink.opacity)
        self.lines.GetProperty().SetLineWidth((2.2 if free else 1.2) * ink.width * shot.pixels)
        self.rim.GetProperty().SetLineWidth(2.2 * shot.pixels)
        for part in (self.lines, self.rim):
            part.GetProperty().SetLighting(shot.still and (free or part is self.rim))
            part.GetProperty().SetAmbient(0.55)
            part.GetProperty().SetDiffuse(0.55)

    def _show(self, shot: Shot) -> None:
        lined, rimmed = drawn(shot.style)
        self.lines.SetVisibility(lined)
        self.rim.SetVisibility(rimmed)


def drawn(style: Style) -> tuple[bool, bool]:
    """Whether there are contour lines, and a rim."""
    lined = style.isolines and style.view in ("contours", "lines", "map")
    return lined, style.surface and style.view != "lines" and style.relief.clip is not None


def floating(style: Style) -> bool:
    """Whether the lines have no surface under them, and tell the loss by their own colours."""
    return style.view == "lines" or not style.surface
