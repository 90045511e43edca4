"""Diagram: the persistence diagram: each pair by the level at which it is born and the one at which it dies; noise lies by the diagonal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ...compute.merging import Diagram, diagram
from ...compute.studies.topology import POINTS
from .. import theme
from ..language import tr
from ..probing.brush import Brush
from ..training.scale import Scale, spanning
from .plot import Plot

STEPS = 64  # of the threshold's line
ENDLESS = 12.0  # pixels below the top, where what never dies is drawn


class PersistenceDiagram(Plot):
    """Minima with the saddles at which their basins end, maxima with the saddles of their rings. Below the threshold all is faint."""

    def __init__(self, brush: Brush) -> None:
        super().__init__(brush, tr("Persistence diagram"))
        self.pairs: Diagram | None = None
        self.across: Scale | None = None
        self._span = 1.0
        self._log = False

    def prepare(self) -> Scale | None:
        landscape = None if self.document is None else self.document.landscape
        self.pairs = None if landscape is None else diagram(landscape)
        if landscape is None or self.pairs is None or not len(self.pairs.row):
            return None
        how = landscape.tables[POINTS].how
        self._span = float(how.get("range", 1.0))
        self._log = how.get("scale") == "log" and bool((self.pairs.birth > 0).all())
        self.across = spanning([self.pairs.birth, self.pairs.death], log=self._log)
        return self.across

    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixels of the pairs."""
        assert self.pairs is not None and self.across is not None
        x = self.room.left() + self.across.place(self.pairs.birth) * self.room.width()
        ends = np.isfinite(self.pairs.death)
        y = self.height_of(np.where(ends, self.pairs.death, self.pairs.birth))
        return x, np.where(ends, y, self.room.top() + ENDLESS)

    def shown(self) -> list[int]:
        return [] if self.pairs is None else self.pairs.row[self.pairs.share >= self.style_now.critical_least].tolist()

    def hits(self) -> Iterator[tuple[float, int]]:
        if self.pairs is not None:
            x, y = self._places()
            away = np.hypot(x - self.pointer.x(), y - self.pointer.y())
            yield from zip(away.tolist(), self.pairs.row.tolist(), strict=True)

    def draw(self, painter: QPainter) -> None:
        pairs, room, c = self.pairs, self.room, theme.colors()
        assert pairs is not None and self.across is not None and self.document is not None
        self.along(painter, self.across, tr("born at"))
        levels = np.array([self.across.at(share) for share in np.linspace(0, 1, STEPS)])
        least = self.style_now.critical_least * self._span
        raised = levels * 10**least if self._log else levels + least
        xs = room.left() + self.across.place(levels) * room.width()
        painter.save()
        painter.setClipRect(room)
        shade = QColor(c.hover)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        edge = [QPointF(x, y) for x, y in zip(xs.tolist(), self.height_of(raised).tolist(), strict=True)]
        base = [QPointF(x, y) for x, y in zip(xs.tolist(), self.height_of(levels).tolist(), strict=True)]
        painter.drawPolygon(QPolygonF([*edge, *base[::-1]]))
        painter.setPen(QPen(QColor(c.soft), 1))
        painter.drawPolyline(QPolygonF(base))
        painter.setPen(QPen(QColor(c.accent), 1.2, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(edge))
        painter.restore()
        spoken, rim = self.brush.rows(self.document), self.document.landscape.tables[POINTS]["rim"]
        x, y = self._places()
        for k in np.argsort(pairs.share).tolist():
            row = int(pairs.row[k])
            ring = 2 if row in spoken[:1] else 1 if row in spoken or int(pairs.other[k]) in spoken[:1] else 0
            faint = bool(pairs.share[k] < self.style_now.critical_least)
            self.mark(painter, QPointF(x[k], y[k]), str(pairs.kind[k]), bool(rim[row]), faint=faint, ring=ring)
        painter.setPen(QColor(c.soft))
        line = painter.fontMetrics().height()
        up = QRectF(room.left() + 6, room.top() + line + 6, room.width(), line)
        painter.drawText(up, Qt.AlignmentFlag.AlignLeft, tr("dies at ↑   on top: never"))
