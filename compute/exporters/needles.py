"""Needles: pins as small bodies, for formats and programs that show no points."""

from __future__ import annotations

import numpy as np
import trimesh

from .shape import Shape

HEAD, LENGTH, THICK = 0.021, 0.13, 0.004  # in halves of the plane's longer side, as they are drawn; HEAD, THICK: radii


def needles_of(pins: Shape, size: float) -> Shape:
    """A needle with a ball at its upper end for each point; size: half of the plane's longer side."""
    head = trimesh.creation.icosphere(subdivisions=2, radius=HEAD * size)
    head.apply_translation([0, 0, LENGTH * size])
    body = trimesh.creation.cylinder(THICK * size, segment=[[0, 0, 0], [0, 0, LENGTH * size]], sections=10)
    one = np.concatenate([body.vertices, head.vertices])
    faces = np.concatenate([body.faces, head.faces + len(body.vertices)])
    count = len(pins.points)
    points = (pins.points[:, None] + one[None]).reshape(-1, 3)
    cells = (np.arange(count)[:, None, None] * len(one) + faces[None]).reshape(-1, 3)
    owner = np.repeat(np.arange(count), len(one))
    data = {name: values[owner] for name, values in pins.data.items()}
    return Shape(points, cells, data, pins.colors[owner], pins.title)
