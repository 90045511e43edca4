"""Presenter mode: nothing but the picture, in large type; all as it was afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lossvista.app import presenter


@pytest.fixture
def size() -> None:
    """As a user gets it."""


def state(window):
    docks = {name: dock.isVisibleTo(window) for name, dock in window.docks.items()}
    return docks, window.menuBar().isVisibleTo(window), window.bar.isVisibleTo(window), QApplication.font().toString()


def test_presenting_hides_all_but_the_picture_and_brings_it_back(window, small_landscape, gui):
    window.desk.session.add(small_landscape)
    window.actions_made["dock.log"].trigger()
    before, size = state(window), QApplication.font().pointSizeF()
    dpi = window.stage.view.render_window.GetDPI()
    window.actions_made["view.present"].trigger()
    gui.settle()
    docks, menu, bar, _ = state(window)
    assert not any(docks.values()) and not menu and not bar and window.isFullScreen()
    assert QApplication.font().pointSizeF() > 1.3 * size
    assert window.stage.view.render_window.GetDPI() > 1.4 * dpi
    window.actions_made["view.map"].trigger()  # keys go on working, and a page that is new now is written large too
    assert window.stage.flat.figure.dpi > 1.4 * 100 and window.actions_made["view.present"].isChecked()
    window.actions_made["view.present"].trigger()
    gui.settle()
    assert state(window) == before and not window.isFullScreen()
    assert window.stage.view.render_window.GetDPI() == dpi and window.stage.flat.figure.dpi == 100


def test_escape_ends_it(window, gui):
    window.actions_made["view.present"].trigger()
    window.activateWindow()
    gui.wait_for(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not presenter.presenting(window.desk)


def test_a_window_closed_while_presenting_comes_back_with_its_panels(no_leaks, tmp_path, gui):
    window = gui.open(tmp_path / "settings", gui.NOWHERE)
    window.actions_made["view.present"].trigger()
    gui.end(window)
    window = gui.open(tmp_path / "settings", gui.NOWHERE)
    assert window.docks["look"].isVisibleTo(window) and window.bar.isVisibleTo(window)
    gui.end(window)
