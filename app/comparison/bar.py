"""Bar: the line above a comparison that says whether it is fair, with the buttons to export and to end it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ...compute.fairness import START, differences
from ...compute.landscape import Landscape
from .. import theme
from ..buttons import IconButton
from ..language import tr

FAIR = tr("A fair comparison: the same directions, normalization, reach, resolution, samples and batch-norm policy.")


class Bar(QWidget):
    """Green where the comparison is fair, amber with the reasons where it is not, red where there is no picture."""

    def __init__(self) -> None:
        super().__init__(objectName="fairness")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.verdict = "success"
        self.picture = QLabel()
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.export_button = QPushButton(tr("Export figure…"), toolTip=tr("Save this figure as PNG, SVG or PDF"))
        self.close_button = IconButton(autoRaise=True, toolTip=tr("End the comparison (Esc)"))
        self.close_button.setIconSize(QSize(15, 15))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 8, 7)
        row.setSpacing(10)
        row.addWidget(self.picture)
        row.addWidget(self.text, 1)
        row.addWidget(self.export_button)
        row.addWidget(self.close_button)
        self.redraw_icons()

    def listen(self, export: QAction, end: QAction) -> None:
        """What the buttons do."""
        self.export_button.clicked.connect(export.trigger)
        self.close_button.clicked.connect(end.trigger)

    def show_landscapes(self, landscapes: Sequence[Landscape], field: str, names: Sequence[str] | None) -> None:
        """Say whether these may be compared. names: what they are called here, where not by their captions."""
        found = differences(landscapes, field, names)
        self.verdict = "warning" if found else "success"
        self.text.setText(START + "; ".join(one.short for one in found) + "." if found else FAIR)
        self.text.setToolTip("\n".join(one.sentence for one in differences(landscapes, field)))
        self.export_button.setEnabled(True)
        self.redraw_icons()

    def refuse(self, sentence: str) -> None:
        """There is no picture: say why."""
        self.verdict = "error"
        self.text.setText(sentence)
        self.text.setToolTip("")
        self.export_button.setEnabled(False)
        self.redraw_icons()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        c = theme.colors()
        tint = {"success": c.good, "warning": c.fair, "error": c.poor}[self.verdict]
        self.picture.setPixmap(theme.draw(self.verdict, 18, tint, self.devicePixelRatioF()))
        self.close_button.setIcon(theme.icon("close", c.soft))
