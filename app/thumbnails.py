"""Thumbnails: small pictures of landscapes: a shaded surface with its path, a flat map, or a curve. Drawn once for each look."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from ..compute.colors import rgb
from ..compute.relief import place, to_scene
from ..compute.trajectory import UNORDERED
from . import theme
from .session import Document

SIZE = (62, 48)  # device-independent pixels
MOST = 23  # points a side of the small surface
AZIMUTH, ELEVATION = np.radians(-58.0), np.radians(38.0)
LIGHT = np.array([-0.45, -0.35, 0.82])


class Thumbnails:
    """Keeps each document's last picture, and draws it anew when its values or its look have changed."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[object, QPixmap]] = {}
        self.drawn = 0

    def of(self, document: Document, ratio: float = 1.0) -> QPixmap:
        """The picture of a document, rounded, for a screen of this pixel ratio."""
        style = document.style
        look = (style.view, style.colormap, style.reverse, style.relief, style.path, style.path_colormap, style.levels)
        key = (id(document.landscape), document.revision, look, theme.dark(), ratio)
        kept = self._kept.get(document.key)
        if kept is None or kept[0] != key:
            self.drawn += 1
            self._kept[document.key] = kept = key, draw(document, ratio)
        return kept[1]

    def forget(self, document: Document) -> None:
        """The document is closed."""
        self._kept.pop(document.key, None)


def draw(document: Document, ratio: float = 1.0, size: tuple[int, int] = SIZE, ground: str = "") -> QPixmap:
    """`size` device-independent pixels: the map where the look is flat, the curve of a line, else the surface. ground: the
    colour behind it, else the theme's."""
    width, height = (round(side * ratio) for side in size)
    whole = QPixmap(width, height)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    frame = QPainterPath()
    frame.addRoundedRect(0, 0, width, height, 5 * ratio, 5 * ratio)
    painter.setClipPath(frame)
    painter.fillPath(frame, QColor(ground or theme.colors().hover))
    if document.drawable:
        if document.landscape.surface.grid.line:
            _curve(painter, document, width, height, ratio)
        elif document.style.flat:
            _map(painter, document, whole)
        else:
            _surface(painter, document, width, height, ratio)
    painter.end()
    whole.setDevicePixelRatio(ratio)
    return whole


def _share(document: Document) -> np.ndarray:
    """(ny, nx) shares of the displayed range; NaN where there is nothing, or above the threshold."""
    values = document.landscape.surface.preview(document.field)
    relief = document.relief
    share = relief.share(values)
    return share if relief.clip is None else np.where(values <= relief.clip, share, np.nan)


def _map(painter: QPainter, document: Document, whole: QPixmap) -> None:
    """Bands, β pointing up."""
    style, share = document.style, _share(document)
    bands = (np.floor(np.clip(share, 0, 1 - 1e-9) * 10) + 0.5) / 10
    pixels = np.ascontiguousarray(rgb(style.colormap, bands, style.reverse)[::-1])
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    painter.drawImage(whole.rect(), image)


def _curve(painter: QPainter, document: Document, width: int, height: int, ratio: float) -> None:
    share, alpha = _share(document)[0], document.landscape.surface.grid.alpha
    x = to_scene(alpha, alpha, 0.5) + 0.5
    known = np.isfinite(share)
    points = np.c_[(0.08 + 0.84 * x) * width, (0.88 - 0.76 * np.clip(share, 0, 1)) * height]
    painter.setPen(QPen(QColor(theme.colors().line), ratio))
    painter.drawLine(QPointF(0.5 * width, 0.06 * height), QPointF(0.5 * width, 0.94 * height))
    painter.setPen(QPen(QColor(theme.colors().accent), 1.8 * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for piece in _pieces(points, known):
        painter.drawPolyline(piece)


def _surface(painter: QPainter, document: Document, width: int, height: int, ratio: float) -> None:
    """The height field from the usual side, farthest cells first, each in its colour and light; the path on top."""
    landscape, style, relief = document.landscape, document.style, document.relief
    grid, share, most = landscape.surface.grid, _share(document), MOST if width < 2 * SIZE[0] * ratio else 2 * MOST
    rows, columns = (np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int)) for n in grid.shape)
    share = share[np.ix_(rows, columns)]
    rise = float(relief.heights(np.array(relief.high)))
    x, y = (axis[which] for axis, which in zip(place(grid), (columns, rows), strict=True))
    points = np.stack([*np.meshgrid(x, y), rise * np.clip(share, 0, 1)], axis=-1)  # (ny, nx, 3)
    u, v, depth = _projected(points)
    seen = np.isfinite(v)
    if not seen.any():
        return
    low, high = np.array([u[seen].min(), v[seen].min()]), np.array([u[seen].max(), v[seen].max()])
    scale = 0.9 * min(width / max(high[0] - low[0], 1e-9), height / max(high[1] - low[1], 1e-9))
    middle = (low + high) / 2

    def pixels(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return np.stack([width / 2 + scale * (u - middle[0]), height / 2 - scale * (v - middle[1])], axis=-1)

    at = pixels(u, v)
    corners = [(slice(None, -1), slice(None, -1)), (slice(None, -1), slice(1, None))]
    corners += [(slice(1, None), slice(1, None)), (slice(1, None), slice(None, -1))]
    cells = np.stack([at[c] for c in corners], axis=2)  # (ny − 1, nx − 1, 4, 2)
    one, two = points[1:, 1:] - points[:-1, :-1], points[1:, :-1] - points[:-1, 1:]
    normal = np.cross(one, two)
    lit = 0.62 + 0.42 * np.clip(normal @ LIGHT / np.linalg.norm(normal, axis=-1), 0, 1)
    mean = np.mean([share[c] for c in corners], axis=0)
    colors = np.clip(rgb(style.colormap, mean, style.reverse) * lit[..., None], 0, 255)
    far = np.mean([depth[c] for c in corners], axis=0)
    order = [k for k in np.argsort(-far, axis=None) if np.isfinite(mean.flat[k])]
    hollow = style.view in ("wireframe", "lines")
    shown = zip(cells.reshape(-1, 4, 2)[order].tolist(), colors.reshape(-1, 3)[order].astype(int).tolist(), strict=True)
    for cell, rgb_of in shown:
        color = QColor(*rgb_of)
        painter.setPen(QPen(color, 0.7))
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else color)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in cell]))
    if style.path:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for path in landscape.trajectories.values():
            half = [float(abs(side[0])) or 1.0 for side in place(grid)]
            x, y = (
                to_scene(path[c], axis, h)
                for c, axis, h in zip(("alpha", "beta"), (grid.alpha, grid.beta), half, strict=True)
            )
            u, v, _ = _projected(np.stack([x, y, relief.heights(path["train_loss"])], axis=-1))
            color = QColor(*(int(c) for c in rgb(style.path_colormap, np.array([0.75]))[0]))
            painter.setPen(QPen(color, 1.6 * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            known = np.isfinite(u) & np.isfinite(v)
            if UNORDERED in path.how:
                painter.setPen(QPen(color, 3.2 * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoints(QPolygonF([QPointF(*at) for at in pixels(u, v)[known].tolist()]))
                continue
            for piece in _pieces(pixels(u, v), known):
                painter.drawPolyline(piece)


def _projected(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scene points (…, 3) → right, up and away from the viewer, orthographic."""
    x, y, z = np.moveaxis(points, -1, 0)
    right = x * np.cos(AZIMUTH + np.pi / 2) + y * np.sin(AZIMUTH + np.pi / 2)
    away = -(x * np.cos(AZIMUTH) + y * np.sin(AZIMUTH))
    return right, away * np.sin(ELEVATION) + z * np.cos(ELEVATION), away * np.cos(ELEVATION) - z * np.sin(ELEVATION)


def _pieces(points: np.ndarray, known: np.ndarray) -> Iterator[QPolygonF]:
    """The runs of known points (k, 2) as polylines."""
    for run in np.split(np.arange(len(points)), np.flatnonzero(np.diff(known.astype(int))) + 1):
        if len(run) and known[run[0]]:
            yield QPolygonF([QPointF(*points[k]) for k in run])
