"""Critical (of a scene): marks on the surface's minima, saddles and maxima, with names, and a ring at the one that is spoken of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer, vtkTextActor

from ...compute.critical import NAMED, Shown, color_of, shown
from ...compute.solids import solid
from ...compute.studies.topology import KINDS, points_of
from .camera import Projection
from .drape import drape, places
from .labels import HIDDEN, stack
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill
from .text import ink, words
from .trajectory import XRAY

SIZE = 0.025  # half the width of a mark, in scene units
RIM = 1.3  # of its light outline, times the mark
GRAB = 12.0  # pixels of a 72-dpi screen around a mark within which it is meant
HALO = 2.6  # radius of the ring round the one that is spoken of, in half marks
GROUPS = tuple((kind, rim) for kind in KINDS for rim in (False, True))


class CriticalPart(Part):
    """`brush` may be called at any time; it asks for a new picture itself. shown: what the scene shows now."""

    name = "critical"

    def __init__(
        self, renderer: vtkRenderer, planes: Planes, now: Callable[[], Shot | None], redraw: Callable[[], object]
    ) -> None:
        super().__init__(renderer)
        self._now, self._redraw = now, redraw
        self._marks = {group: vtkPolyData() for group in GROUPS}
        self.marks = {group: actor(data, lit=True, scalars=False) for group, data in self._marks.items()}
        self.ghosts = {group: actor(data, scalars=False, nearer=XRAY) for group, data in self._marks.items()}
        self._outline, self._ring = vtkPolyData(), vtkPolyData()
        self.outline = actor(self._outline, scalars=False)
        self.outline.GetProperty().FrontfaceCullingOn()
        self.halo, self.ring = (actor(self._ring, scalars=False, nearer=XRAY) for _ in range(2))
        self.outline.GetProperty().SetColor(unit("#ffffff"))
        for part in self.marks.values():
            part.GetProperty().SetAmbient(0.55)
            part.GetProperty().SetDiffuse(0.55)
            part.GetProperty().SetSpecular(0.15)
        self.labels: list[vtkTextActor] = []
        self.add(*self.ghosts.values(), self.outline, *self.marks.values(), self.halo, self.ring)
        self.points: Shown | None = None  # what the look shows
        self._feet = np.zeros((0, 3))  # of those that are drawn
        self.drawn = np.zeros(0, int)  # which of the points these are
        self.brushed: tuple[int, ...] = ()  # rows of the table: the point that is spoken of, and its partner
        self._shot: Shot | None = None

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style = shot.style
        self._shot = shot
        table = points_of(shot.landscape) if style.critical else None
        if table is not None:
            what = (style.critical_least, style.critical_rim, style.critical_ink.width, style.relief.field)
            yield "place", (id(table), shot.sheet.version, style.relief.clip, *what), self._place
            look = (style.critical_ink, style.critical_names, style.theme, shot.pixels, self.brushed)
            yield "look", (*look, self.drawn.tobytes()), self._look
        yield "visible", table is not None, lambda s: self._show(table is not None)

    # --- what is spoken of ---

    def brush(self, rows: tuple[int, ...]) -> None:
        """Put a ring round the points of these rows of the table."""
        if rows != self.brushed:
            self.brushed = rows
            if self._now() is not None and self._shot is not None:
                self._look(self._shot)
                self.layout(Projection(self._renderer), self._renderer.GetRenderWindow().GetDPI())
                self._redraw()

    def near(self, seen: Projection, at: tuple[float, float], scale: float) -> int | None:
        """The row of the point whose mark is drawn nearest to a pixel, within reach; scale: pixels in one of a 72-dpi screen."""
        if not len(self.drawn) or self.points is None:
            return None
        away = np.nan_to_num(np.linalg.norm(seen.pixels(self._middles) - np.array(at), axis=1), nan=np.inf)
        best = int(away.argmin())
        return int(self.points.row[self.drawn[best]]) if away[best] <= GRAB * scale else None

    # --- what is drawn ---

    @property
    def _radii(self) -> np.ndarray:
        if self.points is None or self._shot is None:
            return np.zeros(0)
        return SIZE * self._shot.style.critical_ink.width * self.points.size[self.drawn]

    @property
    def _middles(self) -> np.ndarray:
        return self._feet + np.outer(self._radii, [0, 0, 1.0])

    def _place(self, shot: Shot) -> None:
        sheet, self.points = shot.sheet, shown(shot.landscape, shot.style)
        points = self.points
        if points is None:
            self.drawn, self._feet = np.zeros(0, int), np.zeros((0, 3))
        else:
            x, y = places(sheet, points.alpha, points.beta)
            feet = np.stack([x, y, drape(sheet, x, y)], axis=1)
            cut = sheet.cut(shot.style.relief.clip)
            with np.errstate(invalid="ignore"):
                there = np.isfinite(feet[:, 2]) & (feet[:, 2] <= (np.inf if cut is None else cut))
            self.drawn, self._feet = np.flatnonzero(there), feet[there]
        radii, whole = self._radii, []
        for kind, rim in GROUPS:
            these = np.zeros(0, int)
            if points is not None:
                these = np.flatnonzero((points.kind[self.drawn] == kind) & (points.rim[self.drawn] == rim))
            corners, faces, normals = solid(kind)
            mesh = self._feet[these][:, None] + radii[these][:, None, None] * corners[None]
            cells = (np.arange(len(these))[:, None, None] * len(corners) + faces[None]).reshape(-1, 3)
            fill(self._marks[kind, rim], mesh, triangles=cells, normals=np.tile(normals, (len(these), 1)))
            middle = mesh.mean(axis=1, keepdims=True) if len(these) else mesh
            whole.append(((middle + RIM * (mesh - middle)).reshape(-1, 3), cells))
        starts = np.cumsum([0, *(len(mesh) for mesh, _ in whole)])[:-1]
        fill(
            self._outline,
            np.concatenate([mesh for mesh, _ in whole]),
            triangles=np.concatenate([cells + start for (_, cells), start in zip(whole, starts, strict=True)]),
        )

    def _look(self, shot: Shot) -> None:
        style, look = shot.style, palette(shot.style)
        for group in GROUPS:
            for part, opacity in ((self.marks[group], 1.0), (self.ghosts[group], HIDDEN)):
                part.GetProperty().SetColor(unit(color_of(*group, style)))
                part.GetProperty().SetOpacity(opacity * style.critical_ink.opacity)
        self.outline.GetProperty().SetOpacity(style.critical_ink.opacity)
        self._halo(shot)
        named = self._named
        while len(self.labels) < len(named):
            self.labels.append(words(12, up="bottom"))
            self.add(self.labels[-1])
        for k, text in enumerate(self.labels):
            text.SetVisibility(k < len(named))
        for text, k in zip(self.labels, named, strict=False):
            assert self.points is not None
            text.SetInput(f" {self.points.label(int(self.drawn[k]))} ")
            ink(text, look.ink, plate=look.background)

    def _halo(self, shot: Shot) -> None:
        """A ring round each of the points that are spoken of, which nothing hides, dark in light."""
        at = self._ringed
        for prop in (self.halo, self.ring):
            prop.SetVisibility(bool(at))
        if not at:
            return
        angle = np.linspace(0, 2 * np.pi, 49)[:-1]
        flat = np.stack([np.cos(angle), np.sin(angle), np.zeros(48)], axis=1)
        lines = np.stack([np.arange(48), (np.arange(48) + 1) % 48], axis=1)
        rings = self._middles[at][:, None] + HALO * self._radii[at][:, None, None] * flat[None]
        fill(self._ring, rings, lines=(np.arange(len(at))[:, None, None] * 48 + lines[None]).reshape(-1, 2))
        for prop, color, wide in ((self.halo, "#ffffff", 6.0), (self.ring, "#07131d", 2.6)):
            prop.GetProperty().SetColor(unit(color))
            prop.GetProperty().SetLineWidth(wide * shot.pixels)

    @property
    def _ringed(self) -> list[int]:
        """Places among the drawn ones of those that are spoken of."""
        rows = [] if self.points is None else self.points.row[self.drawn].tolist()
        return [rows.index(row) for row in self.brushed if row in rows]

    @property
    def _named(self) -> list[int]:
        """Places among the drawn ones of those with a name: the one that is spoken of, and the most persistent ones."""
        first = self._ringed
        if self._shot is None or not self._shot.style.critical_names or self.points is None:
            return first
        inside = np.flatnonzero(~self.points.rim[self.drawn])[:NAMED].tolist()
        return list(dict.fromkeys([*first, *inside]))

    def _show(self, there: bool) -> None:
        props: list[vtkActor] = [self.outline, *self.marks.values(), *self.ghosts.values()]
        for prop in props:
            prop.SetVisibility(there)
        if not there:
            self.hide()

    def hide(self) -> None:
        super().hide()
        self._applied.clear()
        self.drawn, self._feet, self.points = np.zeros(0, int), np.zeros((0, 3)), None

    def layout(self, seen: Projection, dpi: int) -> None:
        """Names stand over their marks."""
        named = self._named
        if self._shot is not None and named:
            tops = self._feet[named] + np.outer(self._radii[named], [0, 0, 2.0])
            stack(self.labels[: len(named)], tops, self._shot, seen, dpi, above=5.0, apart=2 * SIZE)
