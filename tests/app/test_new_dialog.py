"""New landscape: the form is the recipe's; a mistake is a sentence beside the field that is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lossvista.app.forms import editor_for
from lossvista.app.new import NewLandscape, unwritable
from lossvista.compute.recipe import Recipe
from lossvista.compute.training.recipe import Training


@pytest.fixture
def parent(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(parent, tmp_path) -> NewLandscape:
    made = NewLandscape(parent, tmp_path)
    made.tabs.setCurrentIndex(1)
    made.show()
    return made


@pytest.fixture
def weights(tmp_path) -> str:
    (tmp_path / "net.pt").write_bytes(b"x")  # the dialog looks whether it is there, the job what it is
    return str(tmp_path / "net.pt")


def decided(dialog) -> list[tuple]:
    """Press Compute; what was decided."""
    told = []
    dialog.start_recipe.connect(lambda *said: told.append(said))
    dialog.start_demo.connect(lambda *said: told.append(said))
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    return told


def wrong(dialog) -> set[str]:
    """The fields that are drawn as wrong."""
    return {
        name
        for form in dialog.forms
        for name, editor in form.editors.items()
        if any(child.property("wrong") for child in editor.findChildren(QWidget))
    }


def test_the_form_holds_every_field_of_the_recipe_with_its_default(dialog):
    values = dialog.values()
    assert set(values) == set(Recipe.model_fields)
    assert Recipe.of(**values) == Recipe()


@pytest.mark.parametrize("model", [Recipe, Training])
def test_every_field_has_an_editor_that_gives_back_what_it_shows(qtbot, model):
    for name, field in model.model_fields.items():
        editor = editor_for(model, name)
        qtbot.addWidget(editor)
        editor.show_value(field.default)
        assert editor.value() == field.default, name


def test_compute_tells_recipe_and_file(dialog, weights, tmp_path):
    dialog.show_recipe({"weights": (weights,), "resolution": 21, "seed": 7, "alpha": "-2:1", "ignore": "none"})
    ((recipe, out, overwrite),) = decided(dialog)
    assert recipe == Recipe.of(weights=(weights,), resolution=21, seed=7, alpha="-2:1", ignore="none")
    assert Path(out).parent == tmp_path and out.endswith(".h5") and not overwrite
    assert not dialog.isVisible()


def test_two_weights_with_spaces(dialog, tmp_path):
    paths = tuple(str(tmp_path / name) for name in ("a b.pt", "ü#.pt"))
    for path in paths:
        Path(path).write_bytes(b"x")
    dialog.editor("weights").line.setText("; ".join(paths))
    ((recipe, *_),) = decided(dialog)
    assert recipe.weights == paths


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("reach", "wide", "Reach"),
        ("reach", "0", "Reach"),
        ("reach", "-1", "Reach"),
        ("alpha", "1:-1", "lower one first"),
        ("alpha", "x", "LOW:HIGH"),
        ("seed", "-1", "Seed"),
        ("seed", "1.5", "Seed"),
    ],
)
def test_a_mistake_is_said_and_marked(dialog, weights, name, text, sentence):
    dialog.editor("weights").line.setText(weights)
    line = dialog.editor(name).line
    line.selectAll()
    QTest.keyClicks(line, text)
    assert decided(dialog) == [] and dialog.isVisible()
    assert sentence in dialog.wrong.text() and "Traceback" not in dialog.wrong.text()
    assert wrong(dialog) == {name}
    assert dialog.editor(name).isVisible()  # a folded section opens
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert wrong(dialog) == set() and dialog.wrong.text() == ""


def test_pca_needs_a_trajectory(dialog, weights):
    dialog.editor("weights").line.setText(weights)
    directions = dialog.editor("directions")
    directions.combo.setCurrentIndex(directions.values.index("pca"))
    assert decided(dialog) == []
    assert "trajectory" in dialog.wrong.text() and "trajectory" in wrong(dialog)


def test_a_network_is_needed(dialog):
    assert decided(dialog) == []
    assert wrong(dialog) == {"weights", "trajectory"}


def test_a_file_that_is_not_there(dialog):
    dialog.editor("weights").line.setText("/nowhere/net.pt")
    assert decided(dialog) == []
    assert "/nowhere/net.pt" in dialog.wrong.text() and wrong(dialog) == {"weights"}


@pytest.mark.parametrize("out", ["", "FOLDER", "FILE/below/a.h5"])
def test_a_place_that_cannot_be_written(dialog, weights, tmp_path, out):
    (tmp_path / "file").write_text("")
    dialog.editor("weights").line.setText(weights)
    dialog.out.line.setText(out.replace("FOLDER", str(tmp_path)).replace("FILE", str(tmp_path / "file")))
    assert decided(dialog) == [] and dialog.wrong.text()
    assert dialog.out.line.property("wrong") is True


def test_the_proposed_file_is_a_new_one_and_follows_the_recipe(dialog, tmp_path):
    assert dialog.out.value() == str(tmp_path / "cnn-random.h5")
    (tmp_path / "mlp-random.h5").write_text("")
    combo = dialog.editor("model").combo
    combo.setCurrentIndex(combo.findText("mlp"))
    assert dialog.out.value() == str(tmp_path / "mlp-random-2.h5")
    line = dialog.out.line
    line.selectAll()
    QTest.keyClicks(line, str(tmp_path / "mlp-random.h5"))
    assert dialog.replace.isVisible() and not dialog.replace.isChecked()
    combo.setCurrentIndex(combo.findText("cnn"))
    assert dialog.out.value() == str(tmp_path / "mlp-random.h5")


def test_the_demo(dialog, tmp_path):
    dialog.tabs.setCurrentIndex(0)
    assert decided(dialog) == [(str(tmp_path / "demo"),)]


def test_unwritable_says_why(tmp_path):
    assert unwritable(tmp_path / "new" / "folder") == ""
    assert (tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").write_text("")
    assert "not a folder" in unwritable(tmp_path / "file" / "below")
    if os.geteuid() != 0:
        (tmp_path / "shut").mkdir(mode=0o500)
        assert "not writable" in unwritable(tmp_path / "shut" / "below")
