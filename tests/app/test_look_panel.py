"""The Look panel: every control changes the style, undo and redo bring it back, and the panel follows the style."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lossvista.app.colormaps import Swatches
from lossvista.app.editors import Choice, Line, Segments, Toggle
from lossvista.app.inks import Hue
from lossvista.app.panels.layers import Eye
from lossvista.app.panels.look import Look
from lossvista.app.session import Session
from lossvista.app.sliders import Slide
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import drain
from lossvista.compute.studies.critical import critical
from lossvista.compute.studies.topology import TopologyChoices
from lossvista.compute.style import GROUPS, Style

UNSHOWN = ("camera", "path_span", "pins", "measured")
CONTROLS = [
    *(f"{group}_{name}" for group in GROUPS for name in type(Style.model_fields[group].default).model_fields),
    *(name for name in Style.model_fields if name not in (*GROUPS, *UNSHOWN)),
]


@pytest.fixture
def session(qtbot, small_landscape) -> Session:
    made = Session()
    # a layer of which there is nothing is grey
    drain(critical(small_landscape, TopologyChoices())).into(small_landscape)
    made.add(small_landscape)
    return made


@pytest.fixture
def look(qtbot, session) -> Iterator[Look]:
    panel = Look(session)
    qtbot.addWidget(panel)
    panel.resize(320, 900)
    panel.show()
    yield panel


def use(editor) -> None:
    """Change a control as a person would, to another value."""
    if isinstance(editor, Toggle):
        QTest.mouseClick(editor.box, Qt.MouseButton.LeftButton, pos=QPoint(9, editor.box.height() // 2))
    elif isinstance(editor, Segments):
        other = next(b for b in editor.group.buttons() if not b.isChecked())
        QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    elif isinstance(editor, Eye):
        QTest.mouseClick(editor.button, Qt.MouseButton.LeftButton)
    elif isinstance(editor, Hue):
        QTest.mouseClick(editor.button, Qt.MouseButton.LeftButton)
        editor.dialog.setCurrentColor(QColor("#123456"))
        editor.dialog.accept()
    elif isinstance(editor, (Swatches, Choice)):
        combo = editor.combo
        combo.setFocus()
        QTest.keyClick(combo, Qt.Key.Key_Down)
    elif isinstance(editor, Slide):
        editor.line.setFocus()
        editor.line.selectAll()
        QTest.keyClicks(editor.line, "0.7" if editor.high == 1 else "2")
        QTest.keyClick(editor.line, Qt.Key.Key_Return)
    elif isinstance(editor, Line):
        editor.line.setFocus()
        QTest.keyClicks(editor.line, "3")
        QTest.keyClick(editor.line, Qt.Key.Key_Return)


def test_every_field_of_the_style_has_a_control(look):
    assert set(look.editors) == set(CONTROLS)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_changes_its_field_and_undo_brings_it_back(look, session, name):
    document = session.current
    before = document.style
    for row in look.layers.rows.values():
        row.unfold(True)
    QApplication.processEvents()  # the layout
    use(look.editors[name])
    after = document.style
    assert after.part(name) != before.part(name)
    assert after.restyled(**{name: before.part(name)}) == before
    assert document.stack.count() == 1
    session.undo.undo()
    assert document.style == before
    session.undo.redo()
    assert document.style == after
    assert look.editors[name].value() == after.part(name)


def test_the_panel_follows_the_style(look, session):
    session.restyle("x", view="map", colormap="magma", levels=7, relief_clip=1.5, relief_scale="linear")
    assert look.editors["view"].value() == "map"
    assert look.editors["colormap"].value() == "magma"
    assert look.editors["levels"].line.text() == "7"
    assert look.editors["relief_clip"].line.text() == "1.5"
    assert look.editors["relief_scale"].value() == "linear"
    assert session.current.stack.count() == 1


def test_a_drag_of_the_slider_is_one_undo_step(look, session):
    slide = look.editors["levels"]
    before = session.current.style
    slide.slider.setSliderDown(True)
    for place in range(200, 900, 20):
        slide.slider.setSliderPosition(place)
    slide.slider.setSliderDown(False)
    first = session.current.style.levels
    assert first > before.levels and session.current.stack.count() == 1
    slide.slider.setSliderDown(True)
    slide.slider.setSliderPosition(100)
    slide.slider.setSliderDown(False)
    assert session.current.stack.count() == 2
    session.undo.undo()
    assert session.current.style.levels == first
    session.undo.undo()
    assert session.current.style == before


@pytest.mark.parametrize("scale", ["log", "linear", "symlog"])
def test_the_threshold_slider_runs_over_the_displayed_range(look, session, scale):
    if scale != "log":
        session.restyle("Scale", relief_scale=scale)
    relief = session.current.relief
    clip = look.editors["relief_clip"]
    assert clip.at(0) == pytest.approx(relief.low, rel=1e-3)
    assert clip.at(clip.STEPS) is None
    middle = float(relief.inverse(sum(relief.span) / 2))
    assert clip.at(clip.STEPS // 2) == pytest.approx(middle, rel=1e-3)
    values = np.array([clip.at(place) for place in range(0, clip.STEPS, 50)])
    assert (np.diff(values) > 0).all()
    assert all(abs(clip.place(v) - p) <= 1 for v, p in zip(values, range(0, clip.STEPS, 50), strict=True))


def test_the_slider_s_end_takes_the_threshold_away(look, session):
    clip = look.editors["relief_clip"]
    clip.slider.setValue(500)
    assert session.current.style.relief.clip is not None
    clip.slider.setValue(clip.STEPS)
    assert session.current.style.relief.clip is None and clip.line.text() == ""


@pytest.mark.parametrize("text", ["abc", "nan", "1e999", "--3"])
def test_what_is_no_number_is_marked_and_changes_nothing(look, session, text):
    before = session.current.style
    clip = look.editors["relief_clip"]
    clip.line.setFocus()
    QTest.keyClicks(clip.line, text)
    QTest.keyClick(clip.line, Qt.Key.Key_Return)
    assert clip.line.property("wrong") is True
    assert session.current.style == before


def test_a_number_out_of_range_is_said(look, session):
    height = look.editors["relief_height"]
    height.line.selectAll()
    height.line.setFocus()
    QTest.keyClicks(height.line, "99")
    QTest.keyClick(height.line, Qt.Key.Key_Return)
    assert "between 0 and 10" in look.wrong.text() and look.wrong.isVisible()
    assert session.current.style.relief.height == 1.0


def test_other_colour_maps_by_name(look, session):
    swatches = look.editors["colormap"]
    swatches.ask("crameri:oslo")
    assert session.current.style.colormap == "crameri:oslo"
    with pytest.raises(LossvistaError):
        swatches.ask("no such map")
    assert swatches.value() == session.current.style.colormap == "crameri:oslo"


def test_reset_is_undoable(look, session):
    session.restyle("x", view="lines", levels=5)
    changed = session.current.style
    QTest.mouseClick(look.reset, Qt.MouseButton.LeftButton)
    assert session.current.style == Style()
    session.undo.undo()
    assert session.current.style == changed


def test_every_control_says_what_it_is(look):
    for name, editor in look.editors.items():
        if name != "view":
            assert editor.toolTip(), name
    assert all(button.toolTip() for button in look.view.group.buttons())
