"""Framing: what of a scene shall be in the picture, and how much room words and bars need beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...compute.style import Style
from ...compute.trajectory import Trajectory
from .camera import Inset
from .sheet import Sheet

GAP = 0.5  # between the floor and the lowest thing above it
ROOM = 0.4  # round all that is drawn
MOST = 4000  # points of the surface that are looked at


def extent(sheet: Sheet | None, paths: Sequence[Trajectory], style: Style) -> np.ndarray:
    """(n, 3) points that shall be in the picture: of the floor, of what the threshold leaves, of the drawn paths."""
    if sheet is None:
        return np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-0.5, 1)], float)
    x, y = np.array(sheet.size) * (1.07 if style.axes else 1.02)
    points = [np.array([[sx * x, sy * y, depth(sheet, paths)] for sx in (-1, 1) for sy in (-1, 1)])]
    cut = sheet.cut(style.relief.clip)
    if cut is not None and style.relief.clip_style != "remove" and sheet.rise[1] > cut:  # the plateau
        drawn = np.minimum(sheet.points, [np.inf, np.inf, cut])
    else:
        drawn = sheet.points if cut is None else sheet.below(cut)
    points.append(drawn[:: max(1, len(drawn) // MOST)])
    if not sheet.known.all():  # leave room for what is still to come
        points.append(points[0] * [1, 1, 0] + [0, 0, 1.15 * style.relief.height])
    for path in paths:
        route = sheet.route(path)[0]
        points.append(route[np.isfinite(route).all(axis=1) & (np.abs(route[:, :2]) <= [x, y]).all(axis=1)])
    return np.concatenate(points)


def slices(sheet: Sheet, paths: Sequence[Trajectory]) -> np.ndarray:
    """(k, 3) points of the drawn paths on the surface."""
    routes = [sheet.route(path) for path in paths]
    points = [np.c_[route[:, :2], heights] for route, heights, _ in routes]
    return np.concatenate([*(p[np.isfinite(p).all(axis=1)] for p in points), np.zeros((0, 3))])


def depth(sheet: Sheet, paths: Sequence[Trajectory]) -> float:
    """Height of the floor: below the surface, and below every path that is drawn."""
    lowest = 0.0
    for path in paths:
        z = sheet.route(path)[0][:, 2]
        lowest = min([lowest, *z[np.isfinite(z)].tolist()])
    return round(lowest, 3) - GAP


def box(sheet: Sheet, paths: Sequence[Trajectory], depth: float) -> tuple[float, float, float, float, float, float]:
    """x, y and z, from and to, that hold all that is drawn, with room for balls, ticks and pins."""
    (x, y), top = sheet.size, sheet.rise[1]
    for path in paths:
        z = sheet.route(path)[0][:, 2]
        top = max([top, *z[np.isfinite(z)].tolist()])
    return (-x - ROOM, x + ROOM, -y - ROOM, y + ROOM, depth - ROOM, top + ROOM)


def inset(style: Style, size: tuple[int, int], scale: float, *, straight: bool, noted: bool) -> Inset:
    """The part of a picture of `size` pixels that the scene may fill. scale: pixels in one of a 72-dpi screen. straight: seen along
    an axis. noted: there is a note below."""
    width, height = size
    right = (24 + 72 * style.colorbar_ink.size if style.colorbar else 24) * scale
    top = (20 + 28 * style.title_ink.size if style.title else 20) * scale
    low = (20 + 52 * style.axes_ink.size) if straight else (20 + 14 * style.axes_ink.size)
    below = (low if style.axes else 20) * scale
    if noted:
        below += 34 * scale  # for two lines of the note
    left = (24 + 60 * style.axes_ink.size if straight and style.axes else 24) * scale
    share = Inset(left / width, 1 - right / width, below / height, 1 - top / height)
    roomy = share.right - share.left > 0.4 and share.top - share.bottom > 0.4
    return share if roomy else Inset()
