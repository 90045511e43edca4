"""Balls dropped from a point of the window, on the slice and in the weight space."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from lossvista.app.pointing.balls import Balls
from lossvista.compute.descent import OPTIMIZERS
from lossvista.compute.trajectory import BALL


def close(gui, dialog: QDialog) -> None:
    dialog.reject()
    gui.settle()


def test_balls_race_on_the_slice_and_stay_as_paths(window, gui, small_landscape):
    desk, panel = window.desk, window.docks["balls"].panel
    desk.session.add(small_landscape)
    desk.points.choose(0.8, 0.7)
    window.actions_made["point.drop"].trigger()
    assert window.docks["balls"].isVisible()
    for box in panel.ticks.values():
        box.setChecked(True)
    panel.go.click()
    assert desk.balls.rolling and panel.halt.isEnabled() and panel.table.rowCount() == 5
    assert desk.session.style.path_color == "name"
    gui.wait_for(lambda: not desk.balls.rolling)
    paths = desk.balls.paths(desk.document)
    assert [len(path) for path in paths.values()] == [201] * 5 and set(paths) == set(OPTIMIZERS.values())
    assert panel.table.item(0, 0).text() == "SGD" and panel.table.item(0, 1).text() == "0.8, 0.7"
    assert desk.document.unsaved and "run" in small_landscape.trajectories
    lowest = [path["train_loss"].min() for path in paths.values()]
    assert [panel.table.item(k, 0).font().bold() for k in range(5)] == [value == min(lowest) for value in lowest]
    panel.clear.click()
    assert list(small_landscape.trajectories) == ["run"] and panel.table.rowCount() == 0 and not panel.clear.isEnabled()


def test_a_race_can_be_stopped_and_only_one_goes_on(window, gui, small_landscape):
    desk, panel = window.desk, window.docks["balls"].panel
    desk.session.add(small_landscape)
    desk.points.choose(0.8, 0.7)
    panel.go.click()
    panel.halt.click()
    assert not desk.balls.rolling and not panel.halt.isEnabled()
    shown = {name: len(path) for name, path in desk.balls.paths(desk.document).items()}
    panel.go.click()
    desk.session.close(desk.document)
    assert not desk.balls.rolling and all(count < 201 for count in shown.values())


def test_a_ball_from_nowhere_is_a_notice(window, gui, small_landscape):
    desk, panel = window.desk, window.docks["balls"].panel
    desk.session.add(small_landscape)
    desk.points.choose(5.0, 0.0)
    panel.go.click()
    assert "lies outside of the landscape" in gui.notices(window)[0] and not desk.balls.rolling


def test_wrong_choices_are_marked_and_nothing_is_dropped(window, gui, small_landscape):
    desk, panel = window.desk, window.docks["balls"].panel
    desk.session.add(small_landscape)
    panel.form.editors["lr"].line.setText("fast")
    panel.form.editors["lr"].edited.emit(False)
    assert not panel.go.isEnabled() and "Learning rate" in panel.says.toolTip() + panel.says.text()
    panel.form.editors["lr"].line.setText("0.01")
    panel.form.editors["lr"].edited.emit(False)
    for box in panel.ticks.values():
        box.setChecked(False)
    assert not panel.go.isEnabled()
    panel.ticks["adam"].setChecked(True)
    assert panel.go.isEnabled()
    panel.on.show_value("weights")
    panel.on.edited.emit(False)
    assert not panel.go.isEnabled()  # no network
    assert panel.form.editors["noise"].isHidden() and not panel.form.editors["batch_size"].isHidden()


def test_balls_roll_truly_in_the_weight_space(window, gui, computed):
    desk, panel = window.desk, window.docks["balls"].panel
    desk.open(str(computed))
    desk.points.choose(0.5, 0.5)
    panel.on.show_value("weights")
    panel.on.edited.emit(False)
    panel.form.editors["steps"].show_value(20)
    panel.go.click()
    gui.wait_for(lambda: desk.balls.paths(desk.document) and not desk.balls.rolling)
    paths = desk.balls.paths(desk.document)
    assert {path.how[BALL] for path in paths.values()} == {"weights"} and set(paths) == {"SGD", "Momentum", "Adam"}
    assert all(path["distance"][-1] > 0 and path["step"][-1] == 20 for path in paths.values())
    assert float(panel.table.item(0, 6).text()) > 0 and not gui.notices(window)


def test_the_dock_s_button_and_the_table_s_rows_follow_the_current_landscape(
    window, gui, small_landscape, tilted_landscape
):
    desk, panel = window.desk, window.docks["balls"].panel
    desk.session.add(small_landscape)
    panel.go.click()
    desk.balls.stop()
    assert panel.table.rowCount() > 0
    desk.session.add(tilted_landscape)
    assert panel.table.rowCount() == 0 and isinstance(desk.balls, Balls)
