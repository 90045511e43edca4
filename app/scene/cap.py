"""Cap: what the threshold has cut off, as a translucent plateau at its height or a hatched one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from ...compute.colors import rgb
from .floor import FLAT, flatten
from .palette import palette, unit
from .part import Aspect, Part, Shot
from .polydata import actor, fill
from .sheet import Sheet

OPACITY = {"cap": 0.42, "hatch": 0.12}
LINES = 46  # of the hatch, over the plateau's diagonal
STEPS = 400  # of a line


class CapPart(Part):
    """The surface once more, flattened by its actor's scale, with its lower part cut off: so it costs nothing to keep in step,
    and ends along the very line along which the surface does."""

    name = "cap"

    def __init__(self, renderer: vtkRenderer, mesh: vtkPolyData) -> None:
        super().__init__(renderer)
        self._lines, self.plane = vtkPolyData(), vtkPlane()
        self.plane.SetNormal(0, 0, 1)
        self.plateau = actor(mesh, scalars=False)
        self.hatch = actor(self._lines, scalars=False, nearer=8.0)
        for part in (self.plateau, self.hatch):
            part.GetMapper().AddClippingPlane(self.plane)
        self.add(self.plateau, self.hatch)

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style, cut = shot.style, shot.sheet.cut(shot.style.relief.clip)
        shown = (
            style.relief.clip_style != "remove" and cut is not None and np.isfinite(cut) and shot.sheet.rise[1] > cut
        )
        if shown:
            if style.relief.clip_style == "hatch":
                yield "hatch", shot.sheet.version, self._hatch
            yield "place", (cut, shot.sheet.version), lambda s: self._place(float(cut or 0.0))
            colored = (
                style.relief.clip_style,
                style.colormap,
                style.reverse,
                style.theme,
                style.relief.clip,
                shot.pixels,
            )
            yield "look", (*colored, shot.sheet.version), self._look
        yield "visible", (shown, style.relief.clip_style), lambda s: self._show(s, shown)

    def _hatch(self, shot: Shot) -> None:
        points, lines = diagonals(shot.sheet)
        fill(self._lines, points, lines=lines)

    def _place(self, cut: float) -> None:
        for part in (self.plateau, self.hatch):
            flatten(part, cut)
        self.plane.SetOrigin(0, 0, cut + FLAT * cut)

    def _look(self, shot: Shot) -> None:
        style, relief = shot.style, shot.sheet.relief
        own = rgb(style.colormap, np.clip(relief.share(np.array(style.relief.clip)), 0, 1), style.reverse) / 255
        hatched = style.relief.clip_style == "hatch"
        ink = unit(palette(style).ink)
        hatched |= shot.sheet.tint is not None  # the colours say something else than the height
        self.plateau.GetProperty().SetColor(ink if hatched else own.tolist())
        self.plateau.GetProperty().SetOpacity(OPACITY[style.relief.clip_style])
        self.hatch.GetProperty().SetColor(ink)
        self.hatch.GetProperty().SetOpacity(0.75)
        self.hatch.GetProperty().SetLineWidth(1.1 * shot.pixels)

    def _show(self, shot: Shot, shown: bool) -> None:
        self.plateau.SetVisibility(shown)
        self.hatch.SetVisibility(shown and shot.style.relief.clip_style == "hatch")


def diagonals(sheet: Sheet) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 3) on the surface along diagonals of the plane, and segments (m, 2) between neighbours; none at holes."""
    half_x, half_y = sheet.size
    offsets = np.linspace(-(half_x + half_y), half_x + half_y, LINES + 2)[1:-1]
    x = np.linspace(-half_x, half_x, STEPS)
    y = x[None, :] + offsets[:, None]
    heights = sheet.at(np.broadcast_to(x, y.shape), y)
    points = np.stack([np.broadcast_to(x, y.shape), y, heights], axis=-1)
    first = np.arange(y.size).reshape(y.shape)[:, :-1].ravel()
    segments = np.stack([first, first + 1], axis=1)
    there = np.isfinite(points[..., 2]).ravel()
    return np.nan_to_num(points.reshape(-1, 3)), segments[there[segments].all(axis=1)]
