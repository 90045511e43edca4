"""The action table: every row can be triggered, in an empty window and on a landscape; every key is given once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from lossvista.app.actions import ACTIONS, BAR, MENUS
from lossvista.app.window import Window
from lossvista.compute.style import Style, View

NOT_HERE = {"file.quit"}  # closes the window: the tests of closing have it


@pytest.fixture(scope="module")
def shared(qapp, tmp_path_factory, gui) -> Iterator[Window]:
    """One window for all rows."""
    made = gui.open(tmp_path_factory.mktemp("settings"))
    yield made
    gui.end(made)


@pytest.fixture
def trigger(gui):
    """Triggers an action and closes what it opens, whether that blocks or not."""

    def close_dialogs() -> None:
        while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            dialog.reject()
            gui.settle()

    def do(window: Window, key: str) -> None:
        QTimer.singleShot(0, close_dialogs)
        window.actions_made[key].trigger()
        gui.settle()
        close_dialogs()
        gui.settle()

    return do


@pytest.mark.parametrize("key", [key for key in ACTIONS if key not in NOT_HERE])
def test_every_action_works(shared, trigger, small_landscape, key):
    session = shared.desk.session
    trigger(shared, key)  # in an empty window: grey, or harmless
    session.add(small_landscape, style=Style())  # whatever the row before left as the look of new ones
    before = session.current.style
    try:
        trigger(shared, key)
        assert not [card.notice.text for card in shared.desk.notices.cards if card.notice.severity == "error"]
        after = session.current.style if session.current is not None else before
        if key.startswith("show."):
            name = key.removeprefix("show.")
            assert getattr(after, name) != getattr(before, name)
        if key.removeprefix("view.") in get_args(View) and key.startswith("view."):
            assert after.view == key.removeprefix("view.")
            assert shared.actions_made[key].isChecked()
        if after != before:  # every change of a look can be taken back, and done again
            trigger(shared, "edit.undo")
            assert session.current.style == before
            trigger(shared, "edit.redo")
            assert session.current.style == after
    finally:
        shared.desk.notices.clear()
        for document in list(session.documents):
            session.close(document)
        if key in ("view.full_screen", "view.present"):
            trigger(shared, key)
        if key.startswith("theme."):
            trigger(shared, "theme.light")
        if key.startswith("dock."):
            trigger(shared, key)


def test_keys_are_given_once():
    keys = Counter(key for action in ACTIONS.values() for key in action.keys)
    assert max(keys.values()) == 1


def test_every_action_is_in_a_menu_and_every_entry_is_an_action(shared):
    def listed(entries):
        for entry in entries:
            if isinstance(entry, tuple):
                yield from listed(entry[1])
            elif entry is not None:
                yield entry

    menus = [key for entries in MENUS.values() for key in listed(entries)]
    assert sorted(menus) == sorted(ACTIONS)
    buttons = [entry[0] if isinstance(entry, tuple) else entry for entry in BAR]
    assert {*filter(None, buttons), *listed(BAR)} <= set(ACTIONS)
    assert {menu.title() for menu in shared.findChildren(QMenu)} >= set(MENUS)


def test_every_tooltip_names_the_key(shared):
    for key, action in ACTIONS.items():
        tip = shared.actions_made[key].toolTip()
        assert action.help in tip
        assert all(text in tip for text in action.keys), key


def test_the_list_of_keys_holds_every_key(shared):
    from PySide6.QtWidgets import QLabel

    from lossvista.app.help import Shortcuts

    dialog = Shortcuts(shared)
    words = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert all(key in words for action in ACTIONS.values() for key in action.keys)
    dialog.deleteLater()


def test_the_report_names_versions_and_opengl(shared):
    from lossvista.app.help import report

    text = report(shared.desk.opengl)
    assert all(word in text for word in ("lossvista", "torch", "vtk", "llvmpipe"))
