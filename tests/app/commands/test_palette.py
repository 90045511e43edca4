"""The palette: finds actions, says why one is grey, runs one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lossvista.app.actions import ACTIONS
from lossvista.app.commands.delegate import ENTRY
from lossvista.app.commands.palette import Palette


@pytest.fixture
def palette(window, gui):
    def show() -> Palette:
        window.actions_made["help.palette"].trigger()
        gui.settle()
        return window.findChild(Palette)

    return show


def shown(palette: Palette) -> list[str]:
    return [palette.list.item(row).data(ENTRY).action.objectName() for row in range(palette.list.count())]


def test_it_lists_every_action_of_the_table(palette):
    assert set(ACTIONS) <= set(shown(palette()))


def test_typing_finds_and_enter_runs(window, palette, small_landscape, gui):
    window.desk.session.add(small_landscape)
    opened = palette()
    QTest.keyClicks(opened.line, "flat m")
    assert shown(opened)[0] == "view.map"
    QTest.keyClick(opened.line, Qt.Key.Key_Return)
    gui.wait_for(lambda: window.desk.document.style.view == "map")
    gui.settle()
    assert window.findChild(Palette) is None
    assert window.desk.settings.values.used == ("view.map",)
    assert shown(palette())[0] == "view.map"  # used lately, so first the next time


def test_a_grey_action_says_why_and_is_not_run(window, palette):
    opened = palette()
    QTest.keyClicks(opened.line, "save as")
    entry = opened.list.item(0).data(ENTRY)
    assert entry.action.objectName() == "file.save_as" and entry.help == "Open a landscape first"
    assert "not available" in opened.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    QTest.keyClick(opened.line, Qt.Key.Key_Return)
    assert opened.isVisible() and window.desk.settings.values.used == ()


def test_arrows_go_round_and_escape_closes(palette, gui):
    opened = palette()
    QTest.keyClick(opened.line, Qt.Key.Key_Up)
    assert opened.list.currentRow() == opened.list.count() - 1
    QTest.keyClick(opened.line, Qt.Key.Key_Down)
    assert opened.list.currentRow() == 0
    QTest.keyClick(opened.line, Qt.Key.Key_PageDown)
    assert opened.list.currentRow() > 1
    QTest.keyClick(opened.line, Qt.Key.Key_Escape)
    gui.settle()
    assert not QApplication.activePopupWidget()


def test_what_fits_nothing_says_so(palette):
    opened = palette()
    QTest.keyClicks(opened.line, "qqqq")
    assert opened.nothing.isVisible() and not shown(opened)


def test_a_command_called_by_its_whole_name_comes_first(palette):
    """There is a look preset with the word in it, too."""
    opened = palette()
    QTest.keyClicks(opened.line, "dark")
    assert opened.list.item(0).data(ENTRY).text == "Dark"


def test_what_fits_most_of_the_words_is_better_than_nothing(palette):
    opened = palette()
    QTest.keyClicks(opened.line, "table 1")
    assert "compare.table" in shown(opened)
    opened.line.clear()
    QTest.keyClicks(opened.line, "figure pdf")
    assert shown(opened)[0] == "file.screenshot"


def test_it_is_as_high_as_what_fits(palette, gui):
    opened = palette()
    tall = opened.height()
    assert opened.list.verticalScrollBar().maximum() > 0
    QTest.keyClicks(opened.line, "follow")
    gui.settle()
    assert opened.height() < tall and opened.list.verticalScrollBar().maximum() == 0
    opened.line.clear()
    gui.settle()
    assert opened.height() == tall
