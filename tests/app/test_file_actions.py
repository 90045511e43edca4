"""The actions that ask for files: the question is answered, and what they do is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from lossvista.app.picture_dialog import PictureDialog
from lossvista.compute.storage import load

ASKS = ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory")


@pytest.fixture
def answer(monkeypatch):
    """Answers the next questions for files with a path."""

    def give(path: str) -> None:
        for name in ASKS:
            one = {"getOpenFileNames": ([path], ""), "getExistingDirectory": path}.get(name, (path, ""))
            monkeypatch.setattr(QFileDialog, name, lambda *_args, one=one, **_named: one)

    return give


@pytest.fixture
def opened(window, saved, small_landscape):
    window.desk.open(saved(small_landscape))
    return window


def test_open(window, saved, tilted_landscape, answer):
    path = saved(tilted_landscape, "b.h5")
    answer(path)
    window.actions_made["file.open"].trigger()
    assert window.desk.document.path == path


def test_save_as(opened, answer, tmp_path):
    answer(str(tmp_path / "copy"))
    opened.actions_made["file.save_as"].trigger()
    assert load(tmp_path / "copy.h5").title == opened.desk.document.name


def test_save_puts_the_look_beside_the_file(opened):
    opened.desk.session.restyle("Colour map", colormap="magma")
    opened.actions_made["file.save"].trigger()
    assert "magma" in Path(opened.desk.document.path).with_suffix(".style.json").read_text()


def test_export(opened, answer, tmp_path, gui):
    mesh = tmp_path / "mesh.ply"
    answer(str(mesh))
    opened.actions_made["file.export"].trigger()
    gui.wait_for(lambda: any("Saved mesh.ply" in text for text in gui.notices(opened)))
    assert mesh.stat().st_size > 500


def test_screenshot(opened, tmp_path):
    opened.actions_made["view.map"].trigger()
    opened.actions_made["file.screenshot"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PictureDialog)
    dialog.size_choice.show_value((0, 0))
    dialog.out.show_value(str(tmp_path / "picture.png"))
    dialog.go.click()
    assert (tmp_path / "picture.png").stat().st_size > 1000


def test_follow_of_a_folder_without_a_recording_says_so(window, answer, tmp_path, gui):
    answer(str(tmp_path))
    window.actions_made["file.follow"].trigger()
    assert len(gui.notices(window)) == 1 or window.docks["training"].isVisible()


def test_giving_up_a_question_does_nothing(opened, monkeypatch, tmp_path):
    before = sorted(tmp_path.iterdir())
    for name in ASKS:
        empty = {"getOpenFileNames": ([], ""), "getExistingDirectory": ""}.get(name, ("", ""))
        monkeypatch.setattr(QFileDialog, name, lambda *_args, empty=empty, **_named: empty)
    for key in ("file.open", "file.save_as", "file.export", "file.follow"):
        opened.actions_made[key].trigger()
    assert sorted(tmp_path.iterdir()) == before and len(opened.desk.session.documents) == 1
