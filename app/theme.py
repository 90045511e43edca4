"""Theme: our light and dark palette on the Fusion style, a small sheet for flat controls, and icons drawn in its colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from .sheet import sheet


@dataclass(frozen=True)
class Colors:
    """The colours of one theme, as #rrggbb. name: light or dark."""

    name: str
    window: str  # behind docks and bars
    base: str  # fields, lists, the viewport
    raised: str  # buttons, menus
    text: str
    soft: str  # secondary text, icons at rest
    line: str  # borders
    hover: str
    accent: str
    on_accent: str
    chosen: str  # a pale accent: what is switched on
    good: str = "#2f9e63"
    fair: str = "#c98a12"
    poor: str = "#d0453b"


LIGHT = Colors(
    name="light",
    window="#f3f5f8",
    base="#ffffff",
    raised="#ffffff",
    text="#1a2433",
    soft="#5a6678",
    line="#d5dbe4",
    hover="#e8edf3",
    accent="#1b7f8c",
    on_accent="#ffffff",
    chosen="#d3ecee",
    good="#1f8a55",
    fair="#a86b00",
    poor="#c4382e",
)
DARK = Colors(
    name="dark",
    window="#171c24",
    base="#10141b",
    raised="#222935",
    text="#e4e9f0",
    soft="#98a4b5",
    line="#303947",
    hover="#2b3442",
    accent="#3fb6c2",
    on_accent="#07161a",
    chosen="#17444b",
    good="#4cc38a",
    fair="#e2b14a",
    poor="#f0766b",
)
_now = LIGHT


def colors() -> Colors:
    """The colours in use."""
    return _now


def dark() -> bool:
    """Whether the dark theme is in use."""
    return _now is DARK


def brush(color: str) -> QBrush:
    """A plain brush."""
    return QBrush(QColor(color))


def apply(app: QApplication, theme: str, said: Qt.ColorScheme | None = None) -> None:
    """Dress the program: theme is light, dark or system (what the desktop says; where it says nothing, light). said: what the
    desktop has just said."""
    global _now
    hints = app.styleHints()
    scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(theme, Qt.ColorScheme.Unknown)
    hints.setColorScheme(scheme)
    if theme == "system":
        scheme = hints.colorScheme() if said is None else said
    _now = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    if not app.styleSheet():  # once: with a sheet, the style is the sheet's own, which does not say what it is based on
        app.setStyle("Fusion")
    app.setPalette(_palette(_now))
    app.setStyleSheet(sheet(_now))


def _palette(c: Colors) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for names, color in (
        ((role.Window, role.AlternateBase), c.window),
        ((role.Base,), c.base),
        ((role.Button, role.ToolTipBase), c.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), c.text),
        ((role.PlaceholderText,), c.soft),
        ((role.Highlight, role.Accent, role.Link), c.accent),
        ((role.HighlightedText,), c.on_accent),
        ((role.Mid, role.Dark, role.Midlight), c.line),
        ((role.Light,), c.hover),
    ):
        for name in names:
            palette.setColor(name, QColor(color))
    faded = QColor(c.soft)
    faded.setAlpha(130)
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(c.line))
    return palette


class _Drawn(QIconEngine):
    """Draws an SVG when it is asked for, at the size and pixel ratio asked for: 50 icons cost nothing at the start."""

    def __init__(self, name: str, color: str, faded: str) -> None:
        super().__init__()
        self.name, self.color, self.faded = name, color, faded

    def clone(self) -> QIconEngine:
        return _Drawn(self.name, self.color, self.faded)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        color = self.faded if mode == QIcon.Mode.Disabled else self.color
        return draw(self.name, round(min(size.width(), size.height()) / scale), color, scale)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        side = min(rect.width(), rect.height())
        color = self.faded if mode == QIcon.Mode.Disabled else self.color
        left, top = rect.left() + (rect.width() - side) // 2, rect.top() + (rect.height() - side) // 2
        painter.drawPixmap(left, top, draw(self.name, side, color, ratio))


def icon(name: str, color: str = "") -> QIcon:
    """An SVG of resources/icons in the palette's colour (or the given one); sharp at every size and pixel ratio."""
    return QIcon(_Drawn(name, color or _now.text, _now.line))


@lru_cache(maxsize=512)
def draw(name: str, size: int, color: str = "", ratio: float = 1.0) -> QPixmap:
    """A square pixmap of an icon: `size` in device-independent pixels. currentColor in the SVG becomes `color`."""
    svg = (files("lossvista.resources") / "icons" / f"{name}.svg").read_bytes()
    if color:
        svg = svg.replace(b"currentColor", color.encode())
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
