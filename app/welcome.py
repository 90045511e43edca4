"""Welcome: the page that is shown while nothing is open; and the page that says why there is no picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..compute.there import is_there
from . import theme
from .examples import Example
from .gallery import Gallery
from .language import tr

SHOWN_RECENT = 5


class Welcome(QWidget):
    """A large place to drop a file on, the first steps as buttons, examples as pictures, and the recent landscapes."""

    def __init__(self, first: list[QAction], open_recent: Callable[[str], object]) -> None:
        super().__init__(objectName="page")
        self.open_recent = open_recent
        self.over = False
        self.logo = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        title = QLabel(tr("Drop a landscape here"), alignment=Qt.AlignmentFlag.AlignHCenter)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        hint = QLabel(
            tr("Open a saved .h5 file, or compute the loss landscape of a network."),
            alignment=Qt.AlignmentFlag.AlignHCenter,
        )
        hint.setProperty("quiet", True)
        buttons = QHBoxLayout(spacing=10)
        buttons.addStretch()
        self.buttons = []
        for at, action in enumerate(first):
            button = QPushButton(action.text().replace("&", ""), toolTip=action.toolTip())
            button.setProperty("primary", at == 0)
            button.setMinimumHeight(34)
            button.setIconSize(QSize(18, 18))
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
            button.clicked.connect(action.trigger)
            self.buttons.append((button, action))
            buttons.addWidget(button)
        buttons.addStretch()
        self.examples_title = QLabel(tr("Examples"), alignment=Qt.AlignmentFlag.AlignHCenter, visible=False)
        self.examples_title.setProperty("section", True)
        self.gallery = Gallery()
        self.recent_title = QLabel(tr("Recent"), alignment=Qt.AlignmentFlag.AlignHCenter)
        self.recent_title.setProperty("section", True)
        self.recent = QVBoxLayout(spacing=2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(48, 32, 48, 32)
        layout.addStretch(3)
        layout.addWidget(self.logo)
        layout.addSpacing(14)
        layout.addWidget(title)
        layout.addSpacing(2)
        layout.addWidget(hint)
        layout.addSpacing(20)
        layout.addLayout(buttons)
        layout.addSpacing(26)
        layout.addWidget(self.examples_title)
        layout.addSpacing(4)
        layout.addWidget(self.gallery)
        layout.addSpacing(18)
        layout.addWidget(self.recent_title)
        layout.addLayout(self.recent)
        layout.addStretch(4)
        self.redraw_icons()
        self.show_recent([])

    def show_recent(self, paths: list[str]) -> None:
        """The files and recordings to offer; those that are gone are left out."""
        while (item := self.recent.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().deleteLater()
        there = [path for path in paths if is_there(path)][:SHOWN_RECENT]
        self.recent_title.setVisible(bool(there))
        for path in there:
            button = QPushButton(Path(path).name, flat=True, toolTip=tr("Open {path}", path=path))
            button.setStyleSheet("QPushButton { border: none; background: transparent; padding: 3px 10px; }")
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, path=path: self.open_recent(path))
            self.recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_examples(self, examples: list[Example], open_example: Callable[[str], object]) -> None:
        """The examples to offer, each by its picture."""
        self.examples_title.setVisible(bool(examples))
        self.gallery.show_examples(examples, open_example)

    def show_over(self, over: bool) -> None:
        """A file is held over the window, or no longer."""
        self.over = over
        self.update()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.logo.setPixmap(theme.draw("lossvista", 84, ratio=self.devicePixelRatioF()))
        for at, (button, action) in enumerate(self.buttons):
            name = action.property("icon_name")
            button.setIcon(theme.icon(name, theme.colors().on_accent if at == 0 else ""))
        self.gallery.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = theme.colors()
        painter.fillRect(self.rect(), QColor(c.base))
        pen = QPen(QColor(c.accent if self.over else c.line), 2.0, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        if self.over:
            fill = QColor(c.chosen)
            fill.setAlpha(110)
            painter.setBrush(fill)
        painter.drawRoundedRect(self.rect().adjusted(20, 20, -20, -20), 16, 16)
        painter.end()


class Message(QWidget):
    """A sentence in place of a picture that cannot be drawn (yet), and what to do."""

    def __init__(self) -> None:
        super().__init__(objectName="page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.icon_name = "info"
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        self.title = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter, wordWrap=True)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setWeight(font.Weight.DemiBold)
        self.title.setFont(font)
        self.text = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter, wordWrap=True)
        self.text.setProperty("quiet", True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid = QGridLayout(self)
        grid.setRowStretch(0, 3)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.picture, 1, 1)
        grid.addWidget(self.title, 2, 1)
        grid.addWidget(self.text, 3, 1)
        grid.setRowStretch(4, 4)
        grid.setVerticalSpacing(10)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Long lines, where there is room for them."""
        super().resizeEvent(event)
        self.text.setMinimumWidth(max(min(420, self.width() - 40), 0))

    def say(self, icon: str, title: str, text: str = "") -> None:
        """What to show."""
        self.icon_name = icon
        self.title.setText(title)
        self.text.setText(text)
        self.redraw_icons()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.picture.setPixmap(theme.draw(self.icon_name, 40, theme.colors().soft, self.devicePixelRatioF()))
