"""The panel Playback: every control does what it says, the numbers are the checkpoint's, and Space plays unless it presses a button."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from lossvista.app.panels.playback import STEPS, PlaybackPanel
from lossvista.app.playing.playback import Playback
from lossvista.app.session import Session
from lossvista.compute.trajectory import Trajectory


@pytest.fixture
def playback(qtbot, small_landscape) -> Playback:
    session = Session()
    session.add(small_landscape)
    return Playback(session, session)


@pytest.fixture
def panel(qtbot, playback) -> PlaybackPanel:
    made = PlaybackPanel(playback)
    qtbot.addWidget(made)
    made.resize(900, 260)
    made.show()
    qtbot.waitUntil(lambda: made.chart.painted > 0 and made.chart._scales["x"] is not None)
    return made


def rows(table) -> dict[str, str]:
    return {table.item(j, 0).text(): table.item(j, 1).text() for j in range(table.rowCount())}


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_numbers_are_those_of_the_latest_checkpoint(panel, playback, small_landscape) -> None:
    playback.show(1.7)
    path, told = small_landscape.trajectories["run"], rows(panel.numbers)
    assert told["Checkpoint"] == "4 of 9" and told["Epoch"] == "1.5" and told["Step"] == "30"
    for title, column in (
        ("True loss", "train_loss"),
        ("Slice loss", "slice_loss"),
        ("Learning rate", "learning_rate"),
    ):
        assert float(told[title]) == pytest.approx(path[column][3], rel=1e-3)
    assert float(told["Distance from the plane"]) == pytest.approx(path["distance"][3], rel=1e-3)
    assert panel.moment.text() == "epoch 1.7 of 4" and panel.chart.time == 1.7
    playback.rest()
    assert panel.chart.time is None


def test_the_slider_and_the_keys_move_it(panel, playback) -> None:
    panel.slider.setFocus()
    panel.slider.setValue(STEPS // 4)
    assert playback.time == pytest.approx(1.0) and playback.active
    QTest.keyClick(panel.slider, Qt.Key.Key_Right)
    assert playback.time == pytest.approx(1.04)
    press(panel.on)
    assert playback.time == 1.5
    press(panel.back)
    assert playback.time == 1.0 and panel.slider.value() == STEPS // 4
    press(panel.whole)
    assert playback.time == 4.0 and not playback.active


def test_play_speed_loop_stick_and_fly(panel, playback) -> None:
    press(panel.go)
    assert playback.playing
    press(panel.go)
    assert not playback.playing
    panel.speed.combo.setFocus()
    QTest.keyClick(panel.speed.combo, Qt.Key.Key_Down)
    assert playback.speed == 2.0
    for name in ("loop", "stick", "fly"):
        before = getattr(playback, name)
        press(getattr(panel, name))
        assert getattr(playback, name) != before
        playback.choose(**{name: before})
        assert getattr(panel, name).isChecked() == before


def test_one_can_take_the_mark_in_the_chart(panel, playback) -> None:
    room = panel.chart._room
    at = lambda share: QPoint(round(room.left() + share * room.width()), round(room.center().y()))  # noqa: E731
    QTest.mousePress(panel.chart, Qt.MouseButton.LeftButton, pos=at(0.25))
    assert playback.time == pytest.approx(1.0, abs=0.05)
    QTest.mouseMove(panel.chart, at(0.75))
    QTest.mouseRelease(panel.chart, Qt.MouseButton.LeftButton, pos=at(0.75))
    assert playback.time == pytest.approx(3.0, abs=0.05)
    QTest.mouseMove(panel.chart, at(0.5))  # no button: it only reads
    assert playback.time == pytest.approx(3.0, abs=0.05)


def test_several_paths_have_a_column_each(panel, playback, small_landscape) -> None:
    path = small_landscape.trajectories["run"]
    small_landscape.trajectories["late"] = Trajectory({n: c[:5].copy() for n, c in path.columns.items()})
    playback.session.grow(playback.document, dict(small_landscape.trajectories))
    playback.show(3.0)
    assert panel.numbers.columnCount() == 3
    assert [panel.numbers.item(0, i).text() for i in (1, 2)] == ["7 of 9", "5 of 5"]
    assert [series.name for series in panel.chart.picture.series] == ["run", "late"]


def test_without_a_path_all_is_grey(panel, playback, tilted_landscape) -> None:
    playback.session.add(tilted_landscape)
    assert not panel.slider.isEnabled() and not panel.go.isEnabled() and panel.moment.text() == "no path"
    assert panel.numbers.rowCount() == 0
    assert "no path" in panel.chart.picture.empty


def test_space_plays_but_first_it_presses_what_has_the_focus(window, gui, small_landscape) -> None:
    window.desk.session.add(small_landscape)
    window.docks["playback"].show()
    window.activateWindow()
    gui.wait_for(window.isActiveWindow)
    playback, panel = window.desk.playback, window.docks["playback"].panel
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert playback.playing
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not playback.playing
    QTest.keyClick(window, ".")
    QTest.keyClick(window, ",")
    time = playback.time
    panel.on.setFocus()
    gui.wait_for(panel.on.hasFocus)
    QTest.keyClick(panel.on, Qt.Key.Key_Space)
    assert not playback.playing and playback.time > time
    assert np.isfinite(playback.time)


def test_the_panels_are_shown_by_their_keys_also_from_behind_another(window, gui) -> None:
    for key in ("dock.probe", "dock.playback"):
        dock = window.docks[key.removeprefix("dock.")]
        window.actions_made[key].trigger()
        gui.settle()
        assert dock.isVisible()
    window.docks["look"].raise_()
    gui.settle()
    assert not window.docks["probe"].in_sight
    window.actions_made["dock.probe"].trigger()
    gui.settle()
    assert window.docks["probe"].in_sight
    window.actions_made["dock.probe"].trigger()
    gui.settle()
    assert not window.docks["probe"].isVisible() and window.docks["look"].isVisible()
