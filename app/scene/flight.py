"""Flight: cameras that follow a path over the surface: behind the ball and above it, smooth, and never through the surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from ...compute.style import Camera
from .camera import ANGLE
from .drape import drape
from .sheet import Sheet

BACK = 1.5  # how far behind the ball the eye is, along the floor, in scene units
ABOVE = 0.75  # and how far above it
CLEAR = 0.12  # the least distance between the eye and the surface below it
STEPS = 240  # places of the path for which the way of the eye is computed
CALM = 0.09  # width of what smooths the eye's way, as a share of the whole
SEEN = 0.05  # how far above the surface the line of sight runs
NEAREST = 0.15  # from this share of the way from ball to eye on: at the ball's very side a slope may stand before it
SAMPLES = 64  # of a line of sight
MOST = 2.5  # so much higher than usual at most


@dataclass(frozen=True)
class Flight:
    """Cameras along a way: `shares` (n,) of it, with the eyes (n, 3) and what they look at (n, 3)."""

    shares: np.ndarray
    eyes: np.ndarray
    focuses: np.ndarray

    def at(self, share: float) -> Camera:
        """The camera at a share 0…1 of the way."""
        eye, focus = (
            tuple(float(np.interp(share, self.shares, column)) for column in points.T)
            for points in (self.eyes, self.focuses)
        )
        return Camera(position=eye, focus=focus, angle=ANGLE)  # type: ignore[arg-type]


def flight(sheet: Sheet, points: np.ndarray, places: np.ndarray, *, top: float = np.inf) -> Flight:
    """The flight along a path with `points` (k, 3) in scene units, passed at `places` (k,) increasing (times, say). top: height above
    which the surface is cut away.

    The ball's way is a monotone cubic through the points, so that it does not overshoot. The heading is the way's direction,
    averaged over a tenth of it, so that a path that jitters does not shake the picture. Where the surface stands between the eye and
    the ball, or comes near to the eye, the eye goes up, and begins to do so before."""
    way = smooth(points, places)
    focuses = gaussian_filter1d(way, CALM / 3 * STEPS, axis=0, mode="nearest")
    heading = _headings(way)
    eyes = focuses.copy()
    eyes[:, :2] -= BACK * heading
    eyes[:, 2] += ABOVE
    need = _needed(sheet, eyes, way, top)
    wide = int(CALM * STEPS)
    lift = gaussian_filter1d(maximum_filter1d(need, 4 * wide + 1, mode="nearest"), wide / 2, mode="nearest", truncate=4)
    eyes[:, 2] += np.maximum(lift, need)
    return Flight(np.linspace(0, 1, STEPS), eyes, focuses)


def cameras(flown: Flight, count: int, *, eased: bool = True) -> list[Camera]:
    """`count` cameras from the beginning of a flight to its end, for the pictures of a film; eased: it starts and stops softly."""
    shares = np.linspace(0, 1, count)
    return [flown.at(float(share)) for share in (ease(shares) if eased else shares)]


def ease(share: np.ndarray | float) -> np.ndarray:
    """0…1 → 0…1 without a jerk at either end (smoothstep)."""
    share = np.clip(share, 0.0, 1.0)
    return share * share * (3 - 2 * share)


def between(first: Camera, second: Camera, share: float) -> Camera:
    """A camera on the way from one to another, for soft changes; at 0 and 1 they themselves."""
    if share <= 0 or share >= 1:
        return first if share <= 0 else second
    mixed = {
        name: tuple(
            float((1 - share) * a + share * b) for a, b in zip(getattr(first, name), getattr(second, name), strict=True)
        )
        for name in ("position", "focus", "up")
    }
    angle = (1 - share) * first.angle + share * second.angle
    return second.replace(**mixed, angle=angle)


def smooth(points: np.ndarray, places: Sequence[float] | np.ndarray) -> np.ndarray:
    """(STEPS, 3) evenly spaced in `places`, through all points."""
    _, last = np.unique(np.asarray(places)[::-1], return_index=True)  # of several points in one place, the latest
    chosen = len(places) - 1 - last
    at = np.asarray(places, float)[chosen]
    points = np.round(points[chosen], 9)  # differences that are no differences overflow in slopes
    if len(at) < 2:
        return np.repeat(points[:1], STEPS, axis=0)
    return PchipInterpolator(at, points, axis=0)(np.linspace(at[0], at[-1], STEPS))


def _headings(way: np.ndarray) -> np.ndarray:
    """(n, 2) unit vectors along the floor: where the way leads, calmly. A way that stands still keeps its direction."""
    steps = np.gradient(way[:, :2], axis=0)
    steps = gaussian_filter1d(steps, CALM * len(way), axis=0, mode="nearest")
    whole = way[-1, :2] - way[0, :2]
    pull = whole / (np.linalg.norm(whole) or 1.0) * max(float(np.abs(steps).max()), 1e-12) * 0.15
    steps = steps + (pull if np.linalg.norm(whole) > 1e-9 else [0.0, 1e-12])  # so that it is never without a direction
    length = np.linalg.norm(steps, axis=1, keepdims=True)
    headings = steps / np.where(length > 0, length, 1.0)
    headings[length[:, 0] == 0] = [0.0, 1.0]
    angle = gaussian_filter1d(
        np.unwrap(np.arctan2(headings[:, 1], headings[:, 0])), CALM / 2 * len(way), mode="nearest"
    )
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _needed(sheet: Sheet, eyes: np.ndarray, balls: np.ndarray, top: float) -> np.ndarray:
    """(n,) how much higher each eye must be to stand clear of the surface and to see its ball over it."""
    ground = _drawn(sheet, balls[:, :2], top)
    aims = np.maximum(balls[:, 2], ground) + SEEN  # a path below the slice is looked for through it
    share = np.linspace(NEAREST, 1.0, SAMPLES)  # of the way from the ball to the eye
    across = balls[:, None, :2] + share[None, :, None] * (eyes[:, None, :2] - balls[:, None, :2])  # (n, SAMPLES, 2)
    heights = _drawn(sheet, across.reshape(-1, 2), top).reshape(across.shape[:2])
    sight = ((heights + SEEN - aims[:, None]) / share).max(axis=1) + aims
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = np.vstack([[0.0, 0.0], CLEAR * np.stack([np.cos(angles), np.sin(angles)], axis=1)])
    around = _drawn(sheet, (eyes[:, None, :2] + ring).reshape(-1, 2), top).reshape(len(eyes), -1).max(axis=1)
    return np.clip(np.maximum(sight, around + CLEAR) - eyes[:, 2], 0.0, MOST)


def _drawn(sheet: Sheet, spots: np.ndarray, top: float) -> np.ndarray:
    """(k,) heights of the surface over spots (k, 2); −∞ where nothing is drawn."""
    heights = drape(sheet, spots[:, 0], spots[:, 1])
    return np.where(np.isfinite(heights) & (heights <= top), heights, -np.inf)
