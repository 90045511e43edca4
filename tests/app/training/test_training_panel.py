"""The Training panel: what a recording tells is drawn, grows, is switched and read; following stops, resumes and is remembered."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from lossvista.app import theme
from lossvista.app.job import State
from lossvista.app.panels.training import Training as Panel
from lossvista.app.runs import Runs
from lossvista.app.session import Session
from lossvista.app.settings import Settings
from lossvista.app.training.chart import FRAME_MS
from lossvista.app.training.follower import IDLE_AFTER, IDLE_MS, LOOK_MS, Follower
from lossvista.app.training.follows import Follows
from lossvista.app.training.inks import ink
from lossvista.compute.errors import LossvistaError
from lossvista.compute.training.curve_lines import curve_line
from lossvista.compute.training.recipe import Training

LONG = 400  # seconds that a child may need on a busy machine to import torch


@pytest.fixture
def follows(qapp, tmp_path) -> Follows:
    made = Follows(Settings(tmp_path / "settings"))
    yield made
    made.shut()


@pytest.fixture
def panel(qtbot, follows) -> Panel:
    made = Panel(follows, Runs(Session(), follows.settings))
    qtbot.addWidget(made)
    made.resize(1100, 300)
    made.show()
    return made


def names(panel: Panel) -> list[str]:
    return [series.name for series in panel.chart.picture.series if series.listed]


def test_an_empty_panel_says_how_to_begin(panel):
    assert "Train a network" in panel.says.whole and not panel.page.isVisible()
    assert not panel.grab().toImage().isNull()


def test_the_curves_grow_while_the_recording_is_written(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    assert follower.live and "waiting for the first step" in panel.says.whole
    told = []
    follower.changed.connect(told.append)
    follower.look()
    assert told == []  # nothing new is nothing to draw
    for epoch in (1, 2, 3):
        recording.epoch()
        follower.look()
        assert len(told) == epoch
        assert f"epoch {epoch} of 4" in panel.says.whole
    assert names(panel) == ["mini-batch loss", "train loss", "test loss", "train accuracy", "test accuracy"]
    loss, *_ = (s for s in panel.chart.picture.series if s.name == "mini-batch loss")
    assert np.allclose(loss.x, np.arange(1, 13) / 4) and np.allclose(loss.y, 1 / np.arange(1, 13))
    assert panel.chart.picture.marks.tolist() == [2.25]  # the first iteration at the lower rate
    recording.say(finished=True)
    follower.look()
    assert not follower.live and "finished" in panel.says.whole
    assert not panel.stop.isVisible() and not panel.again.isVisible() and panel.landscape.isEnabled()


def test_the_timer_looks_by_itself(panel, follows, recording, gui):
    follower = follows.follow(str(recording.folder))
    recording.epoch()
    gui.wait_for(lambda: follower.told.checkpoints == 1 and names(panel))


def test_many_changes_are_one_picture(panel, follows, recording, gui):
    follower = follows.follow(str(recording.folder))
    gui.wait_for(lambda: not panel.chart._soon.isActive())
    before = panel.chart.painted
    for _ in range(20):
        recording.epoch()
        follower.look()
    assert panel.chart.painted == before and panel.chart._soon.interval() == FRAME_MS == 100
    gui.wait_for(lambda: panel.chart.painted > before)


def test_stop_and_follow_again(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    panel.stop.click()
    assert not follower.live and "not followed" in panel.says.whole
    recording.epoch()
    assert not names(panel)
    panel.again.click()
    assert follower.live and "mini-batch loss" in names(panel)


def test_pages_of_norm_and_weights(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    for _ in range(3):
        recording.epoch()
    follower.look()
    panel.page.group.button(1).click()
    assert panel.pages.currentWidget() is panel.norm
    norm, rate = panel.norm.picture.series
    assert norm.y.tolist() == [7, 11, 15] and rate.side == "right" and panel.norm.picture.right_log
    panel.page.group.button(2).click()
    panel.heat.make()
    assert [tile.name for tile in panel.heat.tiles] == ["fc.weight", "out.weight"]
    assert {tile.moments for tile in panel.heat.tiles} == {3}
    panel.when.group.button(1).click()
    panel.heat.make()
    assert {tile.moments for tile in panel.heat.tiles} == {12}
    assert panel.layer.values == ["", "fc.weight", "out.weight"]
    QApplication.processEvents()
    QTest.mouseClick(panel.heat, Qt.MouseButton.LeftButton, pos=panel.heat._boxes[1].center().toPoint())
    panel.heat.make()
    assert panel.layer.value() == "out.weight" and [tile.name for tile in panel.heat.tiles] == ["out.weight"]
    for button in panel.how.group.buttons():
        button.click()
        panel.heat.make()
        picture = panel.heat.grab().toImage()
        colors = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
        assert len(colors) > 4
    QTest.mouseClick(panel.heat, Qt.MouseButton.LeftButton, pos=panel.heat._boxes[0].center().toPoint())
    panel.heat.make()
    assert panel.layer.value() == "" and len(panel.heat.tiles) == 2


def test_the_curves_are_drawn_in_their_colours_and_the_drops_in_red(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    for _ in range(4):
        recording.epoch()
    follower.look()
    picture = panel.chart.grab().toImage()
    found = {QColor(picture.pixel(x, y)).name() for x in range(0, picture.width(), 2) for y in range(picture.height())}
    assert {ink("loss"), ink("accuracy"), theme.colors().base} <= found
    red = QColor(theme.colors().poor)
    assert any(abs(QColor(c).red() - red.red()) + abs(QColor(c).blue() - red.blue()) < 40 for c in found)


def test_pointing_at_a_chart_reads_its_values(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    for _ in range(2):
        recording.epoch()
    follower.look()
    chart = panel.chart
    chart.grab()  # lays it out
    (test_loss,) = (s for s in chart.picture.series if s.name == "test loss")
    (accuracy,) = (s for s in chart.picture.series if s.name == "test accuracy")
    assert chart.legend_text(test_loss) == "test loss  0.25" and chart.legend_text(accuracy) == "test accuracy  80.0 %"
    at = QPointF(chart._room.left() + chart._room.width() * 0.45, chart._room.center().y())
    none = Qt.MouseButton.NoButton
    with warnings.catch_warnings(action="ignore"):
        move = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(chart, move)
    assert chart.pointed == pytest.approx(0.9) and chart.legend_text(test_loss) == "test loss  0.5"
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert chart.pointed is None


def test_a_loop_of_somebody_s_own_that_tells_only_its_checkpoints(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    for recording.step in (0, 4, 8):
        recording.checkpoint()
    follower.look()
    assert names(panel) == ["train loss"]
    (series,) = panel.chart.picture.series
    assert series.y.tolist() == [1, 1 / 5, 1 / 9] and series.kind == "line"


def test_losses_that_cannot_be_drawn_are_no_picture_and_no_error(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    for step, loss in enumerate((np.nan, -1.0, np.inf, 0.0), 1):
        recording.append(
            "curves.jsonl", curve_line("iteration", step=step, epoch=step / 4, learning_rate=0.1, loss=loss)
        )
    follower.look()
    assert not panel.chart.picture.log and not panel.chart.grab().toImage().isNull()


def test_a_damaged_line_is_said_and_what_was_read_stays(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    recording.epoch()
    recording.append("curves.jsonl", b"{damaged\n")
    follower.look()
    assert "curves.jsonl" in panel.says.whole and "mini-batch loss" in names(panel)


def test_two_recordings_and_the_choice_between_them(panel, follows, write_recording):
    first, second = write_recording("first"), write_recording("second")
    for one in (first, second, second):
        one.epoch()
    a, b = follows.follow(str(first.folder)), follows.follow(str(second.folder))
    assert panel.shown is b and panel.which.isVisible()
    panel.which.combo.setCurrentIndex(1)
    assert panel.shown is a and "epoch 1 of" in panel.says.whole
    assert follows.follow(str(first.folder)) is a and len(follows.all) == 2
    panel.forget.click()
    assert panel.shown is b and follows.all == [b] and not panel.which.isVisible()


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_a_recording_is_a_sentence(follows, tmp_path, name):
    with pytest.raises(LossvistaError, match=r"recording|not there"):
        follows.follow(str(tmp_path / name))
    assert follows.all == []


def test_light_and_dark(panel, follows, recording):
    follower = follows.follow(str(recording.folder))
    for _ in range(2):
        recording.epoch()
    follower.look()
    app = QApplication.instance()
    try:
        theme.apply(app, "dark")
        panel.redraw_icons()
        picture = panel.chart.grab().toImage()
        assert QColor(picture.pixel(1, 1)).name() == theme.DARK.base
    finally:
        theme.apply(app, "light")
        panel.redraw_icons()


def test_a_folder_dropped_on_the_window_is_followed_and_offered_again(no_leaks, gui, tmp_path, recording):
    window = gui.open(tmp_path / "settings")
    recording.epoch()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(recording.folder))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings(action="ignore"):
        enter = QDragEnterEvent(QPoint(5, 5), *how)
    QApplication.sendEvent(window, enter)
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), *how))
    (follower,) = window.desk.follows.all
    assert follower.live and window.docks["training"].isVisible() and QApplication.activeModalWidget() is None
    (card,) = window.desk.notices.cards
    assert {b.text() for b in card.findChildren(QPushButton)} >= {"Compute its landscape", "Choose its plane…"}
    gui.end(window)
    assert not follower.live
    window = gui.open(tmp_path / "settings")
    try:
        assert window.desk.follows.all == []
        window.stage.welcome.recent.itemAt(0).widget().click()
        recording.epoch()
        (follower,) = window.desk.follows.all
        follower.look()
        assert len(follower.curves.epochs["step"]) == 2
    finally:
        gui.end(window)


def test_an_empty_folder_dropped_is_a_notice(window, gui, tmp_path):
    (tmp_path / "empty").mkdir()
    assert not window.desk.open(str(tmp_path / "empty"))
    (text,) = gui.notices(window)
    assert "holds no recording" in text and not window.desk.follows.all


def test_a_real_training_is_followed_from_its_start_and_its_landscape_is_offered(window, gui, tmp_path):
    out = str(tmp_path / "run")
    run = window.desk.runs.train(Training.of(model="mlp", samples=60, epochs=2), out)
    panel: Panel = window.docks["training"].panel
    assert panel.isVisible() and panel.shown.folder == out and panel.shown.live
    gui.wait_for(lambda: not run.active, LONG)
    assert run.state is State.DONE, run.error
    gui.wait_for(lambda: not panel.shown.live, LONG)
    assert panel.shown.told.finished and panel.shown.told.checkpoints == 3 and names(panel)
    (card,) = window.desk.notices.cards
    next(b for b in card.findChildren(QPushButton) if b.text() == "Compute its landscape").click()
    (_, landscape) = window.desk.runs.all
    assert landscape.recipe.directions == "pca" and landscape.recipe.trajectory == out
    assert landscape.out == f"{out}-pca.h5"


def test_a_follower_stops_looking_often_where_nothing_happens(qapp, recording):
    follower = Follower(str(recording.folder))
    follower.start()
    assert follower._timer.interval() == LOOK_MS
    for _ in range(IDLE_AFTER + 1):
        follower.look()
    assert follower._timer.interval() == IDLE_MS
    recording.epoch()
    follower.look()
    assert follower._timer.interval() == LOOK_MS
    follower.stop()
