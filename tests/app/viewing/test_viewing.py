"""The camera's actions in a real window: projection, views under a name, the turntable; and the map's three kinds."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from lossvista.app.scene.camera import projected, turned
from lossvista.compute.style import Camera


@pytest.fixture
def shown(window, small_landscape):
    window.desk.session.add(small_landscape)
    return window


def press(window, key: str) -> None:
    window.actions_made[key].trigger()


def test_parallel_projection_stays_with_presets(shown):
    pane = shown.stage.pane
    assert not pane.camera.parallel
    press(shown, "camera.parallel")
    assert pane.camera.parallel and shown.actions_made["camera.parallel"].isChecked()
    for preset in ("front", "reset", "fit"):
        press(shown, f"camera.{preset}")
        assert pane.camera.parallel, preset
    press(shown, "camera.parallel")
    assert not pane.camera.parallel
    press(shown, "camera.top")
    assert not pane.camera.parallel


def test_the_turntable_turns_until_the_mouse_takes_hold(shown, gui):
    pane, before = shown.stage.pane, shown.stage.camera
    press(shown, "camera.turntable")
    assert shown.stage.turntable.on
    gui.wait_for(lambda: shown.stage.camera != before)
    now = shown.stage.camera
    assert now.position[2] == pytest.approx(before.position[2])
    assert np.linalg.norm(np.subtract(now.position, now.focus)) == pytest.approx(
        np.linalg.norm(np.subtract(before.position, before.focus))
    )
    QTest.mousePress(pane.view, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(pane.view, Qt.MouseButton.LeftButton)
    assert not shown.stage.turntable.on and not shown.actions_made["camera.turntable"].isChecked()


def test_the_turntable_stops_where_there_is_nothing_to_turn(shown, gui):
    press(shown, "camera.turntable")
    shown.desk.session.restyle("View", view="map")
    gui.wait_for(lambda: not shown.stage.turntable.on)
    press(shown, "camera.turntable")
    assert not shown.stage.turntable.on


def test_a_view_is_kept_under_a_name_and_comes_back(shown, gui):
    press(shown, "camera.front")
    kept = shown.stage.camera
    press(shown, "camera.keep")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("from the front & low")
    dialog.accept()
    press(shown, "camera.top")
    menu = next(menu for menu in shown.findChildren(QMenu) if menu.title() == "Saved &views")
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "from the front && low").trigger()
    assert shown.stage.camera == kept
    menu.aboutToShow.emit()
    forget = next(action.menu() for action in menu.actions() if action.text() == "&Forget")
    forget.actions()[0].trigger()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["&Save this view…"]
    assert shown.desk.settings.values.views == {}


def test_where_there_is_no_3d_view_that_is_said(shown, gui):
    shown.desk.session.restyle("View", view="map")
    press(shown, "camera.keep")
    assert any("no 3-D view" in text for text in gui.notices(shown))


def test_the_map_is_filled_lined_or_both(shown):
    session = shown.desk.session
    kinds = []
    for _ in range(4):
        press(shown, "map.next")
        kinds.append((session.style.view, session.style.surface, session.style.isolines))
    both, filled, lines = ("map", True, True), ("map", True, False), ("map", False, True)
    assert kinds == [both, filled, lines, both]
    press(shown, "edit.undo")
    assert (session.style.view, session.style.surface, session.style.isolines) == lines


@pytest.mark.parametrize("parallel", [True, False])
def test_what_is_at_the_focus_keeps_its_size_in_the_other_projection(parallel):
    camera = Camera(position=(3.0, -4.0, 2.0), focus=(0.1, 0.0, 0.2), parallel=not parallel, parallel_scale=1.3)
    other = projected(camera, parallel)
    assert other.parallel is parallel and other.focus == camera.focus
    back = projected(other, not parallel)
    assert back.position == pytest.approx(camera.position) or back.parallel
    assert back.parallel_scale == pytest.approx(camera.parallel_scale) or not back.parallel


def test_a_whole_turn_comes_back():
    camera = Camera(position=(3.0, -4.0, 2.0), focus=(0.1, 0.0, 0.2), up=(0.0, 1.0, 0.0))
    at = camera
    for _ in range(8):
        at = turned(at, 45.0)
    assert at.position == pytest.approx(camera.position) and at.up == pytest.approx(camera.up)
