"""Missing: below the list of landscapes, those that were open last time and are not where they were: locate or forget them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ...compute.there import is_folder
from .. import theme
from ..desk import Desk
from ..elided import Elided
from ..language import tr
from .bookmark import Leaf
from .keeper import Keeper

FILTER = tr("Landscapes (*.h5 *.hdf5);;All files (*)")


class Missing(QWidget):
    """One row for each; hidden while there is none."""

    def __init__(self, keeper: Keeper, desk: Desk) -> None:
        super().__init__()
        self.keeper, self.desk = keeper, desk
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(6, 4, 6, 6)
        self.column.setSpacing(4)
        self.rows: list[MissingRow] = []
        keeper.missing_changed.connect(self.show_missing)
        self.show_missing()

    def show_missing(self) -> None:
        """The rows as they should be now."""
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [MissingRow(leaf) for leaf in self.keeper.missing]
        for row in self.rows:
            row.locate_button.clicked.connect(lambda _=False, leaf=row.leaf: self.locate(leaf))
            row.forget_button.clicked.connect(lambda _=False, leaf=row.leaf: self.keeper.forget(leaf))
            self.column.addWidget(row)
        self.setVisible(bool(self.rows))

    def locate(self, leaf: Leaf) -> None:
        """Ask where it is now."""
        folder = Path(leaf.path).parent
        start = str(folder if is_folder(folder) else self.desk.folder)
        path, _ = QFileDialog.getOpenFileName(
            self.window(), tr("Where is {name}?", name=Path(leaf.path).name), start, FILTER
        )
        if path:
            self.desk.guarded(self.keeper.locate)(leaf, path)

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for row in self.rows:
            row.redraw_icons()


class MissingRow(QFrame):
    """Says which landscape is missing and where it was."""

    def __init__(self, leaf: Leaf) -> None:
        super().__init__(
            objectName="card", toolTip=tr("This landscape was open last time. It was {path}", path=leaf.path)
        )
        self.leaf = leaf
        self.picture, self.name, self.where = QLabel(), Elided(), QLabel("missing")
        self.name.show_text(leaf.name)
        self.where.setProperty("quiet", True)
        self.locate_button = QPushButton(tr("Locate…"), toolTip=tr("Say where {name} is now", name=leaf.name))
        self.forget_button = QToolButton(autoRaise=True, toolTip=tr("Forget {name}", name=leaf.name))
        self.forget_button.setIconSize(QSize(13, 13))
        self.locate_button.setAccessibleName(tr("Locate {name}", name=leaf.name))
        self.forget_button.setAccessibleName(tr("Forget {name}", name=leaf.name))
        grid = QGridLayout(self)
        grid.setContentsMargins(9, 6, 5, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.picture, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.where, 1, 1)
        grid.addWidget(self.locate_button, 0, 2, 2, 1)
        grid.addWidget(self.forget_button, 0, 3, 2, 1)
        self.redraw_icons()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        c = theme.colors()
        self.picture.setPixmap(theme.draw("warning", 18, c.fair, self.devicePixelRatioF()))
        self.forget_button.setIcon(theme.icon("close", c.soft))
