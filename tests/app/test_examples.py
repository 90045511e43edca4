"""Examples: copies of shipped landscapes, on the first page and in the menu; saving one asks for a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from lossvista.app import examples
from lossvista.app.looks import write_style
from lossvista.compute.storage import save
from lossvista.compute.style import Style


@pytest.fixture
def shipped(tmp_path, monkeypatch, small_landscape, tilted_landscape) -> Path:
    """A folder of two examples, in place of the shipped ones."""
    folder = tmp_path / "examples"
    folder.mkdir()
    save(small_landscape, folder / "bowl.h5")
    write_style(str(folder / "bowl.h5"), Style(colormap="magma"))
    save(tilted_landscape, folder / "plane.h5")
    monkeypatch.setattr(examples, "FOLDER", folder)
    return folder


@pytest.fixture
def first(no_leaks, shipped, tmp_path, gui):
    """A window whose first page shows them."""
    window = gui.open(tmp_path / "settings", gui.NOWHERE, size=None)
    gui.wait_for(lambda: window.examples.all)
    yield window
    gui.end(window)


def test_the_first_page_shows_them_as_pictures(first, gui):
    cards = [card for card, _ in first.stage.welcome.gallery.cards]
    gui.wait_for(lambda: not any(card.icon().isNull() for card in cards))
    assert [card.text().replace("\n", " ") for card in cards] == ["A bowl with a path", "A tilted plane"]
    assert all(card.accessibleName() and card.toolTip() for card in cards)
    cards[0].setFocus()
    QTest.keyClick(cards[0], Qt.Key.Key_Space)
    document = first.desk.document
    assert (document.name, document.path, document.style.colormap) == ("A bowl with a path", "", "magma")
    assert document.unsaved


def test_the_pictures_make_way_in_a_narrow_window(first, gui):
    gallery = first.stage.welcome.gallery
    wide = gallery.cards[0][0].width()
    gallery.resize(280, gallery.height())
    assert gallery.cards[0][0].width() < wide and gallery.minimumSizeHint().width() == 0


def test_the_menu_opens_each_once(first):
    actions = first.examples.menu.actions()
    for action in (*actions, *actions):
        action.trigger()
    assert [document.example for document in first.desk.session.documents] == ["bowl", "plane"]


def test_saving_a_copy_asks_for_a_place_and_leaves_the_example_alone(first, shipped, tmp_path, monkeypatch):
    before = (shipped / "bowl.h5").read_bytes()
    first.examples.open("bowl")
    asked = []
    target = str(tmp_path / "mine.h5")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (asked.append(given) or target, ""))
    first.actions_made["file.save"].trigger()
    assert asked and first.desk.document.path == target and Path(target).is_file()
    assert (shipped / "bowl.h5").read_bytes() == before
    first.examples.open("bowl")  # now it is another copy
    assert len(first.desk.session.documents) == 2


def test_a_damaged_example_is_said_and_left_out(shipped, no_leaks, tmp_path, gui):
    (shipped / "bowl.h5").write_bytes(b"x" * 100)
    window = gui.open(tmp_path / "settings", gui.NOWHERE)
    gui.wait_for(lambda: window.examples.all)
    assert [example.name for example in window.examples.all] == ["plane"]
    assert any("bowl.h5" in text for text in gui.notices(window))
    gui.end(window)


def test_an_open_copy_comes_back_at_the_next_start(first, shipped, tmp_path, gui):
    first.examples.open("bowl")
    first.desk.session.restyle("Colour map", colormap="cividis")
    first.close()
    window = gui.open(tmp_path / "settings", gui.NOWHERE)
    assert (window.desk.document.example, window.desk.document.style.colormap) == ("bowl", "cividis")
    gui.end(window)


def test_the_shipped_ones_can_be_read():
    for name in examples.names():
        example = examples.read(name)
        assert example.title and example.landscape.surface.fields
