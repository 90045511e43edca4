"""The view of the curvature: what it draws, reads at the pointer, and copies; live, and where there is nothing yet."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from lossvista.app.studying.spectrum import NOTHING
from lossvista.compute.studies.added import Added
from lossvista.compute.studies.curvature import DENSITY, LAYERS, SPECTRUM, TRACE
from lossvista.compute.table import Table

HOW = {"matrix": "hessian", "alpha": 0.0, "beta": 0.0, "count": 1234, "value": 5.0, "low": 4.0, "high": 6.0}
ENDS = Table(
    {
        "eigenvalue": np.array([3.0, -5.0]),
        "residual": np.array([1e-3, 2e-3]),
        "end": np.array(["largest", "smallest"], dtype=object),
        "rank": np.array([1, 1]),
    },
    HOW,
)
DENSE = Table({"eigenvalue": np.linspace(-6, 4, 101), "density": np.exp(-(np.linspace(-6, 4, 101) ** 2))}, HOW)
LAYERED = Table(
    {"layer": np.array(["conv1", "linear"], dtype=object), "parameters": np.array([9, 4])}
    | {name: np.array([1.0, 2.0]) for name in ("lambda_max", "residual", "trace", "trace_low", "trace_high")}
    | {"lambda_min": np.array([-1.0, 0.0])},
    HOW,
)


def test_the_spectrum_as_it_comes(window, gui, small_landscape) -> None:
    desk = window.desk
    desk.session.add(small_landscape)
    window.actions_made["study.curvature"].trigger()
    view = window.docks["studies"].panel.sheet.view
    assert view.says.whole == NOTHING
    view.grab()  # nothing to draw yet
    desk.session.enter(desk.document, Added({SPECTRUM: ENDS}))
    gui.wait_for(lambda: "λ from −5 to 3" in view.says.whole)
    assert "1,234 parameters" in view.says.whole
    stems = view.chart.grab().toImage()
    desk.session.enter(desk.document, Added({DENSITY: DENSE, TRACE: Table({"trace": np.array([4.0, 6.0])}, HOW)}))
    gui.wait_for(lambda: "trace 5 (4 … 6)" in view.says.whole)
    assert view.chart.grab().toImage() != stems

    room = view.chart._room
    QTest.mouseMove(view.chart, QPoint(int(room.center().x()), int(room.center().y())))
    gui.wait_for(lambda: view.chart.pointed is not None)
    assert "λ = " in view.chart.reading and "residual" in view.chart.reading

    QTest.mouseClick(view.page.group.button(1), Qt.MouseButton.LeftButton)
    empty = view.bars.grab().toImage()
    desk.session.enter(desk.document, Added({LAYERS: LAYERED}))
    gui.wait_for(lambda: view.bars.grab().toImage() != empty)

    QTest.mouseClick(view.page.group.button(2), Qt.MouseButton.LeftButton)
    view.numbers.setFocus()
    QTest.keyClick(view.numbers, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert "largest 1\t3\t" in copied and "linear" in copied and "trace\t5\t1\twhole network" in copied
    view.redraw_icons()
