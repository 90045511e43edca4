"""Pins (of a scene): the points that a look has marked, as needles on the surface with their names and values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkTextActor

from ...compute.reading import label
from .camera import Projection
from .drape import drape, places
from .labels import HIDDEN, Box, stack
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill, pairs
from .text import ink, words
from .trajectory import XRAY, fill_balls

HEAD = 0.021  # radius, in scene units
NEEDLE = 0.13  # length
COLOR = "#ff5c39"
GRAB = 13.0  # pixels of a 72-dpi screen around a head or a foot within which it is meant


class PinsPart(Part):
    """A needle at each pin: its foot on the drawn surface, a head, and a label above it that keeps clear of the others. What the
    threshold has cut away, and what lies beside the grid, has none."""

    name = "pins"

    def __init__(self, renderer: vtkRenderer, planes: Planes) -> None:
        super().__init__(renderer)
        self._heads, self._needles = vtkPolyData(), vtkPolyData()
        self.heads = actor(self._heads, lit=True, scalars=False)
        self.needles = actor(self._needles, scalars=False)
        self.ghosts = actor(self._heads, scalars=False, nearer=XRAY)
        self.ghosts.GetProperty().SetOpacity(HIDDEN)
        for part in (self.heads, self.needles, self.ghosts):
            part.GetProperty().SetColor(unit(COLOR))
        self.heads.GetProperty().SetAmbient(0.5)
        self.heads.GetProperty().SetDiffuse(0.6)
        self.heads.GetProperty().SetSpecular(0.3)
        self.labels: list[vtkTextActor] = []
        self.add(self.heads, self.needles, self.ghosts)
        self._feet = np.zeros((0, 3))  # of the pins that are drawn
        self.drawn: list[int] = []  # which pins these are
        self.boxes: list[Box] = []  # what their names cover, in pixels
        self._shot: Shot | None = None

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style = shot.style
        self._shot = shot
        if style.pins or self.drawn:
            yield "place", (style.pins, shot.sheet.version, style.relief.clip), self._place
            yield "look", (style.theme, shot.pixels, len(style.pins)), self._look

    def _look(self, shot: Shot) -> None:
        look = palette(shot.style)
        self.needles.GetProperty().SetLineWidth(2.0 * shot.pixels)
        for text in self.labels:
            ink(text, look.ink, plate=look.background)

    def _place(self, shot: Shot) -> None:
        pins, sheet = shot.style.pins, shot.sheet
        while len(self.labels) < len(pins):
            self.labels.append(words(13, up="bottom"))
            self.add(self.labels[-1])
        alpha, beta = (np.array([getattr(pin, axis) for pin in pins], float) for axis in ("alpha", "beta"))
        x, y = places(sheet, alpha, beta)
        feet = np.stack([x, y, drape(sheet, x, y)], axis=1)
        cut = sheet.cut(shot.style.relief.clip)
        with np.errstate(invalid="ignore"):
            there = np.isfinite(feet[:, 2]) & (feet[:, 2] <= (np.inf if cut is None else cut))
        self.drawn, self._feet = np.flatnonzero(there).tolist(), feet[there]
        fill_balls(self._heads, self._tops, HEAD)
        fill(self._needles, np.stack([self._feet, self._tops], axis=1).reshape(-1, 3), lines=pairs(len(self._feet)))
        for prop in (self.heads, self.needles, self.ghosts):
            prop.SetVisibility(bool(self.drawn))
        for k, text in enumerate(self.labels):
            text.SetVisibility(k < len(self.drawn))
        for text, k in zip(self.labels, self.drawn, strict=False):
            text.SetInput(f" {label(shot.landscape, sheet.field, pins[k])} ")

    @property
    def _tops(self) -> np.ndarray:
        return np.add(self._feet, [0, 0, NEEDLE])

    def hide(self) -> None:
        super().hide()
        self._applied.pop("place", None)
        self.drawn, self._feet, self._shot = [], np.zeros((0, 3)), None

    def near(self, seen: Projection, at: tuple[float, float], scale: float) -> int | None:
        """The pin whose head or foot is drawn nearest to a pixel, within reach; scale: pixels in one of a 72-dpi screen."""
        if not self.drawn:
            return None
        away = np.minimum(
            *(np.linalg.norm(seen.pixels(points) - np.array(at), axis=1) for points in (self._tops, self._feet))
        )
        best = int(np.nan_to_num(away, nan=np.inf).argmin())
        return self.drawn[best] if away[best] <= GRAB * scale else None

    def layout(self, seen: Projection, dpi: int) -> None:
        """Labels stand over their heads, each as far up as it must to be clear of those nearer to the viewer; what the surface hides
        is faint."""
        self.boxes = []
        if self._shot is not None and self.drawn:
            self.boxes = stack(self.labels[: len(self.drawn)], self._tops, self._shot, seen, dpi, apart=HEAD)
