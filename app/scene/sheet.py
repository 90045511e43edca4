"""Sheet: the height field of a landscape in scene units: what of a surface can be drawn, and what was really computed."""

from __future__ import annotations

from functools import cached_property
from itertools import count

import numpy as np
from scipy.ndimage import binary_dilation

from ...compute.landscape import Landscape
from ...compute.levels import contour_levels, number
from ...compute.mesh import triangulate
from ...compute.relief import Relief, place, to_scene
from ...compute.surface import Mark
from ...compute.tint import Tint
from ...compute.trajectory import Trajectory
from .isolines import Isolines, isolines, ranks

_versions = count()
# Values that were not simply computed, and how the view says so.
APART = {
    Mark.ESTIMATED: "estimated from a part of the samples",
    Mark.BOUND: "known as lower bounds",
    Mark.INTERPOLATED: "interpolated",
}


class Sheet:
    """field: name shown. relief: resolved. x (nx,), y (ny,), heights (ny, nx): scene units. shown (ny, nx): the displayed
    values, NaN where there is nothing to draw. known (ny, nx): not interpolated, not waiting. version: no two are alike.

    It is a snapshot: the surface may go on filling up. The threshold is no part of it, so moving that costs nothing."""

    def __init__(self, landscape: Landscape, relief: Relief, tint: Tint | None = None) -> None:
        surface = landscape.surface
        self.version = next(_versions)
        self.grid = surface.grid
        self.field = relief.field or (surface.main if surface.fields else "")
        values = surface.preview(self.field) if surface.fields else np.full(surface.grid.shape, np.nan)
        self.known = (surface.evaluated != Mark.NOT_YET) & (surface.evaluated != Mark.INTERPOLATED)
        self.shown = relief.transform(values)
        drawn = np.isfinite(self.shown)
        basis = drawn & self.known if (drawn & self.known).any() else drawn
        ends = values[basis]
        if len(ends) and not relief.trim:  # without percentiles, the lowest and the highest value say it all
            ends = np.array([ends.min(), ends.max()])
        self.relief = relief.resolved(ends)
        self.span = self.relief.span
        self.x, self.y = place(surface.grid)
        self.heights = self._heights()
        self.info = surface.info.get(self.field)
        self.marks = surface.evaluated.copy()
        self._many = {mark: int((self.marks == mark).sum()) for mark in APART}
        self.evaluated = int((surface.evaluated != Mark.NOT_YET).sum())
        self.tint = tint
        self.painted = self.shown if tint is None else tint.shown  # (ny, nx): what the colours show, and their range
        self.painted_span = self.span if tint is None else tint.span
        self._holes = relief.holes(surface.fields[self.field][self.known]) if surface.fields else {}
        self._contours: tuple[int, Isolines] | None = None
        self._lowest = float(ends.min()) if len(ends) else np.nan

    def _heights(self) -> np.ndarray:
        """`Relief.heights` of all values. It is linear in the displayed ones, so two of them give the rest."""
        low, high = self.span
        if not high > low:
            return self.shown * 0.0
        rise = float(self.relief.heights(np.array(self.relief.high)))
        return (self.shown - low) * (rise / (high - low))

    @cached_property
    def points(self) -> np.ndarray:
        """(ny·nx, 3) float32, row by row."""
        ny, nx = self.grid.shape
        points = np.empty((ny, nx, 3), np.float32)
        points[..., 0], points[..., 1] = self.x[None, :], self.y[:, None]
        points[..., 2] = filled(self.heights)
        return points.reshape(-1, 3)

    @cached_property
    def normals(self) -> np.ndarray:
        """(ny·nx, 3) float32, upward: from central differences, one-sided at rims and holes."""
        normals = np.empty((*self.grid.shape, 3), np.float32)
        heights = self.heights.astype(np.float32)
        across, along = _slope(heights, self.x, 1), _slope(heights, self.y, 0)
        steep = across * across
        steep += along * along
        steep += 1.0
        upward = np.divide(1.0, np.sqrt(steep, out=steep), out=steep)
        normals[..., 2] = upward
        np.negative(upward, out=upward)
        np.multiply(across, upward, out=normals[..., 0])
        np.multiply(along, upward, out=normals[..., 1])
        return normals.reshape(-1, 3)

    @cached_property
    def _triangles(self) -> np.ndarray:
        return triangulate(self.heights)

    @cached_property
    def solid(self) -> np.ndarray:
        """(m, 3) int32: the triangles between computed points."""
        return self._triangles if self.known.all() else self._triangles[self._whole]

    @cached_property
    def ghost(self) -> np.ndarray:
        """(m, 3) int32: the triangles of which a corner is only a guess, filled in from coarser points."""
        return self._triangles[:0] if self.known.all() else self._triangles[~self._whole]

    @cached_property
    def _whole(self) -> np.ndarray:
        return self.known.ravel()[self._triangles].all(axis=1)

    def draft(self, most: int = 101) -> np.ndarray:
        """Triangles over every n-th row and column, at most `most` each way: for turning on a slow renderer."""
        ny, nx = self.grid.shape
        if max(ny, nx) <= most:
            return self.solid
        rows, columns = (np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int)) for n in (ny, nx))
        coarse = np.where(self.known, self.heights, np.nan)[np.ix_(rows, columns)]
        flat = (rows[:, None] * nx + columns[None, :]).ravel().astype(np.int32)
        return flat[triangulate(coarse)]

    def levels(self, count: int) -> np.ndarray:
        """(k,) displayed values of the contour lines, whatever the threshold."""
        return self.relief.transform(contour_levels(self.relief.model_copy(update={"clip": None}), count))

    def contours(self, count: int) -> Isolines:
        """Contour lines of the computed part, on the mesh. Kept, for surface and floor share them."""
        if self._contours is None or self._contours[0] != count:
            self._contours = count, self.lines(self.levels(count))
        return self._contours[1]

    def lines(self, levels: np.ndarray) -> Isolines:
        """Lines of the computed part at displayed values, on the mesh."""
        triangles, shown = self.solid, self.shown.ravel()
        rank = ranks(shown, levels)
        ny, nx = self.grid.shape
        if len(triangles) == 2 * (ny - 1) * (
            nx - 1
        ):  # whole: two triangles a quad, so quads that no line crosses can go
            at = rank.reshape(ny, nx)
            corners = at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]
            differ = (corners[0] != corners[1]) | (corners[0] != corners[2]) | (corners[0] != corners[3])
            triangles = triangles.reshape(-1, 6)[np.flatnonzero(differ)].reshape(-1, 3)
        return isolines(self.points, shown, triangles, levels, rank)

    @property
    def size(self) -> tuple[float, float]:
        """Half the width and half the depth of the floor."""
        return float(abs(self.x[0])) or 1.0, float(abs(self.y[0])) or 1.0

    @cached_property
    def rise(self) -> tuple[float, float]:
        """The lowest and the greatest height there are."""
        drawn = self.heights[np.isfinite(self.heights)]
        return (float(drawn.min()), float(drawn.max())) if len(drawn) else (0.0, 0.0)

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Bilinear heights of the computed part at places of the scene, same shape; NaN beside it."""
        i = np.clip(np.searchsorted(self.x, x, "right") - 1, 0, len(self.x) - 2)
        j = np.clip(np.searchsorted(self.y, y, "right") - 1, 0, len(self.y) - 2)
        u = (x - self.x[i]) / (self.x[i + 1] - self.x[i])
        v = (y - self.y[j]) / (self.y[j + 1] - self.y[j])
        corners = [(j, i), (j, i + 1), (j + 1, i), (j + 1, i + 1)]
        near, right, far, across = (np.where(self.known[c], self.heights[c], np.nan) for c in corners)
        low, high = near * (1 - u) + right * u, far * (1 - u) + across * u
        inside = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
        return np.where(inside, low * (1 - v) + high * v, np.nan)

    def below(self, cut: float) -> np.ndarray:
        """(n, 3) points around what is left below a cut: its nodes, and their neighbours lowered to the cut, where its rim runs."""
        left = binary_dilation(self.heights <= cut, np.ones((3, 3))) & np.isfinite(self.heights)
        j, i = np.nonzero(left)
        return np.stack([self.x[i], self.y[j], np.minimum(self.heights[j, i], cut)], axis=1)

    def cut(self, clip: float | None) -> float | None:
        """Height of the threshold; −∞ where nothing can lie below it (log of 0); None without one."""
        if clip is None:
            return None
        height = float(self.relief.heights(np.array(clip)))
        return height if np.isfinite(height) else -np.inf

    def route(self, path: Trajectory) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A trajectory in scene units: points at the true loss (T, 3), the slice's heights there (T,), the displayed true
        loss (T,). NaN where unknown."""
        half_x, half_y = self.size
        x = to_scene(path["alpha"], self.grid.alpha, half_x)
        y = to_scene(path["beta"], self.grid.beta, half_y)
        heights = self.relief.heights(path["train_loss"])
        shown = self.relief.transform(path["train_loss"])
        return np.stack([x, y, heights], axis=1), self.relief.heights(path["slice_loss"]), shown

    def message(self, clip: float | None) -> str:
        """Why there is nothing to see, in a sentence; empty where there is something."""
        grid = self.grid
        if not self.evaluated:
            return "No point of this landscape is evaluated yet."
        if grid.size == 1:
            return f"A single point makes no surface. Its {self.quantity} is {number(self._lowest)}."
        if min(grid.shape) == 1:
            return "This landscape has one axis only: the 2-D view shows its curve."
        if not len(self._triangles):
            if self._holes:
                causes = ", ".join(f"{many} × {cause}" for cause, many in self._holes.items())
                return f"The {self.quantity} cannot be drawn: {causes}."
            return f"Only {self.evaluated} of {grid.size} points are evaluated: too few for a surface."
        height = self.cut(clip)
        if height is not None and not self.rise[0] <= height:
            return (
                f"Nothing lies below the threshold {number(clip or 0.0)}: the lowest value is {number(self._lowest)}."
            )
        return ""

    @property
    def apart(self) -> bool:
        """Whether there is a value that was not simply computed."""
        return any(self._many.values())

    @property
    def note(self) -> str:
        """What one should know about a picture that is not empty."""
        low, high = self.span
        if not high > low and np.isfinite(self._lowest):
            return f"All values are {number(self._lowest)}."
        told = ", ".join(
            f"{many:,} {'is' if many == 1 else 'are'} {APART[mark]}" for mark, many in self._many.items() if many
        )
        colored = self.tint.note if self.tint is not None else ""
        return " ".join(filter(None, (f"Of {self.grid.size:,} points, {told}." if told else "", colored)))

    @property
    def quantity(self) -> str:
        """What is shown, for people: "loss", or the field's name."""
        if self.field in ("train_loss", ""):
            return "loss"
        return (self.info.long_name if self.info else "") or self.field.replace("_", " ")


def filled(values: np.ndarray) -> np.ndarray:
    """Values, with 0 where there is nothing to draw; themselves where that is nowhere."""
    whole = np.isfinite(values)
    return values if whole.all() else np.where(whole, values, 0.0)


def _slope(heights: np.ndarray, at: np.ndarray, axis: int) -> np.ndarray:
    """∂heights/∂axis (ny, nx) by central differences; where a neighbour is missing, one-sided; else 0."""
    heights, at = np.moveaxis(heights, axis, 0), np.asarray(at, np.float32)
    slope = np.zeros_like(heights)
    if len(at) > 1:
        slope[1:-1] = (heights[2:] - heights[:-2]) / (at[2:] - at[:-2])[:, None]
        slope[0] = (heights[1] - heights[0]) / (at[1] - at[0])
        slope[-1] = (heights[-1] - heights[-2]) / (at[-1] - at[-2])
        if not np.isfinite(slope).all():
            step = np.diff(heights, axis=0) / np.diff(at)[:, None]
            blank = np.full_like(heights[:1], np.nan)
            before, after = np.concatenate([blank, step]), np.concatenate([step, blank])
            one_sided = np.where(np.isfinite(before), before, np.where(np.isfinite(after), after, 0.0))
            slope = np.where(np.isfinite(slope), slope, one_sided)
    return np.moveaxis(slope, 0, axis)
