"""The picker of colour maps, from the Look panel: search, filter, try, take or give back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lossvista.app.panels.look import Look
from lossvista.app.session import Session


@pytest.fixture
def session(qtbot, small_landscape) -> Session:
    made = Session()
    made.add(small_landscape)
    return made


@pytest.fixture
def picker(qtbot, session, gui):
    look = Look(session)
    qtbot.addWidget(look)
    look.show()
    swatches = look.editors["colormap"]
    swatches.combo.setCurrentIndex(swatches.combo.count() - 1)
    swatches.combo.activated.emit(swatches.combo.count() - 1)
    made = swatches.picker
    gui.wait_for(lambda: not made._left)
    yield made
    if swatches.picker is not None:
        made.reject()
    gui.settle()


def shown(picker) -> list[str]:
    return [item.data(Qt.ItemDataRole.UserRole) for item in picker.items() if not item.isHidden()]


def test_only_good_ones_at_first_and_search_by_name_and_kind(picker):
    good = shown(picker)
    assert "viridis" in good and "crameri:batlow" in good and not any("jet" in name for name in good)
    picker.good.setChecked(False)
    assert len(shown(picker)) == picker.list.count() > len(good)
    QTest.keyClicks(picker.search, "crameri diverging")
    assert "crameri:vik" in shown(picker) and all(name.startswith("crameri:") for name in shown(picker))
    assert picker.said.text().startswith(f"{len(shown(picker))} of ")


def choose(picker, name: str) -> None:
    picker.list.setCurrentItem(next(i for i in picker.items() if i.data(Qt.ItemDataRole.UserRole) == name))


def test_what_is_tried_is_seen_and_taken_as_one_step(picker, session):
    for name in ("magma", "crameri:oslo", "cmocean:matter"):
        choose(picker, name)
        assert session.current.style.colormap == name
    picker.accept()
    assert session.current.style.colormap == "cmocean:matter"
    session.undo.undo()
    assert session.current.style.colormap == "viridis" and not session.undo.canUndo()


def test_to_cancel_gives_the_old_one_back(picker, session):
    choose(picker, "crameri:oslo")
    picker.reject()
    assert session.current.style.colormap == "viridis"
