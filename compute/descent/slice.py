"""Slice: a field of a surface as a smooth function of (α, β), with its gradient."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..grid import Grid

LARGEST = 1e100  # a value beyond is a hole: a cubic through it would overflow


class Slice:
    """Interpolates a field (ny, nx) on a grid: bicubically where every value is finite, else bilinearly, with holes where a cell has a
    corner without a finite value. On a line nothing depends on β."""

    def __init__(self, grid: Grid, values: np.ndarray) -> None:
        self.line = grid.line
        self.alpha, self.beta = grid.alpha.astype(float), grid.beta.astype(float)
        values = np.asarray(values, float)
        if self.line:  # as a ribbon, whose height is the same across it
            self.beta, values = np.array([-1.5, -0.5, 0.5, 1.5]), np.repeat(values, 4, axis=0)
        known = np.isfinite(values) & (np.abs(values) < LARGEST)
        self._solid = known[1:, 1:] & known[1:, :-1] & known[:-1, 1:] & known[:-1, :-1]  # (ny − 1, nx − 1) cells
        self._values = np.where(known, values, 0.0)
        self._spline = None
        if known.all() and min(values.shape) >= 4:
            from scipy.interpolate import RectBivariateSpline  # half a second, only where a ball rolls

            self._spline = RectBivariateSpline(self.beta, self.alpha, values, s=0)

    @property
    def width(self) -> np.ndarray:
        """(2,) of the window, along α and β; the latter is infinite on a line."""
        return np.array([np.ptp(self.alpha), np.inf if self.line else np.ptp(self.beta)])

    @cached_property
    def steepness(self) -> float:
        """The median length of the gradient over the nodes; 0 where none is known."""
        x, y = np.meshgrid(self.alpha, self.beta)
        lengths = np.linalg.norm(self.gradient(np.c_[x.ravel(), y.ravel()]), axis=1)
        lengths = lengths[np.isfinite(lengths)]
        return float(np.median(lengths)) if len(lengths) else 0.0

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(m,) whether points (m, 2) lie in the window; NaN does not."""
        x, y = points.T
        across = np.isfinite(y) if self.line else (y >= self.beta[0]) & (y <= self.beta[-1])
        return (x >= self.alpha[0]) & (x <= self.alpha[-1]) & across

    def known(self, points: np.ndarray) -> np.ndarray:
        """(m,) whether they also lie in a cell without a hole."""
        j, i, _, _ = self._cells(points)
        return self.inside(points) & self._solid[j, i]

    def value(self, points: np.ndarray) -> np.ndarray:
        """(m,); NaN outside, and in holes."""
        if self._spline is not None:
            found = self._spline.ev(self._across(points), points[:, 0])
        else:
            j, i, v, u = self._cells(points)
            (a, b), (c, d) = self._corners(j, i)
            found = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d)
        return np.where(self.known(points), found, np.nan)

    def gradient(self, points: np.ndarray) -> np.ndarray:
        """(m, 2) ∂/∂α and ∂/∂β; NaN outside, and in holes."""
        if self._spline is not None:
            y = self._across(points)
            parts = [self._spline.ev(y, points[:, 0], dx=dx, dy=1 - dx) for dx in (0, 1)]
        else:
            j, i, v, u = self._cells(points)
            (a, b), (c, d) = self._corners(j, i)
            parts = [
                ((1 - v) * (b - a) + v * (d - c)) / np.diff(self.alpha)[i],
                ((1 - u) * (c - a) + u * (d - b)) / np.diff(self.beta)[j],
            ]
        if self.line:
            parts[1] = np.zeros(len(points))
        return np.where(self.known(points)[:, None], np.stack(parts, axis=1), np.nan)

    def border(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """(m, 2) where the ways from points inside to points outside leave the window."""
        lows = np.array([self.alpha[0], -np.inf if self.line else self.beta[0]])
        highs = np.array([self.alpha[-1], np.inf if self.line else self.beta[-1]])
        way = end - start
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(way > 0, (highs - start) / way, np.where(way < 0, (lows - start) / way, np.inf))
        share = np.clip(shares.min(1, keepdims=True), 0, 1)
        return np.clip(start + share * np.where(np.isfinite(way), way, 0.0), lows, highs)

    def _across(self, points: np.ndarray) -> np.ndarray:
        return np.zeros(len(points)) if self.line else points[:, 1]

    def _cells(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Rows and columns of the points' cells, and the shares of the way through them along β and α."""
        found = []
        for axis, at in ((self.beta, self._across(points)), (self.alpha, points[:, 0])):
            at = np.where(np.isfinite(at), at, axis[0])
            cell = np.clip(np.searchsorted(axis, at, side="right") - 1, 0, len(axis) - 2)
            found.append((cell, np.clip((at - axis[cell]) / np.diff(axis)[cell], 0, 1)))
        (j, v), (i, u) = found
        return j, i, v, u

    def _corners(self, j: np.ndarray, i: np.ndarray) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
        z = self._values
        return (z[j, i], z[j, i + 1]), (z[j + 1, i], z[j + 1, i + 1])
