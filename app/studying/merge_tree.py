"""Merge tree (a picture): how the basins join as the level rises; pointing at a branch speaks of its minimum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...compute.merging import Merging, merging
from ...compute.studies.topology import POINTS, named
from .. import theme
from ..language import tr
from ..probing.brush import Brush
from ..training.scale import Scale, spanning
from .plot import MARK, Plot


class MergeTree(Plot):
    """Lines stand over one another as the basins do in the surface: the vertical axis is the loss."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, tr("Merge tree"))
        self.lines: Merging | None = None
        self.by_alpha = False
        self._names: list[str] = []

    def prepare(self) -> Scale | None:
        landscape = None if self.document is None else self.document.landscape
        style = self.style_now
        self.lines = None if landscape is None else merging(landscape, style.critical_least, along=self.by_alpha)
        if landscape is None or self.lines is None or not len(self.lines):
            return None
        table = landscape.tables[POINTS]
        self._names = named(table)
        values = np.concatenate([self.lines.birth, self.lines.death])
        log = table.how.get("scale") == "log" and bool((self.lines.birth > 0).all())
        highest = landscape.surface.fields.get(str(table.how.get("field")), np.zeros(0))
        top = highest[np.isfinite(highest)].max(initial=np.nanmax(values))
        return spanning([values, np.array([min(top, np.nanmax(values) * 1.6) if log else np.nanmax(values)])], log=log)

    def _x(self, place: np.ndarray) -> np.ndarray:
        return self.room.left() + place * self.room.width()

    def _tops(self) -> np.ndarray:
        """y of the upper ends: of what never ends, the top of the picture."""
        assert self.lines is not None
        death = self.height_of(self.lines.death)
        return np.where(np.isfinite(death), death, self.room.top())

    def shown(self) -> list[int]:
        return [] if self.lines is None else self.lines.row.tolist()

    def hits(self) -> Iterator[tuple[float, int]]:
        lines = self.lines
        if lines is None:
            return
        at, x, to = self.pointer, self._x(lines.x), self._x(lines.to)
        low, high = self.height_of(lines.birth), self._tops()
        for k in range(len(lines)):
            mark = float(np.hypot(at.x() - x[k], at.y() - low[k])) - MARK
            upright = float(np.hypot(at.x() - x[k], max(at.y() - low[k], high[k] - at.y(), 0.0)))
            left, right = sorted((x[k], to[k]))
            across = float(np.hypot(max(left - at.x(), at.x() - right, 0.0), at.y() - high[k]))
            yield min(mark, upright, across), int(lines.row[k])
            if lines.saddle[k] >= 0:
                yield float(np.hypot(at.x() - to[k], at.y() - high[k])) - MARK, int(lines.saddle[k])

    def draw(self, painter: QPainter) -> None:
        lines, c = self.lines, theme.colors()
        assert lines is not None
        grid = None if self.document is None else self.document.landscape.surface.grid.alpha
        by = self.by_alpha and grid is not None and len(grid) > 1
        scale = Scale(float(grid[0]), float(grid[-1])) if by and grid is not None else None
        self.along(painter, scale, tr("α of the minimum") if by else tr("basins, side by side"))
        spoken = self.brush.rows(self.document)
        x, to, low, high = self._x(lines.x), self._x(lines.to), self.height_of(lines.birth), self._tops()
        for k in reversed(range(len(lines))):
            bold = int(lines.row[k]) in spoken or int(lines.saddle[k]) in spoken
            color = QColor(c.accent if bold else c.soft)
            pen = QPen(color, 2.8 if bold else 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(x[k], low[k]), QPointF(x[k], high[k]))
            painter.drawLine(QPointF(x[k], high[k]), QPointF(to[k], high[k]))
        for k in reversed(range(len(lines))):
            for row, at, kind in (
                (int(lines.saddle[k]), QPointF(to[k], high[k]), "saddle"),
                (int(lines.row[k]), QPointF(x[k], low[k]), "minimum"),
            ):
                if row >= 0:
                    ring = 2 if spoken[:1] == (row,) else 1 if row in spoken else 0
                    self.mark(painter, at, self._kind(row, kind), self._rim(row), ring=ring)
        self._write(painter, x, low, spoken)

    def _kind(self, row: int, usual: str) -> str:
        """A line's basins end at maxima."""
        assert self.document is not None
        return str(self.document.landscape.tables[POINTS]["kind"][row]) or usual

    def _rim(self, row: int) -> bool:
        assert self.document is not None
        return bool(self.document.landscape.tables[POINTS]["rim"][row])

    def _write(self, painter: QPainter, x: np.ndarray, low: np.ndarray, spoken: tuple[int, ...]) -> None:
        """Names below the minima, the most persistent first, where there is room."""
        assert self.lines is not None
        metrics, taken = painter.fontMetrics(), list[QRectF]()
        painter.setPen(QColor(theme.colors().text))
        order = sorted(range(len(self.lines)), key=lambda k: int(self.lines.row[k]) not in spoken)  # type: ignore[union-attr]
        for k in order:
            name = self._names[int(self.lines.row[k])]
            box = QRectF(0, 0, metrics.horizontalAdvance(name) + 4, metrics.height())
            box.moveCenter(QPointF(x[k], low[k] + MARK + 1 + metrics.height() / 2))
            if box.bottom() > self.room.bottom() + 3:  # beside it, then
                box.moveTo(x[k] + 2 * MARK, low[k] - metrics.height() / 2)
            if not any(box.intersects(other) for other in taken):
                taken.append(box)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
