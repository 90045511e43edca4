"""Trajectory (of a scene): the descent path at its true loss, with beads, stems to the slice, and a copy on the floor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPolyData
from vtkmodules.vtkFiltersSources import vtkSphereSource
from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

from ...compute.colors import hex_share, pale, path_colors, rgb
from ...compute.trajectory import BALL, CURVE, UNORDERED, Trajectory
from .floor import flatten
from .isolines import tube
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill, pairs, table

TUBE = 0.0125  # radii, in scene units
BEAD = 0.0155
END = 0.032
DROP = 0.024  # where the learning rate was lowered
DROP_COLOR = "#e4002b"
FAINT = 0.2  # what is left of its opacity ahead of a playback
BEADS = 60  # at most so many a path
FEW_BEADS = 14  # of a dropped ball's: at each of its steps they would hide it
XRAY = 300_000.0  # so much nearer that nothing hides it


class PathPart(Part):
    """All trajectories of a landscape. Where the surface hides a path, it still shines through faintly."""

    name = "path"

    def __init__(self, renderer: vtkRenderer, planes: Planes) -> None:
        super().__init__(renderer)
        self._tube, self._beads, self._ends, self._drops, self._stems, self._copy = (vtkPolyData() for _ in range(6))
        self.tube = actor(self._tube, lit=True)
        self.beads = actor(self._beads, lit=True, scalars=False)
        self.ends = actor(self._ends, lit=True)
        self.drops = actor(self._drops, lit=True, scalars=False)
        self.stems = actor(self._stems, scalars=False)
        self.ghost = actor(self._tube, nearer=XRAY)
        self.ghost_beads = actor(self._beads, scalars=False, nearer=XRAY)
        self.copy = actor(self._copy, scalars=False, nearer=60.0)
        self.edges = [vtkPlane() for _ in range(4)]  # what leaves the plotted part of the plane is cut off
        standing = (self.tube, self.beads, self.ends, self.drops, self.stems, self.ghost, self.ghost_beads)
        for part in standing:
            part.GetMapper().AddClippingPlane(planes.upper)
        self.copy.GetMapper().AddClippingPlane(planes.floor)
        for part in (*standing, self.copy):
            for edge in self.edges:
                part.GetMapper().AddClippingPlane(edge)
        for part in (self.tube, self.beads, self.ends, self.drops):
            material = part.GetProperty()
            material.SetInterpolationToPhong()
            material.SetAmbient(0.42)
            material.SetDiffuse(0.70)
            material.SetSpecular(0.25)
            material.SetSpecularPower(30)
        self._opacities: dict[vtkActor, float] = {}
        self._dimmed = False
        self.add(*standing, self.copy)

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style, sheet = shot.style, shot.sheet
        drawn = style.path and bool(shot.landscape.trajectories)
        if drawn:
            drawn_as = (style.path_shape, style.path_color, style.path_ink.width)
            yield "geometry", (sheet.version, style.theme, *drawn_as), self._geometry
            yield "depth", shot.depth, lambda s: flatten(self.copy, s.depth)
            chosen = (style.path_colormap, style.path_color, style.path_ink.color)
            yield "colors", (*chosen, style.path_span, style.theme, sheet.version), self._colors
            inks = (style.path_ink, style.stems_ink, style.floor_ink)
            yield "look", (*chosen, style.path_shape, *inks, style.theme, shot.pixels), self._look
        marks = (style.path_ends, style.path_drops, style.stems, style.floor)
        yield "visible", (drawn, *marks), lambda s: self._show(s, drawn)

    def _geometry(self, shot: Shot) -> None:
        routes = [shot.sheet.route(path) for path in shot.landscape.trajectories.values()]
        known = [ribbon(points, shown) for points, _, shown in routes]
        if shot.style.path_color != "loss":  # the scalar says whose path it is
            known = [(points, np.full(len(points), float(k))) for k, (points, _) in enumerate(known)]
        wide = shot.style.path_ink.width
        loose = [UNORDERED in path.how for path in shot.landscape.trajectories.values()]
        joined = [(p[:0], s[:0]) if apart else (p, s) for (p, s), apart in zip(known, loose, strict=True)]
        self._join(joined, TUBE * wide if shot.style.path_shape == "tube" else 0.0)
        picked = [
            beads(path, route[0]) for path, route in zip(shot.landscape.trajectories.values(), routes, strict=True)
        ]
        centres = [route[0][which] for route, which in zip(routes, picked, strict=True)]
        fill_balls(self._beads, np.concatenate(centres), BEAD * wide)
        ends = [
            (p[at], s[at])
            for (p, s), apart in zip(known, loose, strict=True)
            if len(p)
            for at in (range(len(p)) if apart else (0, -1))
        ]
        fill_balls(self._ends, np.array([p for p, _ in ends]).reshape(-1, 3), END, np.array([s for _, s in ends]))
        paths = shot.landscape.trajectories.values()
        lowered = [route[0][path.drops] for path, route in zip(paths, routes, strict=True)]
        places = np.concatenate(lowered)
        fill_balls(self._drops, places[np.isfinite(places).all(axis=1)], DROP)
        feet = [self._foot(route, which) for route, which in zip(routes, picked, strict=True)]
        stems = np.concatenate(feet) if feet else np.zeros((0, 2, 3))
        fill(self._stems, stems.reshape(-1, 3), lines=pairs(len(stems)))
        (x, y), room = shot.sheet.size, 2 * END
        for edge, (nx, ny), out in zip(self.edges, ((-1, 0), (1, 0), (0, -1), (0, 1)), (x, x, y, y), strict=True):
            edge.SetNormal(nx, ny, 0)
            edge.SetOrigin(-nx * (out + room), -ny * (out + room), 0)

    def _join(self, known: list[tuple[np.ndarray, np.ndarray]], radius: float) -> None:
        """The polylines, and a tube round them, or none where its radius is 0."""
        ends = np.cumsum([len(points) for points, _ in known])
        first = np.setdiff1d(np.arange(ends[-1]), ends - 1)  # each point but a path's last one has a successor
        points, shown = (np.concatenate(parts) for parts in zip(*known, strict=True))
        fill(self._copy, points, lines=np.stack([first, first + 1], axis=1), scalars=shown)
        self._tube.ShallowCopy(tube(self._copy, radius, sides=16) if radius else self._copy)

    @staticmethod
    def _foot(route: tuple[np.ndarray, np.ndarray, np.ndarray], which: np.ndarray) -> np.ndarray:
        """(k, 2, 3): from the true loss to the slice's, where both are known."""
        points, slice_heights, _ = route
        top = points[which].copy()
        top[:, 2] = slice_heights[which]
        stems = np.stack([points[which], top], axis=1)
        return stems[np.isfinite(stems).all(axis=(1, 2))]

    def _colors(self, shot: Shot) -> None:
        own = [hex_share(color) for color in path_colors(shot.style, shot.landscape.trajectories).values()]
        if own:
            full = table(np.c_[np.array(own) * 255, np.full(len(own), 255)].round(), (-0.5, len(own) - 0.5))
        else:
            full = table(pale(shot.style.path_colormap, amount=0.0), path_span(shot))
        for part in (self.tube, self.ends, self.ghost, self.copy):
            part.GetMapper().SetLookupTable(full)

    def _look(self, shot: Shot) -> None:
        look, style, ink, stem = palette(shot.style), shot.style, shot.style.path_ink, shot.style.stems_ink
        # On the floor one colour is enough, and the map's light end would drown in it.
        strong = rgb(style.path_colormap, np.array([0.55 if style.theme == "dark" else 0.92]))[0] / 255
        self.copy.GetProperty().SetColor(*strong)
        self.copy.GetMapper().SetScalarVisibility(style.path_color != "loss")
        self.copy.GetProperty().SetLineWidth(2.6 * ink.width * shot.pixels)
        for part in (self.tube, self.ghost):
            part.GetProperty().SetLineWidth(2.8 * ink.width * shot.pixels)
        self.tube.GetProperty().SetLighting(style.path_shape == "tube")
        self._opacities = {
            **dict.fromkeys((self.tube, self.beads, self.ends, self.drops), ink.opacity),
            **dict.fromkeys((self.ghost, self.ghost_beads), 0.32 * ink.opacity),
            self.stems: stem.opacity,
            self.copy: style.floor_ink.opacity,
        }
        self.dim(self._dimmed)
        for part in (self.beads, self.ghost_beads):
            part.GetProperty().SetColor(0.97, 0.96, 0.92)
        self.drops.GetProperty().SetColor(unit(DROP_COLOR))
        self.stems.GetProperty().SetColor(unit(stem.color or look.stem))
        self.stems.GetProperty().SetLineWidth(1.1 * stem.width * shot.pixels)

    def dim(self, on: bool) -> None:
        """Draw all of it faintly, while a playback draws what was reached of it; or as ever again."""
        self._dimmed = on
        for part, opacity in self._opacities.items():
            part.GetProperty().SetOpacity(opacity * (FAINT if on else 1.0))

    def _show(self, shot: Shot, drawn: bool) -> None:
        ends = drawn and shot.style.path_ends
        for part, on in (
            (self.tube, drawn),
            (self.ghost, drawn),
            (self.beads, ends),
            (self.ghost_beads, ends),
            (self.ends, ends),
            (self.drops, drawn and shot.style.path_drops),
        ):
            part.SetVisibility(on)
        self.stems.SetVisibility(drawn and shot.style.stems)
        self.copy.SetVisibility(drawn and shot.style.floor)


def path_span(shot: Shot) -> tuple[float, float]:
    """The displayed range of the path's colours: the look's, or that of the true loss along all paths; 0…1 where nothing is
    known."""
    if shot.style.path_span is not None:
        low, high = shot.sheet.relief.transform(np.array(shot.style.path_span)).tolist()
        return low, high
    shown = [shot.sheet.route(path)[2] for path in shot.landscape.trajectories.values()]
    values = np.concatenate([*shown, np.zeros(0)])
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)


def ribbon(points: np.ndarray, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The known points of a path (k, 3) and their displayed losses; steps that do not move are left out."""
    known = np.isfinite(points).all(axis=1) & np.isfinite(shown)
    points, shown = points[known], shown[known]
    moved = np.r_[True, np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6][: len(points)]
    return points[moved], shown[moved]


def beads(path: Trajectory, points: np.ndarray) -> np.ndarray:
    """(k,) which checkpoints get a bead: all, or those at whole epochs, or evenly chosen ones of them; only known ones, and
    not the ends, which have larger ones."""
    known = np.flatnonzero(np.isfinite(points).all(axis=1))
    if UNORDERED in path.how:  # each has a ball of its own: this is for the stems
        return known
    known = known[1:-1]
    if CURVE in path.how:  # its points are where it was measured: they have no meaning of their own
        return known[:0]
    if len(known) > BEADS:
        epoch = path["epoch"][known]
        whole = known[np.isfinite(epoch) & (np.abs(epoch - np.round(epoch)) < 1e-6)]
        known = whole if len(whole) > 1 else known
    most = FEW_BEADS if BALL in path.how else BEADS
    return known if len(known) <= most else known[np.linspace(0, len(known) - 1, most).round().astype(int)]


def fill_balls(data: vtkPolyData, centres: np.ndarray, radius: float, shown: np.ndarray | None = None) -> None:
    """One small sphere a centre (k, 3), all in one mesh so that cutting planes cut them too."""
    unit_points, faces = _ball()
    count = len(unit_points)
    points = (centres[:, None, :] + radius * unit_points[None]).reshape(-1, 3)
    triangles = (np.arange(len(centres))[:, None, None] * count + faces[None]).reshape(-1, 3)
    normals = np.tile(unit_points, (len(centres), 1))
    scalars = None if shown is None else np.repeat(shown, count)
    fill(data, points, triangles=triangles, normals=normals, scalars=scalars)


@cache
def _ball() -> tuple[np.ndarray, np.ndarray]:
    """Points (k, 3) and triangles (m, 3) of a sphere of radius 1."""
    source = vtkSphereSource()
    source.SetRadius(1.0)
    source.SetThetaResolution(18)
    source.SetPhiResolution(14)
    source.Update()
    ball = source.GetOutput()
    points = vtk_to_numpy(ball.GetPoints().GetData()).copy()
    return points, vtk_to_numpy(ball.GetPolys().GetConnectivityArray()).reshape(-1, 3).copy()
