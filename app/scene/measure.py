"""Measure (of a scene): the straight way between two pins, laid over the surface, with a bead where it is highest, and its words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from ...compute.measure import STEPS, Measured, measured
from .camera import Projection
from .drape import drape, places
from .labels import stack
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .pins import PinsPart
from .polydata import actor, fill
from .text import ink, words
from .trajectory import fill_balls

BEAD = 0.018  # radius, in scene units
NEARER = 500.0
DARK, BRIGHT = "#07131d", "#ffffff"


class MeasurePart(Part):
    """It follows the look's pins. pins: those that are drawn, whose names the words keep clear of."""

    name = "measure"

    def __init__(self, renderer: vtkRenderer, planes: Planes, pins: PinsPart) -> None:
        super().__init__(renderer)
        self._pins = pins
        self._line, self._top = vtkPolyData(), vtkPolyData()
        self.rim = actor(self._line, scalars=False, nearer=NEARER)
        self.line = actor(self._line, scalars=False, nearer=1.5 * NEARER)
        self.top = actor(self._top, lit=True, scalars=False)
        for part, color in ((self.rim, DARK), (self.line, BRIGHT), (self.top, DARK)):
            part.GetMapper().AddClippingPlane(planes.upper)
            part.GetProperty().SetColor(unit(color))
        self.label = words(12, up="bottom")
        self.add(self.rim, self.line, self.top, self.label)
        self.shown: Measured | None = None
        self._spot = np.full((1, 3), np.nan)  # what the words stand over
        self._shot: Shot | None = None

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style, self._shot = shot.style, shot
        if style.pair is not None or self.shown is not None:
            yield "place", (style.pair, shot.sheet.version, style.relief.clip), self._place
            yield "look", (style.theme, shot.pixels), self._look

    def _look(self, shot: Shot) -> None:
        self.rim.GetProperty().SetLineWidth(4.2 * shot.pixels)
        self.line.GetProperty().SetLineWidth(1.8 * shot.pixels)
        look = palette(shot.style)
        ink(self.label, look.ink, plate=look.background)

    def _place(self, shot: Shot) -> None:
        self.shown = way = measured(shot.landscape, shot.sheet.field, shot.style.pair)
        if way is not None:
            share = np.append(np.linspace(0, 1, STEPS), way.spot)
            x, y = places(shot.sheet, *way.at(share))
            points = np.stack([x, y, drape(shot.sheet, x, y)], axis=1)
            lines = np.stack([np.arange(STEPS - 1), np.arange(1, STEPS)], axis=1)
            fill(self._line, np.nan_to_num(points), lines=lines[np.isfinite(points[lines, 2]).all(axis=1)])
            bead = way.topped and np.isfinite(points[-1]).all()
            fill_balls(self._top, points[-1:] if bead else points[:0], BEAD)
            self._spot = self._seen(points, shot)
            self.label.SetInput(f" {' · '.join(way.words)} ")
        for prop in self._props:
            prop.SetVisibility(way is not None)
        self.label.SetVisibility(way is not None and bool(np.isfinite(self._spot).all()))

    def _seen(self, points: np.ndarray, shot: Shot) -> np.ndarray:
        """(1, 3) the spot of the words, which comes last, or where that is cut away or a hole, what is drawn nearest to it; else NaN."""
        cut = shot.sheet.cut(shot.style.relief.clip)
        with np.errstate(invalid="ignore"):
            drawn = points[points[:, 2] <= (np.inf if cut is None else cut)]
        if not len(drawn):
            return np.full((1, 3), np.nan)
        away = np.linalg.norm(drawn[:, :2] - points[-1, :2], axis=1)
        return drawn[[len(away) - 1 - int(away[::-1].argmin())]]

    def hide(self) -> None:
        super().hide()
        self._applied.pop("place", None)
        self.shown, self._shot = None, None

    def layout(self, seen: Projection, dpi: int) -> None:
        """The words stand over the bead, clear of the pins' names."""
        if self._shot is not None and self.shown is not None and np.isfinite(self._spot).all():
            stack([self.label], self._spot, self._shot, seen, dpi, taken=self._pins.boxes)
