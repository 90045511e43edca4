"""Dock: a panel that can be moved, floated and hidden, with a quiet title bar."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from . import theme
from .buttons import IconButton
from .language import tr

CHART = 270  # pixels: how high a panel with curves must be


class Dock(QDockWidget):
    """A panel under a title with its icon. name: for the window's saved state."""

    def __init__(self, name: str, title: str, icon: str, panel: QWidget, parent: QWidget) -> None:
        super().__init__(title, parent, objectName=name)
        self.icon_name, self.panel = icon, panel
        bar = QWidget(objectName="dockbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 5, 4)
        row.setSpacing(8)
        self.picture, self.label = QLabel(), QLabel(title)
        font = self.label.font()
        font.setWeight(font.Weight.DemiBold)
        self.label.setFont(font)
        self.hide_button = IconButton(autoRaise=True, toolTip=tr("Hide the panel “{title}”", title=title))
        self.hide_button.setIconSize(QSize(13, 13))
        self.hide_button.clicked.connect(self.close)
        row.addWidget(self.picture)
        row.addWidget(self.label, 1)
        row.addWidget(self.hide_button)
        self.setTitleBarWidget(bar)
        self.setWidget(panel)
        self.redraw_icons()

    def add_below(self, widget: QWidget) -> None:
        """Put something more under the panel."""
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.panel, 1)
        column.addWidget(widget)
        self.setWidget(both)

    def bring(self, height: int = 0) -> None:
        """Show it, before those behind whose tabs it hangs, and at least `height` pixels high: what hung there may have been low."""
        self.show()
        self.raise_()
        window = self.parentWidget()
        if not self.isFloating() and self.height() < height and isinstance(window, QMainWindow):
            window.resizeDocks([self], [height], Qt.Orientation.Vertical)

    @property
    def in_sight(self) -> bool:
        """Whether one sees it: shown, and not behind another one's tab."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        soft = theme.colors().soft
        self.picture.setPixmap(theme.draw(self.icon_name, 16, soft, self.devicePixelRatioF()))
        self.hide_button.setIcon(theme.icon("close", soft))
        if hasattr(self.panel, "redraw_icons"):
            self.panel.redraw_icons()  # type: ignore[attr-defined]
