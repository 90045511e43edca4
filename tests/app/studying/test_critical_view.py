"""The merge tree and the diagram: drawn from the tables, simplified with the surface's marks, and brushed both ways."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from lossvista.compute.merging import diagram, merging
from lossvista.compute.studies.topology import POINTS


@pytest.fixture
def view(window, gui, critical_landscape):
    """The study's sheet beside a landscape with two wells."""
    window.desk.session.add(critical_landscape)
    window.desk.session.restyle("x", critical_least=0.0)
    window.actions_made["study.critical"].trigger()
    made = window.docks["studies"].panel.sheet.view
    gui.wait_for(lambda: made.tree.room.width() > 50)
    return made


def test_the_lines_of_two_wells(critical_landscape) -> None:
    table = critical_landscape.tables[POINTS]
    lines = merging(critical_landscape)
    inside = ~lines.rim
    assert inside.sum() == 2 and np.isnan(lines.death).sum() == 1
    (young,) = np.flatnonzero(inside & np.isfinite(lines.death))
    assert table["kind"][lines.saddle[young]] == "saddle" and table["value"][lines.saddle[young]] == lines.death[young]
    assert lines.to[young] == lines.x[0] and merging(critical_landscape, 1.0).row.tolist() == [0]
    along = merging(critical_landscape, along=True)
    np.testing.assert_allclose(along.x[inside], [0.75, 0.25])
    pairs = diagram(critical_landscape)
    assert len(pairs.row) == len(lines) and (pairs.kind == "minimum").all()


def test_pointing_at_a_branch_rings_its_minimum_and_saddle_on_the_surface(view, window, gui) -> None:
    tree, brush = view.tree, window.desk.probe.brush
    lines = tree.lines
    k = int(np.flatnonzero(~lines.rim & np.isfinite(lines.death))[0])
    x, low, high = tree._x(lines.x)[k], tree.height_of(lines.birth)[k], tree._tops()[k]
    QTest.mouseMove(tree, QPoint(round(x), round((low + high) / 2)))
    gui.wait_for(lambda: brush.over is not None)
    scene = window.stage.scene
    assert scene.critical.brushed == (lines.row[k], lines.saddle[k])
    QTest.mouseClick(tree, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(low)))
    assert brush.chosen == (window.desk.document, lines.row[k])
    assert tree.row_at(QPointF(tree._x(lines.to)[k], high)) in (lines.saddle[k], lines.row[0])
    assert tree.row_at(QPointF(1, 1)) is None
    before = tree.grab().toImage()
    brush.choose(window.desk.document, int(lines.row[0]))  # as a click on the surface does
    brush.point(window.desk.document, None)
    assert tree.grab().toImage() != before


def test_the_slider_simplifies_tree_and_surface_and_is_undone(view, window) -> None:
    scene, session = window.stage.scene, window.desk.session
    many = len(view.tree.lines)
    view.least.line.setText("1")
    view.least.line.editingFinished.emit()
    assert len(view.tree.lines) == 1 < many and len(scene.critical.drawn) == 1
    assert "1 ▼   0 ◆   0 ▲" in view.tree.said
    session.undo.undo()
    assert len(view.tree.lines) == many and view.least.value() == 0


def test_the_diagram_is_brushed_too(view, window, gui) -> None:
    view.which.show_value("diagram")
    view.which.edited.emit(False)
    plot = view.diagram
    gui.wait_for(lambda: plot.room.width() > 50)
    plot.grab()
    x, y = plot._places()
    for k, row in enumerate(plot.pairs.row.tolist()):
        assert plot.row_at(QPointF(x[k], y[k])) == row
    view.which.show_value("alpha")
    view.which.edited.emit(False)
    assert view.pictures.currentWidget() is view.tree and view.tree.by_alpha


def test_without_points_it_says_so(view, window, small_landscape) -> None:
    window.desk.session.add(small_landscape)
    assert view.picture.up is None and not view.least.isEnabled()
    view.tree.grab()


def test_the_list_and_the_keyboard_choose_too(view, window, gui) -> None:
    brush, document = window.desk.probe.brush, window.desk.document
    view.tree.setFocus()
    QTest.keyClick(view.tree, Qt.Key.Key_Down)
    assert brush.chosen == (document, view.tree.lines.row[0])
    QTest.keyClick(view.tree, Qt.Key.Key_Down)
    assert brush.chosen == (document, view.tree.lines.row[1])
    table = window.desk.document.landscape.tables[POINTS]
    assert window.desk.points.chosen == (table["alpha"][brush.chosen[1]], table["beta"][brush.chosen[1]])
    view.which.show_value("list")
    view.which.edited.emit(False)
    rows = view.list
    assert rows.rowCount() == len(table) and rows.item(0, 0).text() == "min 1"
    assert [index.row() for index in rows.selectionModel().selectedRows()] == [brush.chosen[1]]
    rows.selectRow(0)
    assert brush.chosen == (document, 0)
    view.which.show_value("side")
    view.which.edited.emit(False)
    QTest.keyClick(view.tree, Qt.Key.Key_Escape)
    assert brush.chosen is None
