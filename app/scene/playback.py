"""Playback (of a scene): balls that run along the paths, the way behind them in full colour and the way ahead faint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer

from ...compute.timeline import Timeline
from .floor import flatten
from .isolines import tube
from .palette import palette, unit
from .part import Aspect, Part, Planes, Shot
from .polydata import actor, fill, pairs
from .trajectory import END, TUBE, XRAY, PathPart, fill_balls

BALL = 0.04  # radius, in scene units
OUTLINE = 1.14  # of the ball's radius
DARK, BRIGHT = "#07131d", "#fdfdfb"


@dataclass(frozen=True, eq=False)
class Course:
    """One path's way through the scene: points (k, 3) at the true loss, slice heights (k,) and displayed losses (k,) of its known
    checkpoints; places (k,): which these are."""

    points: np.ndarray
    slices: np.ndarray
    shown: np.ndarray
    places: np.ndarray

    def at(self, place: float) -> np.ndarray:
        """(3,) where it is at a place, in checkpoints."""
        return np.array([np.interp(place, self.places, column) for column in self.points.T])

    def until(self, place: float) -> tuple[np.ndarray, np.ndarray]:
        """Points (k, 3) and displayed losses (k,) up to a place, with the place itself at the end."""
        many = int(np.searchsorted(self.places, place, "right"))
        shown = np.interp(place, self.places, self.shown)
        return np.vstack([self.points[:many], self.at(place)]), np.append(self.shown[:many], shown)


class PlaybackPart(Part):
    """`show` and `rest` may be called at any time; they ask for a new picture themselves. shown: what the scene shows now."""

    name = "playback"

    def __init__(
        self,
        renderer: vtkRenderer,
        planes: Planes,
        path: PathPart,
        shown: Callable[[], Shot | None],
        redraw: Callable[[], object],
    ) -> None:
        super().__init__(renderer)
        self._path, self._shown, self._redraw = path, shown, redraw
        self._now: tuple[str, float] | None = None
        self._playing = False
        self._courses: tuple[object, Timeline, dict[str, Course]] | None = None
        self._tube, self._line, self._balls, self._rims, self._feet, self._stems = (vtkPolyData() for _ in range(6))
        self.tube = actor(self._tube, lit=True)
        self.ghost = actor(self._tube, nearer=XRAY)  # what the surface hides of it
        self.line = actor(self._line, scalars=False, nearer=80.0)
        self.balls = actor(self._balls, lit=True, scalars=False)
        self.rims = actor(self._rims, scalars=False)
        self.ghosts = actor(self._balls, scalars=False, nearer=XRAY)
        self.feet = actor(self._feet, scalars=False, nearer=120.0)
        self.stems = actor(self._stems, scalars=False)
        for part, plane in ((self.tube, planes.upper), (self.ghost, planes.upper), (self.line, planes.floor)):
            part.GetMapper().AddClippingPlane(plane)
            for edge in path.edges:
                part.GetMapper().AddClippingPlane(edge)
        self.rims.GetProperty().FrontfaceCullingOn()  # what is left of the larger ball is an outline
        self.rims.GetProperty().SetColor(unit(DARK))
        self.balls.GetProperty().SetColor(unit(BRIGHT))
        self.ghosts.GetProperty().SetColor(unit(BRIGHT))
        self.ghosts.GetProperty().SetOpacity(0.4)
        self.ghost.GetProperty().SetOpacity(0.4)
        for part in (self.tube, self.balls):
            material = part.GetProperty()
            material.SetInterpolationToPhong()
            material.SetAmbient(0.42)
            material.SetDiffuse(0.70)
            material.SetSpecular(0.3)
            material.SetSpecularPower(30)
        self.add(self.tube, self.ghost, self.line, self.balls, self.rims, self.ghosts, self.feet, self.stems)

    def show(self, unit: str, time: float) -> None:
        """Show the paths as far as they were at a time. Paths whose clock counts another unit (`Timeline`) stay whole."""
        if self._now != (unit, time):
            self._now = unit, time
            self._place_now()

    def rest(self) -> None:
        """Show the whole paths."""
        if self._now is not None:
            self._now = None
            self._place_now()

    def _place_now(self) -> None:
        if (shot := self._shown()) is not None:
            self._place(shot)
            self._redraw()

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        style = shot.style
        yield "look", (style.theme, shot.pixels), self._look
        if self._now is None and not self._playing:
            return
        lit = (style.path, style.stems, style.floor, style.relief.clip, style.theme, shot.pixels)
        path = (style.path_colormap, style.path_color, style.path_ink, style.path_shape)
        yield "place", (shot.sheet.version, shot.depth, self._now, lit, path), self._place

    def _look(self, shot: Shot) -> None:
        look = palette(shot.style)
        self.stems.GetProperty().SetLineWidth(1.6 * shot.pixels)
        self.stems.GetProperty().SetColor(unit(look.ink))
        self.feet.GetProperty().SetColor(unit(look.ink))

    def hide(self) -> None:
        super().hide()
        self._applied.pop("place", None)

    def courses(self, shot: Shot) -> tuple[Timeline, dict[str, Course]]:
        """The clock of what is shown, and the ways of its paths."""
        key = (shot.sheet.version, tuple(len(path) for path in shot.landscape.trajectories.values()))
        if self._courses is None or self._courses[0] != key:
            found, timeline = {}, Timeline.of(shot.landscape.trajectories)
            for name in timeline.times:
                path = shot.landscape.trajectories[name]
                points, slices, shown = shot.sheet.route(path)
                known = np.flatnonzero(np.isfinite(points).all(axis=1) & np.isfinite(shown))
                if len(known):
                    found[name] = Course(points[known], slices[known], shown[known], known.astype(float))
            self._courses = key, timeline, found
        return self._courses[1:]

    def _place(self, shot: Shot) -> None:
        timeline, courses = self.courses(shot)
        playing = self._now is not None and shot.style.path and timeline.unit == self._now[0] and bool(courses)
        self._playing = playing
        self._path.dim(playing)
        for prop in self._props:
            prop.SetVisibility(playing)
        if not playing:
            return
        assert self._now is not None
        places = {name: timeline.place(name, self._now[1]) for name in courses}
        ways = [course.until(places[name]) for name, course in courses.items()]
        if shot.style.path_color != "loss":  # as in the path, the scalar says whose it is
            whose = list(shot.landscape.trajectories)
            ways = [(p, np.full(len(p), float(whose.index(n)))) for n, (p, _) in zip(courses, ways, strict=True)]
        self._tubes(ways, TUBE * shot.style.path_ink.width if shot.style.path_shape == "tube" else 0.0)
        balls = np.array([course.at(places[name]) for name, course in courses.items()])
        slices = np.array([np.interp(places[name], c.places, c.slices) for name, c in courses.items()])
        half, cut = np.array(shot.sheet.size) + 2 * END, shot.sheet.cut(shot.style.relief.clip)
        drawn = (np.abs(balls[:, :2]) <= half).all(axis=1) & (balls[:, 2] <= (np.inf if cut is None else cut))
        balls, slices = balls[drawn], slices[drawn]
        fill_balls(self._balls, balls, BALL)
        fill_balls(self._rims, balls, OUTLINE * BALL)
        fill_balls(self._feet, np.c_[balls[:, :2], np.zeros(len(balls))], 0.5 * BALL)
        stems = np.stack([balls, np.c_[balls[:, :2], slices]], axis=1)
        stems = stems[np.isfinite(stems).all(axis=(1, 2))]
        fill(self._stems, stems.reshape(-1, 3), lines=pairs(len(stems)))
        flatten(self.feet, shot.depth)
        flatten(self.line, shot.depth)
        self.stems.SetVisibility(shot.style.stems)
        for part in (self.line, self.feet):
            part.SetVisibility(shot.style.floor)

    def _tubes(self, ways: list[tuple[np.ndarray, np.ndarray]], radius: float) -> None:
        """The way behind the balls, in the paths' own colours; steps that do not move are left out. radius 0: as a line."""
        moved = []
        for points, shown in ways:
            keep = np.r_[True, np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6]
            moved.append((points[keep], shown[keep]))
        ends = np.cumsum([len(points) for points, _ in moved])
        first = np.setdiff1d(np.arange(ends[-1]), ends - 1)
        points, shown = (np.concatenate(parts) for parts in zip(*moved, strict=True))
        fill(self._line, points, lines=np.stack([first, first + 1], axis=1), scalars=shown)
        if len(first):
            self._tube.ShallowCopy(tube(self._line, 1.04 * radius, sides=16) if radius else self._line)
        else:
            self._tube.Initialize()
        for part in (self.tube, self.ghost, self.line):
            part.GetMapper().SetLookupTable(self._path.tube.GetMapper().GetLookupTable())
        self.line.GetMapper().SetScalarVisibility(self._path.copy.GetMapper().GetScalarVisibility())
        self.line.GetProperty().SetColor(*self._path.copy.GetProperty().GetColor())
        for part, like in ((self.tube, self._path.tube), (self.ghost, self._path.tube), (self.line, self._path.copy)):
            part.GetProperty().SetLineWidth(1.1 * like.GetProperty().GetLineWidth())
        self.tube.GetProperty().SetLighting(radius > 0)
