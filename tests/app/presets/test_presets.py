"""Presets: looks under a name, applied undoably, kept over starts, shared as files."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from lossvista.app.presets.dialog import Presets
from lossvista.app.presets.menu import PresetMenu
from lossvista.app.shelf import Shelf, applied, shared
from lossvista.compute.errors import LossvistaError
from lossvista.compute.style import Camera, Style

OWN = Style(camera=Camera(position=(1, 2, 3), focus=(0, 0, 0))).relieved(field="f", clip=2.0, low=0.1, high=9.0)


def test_every_shipped_preset_can_be_drawn(small_landscape, tmp_path):
    from lossvista.app.scene.still import render

    presets = Shelf(tmp_path).all()
    assert len(presets) >= 5 and not any(preset.own for preset in presets)
    render(small_landscape, presets[0].style, (160, 120), str(tmp_path / "picture.png"))
    assert all(shared(preset.style) == preset.style for preset in presets)


@given(st.text(min_size=1, max_size=80).filter(str.strip))
def test_any_name_is_a_file_and_comes_back(tmp_path_factory, name):
    shelf = Shelf(tmp_path_factory.mktemp("looks"))
    try:
        made = shelf.save(name, OWN.replace(colormap="magma"))
    except LossvistaError:  # names that fill a file's name when they are written as %XX
        assert len(os.fsencode(shelf.path(name.strip()).name)) > 200
        return
    assert shelf.get(name.strip()) == made and made.style == Style(colormap="magma")
    shelf.delete(made.name)
    assert shelf.get(made.name) is None


def test_what_belongs_to_one_landscape_stays():
    look = Style(colormap="magma", view="lines").relieved(scale="linear", height=2.0)
    dressed = applied(look, OWN)
    assert (dressed.camera, dressed.relief.clip, dressed.relief.field) == (OWN.camera, 2.0, "f")
    assert (dressed.colormap, dressed.view, dressed.relief.scale, dressed.relief.height) == (
        "magma",
        "lines",
        "linear",
        2.0,
    )
    assert shared(dressed) == look


@pytest.fixture
def dialog(window, small_landscape, gui):
    window.desk.session.add(small_landscape)
    window.actions_made["preset.manage"].trigger()
    opened = QApplication.activeModalWidget()
    assert isinstance(opened, Presets)
    yield opened
    opened.reject()
    gui.settle()


def names(dialog: Presets) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_save_apply_undo_delete(window, dialog):
    session = window.desk.session
    session.restyle("Colour map", colormap="cividis", view="lines")
    QTest.keyClicks(dialog.name, "Mine: a/b")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.chosen.name == "Mine: a/b" and dialog.chosen.own
    session.undo.undo()
    before = session.current.style
    dialog.apply_button.click()
    assert (session.current.style.colormap, session.current.style.view) == ("cividis", "lines")
    session.undo.undo()
    assert session.current.style == before
    entries = [action.text() for action in window.findChild(PresetMenu).actions]
    assert entries == names(dialog)
    dialog.delete_button.click()
    assert "Mine: a/b" not in names(dialog)
    assert "Mine: a/b" not in [action.text() for action in window.findChild(PresetMenu).actions]


def test_shipped_ones_cannot_be_deleted(dialog):
    dialog.list.setCurrentRow(0)
    assert not dialog.chosen.own and not dialog.delete_button.isEnabled()


def test_share_as_a_file(dialog, tmp_path, monkeypatch):
    dialog.list.setCurrentRow(1)
    there = tmp_path / "for others.style.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(there), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(there), ""))
    given = dialog.chosen
    dialog.export_button.click()
    assert Style.model_validate_json(there.read_bytes()) == given.style
    dialog.import_button.click()
    assert dialog.chosen.name == "for others" and dialog.chosen.style == given.style
    there.write_text("{")
    dialog.import_button.click()
    assert "holds no look" in dialog.wrong.text()


def test_the_menu_applies_and_is_grey_without_a_landscape(window, small_landscape):
    menu = window.findChild(PresetMenu)
    assert not any(action.isEnabled() for action in menu.actions)
    window.desk.session.add(small_landscape)
    (action,) = (action for action in menu.actions if action.text() == "Poster")
    action.trigger()
    assert window.desk.document.style.colormap == "magma" and window.desk.session.undo.canUndo()
