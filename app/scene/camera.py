"""Camera: from where a scene is seen: presets, fitting into the picture, and the way between pixels and the scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkRenderingCore import vtkCamera, vtkRenderer

from ...compute.style import Camera
from .march import march
from .sheet import Sheet

ANGLE = 27.0
# Where the eye is, seen from the scene: (azimuth, elevation) in degrees; 0 = from +x, 90 = from +y.
PRESETS = {"iso": (238.0, 36.0), "front": (270.0, 7.0), "right": (0.0, 7.0), "top": (270.0, 90.0)}


@dataclass(frozen=True)
class Inset:
    """The part of the picture that the scene may fill: shares of its width and height, origin bottom left."""

    left: float = 0.05
    right: float = 0.95
    bottom: float = 0.05
    top: float = 0.95


def toward(azimuth: float, elevation: float) -> np.ndarray:
    """Unit vector from the scene to the eye."""
    a, e = np.radians([azimuth, elevation])
    return np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])


def fitted(
    points: np.ndarray, eye: np.ndarray, up: np.ndarray, aspect: float, inset: Inset, *, parallel: bool = False
) -> Camera:
    """The nearest camera in the direction `eye` (unit) that sees all points (n, 3) within the inset; aspect = width/height.

    In axes right, up, forward each point bounds the camera's place: r − c_r must lie between low·(f − c_f) and
    high·(f − c_f), where low and high are the tangents of the inset's sides. So c_f is at most a difference of extremes.
    In parallel projection the sides are distances, not tangents, and only the scale is to be found."""
    forward = -eye
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    upward = np.cross(right, forward)
    r, u, f = (points @ axis for axis in (right, upward, forward))
    half = np.tan(np.radians(ANGLE / 2))
    sides = ((r, aspect, inset.left, inset.right), (u, 1.0, inset.bottom, inset.top))
    if parallel:
        scale = max(np.ptp(at) / (2 * shape * (high - low)) for at, shape, low, high in sides)
        place = [(at.min() + at.max()) / 2 - (low + high - 1) * shape * scale for at, shape, low, high in sides]
        middle = scale / half
        depth = (f.min() + f.max()) / 2 - middle
    else:
        bounds = []
        for at, shape, low, high in sides:
            low, high = (2 * low - 1) * half * shape, (2 * high - 1) * half * shape
            bounds.append((low, high, (at - high * f).max(), (at - low * f).min()))
        depth = min((most - least) / (high - low) for low, high, least, most in bounds)
        place = [((least + high * depth) + (most + low * depth)) / 2 for low, high, least, most in bounds]
        middle = max((f.min() + f.max()) / 2 - depth, 1e-3)
        scale = half * middle
    position = place[0] * right + place[1] * upward + depth * forward
    focus = position + forward * middle
    return Camera(
        position=tuple(position.tolist()),
        focus=tuple(focus.tolist()),
        up=tuple(up.tolist()),
        angle=ANGLE,
        parallel=parallel,
        parallel_scale=float(scale),
    )


def mouth(sheet: Sheet, route: np.ndarray) -> float:
    """The corner azimuth from which one looks into the valley: over the lowest rim, and onto most of a path, given by its
    points (k, 3) on the surface. Without a clearly better one, the usual one."""
    usual = PRESETS["iso"][0]
    drawn = np.isfinite(sheet.heights)
    if drawn.sum() < 16:
        return usual
    corners = [usual - 90.0 * k for k in range(4)]
    x, y = np.broadcast_arrays(sheet.x[None, :], sheet.y[:, None])
    merits = []
    for azimuth in corners:
        near = toward(azimuth, 0.0)[:2]
        ahead = drawn & (x * near[0] + y * near[1] > 0.45)
        rim = float(sheet.heights[ahead].mean()) if ahead.any() else np.inf
        merits.append(-rim + 0.5 * _in_sight(sheet, route, toward(azimuth, PRESETS["iso"][1])))
    best = int(np.argmax(merits))
    return corners[best] if merits[best] > merits[0] + 0.06 else usual


def _in_sight(sheet: Sheet, route: np.ndarray, eye: np.ndarray) -> float:
    """The share of some points (k, 3) that no part of the surface hides from an eye far away in the direction `eye`."""
    if not len(route):
        return 0.0
    some = route[np.linspace(0, len(route) - 1, min(len(route), 24)).round().astype(int)] + [0, 0, 0.01]
    hidden = [march(sheet, point, point + 9 * eye) is not None for point in some]
    return 1 - float(np.mean(hidden))


def turned(camera: Camera, degrees: float) -> Camera:
    """The camera a way further round its focus, about the vertical, anticlockwise as seen from above."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    eye = np.array(camera.focus) + turn @ np.subtract(camera.position, camera.focus)
    return camera.replace(position=tuple(eye.tolist()), up=tuple((turn @ np.array(camera.up)).tolist()))


def projected(camera: Camera, parallel: bool) -> Camera:
    """The camera in the other projection; what is at its focus keeps its size."""
    half = np.tan(np.radians(camera.angle / 2))
    away = np.subtract(camera.position, camera.focus)
    if parallel:
        return camera.replace(parallel=True, parallel_scale=float(np.linalg.norm(away) * half))
    eye = np.array(camera.focus) + away / np.linalg.norm(away) * camera.parallel_scale / half
    return camera.replace(parallel=False, position=tuple(eye.tolist()))


def read(camera: vtkCamera) -> Camera:
    return Camera(
        position=camera.GetPosition(),
        focus=camera.GetFocalPoint(),
        up=camera.GetViewUp(),
        angle=camera.GetViewAngle(),
        parallel=bool(camera.GetParallelProjection()),
        parallel_scale=camera.GetParallelScale(),
    )


def apply(camera: vtkCamera, to: Camera) -> None:
    camera.SetPosition(*to.position)
    camera.SetFocalPoint(*to.focus)
    camera.SetViewUp(*to.up)
    camera.SetViewAngle(to.angle)
    camera.SetParallelProjection(to.parallel)
    camera.SetParallelScale(to.parallel_scale)


class Projection:
    """The way between scene and picture, as a renderer sees it now. Pixels: origin bottom left."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self.size = width, height = renderer.GetSize()
        camera = renderer.GetActiveCamera()
        matrix = camera.GetCompositeProjectionTransformMatrix(width / max(height, 1), -1, 1)
        self._matrix = np.array(matrix.GetData()).reshape(4, 4)
        self.key = self.size, self._matrix.tobytes()  # equal where all is seen at the same pixels
        self.eye = np.array(camera.GetPosition())
        self.focus = np.array(camera.GetFocalPoint())

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """(n, 3) scene → (n, 2) pixels; NaN behind the eye."""
        flat = points @ self._matrix[:, :3].T + self._matrix[:, 3]
        w = np.where(flat[:, 3:] > 0, flat[:, 3:], np.nan)
        return (flat[:, :2] / w + 1) / 2 * np.array(self.size)

    def ray(self, x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
        """Two points of the line of sight through a pixel: at the near and at the far end."""
        width, height = self.size
        ends = np.array([[2 * x / width - 1, 2 * y / height - 1, depth, 1.0] for depth in (-1.0, 1.0)])
        points = ends @ np.linalg.inv(self._matrix).T
        near, far = points[:, :3] / points[:, 3:]
        return near, far
