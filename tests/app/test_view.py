"""The view: frames are drawn once per turn of the event loop, and none when nothing changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest


@pytest.fixture
def view(window, gui, small_landscape):
    window.desk.session.add(small_landscape)
    window.activateWindow()
    gui.settle()
    gui.wait_for(lambda: window.stage.view.frames)
    gui.settle()
    return window.stage.view


def rest(gui, view) -> None:
    """Wait until nothing is due any more."""
    before = -1
    while view.frames != before:
        before = view.frames
        gui.settle()


def test_idle_draws_nothing(view, gui):
    rest(gui, view)
    frames = view.frames
    QTest.qWait(400)
    assert view.frames == frames


def test_many_requests_make_one_frame(view, gui):
    rest(gui, view)
    frames = view.frames
    for _ in range(30):
        view.render()
    assert view.frames == frames  # nothing is drawn on the spot
    gui.wait_for(lambda: view.frames > frames)
    rest(gui, view)
    assert view.frames == frames + 1


def test_a_drag_turns_the_camera_and_keeps_up_up(view, gui, window):
    rest(gui, view)
    frames, before = view.frames, window.stage.scene.camera
    middle = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    for k in range(1, 21):
        QTest.mouseMove(view, middle + QPoint(4 * k, k))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(80, 20))
    rest(gui, view)
    after = window.stage.scene.camera
    assert after.position != before.position and after.up == before.up
    assert frames < view.frames <= frames + 45


def test_keys_of_vtk_do_nothing(view, gui, window):
    before = window.desk.document.style
    view.setFocus()
    for key in (Qt.Key.Key_W, Qt.Key.Key_Q, Qt.Key.Key_E, Qt.Key.Key_V, Qt.Key.Key_C):
        QTest.keyClick(view, key)
    gui.settle()
    style = window.desk.document.style  # E is ours: it hides the critical points
    assert window.isVisible() and style == before.replace(critical=False)


def test_our_keys_work_over_the_view(view, gui, window):
    view.setFocus()
    for key, name in ((Qt.Key.Key_1, "surface"), (Qt.Key.Key_4, "lines"), (Qt.Key.Key_3, "wireframe")):
        QTest.keyClick(window, key)
        gui.settle()
        assert window.desk.document.style.view == name


def test_resizing_keeps_everything_in_the_picture(view, gui, window):
    before = window.stage.scene.camera
    window.resize(window.width() + 200, window.height() - 150)
    gui.settle()
    gui.wait_for(lambda: window.stage.scene.camera != before)
    window.actions_made["camera.top"].trigger()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    QTest.mouseMove(view, view.rect().center() + QPoint(30, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.rect().center() + QPoint(30, 0))
    rest(gui, view)
    turned = window.stage.scene.camera
    window.resize(window.width() - 100, window.height())
    rest(gui, view)
    assert window.stage.scene.camera == turned
