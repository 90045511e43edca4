"""STL: a closed solid for a 3-D printer, the surface on a base with a plinth that says what the heights mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import trimesh
from trimesh.exchange.stl import export_stl
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkFiltersCore import vtkTriangleFilter
from vtkmodules.vtkFiltersModeling import vtkLinearExtrusionFilter
from vtkmodules.vtkRenderingFreeType import vtkVectorText

from ..errors import LossvistaError
from ..levels import number
from ..relief import Relief
from ..storage.disk import put
from .seen import Seen
from .shape import resolved

SIDE = 100.0  # mm, the plane's longer side
BASE = 4.0  # mm below the lowest point
LETTERS, RAISED = 3.2, 0.6  # mm: their height, and how far they stand out
LINE = 5.2  # mm from line to line
SINK = 0.2  # mm by which bodies that touch lie within one another, so that they print as one


def write(seen: Seen, target: Path) -> list[str]:
    """Binary STL in millimetres, z up: 100 mm along the longer side. Walls run from the rim (holes have rims too) to the base."""
    shape = seen.shape
    if shape.cells.shape[1] == 2:
        raise LossvistaError(
            "A curve has no surface to print.", "Export a landscape with two axes, or the curve as VTP."
        )
    scale = SIDE / float(np.ptp(shape.points, axis=0)[:2].max())
    points = (shape.points - shape.points.min(0)) * scale
    if seen.raw:  # α, β and the loss have nothing to do with one another's size
        points[:, 2] *= SIDE / 2 / max(float(np.ptp(points[:, 2])), 1e-9)
    points[:, 2] += BASE
    bodies = [solid(points, shape.cells), *plinth(lines(seen), float(points[:, 0].max()))]
    put(target, export_stl(trimesh.util.concatenate(bodies)))
    return [
        "STL holds no colours and no values; the plinth says what lowest and highest mean.",
        "The descent path and pins are left out.",
    ]


def solid(points: np.ndarray, triangles: np.ndarray) -> trimesh.Trimesh:
    """What lies between a height field and the base at 0: closed, all faces outwards. Corners at which two parts of the surface
    meet in a single point become two, so that each edge is of two faces."""
    points, triangles = _parted(points, triangles)
    count, edges = len(points), _edges(triangles)
    rim = edges[~_twice(edges)]
    a, b = rim.T
    walls = np.concatenate([np.stack([b, a, a + count], 1), np.stack([b, a + count, b + count], 1)])
    below = points * [1, 1, 0]
    return trimesh.Trimesh(
        np.concatenate([points, below]),
        np.concatenate([triangles, triangles[:, ::-1] + count, walls]),
        process=False,
        validate=False,
    )


def _parted(points: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each fan of triangles around a point gets a point of its own, where a point has several."""
    edges = _edges(triangles)
    twice = _twice(edges)
    rims = np.bincount(edges[~twice].ravel(), minlength=len(points))
    suspects = np.flatnonzero(rims > 2)  # more than one rim passes through it
    if not len(suspects):
        return points, triangles
    order = np.argsort(triangles.ravel(), kind="stable")
    corners = triangles.ravel()[order]
    own = np.zeros(len(points), bool)
    own[suspects] = True
    near = np.sort(edges[twice & own[edges].any(axis=1)], axis=1)
    inner = set(map(tuple, near.tolist()))
    triangles, added = triangles.copy(), []
    for point in suspects.tolist():
        around = order[np.searchsorted(corners, point) : np.searchsorted(corners, point, "right")] // 3
        for nth, fan in enumerate(_fans(point, around.tolist(), triangles, inner)):
            if nth:
                triangles[fan] = np.where(triangles[fan] == point, len(points) + len(added), triangles[fan])
                added.append(points[point])
    return np.concatenate([points, np.array(added).reshape(-1, 3)]), triangles


def _edges(triangles: np.ndarray) -> np.ndarray:
    """(3 m, 2) the directed edges of triangles (m, 3)."""
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]).astype(np.int64)


def _twice(edges: np.ndarray) -> np.ndarray:
    """Which edges (m, 2), of any direction, occur more than once."""
    key = edges.min(axis=1) * (edges.max() + 1) + edges.max(axis=1)
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    return counts[inverse.ravel()] > 1


def _fans(point: int, around: list[int], triangles: np.ndarray, inner: set[tuple[int, ...]]) -> list[list[int]]:
    """The triangles around a point in groups that hang together by edges at it."""
    left, fans = set(around), []
    while left:
        fan, todo = [], [left.pop()]
        while todo:
            one = todo.pop()
            fan.append(one)
            ends = {int(c) for c in triangles[one] if c != point}
            near = {t for t in left for c in triangles[t] if int(c) in ends and tuple(sorted((point, int(c)))) in inner}
            left -= near
            todo += near
        fans.append(sorted(fan))
    return fans


def lines(seen: Seen) -> list[str]:
    """What stands on the plinth, in the letters that VTK's outline font has."""
    surface, grid = seen.landscape.surface, seen.landscape.surface.grid
    name = seen.style.relief.field or surface.main
    relief: Relief = resolved(seen.style.relief, surface.values(name), surface.evaluated)
    top = relief.high if relief.clip is None else min(relief.clip, relief.high)  # type: ignore[type-var]
    scale = "" if seen.raw or relief.scale == "linear" else f" ({relief.scale})"
    spans = f"alpha {number(grid.alpha[0])} to {number(grid.alpha[-1])}, beta {number(grid.beta[0])} to {number(grid.beta[-1])}"
    heights = f"{name.replace('_', ' ')} {number(relief.low or 0.0, 3)} to {number(top or 0.0, 3)}{scale}"
    return [_plain(text) for text in (seen.landscape.title, heights, spans) if text]


def plinth(texts: list[str], width: float) -> list[trimesh.Trimesh]:
    """A strip in front of the solid, and raised letters on it, which shrink where a line is longer than the strip."""
    depth = LINE * len(texts) + 2
    strip = trimesh.creation.box(bounds=[[0, -depth, 0], [width, SINK, BASE / 2]])
    bodies = [strip]
    for row, text in enumerate(texts):
        body = _letters(text)
        if body is None:
            continue
        size = min(LETTERS, (width - 4) / max(float(body.bounds[1, 0]), 1e-9))
        body.apply_scale([size, size, 1])
        body.apply_translation([2, -LINE * (row + 1) + 0.4, BASE / 2 - SINK])
        bodies.append(body)
    return bodies


def _letters(text: str) -> trimesh.Trimesh | None:
    """A line of text, about 1 high, as bodies that stand out by RAISED and SINK."""
    font = vtkVectorText()
    font.SetText(text)
    solid = vtkLinearExtrusionFilter()
    solid.SetInputConnection(font.GetOutputPort())
    solid.SetExtrusionTypeToVectorExtrusion()
    solid.SetVector(0, 0, 1)
    solid.SetScaleFactor(RAISED + SINK)
    solid.CappingOn()
    triangles = vtkTriangleFilter()
    triangles.SetInputConnection(solid.GetOutputPort())
    triangles.Update()
    made = triangles.GetOutput()
    if not made.GetNumberOfPolys():
        return None
    points = vtk_to_numpy(made.GetPoints().GetData()).astype(float)
    faces = vtk_to_numpy(made.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    body = trimesh.Trimesh(points, faces)  # the caps' points and the walls' become one
    body.fix_normals()
    return body


def _plain(text: str) -> str:
    """In ASCII, with words for what it lacks."""
    for sign, word in {"−": "-", "×": "x", "·": "*", "–": "-", "α": "alpha", "β": "beta", "θ": "theta"}.items():
        text = text.replace(sign, word)
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return text.translate(raised).encode("ascii", "replace").decode()
