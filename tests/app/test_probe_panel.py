"""The panel Probe: it reads the pointer, edits pins undoably, measures between two, and copies what programs can read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from lossvista.app.panels.probe import Probe as ProbePanel
from lossvista.app.probing.probe import Probe
from lossvista.app.session import Session
from lossvista.compute.errors import LossvistaError
from lossvista.compute.pins import MOST


@pytest.fixture
def probe(qtbot, small_landscape) -> Probe:
    session = Session()
    session.add(small_landscape)
    return Probe(session, session)


@pytest.fixture
def panel(qtbot, probe) -> ProbePanel:
    made = ProbePanel(probe)
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.show()
    return made


def rows(table) -> dict[str, str]:
    return {table.item(j, 0).text(): table.item(j, 1).text() for j in range(table.rowCount())}


def opened(table, row: int, column: int) -> QLineEdit:
    """The editor of a cell, opened by F2."""
    table.setCurrentCell(row, column)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    (editor,) = (one for one in table.findChildren(QLineEdit) if one.isVisible())
    return editor


def edit(table, row: int, column: int, text: str) -> None:
    """Open a cell's editor, type, and press Enter."""
    editor = opened(table, row, column)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    for _ in range(3):  # Qt takes the text over a moment later
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_pointer_is_read_with_all_fields_slope_and_distances(panel, probe, small_landscape) -> None:
    small_landscape.trust["cosine"] = 0.0
    grid, session = small_landscape.surface.grid, probe.session
    probe.point(session.current, float(grid.alpha[8]), float(grid.beta[2]))
    told = rows(panel.under)
    stored = small_landscape.surface.fields["train_loss"][2, 8]
    assert float(told["Training loss"]) == pytest.approx(stored, rel=1e-3)
    assert told["How"] == "evaluated" and told["Samples"] == "60" and told["Training accuracy"].endswith("%")
    assert told["α"] == "0.6" and told["β"] == "−0.6" and told["Distance from the centre"] == "0.8485"
    assert told["… in weight space"] == "1.273"  # both norms are 1.5
    assert float(told["Slope ∂/∂α"].replace("−", "-")) == pytest.approx(6 * 0.4 + 1.5 * -0.5, rel=1e-2)
    probe.point(session.current, 0.55, -0.55)
    assert rows(panel.under)["How"] == "bilinear" and rows(panel.under)["Nodes around"] == "evaluated"
    probe.leave()
    assert not panel.under.isEnabled()


def test_pins_are_renamed_and_moved_in_the_table_and_undone(panel, probe) -> None:
    session = probe.session
    probe.add(1 / 3, -0.25)
    edit(panel.pins, 0, 0, "minimum")
    assert probe.pins[0].text == "minimum"
    edit(panel.pins, 0, 1, "-0.5")
    assert (probe.pins[0].alpha, probe.pins[0].beta) == (-0.5, -0.25)
    edit(panel.pins, 0, 2, "nonsense")
    assert probe.pins[0].beta == -0.25 and panel.pins.item(0, 2).text() == "−0.25"
    assert session.current.stack.count() == 3
    session.undo.undo()
    assert panel.pins.item(0, 1).text() == "0.3333"
    session.undo.undo()
    session.undo.undo()
    assert panel.pins.rowCount() == 0 and not probe.pins
    session.undo.redo()
    assert panel.pins.item(0, 0).text() == "1"


def test_coordinates_are_edited_as_they_are_and_not_as_they_are_rounded(panel, probe) -> None:
    probe.add(1 / 3, -0.25)
    editor = opened(panel.pins, 0, 1)
    assert editor.text() == "0.3333333333"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert probe.pins[0].alpha == 1 / 3


def test_the_buttons_and_the_delete_key(panel, probe) -> None:
    for _ in range(3):
        QTest.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    assert [pin.text for pin in probe.pins] == ["1", "2", "3"]
    spot = panel.pins.visualItemRect(panel.pins.item(1, 0)).center()
    QTest.mouseClick(panel.pins.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert probe.chosen == [1]
    QTest.keyClick(panel.pins, Qt.Key.Key_Delete)
    assert [pin.text for pin in probe.pins] == ["1", "3"] and not panel.delete.isEnabled()
    probe.choose([0])
    QTest.mouseClick(panel.delete, Qt.MouseButton.LeftButton)
    assert [pin.text for pin in probe.pins] == ["3"]
    QTest.mouseClick(panel.clear, Qt.MouseButton.LeftButton)
    assert not probe.pins and not panel.clear.isEnabled()


def test_two_pins_measure_whether_chosen_or_alone(panel, probe) -> None:
    assert not panel.measure.isVisible()
    probe.add(-0.4, 0.2)
    probe.add(0.6, 0.2)
    assert panel.measure.isVisible() and panel.between.text() == "From “1” to “2”"
    told = rows(panel.measure)
    assert told["Δα"] == "1" and told["Δβ"] == "0" and told["Distance in the plane"] == "1"
    assert told["Distance in weight space"] == "1.5"
    probe.add(0.0, 0.0)
    assert not panel.measure.isVisible()
    probe.choose([2, 0])
    assert panel.between.text() == "From “3” to “1”" and rows(panel.measure)["Δα"] == "−0.4"


def test_pins_are_copied_as_text_that_programs_read(panel, probe, small_landscape) -> None:
    probe.add(0.2, 0.4)
    probe.add(0.25, 0.4)
    probe.rename(0, "a\tb")
    head, first, second = probe.text().splitlines()
    assert head.split("\t") == ["name", "alpha", "beta", "train_loss", "train_accuracy", "how"]
    name, alpha, beta, loss, _, how = first.split("\t")
    assert (name, float(alpha), float(beta), how) == ("a b", 0.2, 0.4, "bilinear")  # 0.2 is no node to the last bit
    assert float(loss) == small_landscape.surface.probe(0.2, 0.4, "train_loss")[0]
    assert second.endswith("bilinear")
    panel.under.setFocus()
    QTest.keyClick(panel.under, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "\t" in QGuiApplication.clipboard().text()


def test_too_many_pins_are_a_sentence(panel, probe) -> None:
    said: list[LossvistaError] = []
    probe.session.warned.connect(said.append)
    for k in range(MOST):
        probe.add(k / MOST, 0.0)
    QTest.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    assert len(probe.pins) == MOST and f"{MOST} pins" in said[0].message
    with pytest.raises(LossvistaError):
        probe.rename(0, "x" * 200)


def test_another_landscape_has_its_own_pins(panel, probe, tilted_landscape, line_landscape) -> None:
    probe.add(0.2, 0.4)
    probe.session.add(tilted_landscape)
    assert not probe.pins and panel.pins.rowCount() == 0
    probe.session.add(line_landscape)
    probe.add(0.5)
    assert panel.pins.isColumnHidden(2) and "∂/∂β" not in " ".join(rows(panel.under))
