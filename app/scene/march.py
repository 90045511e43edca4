"""March: where a line of sight first meets a height field, triangle by triangle, exactly as it is drawn."""

from __future__ import annotations

import numpy as np

from ...compute.mesh import splits
from .sheet import Sheet


def march(sheet: Sheet, near: np.ndarray, far: np.ndarray, top: float = np.inf) -> np.ndarray | None:
    """Where the line from `near` to `far` (3,) first meets the surface at or below the height `top`: (3,), or None.

    The line is cut at all grid lines and diagonals that it crosses; in between, ray and triangle are both linear, so their
    difference tells the exact crossing."""
    x, y, heights = sheet.x, sheet.y, sheet.heights
    if min(heights.shape) < 2:
        return None
    way = far - near
    bottom, peak = sheet.rise
    slack = 1e-6 + 1e-6 * (peak - bottom)
    # A little wider, so that nodes on the rim are met in spite of rounding.
    box = tuple((low - slack, high + slack) for low, high in ((x[0], x[-1]), (y[0], y[-1]), (bottom, peak)))
    start, end = 0.0, 1.0
    for (low, high), o, d in zip(box, near, way, strict=True):
        if abs(d) < 1e-12:
            if not low <= o <= high:
                return None
            continue
        a, b = sorted(((low - o) / d, (high - o) / d))
        start, end = max(start, a), min(end, b)
    if start > end:
        return None
    cuts = [np.array([start, end])]
    for axis, o, d in ((x, near[0], way[0]), (y, near[1], way[1])):
        if abs(d) > 1e-12:
            t = (axis - o) / d
            cuts.append(t[(t > start) & (t < end)])
    t = np.unique(np.concatenate(cuts))
    if len(t) == 1:
        t = np.repeat(t, 2)
    middle = (t[:-1] + t[1:]) / 2
    i = np.clip(np.searchsorted(x, near[0] + middle * way[0], "right") - 1, 0, len(x) - 2)
    j = np.clip(np.searchsorted(y, near[1] + middle * way[1], "right") - 1, 0, len(y) - 2)
    a, b, c, d = heights[j, i], heights[j, i + 1], heights[j + 1, i + 1], heights[j + 1, i]
    rising = splits(a, b, c, d)

    def shares(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        u = (near[0] + at * way[0] - x[i]) / (x[i + 1] - x[i])
        v = (near[1] + at * way[1] - y[j]) / (y[j + 1] - y[j])
        return u, v

    (u0, v0), (u1, v1) = shares(t[:-1]), shares(t[1:])
    # The diagonal a–c is u = v, b–d is u + v = 1: halve each piece where it crosses its cell's.
    side0, side1 = (np.where(rising, u - v, u + v - 1) for u, v in ((u0, v0), (u1, v1)))
    with np.errstate(all="ignore"):
        crossing = np.where(side0 * side1 < 0, side0 / (side0 - side1), 1.0)
    halves = t[:-1] + crossing * (t[1:] - t[:-1])
    begin, stop = np.stack([t[:-1], halves], 1), np.stack([halves, t[1:]], 1)
    gaps = []
    for ends in (begin, stop):
        u, v = (share for share in shares(ends.T))
        mid_u, mid_v = shares((begin.T + stop.T) / 2)
        lower = np.where(rising, mid_v <= mid_u, mid_u + mid_v <= 1)
        z = np.where(
            rising,
            np.where(lower, a + u * (b - a) + v * (c - b), a + v * (d - a) + u * (c - d)),
            np.where(lower, a + u * (b - a) + v * (d - a), c + (1 - u) * (d - c) + (1 - v) * (b - c)),
        )
        gaps.append((near[2] + ends.T * way[2] - z).T.ravel())
    before, after = gaps
    with np.errstate(all="ignore"):
        met = (before * after <= 0) & np.isfinite(before) & np.isfinite(after)
        share = np.where(before == after, 0.0, before / (before - after))
    times = begin.ravel() + share * (stop - begin).ravel()
    for t_hit in times[met]:
        place = near + t_hit * way
        if place[2] <= top + slack:
            return place
    return None
