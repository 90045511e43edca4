"""Trust: the panel that says how far the current landscape can be relied on, and how it was made."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...compute.landscape import Landscape
from ...compute.trust import TrustLine, figures
from .. import theme
from ..session import Document, Session

REDRAW_MS = 500  # between two readings of a growing landscape
ICONS = {"good": "success", "fair": "warning", "poor": "error", "info": "info"}
NAMES = {"good": "Good", "fair": "Fair", "poor": "Poor", "info": "For your information"}


class Trust(QScrollArea):
    """One line for each figure: what it is, its value, a verdict, and one sentence on what that means."""

    def __init__(self, session: Session) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.session = session
        self.lines: list[TrustLine] = []
        self.summary = QLabel(wordWrap=True)
        self.copy = QToolButton(toolTip="Copy these figures as text", autoRaise=True)
        self.copy.setIconSize(QSize(15, 15))
        self.copy.clicked.connect(self.copy_text)
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        self.rows = QVBoxLayout(spacing=6)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(self.rows)
        column.addStretch(1)
        self.setWidget(inside)
        self._later = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._later.timeout.connect(self.refresh)
        session.current_changed.connect(lambda _document: self.refresh())
        session.replaced.connect(self._if_current)
        session.values_changed.connect(self._soon)
        self.refresh()

    def _if_current(self, document: Document) -> None:
        if document is self.session.current:
            self.refresh()

    def _soon(self, document: Document) -> None:
        if document is self.session.current and not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Read the figures of the current landscape."""
        document = self.session.current
        while (item := self.rows.takeAt(0)) is not None:
            item.widget().deleteLater()
        self.copy.setIcon(theme.icon("copy", theme.colors().soft))
        self.copy.setVisible(document is not None)
        if document is None:
            self.lines = []
            self.summary.setText("Open a landscape to see how far it can be trusted.")
            return
        self.lines = figures(document.landscape)
        self.summary.setText(summary(self.lines))
        for line in self.lines:
            self.rows.addWidget(Line(line.label, line.value, line.verdict, line.meaning))
        for label, value in made(document.landscape, document.path):
            self.rows.addWidget(Line(label, value, "", ""))

    def copy_text(self) -> None:
        """Put the figures on the clipboard, one a line."""
        rows = [f"{line.label}: {line.value}  [{NAMES[line.verdict].lower()}]  {line.meaning}" for line in self.lines]
        QApplication.clipboard().setText("\n".join(rows))

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.refresh()


class Line(QFrame):
    """One figure."""

    def __init__(self, label: str, value: str, verdict: str, meaning: str) -> None:
        super().__init__()
        c = theme.colors()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        picture = QLabel()
        picture.setFixedWidth(16)
        if verdict:
            tint = {"good": c.good, "fair": c.fair, "poor": c.poor, "info": c.soft}[verdict]
            picture.setPixmap(theme.icon(ICONS[verdict], tint).pixmap(QSize(16, 16)))
            picture.setToolTip(NAMES[verdict])
        name = QLabel(label, wordWrap=True)
        name.setProperty("quiet", True)
        number = QLabel(value, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        bold = number.font()
        bold.setWeight(bold.Weight.DemiBold)
        number.setFont(bold)
        grid.addWidget(picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(name, 0, 1)
        grid.addWidget(number, 1, 1)
        self.setToolTip(meaning)
        if meaning and verdict in ("fair", "poor"):
            sense = QLabel(meaning, wordWrap=True)
            small = sense.font()
            small.setPointSizeF(small.pointSizeF() * 0.92)
            sense.setFont(small)
            grid.addWidget(sense, 2, 1)


def summary(lines: list[TrustLine]) -> str:
    """The verdicts in one sentence."""
    count = {verdict: sum(line.verdict == verdict for line in lines) for verdict in NAMES}
    judged = count["good"] + count["fair"] + count["poor"]
    if not judged:
        return "This file says nothing about how far it can be trusted."
    if count["poor"]:
        return f"{count['poor']} of {judged} checks failed: read them before you use this picture."
    if count["fair"]:
        return f"{count['good']} of {judged} checks are good; {count['fair']} deserve a look."
    return f"All {judged} checks are good." if judged > 1 else "The only check there is is good."


def made(landscape: Landscape, path: str) -> list[tuple[str, str]]:
    """How the landscape was made, as label and value."""
    recipe, ny_nx = landscape.recipe, landscape.surface.grid.shape
    grid = f"{ny_nx[1]} points" if landscape.surface.grid.line else f"{ny_nx[1]} × {ny_nx[0]} points"
    kinds = ", ".join(
        dict.fromkeys(f"{a.method} ({a.normalization or 'as they are'})" for a in landscape.axes if a.method)
    )
    device = landscape.provenance.get("device", "")
    lines = [
        ("Grid", grid),
        ("Model and data", " on ".join(str(recipe[k]) for k in ("model", "data") if recipe.get(k))),
        ("Directions", kinds),
        ("Computed on", str(device)),
        ("Created", landscape.created.replace("T", " ").removesuffix("+00:00") + " UTC" if landscape.created else ""),
        ("File", Path(path).name if path else "not in a file yet"),
    ]
    return [(label, value) for label, value in lines if value]
