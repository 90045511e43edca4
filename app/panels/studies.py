"""Studies: the panel of all that can be found out about a network beyond its surface: one tab each."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget, QWidget

from ...compute.studies import STUDIES
from ..desk import Desk
from ..forms import tip
from ..language import tr
from ..studying.sheet import Sheet
from ..studying.views import PAGES, page_of

LIST_WIDTH, ROW = 156, 30  # pixels
GROWTH_MS = 120  # between two readings of what grows


class StudiesPanel(QWidget):
    """A list of the studies, and the sheet of the chosen one, which is made when it is looked at first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self._sheets = desk, dict[str, Any]()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Studies"))
        self.list.setFixedWidth(LIST_WIDTH)
        self.stack = QStackedWidget()
        shown = [(tr(study.label), tr(study.help)) for study in STUDIES.values()] + [
            page[:2] for page in PAGES.values()
        ]
        for label, help in shown:
            self.list.addItem(label)
            item = self.list.item(self.list.count() - 1)
            item.setToolTip(tip(help))
            item.setSizeHint(QSize(0, ROW))
        self.list.currentRowChanged.connect(lambda _row: self.refresh())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.stack, 1)
        self._pause = QTimer(self, singleShot=True, interval=GROWTH_MS)  # values come faster than anybody reads
        self._pause.timeout.connect(self._after_pause)
        self._more = False  # something came in the pause
        session = desk.session
        for signal in (session.current_changed, session.replaced):
            signal.connect(lambda _document: self.refresh())
        for signal in (session.values_changed, desk.studies.changed):
            signal.connect(lambda _what: self._grown())
        desk.studies.found.connect(lambda _name, _document: self.refresh())
        self.list.setCurrentRow(0)

    @property
    def name(self) -> str:
        """The study or the page that is chosen."""
        return [*STUDIES, *PAGES][max(self.list.currentRow(), 0)]

    @property
    def sheet(self) -> Any:
        """Its sheet, or the page."""
        if self.name not in self._sheets:
            made = page_of(self.name, self.desk) if self.name in PAGES else Sheet(self.name, self.desk)
            self._sheets[self.name] = made
            self.stack.addWidget(made)
        return self._sheets[self.name]

    def show_study(self, name: str, values: dict[str, Any] | None = None, out: str = "") -> Any:
        """Choose a study, with these choices filled in where they are given, or a page."""
        self.list.setCurrentRow([*STUDIES, *PAGES].index(name))
        if values is not None or out:
            self.sheet.fill(values or {}, out)
        return self.sheet

    def _grown(self) -> None:
        if self._pause.isActive():
            self._more = True
        else:
            self._pause.start()
            self.refresh()

    def _after_pause(self) -> None:
        if self._more:
            self._more = False
            self._grown()

    def refresh(self) -> None:
        """Show the chosen study as it is now. What nobody sees is brought up to date when it is looked at."""
        if not self.isVisible():
            return
        self.stack.setCurrentWidget(self.sheet)
        self.sheet.refresh()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(1000, 340)

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for sheet in self._sheets.values():
            sheet.redraw_icons()
