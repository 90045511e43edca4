"""Layers: the table of a network's parameters: what each is, and whether the landscape moves it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ...compute.findings import Findings, Layer
from ...compute.recipe import Recipe
from .. import theme
from ..language import tr

TITLES = (tr("Parameter"), tr("Layer"), tr("Shape"), tr("Units"), tr("Numbers"), tr("Perturbed"))
Index = QModelIndex | QPersistentModelIndex


class LayersModel(QAbstractTableModel):
    """One row for each parameter tensor."""

    def __init__(self, parent: QTableView) -> None:
        super().__init__(parent)
        self.rows: list[tuple[Layer, str]] = []

    def show(self, rows: list[tuple[Layer, str]]) -> None:
        """rows: (layer, why it stays as it is, "" where it is perturbed)."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return None

    @staticmethod
    def _side(column: int) -> Qt.AlignmentFlag:
        right = TITLES[column] in (tr("Units"), tr("Numbers"))
        return Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        layer, why = self.rows[index.row()]
        column = TITLES[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return {
                tr("Parameter"): layer.name,
                tr("Layer"): layer.kind,
                tr("Shape"): " × ".join(map(str, layer.shape)) or "1",
                tr("Units"): f"{layer.units:,}",
                tr("Numbers"): f"{layer.parameters:,}",
                tr("Perturbed"): f"no: {why}" if why else "yes",
            }[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role == Qt.ItemDataRole.DecorationRole and column == tr("Perturbed"):
            return theme.icon("lock" if why else "tick", theme.colors().soft if why else theme.colors().good)
        if role == Qt.ItemDataRole.ForegroundRole and why:
            return theme.brush(theme.colors().soft)
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                tr("{name} stays as it is: it is {why}.", name=layer.name, why=why)
                if why
                else tr("{name} moves with both axes.", name=layer.name)
            )
        return None


class Layers(QTableView):
    """The table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = LayersModel(self)
        self.setAccessibleName(tr("Layers of the network"))
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setIconSize(QSize(13, 13))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(25)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)

    def show_findings(self, findings: Findings, recipe: Recipe) -> None:
        """The layers under these choices."""
        self.rows.show(findings.moved(recipe))
        header = self.horizontalHeader()
        header.resizeSections(QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(0, min(header.sectionSize(0) + 12, 260))
