"""Shape: what one sees of a landscape, as points, cells and values that any format can take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..colors import hex_share, path_colors, rgb
from ..errors import LossvistaError
from ..grid import Grid
from ..landscape import Landscape
from ..levels import number
from ..mesh import Cut, cut, cut_lines, triangulate
from ..relief import Relief, place, to_scene
from ..style import Style
from ..surface import Mark
from ..tint import tint_of
from ..trajectory import UNORDERED


@dataclass(frozen=True)
class Shape:
    """points (n, 3) float64. cells (m, 3) triangles, counterclockwise from above, (m, 2) segments of a line, or (m, 1) points. data: name →
    (n,) values, the shown field first. colors (n, 4) uint8 RGBA. title: the landscape's. above: how many drawable points the
    threshold took away."""

    points: np.ndarray
    cells: np.ndarray
    data: dict[str, np.ndarray]
    colors: np.ndarray
    title: str = ""
    above: int = 0


def shape_of(landscape: Landscape, style: Style, raw: bool) -> Shape:
    """The surface, or the curve of a landscape with one axis. Raises LossvistaError where there is nothing to draw."""
    surface, grid = landscape.surface, landscape.surface.grid
    name = style.relief.field or surface.main
    there = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED))
    values = np.where(there, surface.values(name), np.nan)
    relief = resolved(style.relief, values, surface.evaluated)
    heights = np.where(np.isfinite(values), values, np.nan) if raw else relief.heights(values)
    cells = _segments(heights) if min(grid.shape) == 1 else triangulate(heights)
    if not len(cells):
        raise LossvistaError(
            f"There is nothing to export: no part of '{name}' can be drawn as a surface.",
            "Compute more points, or choose the linear scale if the values are not positive.",
        )
    # The line is straight in the scale in which the surface is: what is cut there is cut where it is seen.
    flat, shown = values.ravel(), (values if raw else relief.transform(values)).ravel()
    level = None if relief.clip is None else float(relief.clip if raw else relief.transform(relief.clip))
    left = _cut(flat, shown, cells, relief.clip, level)
    if not len(left.cells):
        lowest = number(float(flat[np.unique(cells)].min()))
        raise LossvistaError(
            f"There is nothing to export: nothing lies below the threshold {number(relief.clip or 0.0)}.",
            f"The lowest value is {lowest}; choose a higher threshold.",
        )
    points, tint = left.carry(_points(grid, heights, raw)), tint_of(landscape, style)
    data = {key: left.carry(field.ravel()) for key, field in surface.fields.items()}
    data[name] = left.carry(flat)
    at = left.carry(relief.transform(values).ravel())
    if relief.clip is not None:  # exactly, not to the last digit of an interpolation
        points[left.on_line, 2] = relief.clip if raw else relief.heights(np.array(relief.clip))
        data[name][left.on_line], at[left.on_line] = relief.clip, relief.transform(relief.clip)
    alpha, beta = np.tile(grid.alpha, len(grid.beta)), np.repeat(grid.beta, len(grid.alpha))
    evaluated = np.where(left.on_line, Mark.INTERPOLATED, surface.evaluated.ravel()[left.start])
    samples = np.where(left.on_line, 0, surface.samples.ravel()[left.start])
    return Shape(
        points,
        left.cells,
        {
            name: data.pop(name),
            "plane_alpha": left.carry(alpha),
            "plane_beta": left.carry(beta),
            **data,
            "evaluated": evaluated.astype(np.uint8),
            "samples": samples.astype(np.int32),
        },
        _colors(at, relief.span, style.colormap, style.reverse)
        if tint is None
        else _colors(left.carry(tint.shown.ravel()), tint.span, style.colormap, style.reverse),
        landscape.title,
        int((flat[np.unique(cells)] > (np.inf if relief.clip is None else relief.clip)).sum()),
    )


def path_of(landscape: Landscape, style: Style, raw: bool) -> Shape | None:
    """All descent paths at their true loss, as segments; None where there is none, or the style hides it."""
    if not style.path or not landscape.trajectories:
        return None
    surface, grid = landscape.surface, landscape.surface.grid
    relief = resolved(style.relief, surface.values(style.relief.field or surface.main), surface.evaluated)
    names = sorted(
        {"alpha", "beta", "train_loss", *(name for path in landscape.trajectories.values() for name in path.columns)}
    )
    paths = list(landscape.trajectories.values())
    columns = {name: np.concatenate([path[name] for path in paths]) for name in names}
    columns["checkpoint"] = np.concatenate([np.arange(len(path)) for path in paths])
    columns["trajectory"] = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    loss, x, y = columns["train_loss"], columns.pop("alpha"), columns.pop("beta")
    shown = relief.transform(loss)
    if raw:
        points = np.stack([x, y, loss], axis=1)
    else:
        half_x, half_y = (abs(float(axis[0])) or 1.0 for axis in place(grid))
        points = np.stack(
            [to_scene(x, grid.alpha, half_x), to_scene(y, grid.beta, half_y), relief.heights(loss)], axis=1
        )
    first = np.arange(len(loss) - 1)
    segments = np.stack([first, first + 1], axis=1)[columns["trajectory"][1:] == columns["trajectory"][:-1]]
    segments = segments[np.isfinite(points[segments]).all(axis=(1, 2))]
    loose = np.array([UNORDERED in path.how for path in paths])  # models that no line joins
    segments = segments[~loose[columns["trajectory"][segments[:, 0]]]]
    along = loss if raw else shown
    level = None if relief.clip is None else float(relief.clip if raw else relief.transform(relief.clip))
    left = _cut(loss, along, segments, relief.clip, level)
    if not len(left.cells):
        return None
    data = {name: left.carry(values) for name, values in {"plane_alpha": x, "plane_beta": y, **columns}.items()}
    points = left.carry(points)
    if level is not None:
        points[left.on_line, 2] = level if raw else relief.heights(np.array(relief.clip))
        data["train_loss"][left.on_line] = relief.clip
    if inks := path_colors(style, landscape.trajectories):
        own = np.round([np.array(hex_share(inks[name])) * 255 for name in landscape.trajectories])
        colors = np.c_[own[data["trajectory"].round().astype(int)], np.full(len(points), 255)].astype(np.uint8)
    else:
        ends = (float(np.nanmin(shown)), float(np.nanmax(shown)))
        colors = _colors(left.carry(shown), ends, style.path_colormap, False)
    return Shape(points, left.cells, data, colors, landscape.title)


def lost(landscape: Landscape, style: Style, shape: Shape) -> list[str]:
    """What no mesh can hold, in sentences."""
    surface = landscape.surface
    values = surface.values(style.relief.field or surface.main)
    there = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED))
    told = []
    if waiting := int((~there).sum()):
        told.append(f"{waiting} of {there.size} points were not evaluated; they are left out.")
    if holes := style.relief.holes(values[there]):
        causes = ", ".join(f"{many} × {cause}" for cause, many in holes.items())
        told.append(f"Points that cannot be drawn are left out: {causes}.")
    if shape.above:
        told.append(f"{shape.above} points above the threshold {number(style.relief.clip or 0.0)} are cut away.")
    told.append("The recipe, the trust figures and where it all came from stay in the landscape's own file.")
    return told


def resolved(relief: Relief, values: np.ndarray, evaluated: np.ndarray) -> Relief:
    """The range from the values that were computed, as in the scene."""
    computed = ~np.isin(evaluated, (Mark.NOT_YET, Mark.INTERPOLATED, Mark.FAILED))
    drawn = np.isfinite(relief.transform(values))
    return relief.resolved(values[computed & drawn] if (computed & drawn).any() else values[drawn])


def _points(grid: Grid, heights: np.ndarray, raw: bool) -> np.ndarray:
    """(ny·nx, 3), row by row."""
    x, y = (grid.alpha, grid.beta) if raw else place(grid)
    if grid.line:
        y = np.zeros(1)
    return np.stack([np.tile(x, len(y)), np.repeat(y, len(x)), heights.ravel()], axis=1)


def _segments(heights: np.ndarray) -> np.ndarray:
    """The segments of a single row (or column) of heights."""
    first = np.arange(heights.size - 1)
    segments = np.stack([first, first + 1], axis=1)
    return segments[np.isfinite(heights.ravel())[segments].all(axis=1)]


def _cut(values: np.ndarray, shown: np.ndarray, cells: np.ndarray, clip: float | None, level: float | None) -> Cut:
    """Cut where the displayed values are `level`. Which side a point is on is for its value to say, not for a rounded log."""
    if clip is not None and level is not None:
        level = level if np.isfinite(level) else -np.inf
        shown = np.where(values <= clip, np.minimum(shown, level), np.maximum(shown, np.nextafter(level, np.inf)))
    return (cut if cells.shape[1] == 3 else cut_lines)(shown, cells, level)


def _colors(shown: np.ndarray, span: tuple[float, float], name: str, reverse: bool) -> np.ndarray:
    low, high = span
    share = (shown - low) / ((high - low) or 1.0)
    return np.c_[rgb(name, share, reverse), np.full(len(shown), 255, np.uint8)]
