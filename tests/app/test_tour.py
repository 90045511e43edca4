"""The tour: five callouts at real parts of the window, by mouse and keyboard, shown once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lossvista.app import theme, tour
from lossvista.app.settings import Settings
from lossvista.app.window import Window


@pytest.fixture
def running(window, gui):
    window.desk.settings.update(toured=False)
    window.actions_made["help.tour"].trigger()
    gui.settle()
    (found,) = window.findChildren(tour.Tour)
    return found


def test_every_step_points_at_something_that_is_seen(window, running, small_landscape, gui):
    window.desk.session.add(small_landscape)
    window.docks["trust"].hide()
    for at, step in enumerate(tour.STEPS):
        running.go(at)
        gui.settle()
        place = step.at(window.desk)
        assert place.isValid() and window.rect().contains(place.center()), step.title
        assert window.childAt(place.center()) is not None
        callout = running.callout
        assert callout.isVisible() and window.rect().contains(callout.geometry())
        assert f"{at + 1} of {len(tour.STEPS)}" == callout.count.text()
        if at != 3:  # the picture fills the centre: its callout lies on it
            assert not callout.geometry().intersects(place)
    assert len(tour.STEPS) == 5 and window.docks["trust"].isVisible()


def test_the_keyboard_leads_through_it(window, running, gui):
    def press(key):
        QTest.keyClick(window.focusWidget(), key)

    running.callout.next_button.setFocus()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return)
    assert running.at == 2
    press(Qt.Key.Key_Left)
    assert running.at == 1
    for _ in range(3):
        press(Qt.Key.Key_Right)
    assert running.callout.next_button.text() == "Done"
    press(Qt.Key.Key_Right)
    gui.settle()
    assert window.findChildren(tour.Tour) == [] and window.desk.settings.values.toured


def test_escape_ends_it(window, running, gui):
    running.callout.next_button.setFocus()
    QTest.keyClick(running.callout.next_button, Qt.Key.Key_Escape)
    gui.settle()
    assert window.findChildren(tour.Callout) == [] and window.desk.settings.values.toured


def test_it_is_shown_at_the_first_start_only(no_leaks, tmp_path, gui):
    for seen in (False, True):
        settings = Settings(tmp_path / "settings")
        theme.apply(QApplication.instance(), "light")
        window = Window(settings, gui.NOWHERE)
        window.show()
        window.begin(gui.NOWHERE, [])
        gui.settle()
        found = window.findChildren(tour.Tour)
        assert bool(found) is not seen
        for one in found:
            one.callout.skip_button.click()
        gui.end(window)
