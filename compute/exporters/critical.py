"""Critical (of an export): the critical points that a look shows, as points with their values, or as small solids."""

from __future__ import annotations

import numpy as np

from ..colors import hex_share
from ..critical import color_of, shown
from ..landscape import Landscape
from ..relief import place, to_scene
from ..solids import solid
from ..studies.topology import KINDS, POINTS
from ..style import Style
from .shape import Shape, resolved

COLUMNS = ("persistence", "persistence_log", "share", "multiplicity", "plateau", "rim")
SIZE = 0.025  # half the width of a solid, in halves of the plane's longer side


def critical_of(landscape: Landscape, style: Style, raw: bool) -> Shape | None:
    """Points (k, 3) with cells (k, 1); values: value, kind (0 minimum, 1 saddle, 2 maximum), plane_alpha, plane_beta and the columns of the
    table. None where the look shows none, or the threshold cuts all of them away."""
    points = shown(landscape, style)
    if points is None:
        return None
    surface, grid, clip = landscape.surface, landscape.surface.grid, style.relief.clip
    relief = resolved(style.relief, surface.values(style.relief.field or surface.main), surface.evaluated)
    heights = points.value if raw else relief.heights(points.value)
    there = np.flatnonzero(np.isfinite(heights) & (points.value <= (np.inf if clip is None else clip)))
    if not len(there):
        return None
    x, y = points.alpha[there], points.beta[there]
    table, row = landscape.tables[POINTS], points.row[there]
    data = {"value": points.value[there], "kind": np.array([KINDS.index(kind) for kind in points.kind[there]])}
    data |= {"plane_alpha": x, "plane_beta": np.zeros(len(x)) if grid.line else y}
    data |= {name: np.asarray(table[name], float)[row] for name in COLUMNS}
    if not raw:
        half_x, half_y = (abs(float(axis[0])) or 1.0 for axis in place(grid))
        x, y = to_scene(x, grid.alpha, half_x), to_scene(y, grid.beta, half_y)
    at = np.stack([x, np.zeros(len(x)) if grid.line else y, heights[there]], axis=1)
    colors = [color_of(str(points.kind[k]), bool(points.rim[k]), style) for k in there]
    rgba = np.array([[*(255 * share for share in hex_share(color)), 255] for color in colors]).round().astype(np.uint8)
    return Shape(at, np.arange(len(there))[:, None], data, rgba, landscape.title)


def solids_of(points: Shape, size: float) -> Shape:
    """A cone on its tip, an octahedron or a cone on its base at each point; size: half of the plane's longer side."""
    meshes, cells, owner = [], [], []
    for k, (at, kind) in enumerate(zip(points.points, points.data["kind"].tolist(), strict=True)):
        corners, faces, _ = solid(KINDS[int(kind)])
        cells.append(faces + sum(map(len, meshes)))
        meshes.append(at + SIZE * size * corners)
        owner += [k] * len(corners)
    data = {name: values[owner] for name, values in points.data.items()}
    return Shape(np.concatenate(meshes), np.concatenate(cells), data, points.colors[owner], points.title)
