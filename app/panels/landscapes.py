"""Landscapes: the panel that lists what is open; choose one to bring it to the front, several to compare them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QMenu

from .. import theme
from ..language import tr
from ..panes.carrying import LANDSCAPES, pack
from ..session import Document, Session
from ..thumbnails import SIZE, Thumbnails
from .row import Row

REDRAW_MS = 600  # between two pictures of a growing landscape


class Landscapes(QListWidget):
    """One row for each open document, in the session's order, which dragging changes."""

    compare = Signal()  # the chosen ones

    def __init__(self, session: Session) -> None:
        super().__init__(objectName="landscapes")
        self.session = session
        self.thumbnails = Thumbnails()
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setAccessibleName(tr("Open landscapes"))
        self.setSpacing(1)
        self.setUniformItemSizes(True)
        self._stale: set[Document] = set()
        self._redraw = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._redraw.timeout.connect(self._redraw_stale)
        session.opened.connect(self._add)
        session.closed.connect(self._remove)
        session.moved.connect(self._rebuild)
        session.current_changed.connect(self._choose)
        session.compared_changed.connect(self._show_compared)
        session.replaced.connect(self._refresh)
        session.style_changed.connect(self._later)
        session.values_changed.connect(self._later)
        self.currentRowChanged.connect(self._chosen)
        self.itemSelectionChanged.connect(self._selected)
        self._rebuild()

    # --- rows and documents ---

    def _document(self, item: QListWidgetItem) -> Document:
        key = item.data(Qt.ItemDataRole.UserRole)
        return next(one for one in self.session.documents if one.key == key)

    def _row(self, document: Document) -> int:
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == document.key:
                return row
        return -1

    def row_of(self, document: Document) -> Row:
        """The widget that shows a document."""
        return self.itemWidget(self.item(self._row(document)))  # type: ignore[return-value]

    def _rebuild(self) -> None:
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        selected = list(self.session.selected)
        for document in self.session.documents:
            self._add(document)
        self._choose(self.session.current)
        self._select(selected or ([self.session.current] if self.session.current else []))

    def _add(self, document: Document) -> None:
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, document.key)  # not the document: what is dragged is pickled
        item.setSizeHint(QSize(100, SIZE[1] + 12))
        row = Row(document, self.thumbnails)
        row.close_button.clicked.connect(lambda: self.session.close(document))
        row.renamed.connect(lambda title: self.session.rename(document, title))
        self.blockSignals(True)
        self.addItem(item)
        self.setItemWidget(item, row)
        self.blockSignals(False)

    def _remove(self, document: Document) -> None:
        self._stale.discard(document)
        self.thumbnails.forget(document)
        self.blockSignals(True)
        self.takeItem(self._row(document))
        self.blockSignals(False)
        self._choose(self.session.current)
        if not self.session.compared:
            self._select([self.session.current] if self.session.current else [])

    # --- what is chosen ---

    def _choose(self, document: Document | None) -> None:
        row = self._row(document) if document is not None else -1
        if row == self.currentRow():
            return
        self.blockSignals(True)
        self.setCurrentRow(row, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.blockSignals(False)
        self._selected()

    def _chosen(self, row: int) -> None:
        if row >= 0:
            self.session.activate(self._document(self.item(row)))

    def _select(self, documents: list[Document]) -> None:
        keys = {document.key for document in documents}
        self.blockSignals(True)
        for row in range(self.count()):
            self.item(row).setSelected(self.item(row).data(Qt.ItemDataRole.UserRole) in keys)
        self.blockSignals(False)
        self._selected()

    def _selected(self) -> None:
        keys = {item.data(Qt.ItemDataRole.UserRole) for item in self.selectedItems()}
        self.session.selected = [one for one in self.session.documents if one.key in keys]

    def _show_compared(self) -> None:
        if self.session.compared:
            self._choose(self.session.current)
            self._select(self.session.compared)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on one row alone ends a comparison, also on the row that is the current one."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and len(self.session.selected) == 1 and self.session.compared:
            self.session.activate(self.session.selected[0])

    # --- what can be done with a row ---

    def actions_for(self, document: Document) -> list[tuple[str, str, Callable[[], object]] | None]:
        """Entries of the menu: text, icon, what it does; None is a line between them."""
        chosen = self.session.selected if document in self.session.selected else [document]
        several = len(chosen) > 1
        entries: list[tuple[str, str, Callable[[], object]] | None] = []
        if several:
            entries += [(tr("Compare these {chosen}", chosen=len(chosen)), "compare", self.compare.emit), None]
        else:
            entries.append((tr("Rename…"), "edit", lambda: self.rename(document)))
        if document.path:
            entries.append((tr("Show in folder"), "folder", lambda: reveal(document)))
        entries += [
            None,
            (
                tr("Close these {chosen}", chosen=len(chosen)) if several else tr("Close"),
                "close",
                lambda: self._close(chosen),
            ),
        ]
        return entries

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.itemAt(event.pos())  # the viewport's event
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for entry in self.actions_for(self._document(item)):
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(theme.icon(entry[1]), entry[0], entry[2])
        menu.popup(event.globalPos())

    def rename(self, document: Document) -> None:
        """Edit a title in its row."""
        self.row_of(document).edit()

    def _close(self, documents: list[Document]) -> None:
        for document in list(documents):
            self.session.close(document)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current, up, down = self.session.current, Qt.Key.Key_Up, Qt.Key.Key_Down
        if event.key() == Qt.Key.Key_Delete and self.session.selected:
            self._close(self.session.selected)
        elif event.key() == Qt.Key.Key_F2 and current is not None:
            self.rename(current)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (up, down) and current is not None:
            at = self.session.documents.index(current)
            to = at - 1 if event.key() == up else at + 2
            if 0 <= to <= len(self.session.documents):
                self.session.move(current, to)
        else:
            super().keyPressEvent(event)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Copies only: a file manager must not take the file away."""
        super().startDrag(Qt.DropAction.CopyAction)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """The rows, the documents for panes, and their files for other programs."""
        data = super().mimeData(items)
        documents = [self._document(item) for item in items]
        data.setData(LANDSCAPES, pack([document.key for document in documents]))
        data.setUrls([QUrl.fromLocalFile(document.path) for document in documents if document.path])
        return data

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event) if event.source() is self else event.ignore()  # files are the window's

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event) if event.source() is self else event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """The dragged rows go before the row whose upper half, or after the one whose lower half, is under the pointer."""
        if event.source() is not self:
            event.ignore()
            return
        to = self.place_at(event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)  # else the view would take the row out by itself, widget and all
        event.accept()
        for document in [one for one in self.session.documents if one in self.session.selected]:
            at = self.session.documents.index(document)
            self.session.move(document, to)
            to = to if at < to else to + 1

    def place_at(self, point: QPoint) -> int:
        """Before which row a drop at this point of the viewport goes."""
        index = self.indexAt(point)
        if not index.isValid():
            return self.count()
        return index.row() + int(point.y() > self.visualRect(index).center().y())

    # --- pictures ---

    def _refresh(self, document: Document) -> None:
        row = self._row(document)
        if row >= 0:
            self.row_of(document).refresh()

    def _later(self, document: Document) -> None:
        self._stale.add(document)
        if not self._redraw.isActive():
            self._redraw.start()

    def _redraw_stale(self) -> None:
        for document in self._stale:
            self._refresh(document)
        self._stale.clear()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for document in self.session.documents:
            self._refresh(document)


def reveal(document: Document) -> None:
    """Show the folder of a document's file in the desktop's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(document.path).parent)))
