"""Mesh: the triangles of a height field, and the exact cut along an iso-line. Scene and exporters draw the same ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .grid import Grid
from .relief import Relief, place


@dataclass(frozen=True)
class HeightField:
    """points (n, 3) float32 in scene units. triangles (m, 3) int32, counterclockwise from above. node (n,): flat grid index of
    each point. Holes have neither points nor triangles; so values of the points are `values.flat[node]`."""

    points: np.ndarray
    triangles: np.ndarray
    node: np.ndarray


def height_field(grid: Grid, values: np.ndarray, relief: Relief, known: np.ndarray | None = None) -> HeightField:
    """The mesh of values (ny, nx) in scene units. A triangle that touches a value that cannot be drawn (see
    `Relief.transform`), or one that is not `known` (ny, nx) bool, is left out. The threshold is not applied: see `cut`."""
    if known is not None:
        values = np.where(known, values, np.nan)
    heights = relief.resolved(values).heights(values)
    x, y = place(grid)
    node, triangles = compact(triangulate(heights))
    j, i = np.divmod(node, len(grid.alpha))
    points = np.stack([x[i], y[j], heights.flat[node]], axis=1).astype(np.float32)
    return HeightField(points.reshape(-1, 3), triangles, node)


def triangulate(heights: np.ndarray) -> np.ndarray:
    """(m, 3) int32 flat indices of the triangles of heights (ny, nx): each quad is split along its flatter diagonal; where
    one corner is a hole (not finite), along the diagonal that saves the other half."""
    z, whole = heights, np.isfinite(heights)
    complete = bool(whole.all())
    if not complete:
        z = np.where(whole, heights, 0.0)
    rising = np.abs(z[:-1, :-1] - z[1:, 1:]) <= np.abs(z[:-1, 1:] - z[1:, :-1])  # split a–c
    if not complete:
        in_a, in_b, in_c, in_d = whole[:-1, :-1], whole[:-1, 1:], whole[1:, 1:], whole[1:, :-1]
        rising = np.where(in_a & in_c & in_b & in_d, rising, in_a & in_c)
    quads = _rising(*heights.shape).copy()
    falling = np.flatnonzero(~rising)  # (a, b, d) and (b, c, d) instead
    quads[falling, 2], quads[falling, 3] = quads[falling, 5], quads[falling, 1]
    triangles = quads.reshape(-1, 3)
    return triangles if complete else triangles[whole.ravel()[triangles].all(axis=1)]


def splits(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Which quads are split along a–c, by the rule of `triangulate`: the flatter diagonal, or the one that
    saves the half without a hole."""
    whole = np.isfinite(a + b + c + d)
    with np.errstate(invalid="ignore"):
        return np.where(whole, np.abs(a - c) <= np.abs(b - d), np.isfinite(a + c))


@lru_cache(maxsize=4)
def _rising(ny: int, nx: int) -> np.ndarray:
    """(quads, 6) int32: all quads a, b, c, d, counterclockwise, split along a–c into (a, b, c) and (a, c, d)."""
    index = np.arange(ny * nx, dtype=np.int32).reshape(ny, nx)
    a, b, c, d = (index[at].ravel() for at in (np.s_[:-1, :-1], np.s_[:-1, 1:], np.s_[1:, 1:], np.s_[1:, :-1]))
    return np.stack([a, b, c, a, c, d], axis=1)


def compact(triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(used indices (n,), the same triangles (or segments) counted from 0 over them)."""
    used, renumbered = np.unique(triangles, return_inverse=True)
    return used, renumbered.reshape(triangles.shape).astype(np.int32)


@dataclass(frozen=True)
class Cut:
    """What is left of a mesh below a level. Point p lies at the share `share[p]` of the way from the old point `start[p]` to
    `end[p]`; old points have start = end and share 0. cells: triangles (m, 3) or segments (m, 2), int32. `on_line` (n,): lies
    on the iso-line."""

    start: np.ndarray
    end: np.ndarray
    share: np.ndarray
    cells: np.ndarray

    @property
    def on_line(self) -> np.ndarray:
        return self.start != self.end

    def carry(self, values: np.ndarray) -> np.ndarray:
        """Values at the old points (N, …) → at the points of the cut (n, …); old points keep theirs bit for bit."""
        values = np.asarray(values)
        here = values[self.start].astype(float)
        line = self.on_line
        share = self.share[line].reshape(-1, *[1] * (values.ndim - 1))
        here[line] = (1 - share) * here[line] + share * values[self.end[line]]
        return here


def cut(values: np.ndarray, triangles: np.ndarray, level: float | None) -> Cut:
    """Cut triangles (m, 3) exactly along the line where the linear interpolation of values (N,) is `level`; what lies above
    goes. None: nothing is cut."""
    if level is None:
        kept, out = compact(triangles)
        return Cut(kept, kept, np.zeros(len(kept)), out)
    below = values <= level
    count = below[triangles].sum(axis=1)
    one, two = (_turned(triangles[count == n], below, n) for n in (1, 2))
    # A corner alone below: it and two cut points. Two below: a quad, split in two. Cut points are named by their edge.
    edges = [(one[:, 0], one[:, 1]), (one[:, 0], one[:, 2]), (two[:, 0], two[:, 2]), (two[:, 1], two[:, 2])]
    pairs = np.concatenate([np.stack(edge, 1) for edge in edges]).reshape(-1, 2)
    pairs, name = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True)
    name = name.ravel() + len(values)
    ab, ac, ca, cb = np.split(name, np.cumsum([len(e[0]) for e in edges])[:-1])
    pieces = [
        triangles[count == 3],
        np.stack([one[:, 0], ab, ac], 1),
        np.stack([two[:, 0], two[:, 1], cb], 1),
        np.stack([two[:, 0], cb, ca], 1),
    ]
    low, high = pairs.T
    share = _crossing(values, low, high, level)
    every = np.arange(len(values))
    # A corner that lies on the line is its own cut point; pieces without area go.
    same = np.r_[
        every,
        np.where(values[low] == level, low, np.where(values[high] == level, high, len(values) + np.arange(len(low)))),
    ]
    left = same[np.concatenate(pieces)]
    a, b, c = left.T
    left = left[(a != b) & (b != c) & (c != a)]
    whole = Cut(np.r_[every, low], np.r_[every, high], np.r_[np.zeros(len(values)), share], left)
    kept, out = compact(whole.cells)
    return replace(whole, start=whole.start[kept], end=whole.end[kept], share=whole.share[kept], cells=out)


def cut_lines(values: np.ndarray, segments: np.ndarray, level: float | None) -> Cut:
    """The same for segments (m, 2)."""
    level = np.inf if level is None else level
    inside = values[segments] <= level
    one = inside.sum(axis=1) == 1
    one &= ~((values[segments] == level) & inside).any(axis=1)  # it would end where it begins
    low, high = segments[one].T
    every, fresh = np.arange(len(values)), len(values) + np.arange(len(low))
    pieces = np.where(inside[one], segments[one], fresh[:, None])
    used, cells = compact(np.concatenate([segments[inside.all(axis=1)], pieces]).astype(np.int32))
    share = np.r_[np.zeros(len(values)), _crossing(values, low, high, level)]
    return Cut(np.r_[every, low][used], np.r_[every, high][used], share[used], cells)


def _crossing(values: np.ndarray, low: np.ndarray, high: np.ndarray, level: float) -> np.ndarray:
    """The share of the way from each `low` to its `high` at which the values pass the level."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.clip((level - values[low]) / (values[high] - values[low]), 0.0, 1.0)


def _turned(triangles: np.ndarray, below: np.ndarray, count: int) -> np.ndarray:
    """Triangles with `count` (1 or 2) corners below, turned so that those come first; the winding stays."""
    inside = below[triangles]
    odd = inside if count == 1 else ~inside  # exactly one corner differs from the two others
    lone = odd.argmax(axis=1)
    first = (lone + (0 if count == 1 else 1)) % 3
    return np.take_along_axis(triangles, (first[:, None] + np.arange(3)) % 3, axis=1)
