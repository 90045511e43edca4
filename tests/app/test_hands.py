"""Hands: clicking pins, dragging moves pins and nothing else, pointing marks all panes, and a playback runs in all of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from lossvista.app.scene.camera import Projection


@pytest.fixture
def solid(window, gui, small_landscape):
    """A landscape seen from above in 3-D, drawn."""
    window.desk.session.add(small_landscape)
    window.actions_made["camera.top"].trigger()
    gui.wait_for(lambda: window.stage.view.frames)
    window.stage.view.grabFramebuffer()
    return window


@pytest.fixture
def flat(window, gui, small_landscape):
    """The same as a flat map."""
    window.desk.session.add(small_landscape)
    window.desk.session.restyle("View", view="map")
    gui.wait_for(lambda: window.stage.flat is not None and window.stage.flat._axes is not None)
    gui.settle()  # it may still be given its size
    window.stage.flat.canvas.draw()
    return window


def on_view(window, alpha: float, beta: float) -> QPoint:
    """Where the 3-D view shows the surface's point."""
    scene, view = window.stage.scene, window.stage.view
    from lossvista.app.scene.drape import spot

    x, y = Projection(scene._renderer).pixels(spot(scene.shot.sheet, alpha, beta)[None])[0] / view.devicePixelRatioF()
    return QPoint(round(x), round(view.height() - 1 - y))


def on_canvas(window, x: float, y: float) -> QPoint:
    """Where the flat page shows a point, in data coordinates."""
    return QPointF(*window.stage.flat.pixels(np.array([[x, y]]))[0].tolist()).toPoint()


def drag(widget, first: QPoint, last: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=first)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(widget, first + (last - first) * share)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=last)


def test_a_click_pins_a_node_and_undo_takes_it_away(solid, gui) -> None:
    probe, view = solid.desk.probe, solid.stage.view
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=on_view(solid, 0.4, -0.6))
    (pin,) = probe.pins
    assert (pin.alpha, pin.beta, pin.text) == (pytest.approx(0.4), pytest.approx(-0.6), "1")
    assert probe.read(pin).at_node and probe.chosen == [0]
    solid.actions_made["edit.undo"].trigger()
    assert not probe.pins and not probe.chosen
    solid.actions_made["edit.redo"].trigger()
    assert probe.pins == (pin,)


def test_turning_the_view_or_a_click_beside_the_surface_pins_nothing(solid) -> None:
    view, camera = solid.stage.view, solid.stage.camera
    drag(view, on_view(solid, 0.0, 0.0), on_view(solid, 0.5, 0.3))
    assert not solid.desk.probe.pins and solid.stage.camera != camera
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, on_view(solid, 0.0, 0.0))
    assert not solid.desk.probe.pins


def test_dragging_a_pin_moves_it_in_one_undo_step_and_the_camera_stays(solid, gui) -> None:
    desk, view = solid.desk, solid.stage.view
    desk.probe.add(0.4, -0.6)
    view.grabFramebuffer()
    camera, before = solid.stage.camera, desk.document.stack.count()
    drag(view, on_view(solid, 0.4, -0.6), on_view(solid, -0.2, 0.6))
    (pin,) = desk.probe.pins
    assert (pin.alpha, pin.beta) == (pytest.approx(-0.2), pytest.approx(0.6))
    assert solid.stage.camera == camera and desk.document.stack.count() == before + 1
    solid.actions_made["edit.undo"].trigger()
    assert desk.probe.pins[0].alpha == 0.4


def test_a_click_on_a_pin_chooses_it_and_adds_none(solid) -> None:
    desk, view = solid.desk, solid.stage.view
    desk.probe.add(0.4, -0.6)
    desk.probe.add(-0.4, 0.2)
    view.grabFramebuffer()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=on_view(solid, 0.4, -0.6))
    assert len(desk.probe.pins) == 2 and desk.probe.chosen == [0]


def test_the_flat_map_pins_marks_and_drags_too(flat, gui) -> None:
    desk, canvas = flat.desk, flat.stage.flat.canvas
    QTest.mouseMove(canvas, on_canvas(flat, 0.204, 0.396))  # by way of the X server, which takes its time
    gui.wait_for(lambda: desk.probe.under is not None)
    assert desk.probe.under == (desk.document, pytest.approx(0.2), pytest.approx(0.4))  # the node nearby
    assert flat.stage.flat.overlay.marker == (pytest.approx(0.2), pytest.approx(0.4))
    assert "evaluated on 60 samples" in flat.under_pointer.text()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=on_canvas(flat, 0.2, 0.4))
    (pin,) = desk.probe.pins
    assert (pin.alpha, pin.beta) == (pytest.approx(0.2), pytest.approx(0.4))
    flat.stage.flat.draw_now()
    flat.stage.flat.canvas.draw()
    drag(canvas, on_canvas(flat, 0.2, 0.4), on_canvas(flat, -0.6, -0.4))
    (pin,) = desk.probe.pins
    assert (pin.alpha, pin.beta) == (pytest.approx(-0.6), pytest.approx(-0.4))
    assert desk.document.stack.undoText() == "Move pin"
    QTest.mouseMove(canvas, QPoint(2, 2))
    gui.wait_for(lambda: desk.probe.under is None)
    assert desk.probe.under is None and flat.stage.flat.overlay.marker is None


def test_a_curve_is_pinned_at_its_value(window, gui, line_landscape) -> None:
    window.desk.session.add(line_landscape)
    gui.wait_for(lambda: window.stage.flat is not None and window.stage.flat._axes is not None)
    window.stage.flat.canvas.draw()
    value = float(line_landscape.surface.fields["train_loss"][0, 15])
    spot = on_canvas(window, float(line_landscape.surface.grid.alpha[15]), value)
    QTest.mouseMove(window.stage.flat.canvas, spot)
    gui.wait_for(lambda: window.stage.flat.overlay.marker is not None)
    x, y = window.stage.flat.place(*window.stage.flat.overlay.marker)
    assert abs(x - spot.x()) < 3 and abs(y - spot.y()) < 3
    QTest.mouseClick(window.stage.flat.canvas, Qt.MouseButton.LeftButton, pos=spot)
    (pin,) = window.desk.probe.pins
    assert pin.alpha == pytest.approx(0.5)
    window.stage.flat.draw_now()
    assert any("0.8" in text.get_text() or "1 " in text.get_text() for text in window.stage.flat._axes.texts)


def test_pointing_marks_every_pane(window, gui, small_landscape, tilted_landscape) -> None:
    session = window.desk.session
    session.add(small_landscape)
    session.add(tilted_landscape)
    session.places.arrange(1, 2)
    gui.settle()
    first, second = window.stage.panes.all
    first.hovered.emit(0.25, 0.5)
    for pane in (first, second):
        assert pane.scene.marker.at == (0.25, 0.5)
    first.left.emit()
    assert first.scene.marker.at is None and second.scene.marker.at is None


def test_the_playback_runs_in_3d_and_flat_and_the_camera_flies_along(solid, gui, qtbot) -> None:
    playback, stage = solid.desk.playback, solid.stage
    playback.show(1.0)
    assert stage.scene.playback.balls.GetVisibility()
    before = stage.camera
    playback.choose(fly=True)
    qtbot.waitUntil(lambda: stage.camera != before, timeout=20_000)
    hand_camera = lambda: stage.camera  # noqa: E731
    landed = next(c for c in solid.findChildren(object) if type(c).__name__ == "Flying" and c.pane is stage.pane)
    qtbot.waitUntil(lambda: np.allclose(hand_camera().position, landed.camera().position, atol=1e-4), timeout=20_000)
    at = stage.camera
    playback.show(2.0)
    assert stage.camera != at
    drag(stage.view, QPoint(200, 200), QPoint(240, 220))
    assert not playback.fly  # whoever takes the camera has it
    solid.desk.session.restyle("View", view="map")
    gui.wait_for(lambda: stage.flat is not None and stage.flat._axes is not None)
    (way,) = stage.flat.overlay.ways
    np.testing.assert_allclose(way.points[-1], [-0.45, 0.2], atol=1e-9)
    faint = [one.get_alpha() for one in stage.flat.fading.faint]
    assert faint and set(faint) == {0.2}
    playback.rest()
    assert not stage.flat.overlay.ways and not stage.flat.fading.faint
    assert not stage.scene.playback.balls.GetVisibility()


def test_sections_show_the_pins_that_lie_on_them(window, gui, small_landscape) -> None:
    window.desk.session.add(small_landscape)
    probe = window.desk.probe
    for alpha, beta in ((0.4, 0.0), (0.0, -0.6), (0.2, 0.2)):
        probe.add(alpha, beta)
    window.desk.session.restyle("View", view="curves")
    flat = lambda: window.stage.flat  # noqa: E731
    gui.wait_for(lambda: flat() is not None and flat()._axes is not None)
    flat().canvas.draw()
    assert [flat().place(pin.alpha, pin.beta) is not None for pin in probe.pins] == [True, True, False]
    told = [text.get_text() for axes in flat().figure.axes for text in axes.texts]
    assert any(text.startswith("1 ") for text in told) and any(text.startswith("2 ") for text in told)
    assert not any(text.startswith("3 ") for text in told)
    x, y = flat().place(0.0, -0.6)
    QTest.mouseClick(flat().canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert probe.chosen == [1] and len(probe.pins) == 3


def test_a_preset_of_the_camera_ends_the_flight_and_a_right_click_offers_a_pin(solid, gui, qtbot) -> None:
    playback, stage = solid.desk.playback, solid.stage
    playback.show(1.0)
    playback.choose(fly=True)
    before = stage.camera
    qtbot.waitUntil(lambda: stage.camera != before, timeout=20_000)
    solid.actions_made["camera.front"].trigger()
    playback.show(2.0)
    assert not playback.fly
    stage.panes.asked.emit(solid.desk.document, 0.6, -0.2)
    assert "pins.add" in [action.objectName() for action in solid.point_menu.menu.actions()]
    solid.point_menu.menu.close()
    solid.actions_made["pins.add"].trigger()
    assert [(pin.alpha, pin.beta) for pin in solid.desk.probe.pins] == [(0.6, -0.2)]


def test_playing_shows_a_path_that_is_hidden(solid) -> None:
    solid.desk.session.restyle("Descent path", path=False)
    solid.actions_made["play.toggle"].trigger()
    assert solid.desk.playback.playing and solid.desk.document.style.path
    solid.actions_made["play.toggle"].trigger()
    assert not solid.desk.playback.playing


def test_two_pins_show_the_way_between_them_in_every_view(solid, gui) -> None:
    probe, stage, session = solid.desk.probe, solid.stage, solid.desk.session
    probe.add(-0.6, 0.2)
    assert not stage.scene.measure.line.GetVisibility()
    probe.add(0.6, -0.2)
    assert stage.scene.measure.line.GetVisibility()
    low = stage.scene.measure.line.GetBounds()[0]
    probe.move(0, -0.9, 0.2)
    assert stage.scene.measure.line.GetBounds()[0] < low - 0.2
    session.restyle("View", view="map")
    gui.wait_for(lambda: stage.flat is not None and told(stage.flat))
    probe.add(0.0, 0.0)
    gui.wait_for(lambda: not told(stage.flat))
    probe.choose([0, 2])
    gui.wait_for(lambda: told(stage.flat) == ["distance 0.922"])
    session.restyle("View", view="contours")
    assert stage.scene.measure.shown.last == (0.0, 0.0)


def test_two_chosen_pins_measure_in_what_is_seen_and_in_no_look(solid) -> None:
    probe, session = solid.desk.probe, solid.desk.session
    for alpha in (-0.6, 0.6, 0.0):
        probe.add(alpha, 0.2)
    probe.choose([2, 0])
    assert session.seen().pair == probe.measured == (probe.pins[2], probe.pins[0])
    assert session.style.measured is None and session.current.style.measured is None
    assert solid.stage.scene.measure.shown.first == (0.0, 0.2)
    steps = session.current.stack.count()
    probe.remove([0])
    assert session.current.stack.count() == steps + 1
    assert session.current.between is None and session.seen().pair == probe.pins


def test_the_choice_of_pins_ends_with_another_landscape(solid, small_landscape) -> None:
    probe, session = solid.desk.probe, solid.desk.session
    for alpha in (-0.6, 0.6, 0.0):
        probe.add(alpha, 0.2)
    probe.choose([0, 1])
    first = session.current
    session.add(small_landscape)
    assert first.between is None
    session.activate(first)
    assert session.seen().pair is None and not solid.stage.scene.measure.line.GetVisibility()


def told(flat) -> list[str]:
    """What the flat page tells of two pins, first lines."""
    texts = [text.get_text() for axes in flat.figure.axes for text in axes.texts]
    return [text.splitlines()[0] for text in texts if text.startswith("distance")]
