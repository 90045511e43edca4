"""Heat: one small picture a layer of how its weights are distributed as the training goes on, or one layer at full size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...compute.colors import rgb
from ...compute.levels import number
from ...compute.training.curves import LayerHistory
from .. import theme
from ..language import tr
from .chart import FRAME_MS
from .density import chosen, density, span
from .scale import Scale

CELL = QSize(230, 150)  # the least size of a layer's picture beside others
ROWS, MOST = 96, 700  # pixels of a layer's picture, and moments shown at most


@dataclass(frozen=True)
class Tile:
    """One layer's picture, made once for some histograms. pixels: an image whose top row is `high`."""

    name: str
    pixels: QImage
    low: float
    high: float
    first: float
    last: float
    moments: int
    ridges: np.ndarray  # (k, ROWS) of densities, low to high, for a few moments from the first to the last


class Heat(QWidget):
    """`show_layers` as often as one likes. A click on a layer asks for it alone (`picked`), a click on one alone for all ("")."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.tiles: list[Tile] = []
        self.ridged, self.total = False, 0
        self.painted = 0
        self._wanted: tuple = ({}, "", False, False)
        self._soon = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._soon.timeout.connect(self.make)
        self._boxes: list[QRectF] = []

    def show_layers(
        self, layers: dict[str, LayerHistory], only: str = "", *, per_iteration: bool = False, ridged: bool = False
    ) -> None:
        """What to show, within a tenth of a second. only: one layer's name, or "" for all."""
        self._wanted = (layers, only, per_iteration, ridged)
        if not self._soon.isActive():
            self._soon.start()

    def make(self) -> None:
        """Make the pictures of what is wanted."""
        layers, only, per_iteration, self.ridged = self._wanted
        names = [only] if only in layers else list(layers)
        self.total = len(layers)
        self.tiles = [tile for name in names if (tile := _tile(name, layers[name], per_iteration)) is not None]
        self._layout()
        self.update()

    def redraw(self) -> None:
        """After a change of theme."""
        self.make()

    # --- layout ---

    def _layout(self) -> None:
        count = max(len(self.tiles), 1)
        columns = max(1, min(count, self.width() // CELL.width()))
        rows = math.ceil(count / columns)
        self.setMinimumHeight(rows * CELL.height() if count > 1 else 120)
        height = max(self.height(), rows * CELL.height()) / rows if count > 1 else self.height()
        width = self.width() / columns
        self._boxes = [
            QRectF((k % columns) * width, (k // columns) * height, width, height) for k in range(len(self.tiles))
        ]

    def resizeEvent(self, event) -> None:
        self._layout()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._under(event.position())
        if at is not None and self.total > 1:
            self.picked.emit(self.tiles[at].name if len(self.tiles) > 1 else "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._under(event.position())
        hand = at is not None and self.total > 1
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        self.setToolTip(
            "" if at is None or not hand else tr("All layers") if len(self.tiles) == 1 else self.tiles[at].name
        )

    def _under(self, point: QPointF) -> int | None:
        return next((k for k, box in enumerate(self._boxes) if box.contains(point)), None)

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(c.base))
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 0.88)
        painter.setFont(font)
        if not self.tiles:
            painter.setPen(QColor(c.soft))
            words = tr("This recording tells no histograms of its weights (yet).")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        for tile, box in zip(self.tiles, self._boxes, strict=True):
            if box.intersects(QRectF(event.rect())):
                self._paint_tile(painter, tile, box)

    def _paint_tile(self, painter: QPainter, tile: Tile, box: QRectF) -> None:
        c, metrics = theme.colors(), painter.fontMetrics()
        line = metrics.height()
        left = metrics.horizontalAdvance("−0.0005") + 10
        room = box.adjusted(left, line + 12, -14, -(line + 8))
        title = metrics.elidedText(tile.name, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.setPen(QColor(c.text))
        painter.drawText(QRectF(room.left(), box.top() + 6, room.width(), line), Qt.AlignmentFlag.AlignLeft, title)
        if self.ridged:
            self._ridges(painter, tile, room)
        else:
            painter.drawImage(room, tile.pixels)
            self._numbers(painter, tile, room)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.line), 1))
        if not self.ridged:
            painter.drawRect(room)
        below = QRectF(room.left(), room.bottom() + 4, room.width(), line)
        painter.setPen(QColor(c.soft))
        first, last = (tile.low, tile.high) if self.ridged else (tile.first, tile.last)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, number(first, 3))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(last, 3))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "weight" if self.ridged else "epoch")

    def _numbers(self, painter: QPainter, tile: Tile, room: QRectF) -> None:
        line = painter.fontMetrics().height()
        scale = Scale(tile.low, tile.high)
        painter.setPen(QColor(theme.colors().soft))
        for value, words in scale.ticks(max(3, int(room.height() / (3 * line)))):
            y = room.bottom() - float(scale.place(np.array([value]))[0]) * room.height()
            flag = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(room.left() - 80, y - line / 2, 74, line), flag, words)

    def _ridges(self, painter: QPainter, tile: Tile, room: QRectF) -> None:
        """The distributions at some moments, the first behind and the last in front."""
        count = len(tile.ridges)
        tall = room.height() * (0.42 if count > 1 else 0.9)
        x = room.left() + (np.arange(ROWS) + 0.5) / ROWS * room.width()
        shades = _ramp(np.linspace(0.35, 0.95, max(count, 2))[:count])
        for k, ridge in enumerate(tile.ridges):
            base = room.bottom() if count < 2 else room.top() + tall + (room.height() - tall) * k / (count - 1)
            y = base - ridge * tall
            points = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
            fill = QColor(*shades[k].tolist())
            fill.setAlpha(205)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF([QPointF(room.left(), base), *points, QPointF(room.right(), base)]))
            painter.setPen(QPen(QColor(theme.colors().base), 1.1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))


def _tile(name: str, history: LayerHistory, per_iteration: bool) -> Tile | None:
    which = chosen(history, per_iteration)
    if not len(which):
        which = chosen(history, True)
    if len(which) > MOST:
        which = which[np.linspace(0, len(which) - 1, MOST).astype(int)]
    edges = span(history, which) if len(which) else None
    if edges is None:
        return None
    shares = density(history, which, *edges, ROWS)
    pixels = np.ascontiguousarray(_ramp(np.sqrt(shares)))
    image = QImage(pixels.data, pixels.shape[1], ROWS, 3 * pixels.shape[1], QImage.Format.Format_RGB888).copy()
    few = np.unique(np.linspace(0, len(which) - 1, min(len(which), 14)).astype(int))
    when = history.epoch if np.isfinite(history.epoch).any() else history.step
    return Tile(name, image, *edges, float(when[which[0]]), float(when[which[-1]]), len(which), shares[::-1, few].T)


def _ramp(share: np.ndarray) -> np.ndarray:
    """Shares 0…1 → uint8 colours, from the background to the densest: pale and dark ends follow the theme."""
    paper = QColor(theme.colors().base)
    base = np.array([paper.red(), paper.green(), paper.blue()], float)
    full = rgb("cmocean:deep", 0.08 + 0.87 * share if not theme.dark() else 0.95 - 0.87 * share).astype(float)
    veil = np.clip(share * 5, 0, 1)[..., None]
    return (base * (1 - veil) + full * veil).round().astype(np.uint8)
