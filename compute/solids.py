"""Solids: small shapes for marks on the surface: a cone on its tip, an octahedron, a cone on its base."""

from __future__ import annotations

from functools import cache

import numpy as np

SIDES = 20


@cache
def solid(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points (k, 3), triangles (m, 3), outward normals (k, 3) of the shape of a kind of critical point; it stands on (0, 0, 0) and is about
    2 high."""
    if kind == "saddle":
        points = np.array([[0, 0, 2.2], [1.05, 0, 1.1], [0, 1.05, 1.1], [-1.05, 0, 1.1], [0, -1.05, 1.1], [0, 0, 0]])
        faces = [[0, 1 + k, 1 + (k + 1) % 4] for k in range(4)] + [[5, 1 + (k + 1) % 4, 1 + k] for k in range(4)]
        return _faceted(points, np.array(faces))
    angle = np.arange(SIDES) * 2 * np.pi / SIDES
    tip, base = (0.0, 1.9) if kind == "minimum" else (1.9, 0.0)
    ring = np.stack([1.1 * np.cos(angle), 1.1 * np.sin(angle), np.full(SIDES, base)], axis=1)
    points = np.concatenate([ring, [[0, 0, tip], [0, 0, base]]])
    around = [[k, (k + 1) % SIDES] for k in range(SIDES)]
    up = tip > base
    faces = [[a, b, SIDES] if up else [b, a, SIDES] for a, b in around]
    faces += [[b, a, SIDES + 1] if up else [a, b, SIDES + 1] for a, b in around]
    return _faceted(points, np.array(faces))


def _faceted(points: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """With corners of their own for each face, so that edges are sharp."""
    corners = points[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    count = 3 * len(faces)
    return corners.reshape(-1, 3), np.arange(count).reshape(-1, 3), np.repeat(normals, 3, axis=0)
