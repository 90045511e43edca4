"""Critical (a view): merge tree and persistence diagram, and the threshold that simplifies them and the marks on the surface."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from ...compute.levels import number
from ...compute.studies.topology import KINDS, counted, enough, points_of
from ..desk import Desk
from ..document import Document
from ..editors import Segments
from ..language import tr
from ..sliders import Slide
from .diagram import PersistenceDiagram
from .merge_tree import MergeTree
from .plot import Plot
from .points_list import PointsList

SIGNS = {"minimum": "▼", "saddle": "◆", "maximum": "▲"}
PICTURES = {
    "side": (tr("Tree"), "", tr("The merge tree, its basins side by side")),
    "alpha": (
        tr("Over α"),
        "",
        tr("The merge tree, each basin at the α of its minimum, as in the curve through the surface"),
    ),
    "diagram": (tr("Diagram"), "", tr("The persistence diagram: what lies by the diagonal is noise")),
    "list": (tr("List"), "", tr("All of them as rows, the most persistent first")),
}


class CriticalView(QWidget):
    """The threshold is the look's own (layer Critical points), so that it simplifies all pictures, and is undone with the look."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.which = Segments(PICTURES)
        self.which.show_value("side")
        self.least = Slide(0.0, 1.0)
        self.least.scale(0.0, 1.0, lambda share: share ** (1 / 3), lambda place: place**3)
        self.least.setToolTip(
            tr("Least persistence that is shown, as a share of the surface's range; also of the surface's marks")
        )
        self.tree, self.diagram = MergeTree(desk.probe.brush), PersistenceDiagram(desk.probe.brush)
        self.pictures = QStackedWidget()
        self.pictures.addWidget(self.tree)
        self.pictures.addWidget(self.diagram)
        self.list = PointsList(desk.probe.brush)
        self.pictures.addWidget(self.list)
        head = QHBoxLayout(spacing=12)
        self.which.setFixedWidth(250)
        self.least.setMinimumWidth(160)
        head.addWidget(self.which)
        head.addWidget(QLabel(tr("Persistence")))
        head.addWidget(self.least, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.pictures, 1)
        self.which.edited.connect(lambda _dragging: self.show_document(desk.session.current))
        self.least.edited.connect(self._simplify)
        desk.session.style_changed.connect(self._if_current)

    def _simplify(self, dragging: bool) -> None:
        session = self.desk.session
        if session.current is not None:
            session.restyle(tr("Persistence"), dragging=dragging, critical_least=float(self.least.value()))
            if not dragging:
                session.settle()

    def _if_current(self, document: Document) -> None:
        if document is self.desk.session.current and self.isVisible():
            self.show_document(document)

    @property
    def picture(self) -> Plot | PointsList:
        """What is looked at."""
        return {"diagram": self.diagram, "list": self.list}.get(str(self.which.value()), self.tree)

    def show_document(self, document: Document | None) -> None:
        """Show what is known of this landscape; nothing where there is none."""
        style = self.desk.session.style
        table = None if document is None else points_of(document.landscape)
        self.tree.by_alpha = self.which.value() == "alpha"
        self.pictures.setCurrentWidget(self.picture)
        self.picture.show_document(document if table is not None else None, style)
        self.least.setEnabled(table is not None)
        self.least.show_value(style.critical_least)
        said = told = ""
        if table is not None:
            span = style.critical_least * float(table.how.get("range", 1.0))
            log = table.how.get("scale") == "log"
            above = f"× {number(10**span, 3)}" if log and span < 300 else number(span, 3)
            told = tr(
                "Of a persistence of at least {above}: {counted}; on the rim there may be more",
                above=above,
                counted=counted(table, style.critical_least),
            )
            inside = enough(table, style.critical_least) & ~np.asarray(table["rim"], bool)
            many = [f"{int((inside & (table['kind'] == kind)).sum())} {SIGNS[kind]}" for kind in KINDS]
            said = f"≥ {above}:  {'   '.join(many)}"
        self.picture.setAccessibleDescription(told)
        if isinstance(self.picture, Plot):
            self.picture.say(said)
