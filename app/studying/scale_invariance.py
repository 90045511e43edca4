"""Scale invariance (a view): the landscapes of one function under two sets of weights, with filter normalization beside without."""

from __future__ import annotations

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ...compute.figures.studies import draw_study
from ...compute.studies.rescaling import lines, rescaled_of
from .. import theme
from ..desk import Desk
from ..document import Document
from ..language import tr
from ..letters import enlarge

ROOMY, LEAST = 620, 0.55  # pixels of width from which on letters have their full size, and their least share of it
EMPTY = tr(
    "A network with ReLU or batch-norm computes the same when its layers are rescaled. Name a file and start: its landscape before "
    "and after appears here. Filter normalization shows the same valley twice; without it, one of them looks flat and the other one sharp."
)


class ScaleInvariance(QWidget):
    """The figure, and below it how far apart the pictures are."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.figure = Figure()
        self.canvas = FigureCanvasQTAgg(self.figure)
        self.canvas.setMinimumSize(QSize(240, 140))
        self.empty = QLabel(EMPTY, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("quiet", True)
        self.says = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self.says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.pages, 1)
        column.addWidget(self.says)
        self.document: Document | None = None
        self._drawn: object = None

    def show_document(self, document: Document | None) -> None:
        """What was found about this landscape's network."""
        self.document = document
        table = rescaled_of(document.landscape) if document is not None else None
        self.pages.setCurrentWidget(self.empty if table is None else self.canvas)
        self.says.setVisible(table is not None)
        key = (id(table), theme.colors().name)
        if table is None or document is None or key == self._drawn:
            return
        self._drawn = key
        self._fit()
        draw_study(self.figure, document.landscape, "scale-invariance", theme.colors().name)
        self.canvas.draw_idle()
        first, *told = lines(document.landscape)
        self.says.setText(f"{first[:1].upper()}{first[1:]}. {told[0][:1].upper()}{told[0][1:]}." if told else first)

    def _fit(self) -> None:
        """A narrow picture has small letters."""
        enlarge(self.canvas, max(LEAST, min(self.width() / ROOMY, 1.0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.show_document(self.document)
