"""Brush: one critical point is spoken of in all pictures; a click on a mark reads it and pins nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from lossvista.app.scene.camera import Projection
from lossvista.compute.studies.topology import POINTS


def test_pointing_and_clicking_in_3d(window, gui, critical_landscape) -> None:
    window.desk.session.add(critical_landscape)
    window.actions_made["camera.top"].trigger()
    gui.wait_for(lambda: window.stage.view.frames)
    window.stage.view.grabFramebuffer()
    scene, view, brush = window.stage.scene, window.stage.view, window.desk.probe.brush
    x, y = Projection(scene._renderer).pixels(scene.critical._middles)[1] / view.devicePixelRatioF()
    at = QPoint(round(x), round(view.height() - 1 - y))
    QTest.mouseMove(view, at)
    gui.wait_for(lambda: brush.over is not None)
    row = brush.over[1]
    assert scene.critical.brushed[0] == row and len(scene.critical.brushed) == 2
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert brush.chosen == (window.desk.document, row) and not window.desk.probe.pins
    window.docks["probe"].show()
    panel = window.docks["probe"].panel
    panel.read()
    cells = {panel.under.item(k, 0).text(): panel.under.item(k, 1).text() for k in range(panel.under.rowCount())}
    assert cells["Critical point"].startswith(("min", "saddle")) and "Persistence" in cells
    QTest.mouseMove(view, QPoint(3, 3))
    gui.wait_for(lambda: brush.over is None)
    assert scene.critical.brushed[0] == row  # what was clicked on stays
    window.desk.session.close(window.desk.document)
    assert brush.current is None


def test_on_the_map_and_where_there_is_a_reading(window, gui, critical_landscape) -> None:
    desk = window.desk
    desk.session.add(critical_landscape)
    desk.session.restyle("View", view="map")
    gui.wait_for(lambda: window.stage.flat is not None and window.stage.flat._axes is not None)
    gui.settle()
    flat, table = window.stage.flat, critical_landscape.tables[POINTS]
    flat.canvas.draw()
    at = QPoint(*(round(v) for v in flat.place(float(table["alpha"][0]), float(table["beta"][0]))))
    QTest.mouseClick(flat.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert desk.probe.brush.chosen == (desk.document, 0) and not desk.probe.pins
    assert flat.overlay.ringed == [(pytest.approx(0.5), pytest.approx(0))]
    desk.probe.leave()
    assert desk.probe.reading.main.value == pytest.approx(float(table["value"][0]))


def test_the_layer_says_why_it_is_not_there(window, small_landscape, critical_landscape) -> None:
    window.desk.session.add(small_landscape)
    row = window.docks["look"].panel.layers.rows["critical"]
    assert not row.eye.isEnabled() and "Critical points" in row.label.toolTip()
    window.desk.session.add(critical_landscape)
    assert row.eye.isEnabled()
    row.editors["critical_least"].line.setText("0.5")
    row.editors["critical_least"].line.editingFinished.emit()
    assert window.desk.session.style.critical_least == 0.5
