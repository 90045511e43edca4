"""Colour bar: the loss's colours with its numbers, a strip with the path's colours beside them, and the threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkPolyDataMapper2D, vtkRenderer

from ...compute.colors import hex_share, pale, rgb
from ...compute.levels import tick_losses
from ...compute.trajectory import called
from .camera import Projection
from .palette import palette
from .part import Aspect, Part, Shot
from .polydata import array, cells, fill
from .text import extent, ink, words
from .trajectory import path_span

STEPS = 256
NUMBERS = 12
WIDTH, STRIP, GAP, TICK = 16.0, 5.0, 3.0, 6.0  # 72-dpi pixels


class ColorBarPart(Part):
    """Bar and strip stand on one scale of losses: at one height, the surface and the path have the same loss."""

    name = "colorbar"

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._data = vtkPolyData()
        mapper = vtkPolyDataMapper2D()
        mapper.SetInputData(self._data)
        mapper.SetScalarModeToUseCellData()
        self.bar = vtkActor2D()
        self.bar.SetMapper(mapper)
        self.bar.PickableOff()
        self.heading = words(15, across="center", up="bottom")
        self.strip = words(12, across="center", up="top")
        self.numbers = [words(13, across="left") for _ in range(NUMBERS)]
        self.add(self.bar, self.heading, self.strip, *self.numbers)
        self._shot: Shot | None = None
        self._laid: object = None

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        yield "look", (shot.style.theme, shot.style.colorbar_ink), self._look
        yield "visible", shot.style.colorbar, self._show
        self._shot = shot

    def _look(self, shot: Shot) -> None:
        letters = shot.style.colorbar_ink
        for text, size in ((self.heading, 15), (self.strip, 12), *((number, 13) for number in self.numbers)):
            ink(text, letters.color or palette(shot.style).ink)
            text.GetTextProperty().SetFontSize(round(size * letters.size))

    def _show(self, shot: Shot) -> None:
        for prop in self._props:
            prop.SetVisibility(shot.style.colorbar)
        self._laid = None

    def hide(self) -> None:
        super().hide()
        self._shot = self._laid = None

    def layout(self, seen: Projection, dpi: int) -> None:
        """Draw the bar for this size of picture, unless it is drawn already."""
        shot = self._shot
        if shot is None or not shot.style.colorbar or self._laid == (seen.size, dpi, id(shot)):
            return
        self._laid = (seen.size, dpi, id(shot))
        (width, height), scale = seen.size, dpi / 72
        tint, relief = shot.sheet.tint, shot.sheet.relief if shot.sheet.tint is None else shot.sheet.tint.relief
        low, high = relief.span
        bar = _Bar(
            scale,
            width - 72 * shot.style.colorbar_ink.size * scale,
            0.34 * height,
            0.34 * height,
            low,
            (high - low) if high > low else 1.0,
        )
        right = bar.left + WIDTH * scale
        bar.stack(bar.left, WIDTH, _surface_colors(shot, bar), low, bar.low + bar.reach)
        color = shot.style.colorbar_ink.color or palette(shot.style).ink
        mark = (np.array(hex_share(color)) * 255).round().astype(np.uint8)
        clip = shot.style.relief.clip if tint is None else None
        if clip is not None:
            at = float(shot.sheet.relief.transform(clip))
            if low < at < bar.low + bar.reach:
                bar.tick(bar.left - 3 * scale, right + 3 * scale, at, 1.0, mark)
        pathed = (
            tint is None  # a path has its loss's colours, which then stand on no scale here
            and shot.style.path
            and shot.style.path_color == "loss"
            and any(np.isfinite(p["train_loss"]).any() for p in shot.landscape.trajectories.values())
        )
        self.strip.SetVisibility(pathed)
        if pathed:
            self.strip.SetInput(called(shot.landscape.trajectories))
            start, end = path_span(shot)
            shown = np.linspace(start, end, STEPS)
            table = rgb(shot.style.path_colormap, (shown - start) / ((end - start) or 1.0))
            inside = (shown >= low) & (shown <= bar.low + bar.reach)
            if inside.any():
                left = bar.left - (STRIP + GAP) * scale
                bar.stack(left, STRIP, table[inside], float(shown[inside][0]), float(shown[inside][-1]))
                self.strip.SetPosition(left + STRIP * scale / 2, bar.bottom - 5 * scale)
        losses, texts = tick_losses(relief)
        for k, text in enumerate(self.numbers):
            text.SetVisibility(k < len(losses))
            if k < len(losses):
                at = float(relief.transform(losses[k]))
                text.SetInput(texts[k])
                text.SetPosition(right + (TICK + 4) * scale, bar.height(at))
                bar.tick(right, right + TICK * scale, at, 0.6, mark)
        _rectangles(self._data, np.concatenate(bar.rects), np.concatenate(bar.colors))
        self.heading.SetInput(_heading(shot).replace("|", "∣"))  # that bar would begin a column
        wide = extent(self.heading, dpi)[0]
        self.heading.SetPosition(min(bar.left + WIDTH * scale / 2, width - wide / 2 - 10 * scale), bar.top + 14 * scale)


@dataclass
class _Bar:
    """Rectangles in pixels, on a scale of displayed values that rises from `low` by `reach` over the bar's height."""

    scale: float
    left: float
    bottom: float
    tall: float
    low: float
    reach: float
    rects: list[np.ndarray] = field(default_factory=list)
    colors: list[np.ndarray] = field(default_factory=list)

    @property
    def top(self) -> float:
        return self.bottom + self.tall

    def height(self, shown: float) -> float:
        return self.bottom + (shown - self.low) / self.reach * self.tall

    def stack(self, left: float, wide: float, table: np.ndarray, start: float, end: float) -> None:
        """A colour table (n, 3) from one displayed value to another; `wide` in 72-dpi pixels."""
        edges = np.linspace(self.height(start), self.height(end), len(table) + 1)
        sides = np.full(len(table), left)
        self.rects.append(np.stack([sides, edges[:-1], sides + wide * self.scale, edges[1:]], axis=1))
        self.colors.append(table)

    def tick(self, left: float, right: float, shown: float, thick: float, color: np.ndarray) -> None:
        """A horizontal line; `thick`: half its thickness in 72-dpi pixels."""
        y = self.height(shown)
        self.rects.append(np.array([[left, y - thick * self.scale, right, y + thick * self.scale]]))
        self.colors.append(color[None])


def _surface_colors(shot: Shot, bar: _Bar) -> np.ndarray:
    """(STEPS, 3) uint8 of the colour map; pale above the threshold."""
    style = shot.style
    full = pale(style.colormap, style.reverse, amount=0.0, count=STEPS)[:, :3].copy()
    if style.relief.clip is not None and shot.sheet.tint is None:
        faint = pale(style.colormap, style.reverse, toward=palette(style).background, amount=0.85, count=STEPS)
        at = float(shot.sheet.relief.transform(style.relief.clip))
        gone = ~(bar.low + bar.reach * (np.arange(STEPS) + 0.5) / STEPS <= at)  # a threshold without a place cuts all
        full[gone] = faint[gone, :3]
    return full


def _heading(shot: Shot) -> str:
    if shot.sheet.tint is not None:
        return shot.sheet.tint.name
    units = shot.sheet.info.units if shot.sheet.info else ""
    return f"{shot.sheet.quantity} ({units})" if units not in ("", "1") else shot.sheet.quantity


def _rectangles(data: vtkPolyData, rects: np.ndarray, colors: np.ndarray) -> None:
    """rects (n, 4): left, bottom, right, top in pixels; colors (n, 3) uint8."""
    x0, y0, x1, y1 = rects.T
    zero = np.zeros(len(rects))
    corners = [np.stack([x, y, zero], axis=1) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
    fill(data, np.stack(corners, axis=1).reshape(-1, 3))
    data.SetPolys(cells(np.arange(4 * len(rects)).reshape(-1, 4)))
    data.GetCellData().SetScalars(array(colors, "color"))
