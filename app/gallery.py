"""Gallery: examples side by side, each by its picture and title; smaller where there is little room."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ..compute.style import Style
from . import theme, thumbnails
from .document import Document
from .examples import Example
from .language import tr

SHOWN = 3
PICTURES = ((204, 136), (148, 98), (104, 70))  # device-independent pixels, the largest that fits is taken
LETTER, AROUND, GAP = 6.8, 22, 14  # the mean width of a letter; a card beyond its picture; between cards


class Gallery(QWidget):
    """It asks for no width: the window may be as narrow as without it."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[tuple[QToolButton, Example]] = []
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GAP)
        self._pictured: tuple[tuple[int, int], bool, float] | None = None  # size, dark, pixel ratio
        self._bare: list[tuple[QToolButton, Example]] = []  # whose pictures are to be drawn
        self._drawing = QTimer(self, interval=0)
        self._drawing.timeout.connect(self._draw)

    def show_examples(self, examples: list[Example], open_example: Callable[[str], object]) -> None:
        """What to offer."""
        while (item := self.row.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().deleteLater()
        self.cards = []
        self.row.addStretch()
        for example in examples[:SHOWN]:
            card = QToolButton(toolTip=tr("Open a copy of the example “{title}”", title=example.title))
            card.setAccessibleName(tr("Example: {title}", title=example.title))
            card.setProperty("tile", True)
            card.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            card.setCursor(Qt.CursorShape.PointingHandCursor)
            card.clicked.connect(lambda _=False, name=example.name: open_example(name))
            self.row.addWidget(card)
            self.cards.append((card, example))
        self.row.addStretch()
        self.setVisible(bool(self.cards))
        self._pictured = None
        self.fit()

    def fit(self) -> None:
        """Draw the pictures as large as there is room for, in the theme's colours; when they are next seen."""
        if not self.isVisible():
            return
        count = max(1, len(self.cards))
        room = self.width() - (count - 1) * GAP
        size = next((one for one in PICTURES if count * (one[0] + AROUND) <= room), PICTURES[-1])
        what = size, theme.dark(), self.devicePixelRatioF()
        if what == self._pictured:
            return
        self._pictured = what
        for card, example in self.cards:
            letters = round((size[0] + AROUND - 14) / LETTER)
            lines = textwrap.wrap(example.title, letters, max_lines=2, placeholder=" …")
            card.setText("\n".join(lines).replace("&", "&&"))
            card.setIconSize(QSize(*size))
            card.setFixedSize(size[0] + AROUND, size[1] + AROUND + 2 * card.fontMetrics().lineSpacing())
        self._bare = list(self.cards)
        self._drawing.start()

    def _draw(self) -> None:
        """One picture a turn of the event loop: all of them would hold it for a tenth of a second."""
        if not self._bare or self._pictured is None:
            self._drawing.stop()
            return
        card, example = self._bare.pop(0)
        size, _, ratio = self._pictured
        document = Document(example.landscape, style=example.style or Style())
        card.setIcon(QIcon(thumbnails.draw(document, ratio, size, theme.colors().base)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
