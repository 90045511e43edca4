"""Panes: the centre in one to six parts, each with a landscape in a view of its own."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


@pytest.fixture
def two(window, small_landscape, tilted_landscape):
    """A window with two landscapes open, the second in front."""
    for one in (small_landscape, tilted_landscape):
        window.desk.session.add(one)
    return window


def names(window) -> list[str | None]:
    return [place.document.name if place.document else None for place in window.desk.session.places.all]


def test_a_split_shows_what_is_open_and_then_other_views_of_it(two):
    session, panes = two.desk.session, two.stage.panes
    first, second = session.documents
    session.places.arrange(1, 2)
    assert [place.document for place in session.places.all] == [second, first]
    assert session.current is second and not panes.all[0].header.isHidden()
    session.places.arrange(2, 2)
    shown = [(place.document, place.style.view) for place in session.places.all]
    assert len(set(shown)) == 4 and {document for document, _ in shown} == {first, second}
    session.places.arrange(1, 1)
    assert session.current is second and panes.all[0].header.isHidden() and len(panes.of) == 1


def test_a_click_into_a_pane_makes_it_the_active_one(two, gui):
    session, panes = two.desk.session, two.stage.panes
    session.places.arrange(1, 2)
    gui.wait_for(lambda: all(pane.view and pane.view.frames for pane in panes.all))
    left, right = panes.all
    QTest.mouseClick(right.view, Qt.MouseButton.LeftButton)
    assert session.current is right.document and two.stage.scene is right.scene
    assert right.header.active and not left.header.active
    QTest.mouseClick(left.header, Qt.MouseButton.LeftButton)
    assert session.current is left.document and two.stage.scene is left.scene


def test_one_landscape_in_two_panes_has_a_view_in_each_and_undo_goes_back_step_by_step(two, gui):
    session = two.desk.session
    session.close(session.documents[0])
    (document,) = session.documents
    session.restyle("View", view="surface")
    session.places.arrange(1, 2)
    one, other = session.places.all
    assert (one.style.view, other.style.view) == ("surface", "contours")
    session.places.focus(other)
    two.actions_made["view.map"].trigger()
    assert (one.style.view, other.style.view) == ("surface", "map") and two.stage.page is two.stage.flat
    assert two.actions_made["view.map"].isChecked()
    session.restyle("Colour map", colormap="magma")
    assert {place.style.colormap for place in (one, other)} == {"magma"}
    two.actions_made["edit.undo"].trigger()
    assert {place.style.colormap for place in (one, other)} == {document.style.colormap} != {"magma"}
    two.actions_made["edit.undo"].trigger()
    assert (one.style.view, other.style.view) == ("surface", "contours")
    two.actions_made["edit.redo"].trigger()
    assert (one.style.view, other.style.view) == ("surface", "map")


def test_closing_a_landscape_empties_its_pane(two):
    session = two.desk.session
    session.places.arrange(1, 2)
    gone, left = (place.document for place in session.places.all)
    session.close(gone)
    assert [place.document for place in session.places.all] == [None, left] and session.current is left
    session.places.focus(session.places.all[0])
    assert session.current is None and two.stage.page is two.stage.message
    assert not two.actions_made["file.save"].isEnabled()
    session.activate(left)
    assert [place.document for place in session.places.all] == [left, left]
    session.close(left)
    assert session.places.shape == (1, 1) and two.stage.page is two.stage.welcome


def test_splits_leave_nothing_behind(two, gui):
    session, panes = two.desk.session, two.stage.panes

    def count() -> tuple[int, Counter[str]]:
        for _ in range(3):
            QApplication.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        known = Counter(type(o).__name__ for o in gc.get_objects() if type(o).__name__.startswith("vtk"))
        return len(two.findChildren(QWidget)), known

    session.places.arrange(2, 2)
    session.places.arrange(1, 1)
    widgets, before = count()
    for _ in range(4):
        session.places.arrange(2, 2)
        gui.wait_for(lambda: all(pane.view is None or pane.view.frames for pane in panes.all))
        session.places.arrange(1, 1)
    after_widgets, after = count()
    assert after_widgets == widgets
    assert not after - before
