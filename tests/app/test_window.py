"""The main window: opening, dropping, closing, what it says when it cannot."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from lossvista.app.notices import Hook


def test_an_empty_window_welcomes(window):
    assert window.stage.page is window.stage.welcome
    assert window.windowTitle() == "Lossvista"
    assert not window.actions_made["file.save"].isEnabled()
    assert window.actions_made["file.open"].isEnabled()


def test_open_shows_the_landscape(window, saved, small_landscape, gui):
    path = saved(small_landscape)
    gui.answer_file_dialog(window, "file.open", path)
    assert window.desk.document.path == path
    assert window.stage.page is window.stage.view
    assert window.stage.scene.rebuilt["sheet"] == 1
    assert window.windowTitle() == "A bowl with a path — Lossvista"
    gui.wait_for(lambda: window.stage.view.frames)
    picture = window.stage.grab_page()
    colors = {picture.pixel(x, y) for x in range(0, picture.width(), 9) for y in range(0, picture.height(), 9)}
    assert len(colors) > 50


def test_several_files_at_once_and_switching(window, saved, small_landscape, tilted_landscape, gui):
    gui.answer_file_dialog(window, "file.open", saved(small_landscape, "a.h5"), saved(tilted_landscape, "b.h5"))
    session = window.desk.session
    assert [Path(d.path).name for d in session.documents] == ["a.h5", "b.h5"]
    panel = window.docks["landscapes"].panel
    assert panel.count() == 2 and panel.currentRow() == 1
    panel.setCurrentRow(0)
    assert session.current is session.documents[0]
    window.actions_made["view.next"].trigger()
    assert session.current is session.documents[1] and panel.currentRow() == 1


def test_each_landscape_keeps_its_camera(window, saved, small_landscape, tilted_landscape):
    for landscape, name in ((small_landscape, "a.h5"), (tilted_landscape, "b.h5")):
        window.desk.open(saved(landscape, name))
    first, second = window.desk.session.documents
    window.actions_made["camera.top"].trigger()
    above = window.stage.scene.camera
    window.desk.session.activate(first)
    assert window.stage.scene.camera != above
    window.desk.session.activate(second)
    assert window.stage.scene.camera == above


def test_drop_opens(window, saved, small_landscape):
    data = QMimeData()
    path = saved(small_landscape, "with space # and ü.h5")
    data.setUrls([QUrl.fromLocalFile(path)])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings(action="ignore"):  # QPoint is deprecated from 6.12, QPointF unknown before
        enter = QDragEnterEvent(QPoint(5, 5), *how)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted() and window.stage.welcome.over
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), *how))
    assert window.desk.document.path == path and not window.stage.welcome.over


def test_the_view_takes_no_drops_itself(window):
    assert not window.stage.view.acceptDrops()


def test_recent_files_open_from_menu_and_welcome(window, saved, small_landscape):
    path = saved(small_landscape)
    window.desk.open(path)
    window.actions_made["file.close"].trigger()
    assert window.stage.page is window.stage.welcome
    window.recent.aboutToShow.emit()
    (action,) = window.recent.actions()
    action.trigger()
    assert window.desk.document.path == path
    window.actions_made["file.close"].trigger()
    window.stage.welcome.recent.itemAt(0).widget().click()
    assert window.desk.document.path == path


def test_a_file_that_is_open_comes_to_the_front(window, saved, small_landscape, tilted_landscape):
    first, second = saved(small_landscape, "a.h5"), saved(tilted_landscape, "b.h5")
    for path in (first, second, first):
        window.desk.open(path)
    assert len(window.desk.session.documents) == 2 and window.desk.document.path == first


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89HDF\r\n\x1a\n" + b"\0" * 100])
def test_a_file_that_cannot_be_opened_is_a_notice(window, tmp_path, content, gui):
    bad = tmp_path / "bad.h5"
    bad.write_bytes(content)
    assert not window.desk.open(str(bad))
    (text,) = gui.notices(window)
    assert "bad.h5" in text
    assert window.desk.session.current is None


def test_a_damaged_look_is_a_notice_and_the_landscape_opens(window, saved, small_landscape, gui):
    path = saved(small_landscape)
    Path(path).with_suffix(".style.json").write_text("{")
    assert window.desk.open(path)
    assert "look" in gui.notices(window)[0]


def test_save_keeps_the_look_beside_the_file(window, saved, small_landscape):
    path = saved(small_landscape)
    window.desk.open(path)
    window.desk.session.restyle("View", view="lines")
    window.actions_made["camera.top"].trigger()
    window.actions_made["file.save"].trigger()
    window.actions_made["file.close"].trigger()
    window.desk.open(path)
    assert window.desk.document.style.view == "lines"
    assert np.allclose(window.stage.scene.camera.position[:2], window.stage.scene.camera.focus[:2], atol=1e-6)


def test_save_as_writes_the_same_values(window, saved, small_landscape, tmp_path, gui):
    from lossvista.compute.storage import load

    window.desk.open(saved(small_landscape))
    target = str(tmp_path / "copy.h5")
    gui.answer_file_dialog(window, "file.save_as", target)
    copy = load(target)
    assert np.array_equal(copy.surface.fields["train_loss"], small_landscape.surface.fields["train_loss"])
    assert window.desk.document.path == target


def test_every_kind_of_landscape_is_shown_or_says_why_not(window, any_landscape, gui):
    document = window.desk.session.add(any_landscape)
    stage = window.stage
    for view in ("surface", "contours", "wireframe", "lines", "map"):
        window.desk.session.restyle("View", view=view)
        gui.settle()
        page = stage.page
        if not document.drawable:
            assert page is stage.message and "finite" in stage.message.title.text()
        elif any_landscape.surface.grid.line or view == "map":
            assert page is stage.flat and stage.flat.figure.axes
        else:
            assert page is stage.view


def test_a_landscape_without_values_waits(window, empty_landscape):
    window.desk.session.add(empty_landscape)
    assert window.stage.page is window.stage.message
    assert "Waiting" in window.stage.message.title.text()


def test_the_value_under_the_pointer(window, small_landscape, gui):
    window.desk.session.add(small_landscape)
    window.actions_made["camera.top"].trigger()
    view = window.stage.view
    gui.wait_for(lambda: view.frames)
    view.grabFramebuffer()
    ratio = view.devicePixelRatioF()
    view.hovered.emit(round(view.width() * ratio / 2), round(view.height() * ratio / 2))
    assert "train loss" in window.under_pointer.text()
    view.left.emit()
    assert window.under_pointer.text() == ""


def test_without_opengl_the_flat_map_works(no_leaks, tmp_path, saved, small_landscape, gui):
    window = gui.open(tmp_path / "settings", gui.NOWHERE, (saved(small_landscape),))
    try:
        gui.settle()
        assert window.stage.view is None
        assert window.stage.page is window.stage.flat
        assert "no OpenGL" in gui.notices(window)[0]
        window.actions_made["view.surface"].trigger()
        assert window.stage.page is window.stage.message
        assert "no OpenGL" in window.stage.message.text.text() and "apt install" in window.stage.message.text.text()
    finally:
        gui.end(window)


def test_an_exception_in_a_slot_is_a_notice(window):
    hook = Hook(window.desk.notices)
    try:
        for _ in range(5):
            try:
                raise ZeroDivisionError("division by zero")
            except ZeroDivisionError as error:
                sys.excepthook(type(error), error, error.__traceback__)
    finally:
        hook.remove()
    (card,) = window.desk.notices.cards
    assert card.notice.times == 5 and "ZeroDivisionError" in card.notice.text
    assert "Traceback" in card.notice.details


def test_the_window_comes_back_as_it_was(no_leaks, tmp_path, saved, small_landscape, gui):
    path = saved(small_landscape)
    window = gui.open(tmp_path / "settings", files=(path,))
    window.docks["trust"].hide()
    window.actions_made["theme.dark"].trigger()
    window.desk.session.restyle("Colour map", colormap="magma")
    gui.end(window)
    window = gui.open(tmp_path / "settings")
    try:
        assert window.docks["trust"].isHidden() and not window.docks["look"].isHidden()
        assert window.desk.settings.values.theme == "dark"
        assert window.desk.session.default_style.colormap == "magma"
        assert window.desk.session.default_style.theme == "dark"
    finally:
        window.actions_made["theme.light"].trigger()
        gui.end(window)


def test_opening_and_closing_many_times_leaves_nothing(window, saved, small_landscape, gui):
    path = saved(small_landscape)
    for _ in range(10):
        window.desk.open(path)
        gui.settle()
        window.actions_made["file.close"].trigger()
    assert window.docks["landscapes"].panel.count() == 0
    assert window.desk.session.undo.stacks() == []


@pytest.mark.parametrize("name", ["net.pt", "mine.py", "epochs"])
def test_a_dropped_checkpoint_file_or_folder_opens_the_wizard(window, tmp_path, name):
    path = tmp_path / name
    if name == "epochs":
        path.mkdir()
        (path / "epoch_1.pt").write_bytes(b"x")
    else:
        path.write_bytes(b"x")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings(action="ignore"):  # QPoint is deprecated from 6.12, QPointF unknown before
        QApplication.sendEvent(window, QDragEnterEvent(QPoint(5, 5), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), *how))
    dialog = QApplication.activeModalWidget()
    field = {"net.pt": "weights", "mine.py": "problem", "epochs": "trajectory"}[name]
    assert str(path) in dialog.editor(field).line.text() and window.desk.session.current is None
    dialog.reject()


def test_what_was_closed_and_is_in_no_file_can_be_brought_back(window, small_landscape, tilted_landscape, gui):
    session = window.desk.session
    session.add(small_landscape, unsaved=True)
    session.restyle("Colour map", colormap="magma")
    window.actions_made["file.close"].trigger()
    (card,) = window.desk.notices.cards
    assert "in no file" in card.notice.text
    card.notice.buttons["Bring back"]()
    assert session.current.landscape is small_landscape and session.current.style.colormap == "magma"
