"""The list of open landscapes: pictures, several chosen at once, names, order, the menu of a row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QContextMenuEvent, QDesktopServices, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from lossvista.app.panels.landscapes import Landscapes
from lossvista.app.session import Session
from lossvista.app.thumbnails import draw
from lossvista.compute.storage import load
from lossvista.compute.surface import Patch

NONE, CONTROL, ALT = (getattr(Qt.KeyboardModifier, name) for name in ("NoModifier", "ControlModifier", "AltModifier"))


@pytest.fixture
def session(qapp) -> Session:
    return Session()


@pytest.fixture
def panel(session, qtbot):
    """The list alone, as wide as in the window."""
    made = Landscapes(session)
    made.resize(300, 400)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def three(session, panel, small_landscape, tilted_landscape, line_landscape):
    """Three documents: two planes and a line."""
    return [session.add(one) for one in (small_landscape, tilted_landscape, line_landscape)]


def click(panel, row: int, modifier=NONE) -> None:
    at = panel.visualItemRect(panel.item(row)).center()
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def pixels(document) -> np.ndarray:
    image = draw(document).toImage().convertToFormat(draw(document).toImage().Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


def test_a_click_chooses_one_and_control_chooses_more(session, panel, three):
    click(panel, 0)
    assert session.current is three[0] and session.selected == [three[0]]
    click(panel, 1, CONTROL)
    assert session.selected == three[:2] and session.current is three[1]
    click(panel, 2)
    assert session.selected == [three[2]] and session.current is three[2]


def test_pictures_are_kept_until_values_or_looks_change(session, panel, small_landscape):
    document = session.add(small_landscape)
    drawn = panel.thumbnails.drawn
    panel.row_of(document).refresh()
    assert panel.thumbnails.drawn == drawn
    session.restyle("Colour map", colormap="magma")
    panel.row_of(document).refresh()
    assert panel.thumbnails.drawn == drawn + 1
    session.add_patch(document, Patch(np.array([0]), {"train_loss": np.array([9.0])}))
    panel.row_of(document).refresh()
    assert panel.thumbnails.drawn == drawn + 2
    session.close(document)
    assert not panel.thumbnails._kept


def test_every_kind_of_landscape_has_a_picture(session, any_landscape):
    document = session.add(any_landscape)
    for view in ("contours", "wireframe", "map"):
        session.restyle("View", view=view)
        colors = len(np.unique(pixels(document).reshape(-1, 3), axis=0))
        assert colors > 20 or not document.drawable or view == "map"


def test_the_small_surface_stands_the_right_way_up(session, tilted_landscape):
    """The loss of the tilted plane rises with β: the far side of the picture is the bright end of the colours."""
    document = session.add(tilted_landscape)
    for view in ("surface", "map"):
        session.restyle("View", view=view)
        image = pixels(document).astype(int)
        coloured = [row[np.ptp(row, axis=1) > 60].mean(axis=0) for row in image if (np.ptp(row, axis=1) > 60).sum() > 9]
        third = len(coloured) // 3
        above, below = np.mean(coloured[:third], axis=0), np.mean(coloured[-third:], axis=0)
        assert above[:2].sum() > below[:2].sum() + 60  # yellow above, violet below


def test_a_title_is_edited_in_its_row_and_written_to_the_file(session, panel, saved, small_landscape):
    path = saved(small_landscape)
    session.open(path)
    document = session.current
    values = load(path).surface.fields["train_loss"]
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_F2)
    row = panel.row_of(document)
    assert row.editor.isVisible() and row.editor.text() == "A bowl with a path"
    row.editor.setText("  batch size 16 ")
    QTest.keyClick(row.editor, Qt.Key.Key_Return)
    assert not row.editor.isVisible() and row.title.whole == "batch size 16"
    assert load(path).title == "batch size 16"
    assert np.array_equal(load(path).surface.fields["train_loss"], values)


def test_escape_and_nothing_leave_the_title(session, panel, small_landscape):
    document = session.add(small_landscape)
    row = panel.row_of(document)
    for text, key in (("other", Qt.Key.Key_Escape), ("  ", Qt.Key.Key_Return)):
        panel.rename(document)
        row.editor.setText(text)
        QTest.keyClick(row.editor, key)
        assert not row.editor.isVisible() and document.name == "A bowl with a path"


def test_a_title_that_cannot_be_written_is_said(session, saved, small_landscape):
    said = []
    session.warned.connect(said.append)
    path = saved(small_landscape)
    session.open(path)
    Path(path).unlink()
    Path(path).mkdir()
    session.rename(session.current, "new")
    assert "The new title is not in the file landscape.h5" in str(said[0])
    assert session.current.name == "new"


def test_a_title_given_while_it_is_computed_goes_into_the_file(session, saved, small_landscape):
    document = session.add(small_landscape, unsaved=True)
    session.rename(document, "kept")
    path = saved(small_landscape)
    finished = load(path)
    finished.title = "as computed"
    session.replace(document, finished, path)
    assert document.name == "kept" and load(path).title == "kept"


def test_the_order_is_changed_by_dragging_and_by_keys(session, panel, three, gui):
    click(panel, 0)

    def drop(row: int, below: bool) -> None:
        rect = panel.visualItemRect(panel.item(row))
        at = QPointF(rect.center().x(), rect.bottom() - 2 if below else rect.top() + 2)
        data = panel.mimeData([panel.item(panel.currentRow())])
        event = _Drop(panel, at, data)
        panel.dropEvent(event)

    drop(2, below=True)
    assert session.documents == [three[1], three[2], three[0]]
    assert [panel.row_of(d).document for d in session.documents] == session.documents and panel.count() == 3
    assert panel.currentRow() == 2 and session.current is three[0] and session.selected == [three[0]]
    drop(0, below=False)
    assert session.documents == three
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Down, ALT)
    assert session.documents == [three[1], three[0], three[2]] and session.current is three[0]
    QTest.keyClick(panel, Qt.Key.Key_Up, ALT)
    QTest.keyClick(panel, Qt.Key.Key_Up, ALT)
    assert session.documents == three
    gui.settle()


class _Drop(QDropEvent):
    """A drop of the list's own rows."""

    def __init__(self, panel, at: QPointF, data: QMimeData) -> None:
        super().__init__(at, Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, NONE)
        self._panel, self._data = panel, data

    def source(self):
        return self._panel


def test_several_are_closed_at_once(session, panel, three):
    click(panel, 0)
    click(panel, 2, CONTROL)
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Delete)
    assert session.documents == [three[1]] and session.current is three[1]
    assert panel.count() == 1 and session.selected == [three[1]]


def menu_of(panel, row: int) -> QMenu:
    at = panel.visualItemRect(panel.item(row)).center()
    view = panel.viewport()
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at), NONE))
    return panel.findChildren(QMenu)[-1]


def test_the_menu_of_a_row(session, panel, saved, small_landscape, tilted_landscape, gui):
    seen = Reveal()
    for landscape, name in ((small_landscape, "a.h5"), (tilted_landscape, "b.h5")):
        session.open(saved(landscape, name))
    menu = menu_of(panel, 0)
    texts = {action.text(): action for action in menu.actions() if action.text()}
    assert list(texts) == ["Rename…", "Show in folder", "Close"]
    QDesktopServices.setUrlHandler("file", seen, "take")
    try:
        texts["Show in folder"].trigger()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert seen.urls == [QUrl.fromLocalFile(str(Path(session.documents[0].path).parent))]
    texts["Rename…"].trigger()
    assert panel.row_of(session.documents[0]).editor.isVisible()
    menu.close()
    panel.selectAll()
    menu = menu_of(panel, 1)
    texts = {action.text(): action for action in menu.actions() if action.text()}
    asked = []
    panel.compare.connect(lambda: asked.append(list(session.selected)))
    texts["Compare these 2"].trigger()
    assert asked == [session.documents]
    texts["Close these 2"].trigger()
    assert session.documents == []
    menu.close()
    gui.settle()


class Reveal(QObject):
    """Stands in for the desktop's file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url)
