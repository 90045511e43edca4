"""The dialog for a new landscape, its last step: every choice, every mistake a sentence beside its field, undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lossvista.app.forms import editor_for
from lossvista.app.wizard.wizard import FOUND, RECIPE, SOURCE
from lossvista.compute.recipe import Recipe
from lossvista.compute.training.recipe import Training


def click(button) -> None:
    assert button.isVisible() and button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def at(dialog) -> int:
    return dialog.pages.currentIndex()


def decided(dialog) -> list[tuple]:
    """What is decided from now on."""
    told = []
    dialog.start_recipe.connect(lambda *said: told.append(said))
    dialog.start_demo.connect(lambda *said: told.append(said))
    return told


def wrong(dialog) -> set[str]:
    """The fields that are drawn as wrong."""
    return {
        name
        for form in (dialog.source.form, *dialog.recipe.forms)
        for name, editor in form.editors.items()
        if any(child.property("wrong") for child in editor.findChildren(QWidget))
    }


@pytest.fixture
def last(dialog, tmp_path):
    """The dialog on its last step, without a look."""
    (tmp_path / "net.pt").write_bytes(b"x")
    dialog.show_recipe({"weights": (str(tmp_path / "net.pt"),)})
    dialog._turn(RECIPE)
    return dialog


def test_the_form_holds_every_field_of_the_recipe_with_its_default(dialog) -> None:
    values = dialog.source.values() | dialog.recipe.values()
    assert set(values) == set(Recipe.model_fields) - {"trust_pickle"}  # that is asked file by file
    assert Recipe.of(**values) == Recipe()


@pytest.mark.parametrize("model", [Recipe, Training])
def test_every_field_has_an_editor_that_gives_back_what_it_shows(qtbot, model) -> None:
    for name, field in model.model_fields.items():
        editor = editor_for(model, name)
        qtbot.addWidget(editor)
        editor.show_value(field.default)
        assert editor.value() == field.default, name


RICH = {
    "also": ("other",),
    "trajectory": "run",
    "pca_centre": "mean",
    "repeat": 3,
    "weight_decay": 5e-4,
    "directions": "pca",
    "only": "layer4.*",
    "batch_norm": "re-estimated",
    "alpha": "-2:1",
    "beta": "-1:3",
    "resolution_x": 21,
    "ignore": "none",
}


def test_a_whole_recipe_comes_back_as_it_was(dialog) -> None:
    dialog.show_recipe(RICH)
    assert Recipe.of(**dialog.values()) == Recipe.of(**RICH)
    dialog.show_recipe({"directions": "file:/x/D.h5", "weights": ("a.pt",)})
    assert dialog.editor("directions").value() == "file:/x/D.h5"


def test_start_tells_recipe_and_file(last, tmp_path) -> None:
    told = decided(last)
    last.recipe.show_values({"resolution": 21, "seed": 7, "alpha": "-2:1", "ignore": "none"})
    click(last.go)
    ((recipe, out, overwrite),) = told
    wanted = {"resolution": 21, "seed": 7, "alpha": "-2:1", "ignore": "none", "weights": (str(tmp_path / "net.pt"),)}
    assert recipe == Recipe.of(**wanted)
    assert Path(out).parent == tmp_path and out.endswith(".h5") and not overwrite
    assert not last.isVisible()


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
def test_a_mistake_is_said_and_marked(last, name, text, sentence) -> None:
    told = decided(last)
    line = last.editor(name).line
    line.selectAll()
    QTest.keyClicks(line, text)
    click(last.go)
    assert told == [] and last.isVisible()
    assert sentence in last.wrong.text() and "Traceback" not in last.wrong.text()
    assert wrong(last) == {name}
    assert last.editor(name).isVisible()  # a folded section opens
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert wrong(last) == set() and last.wrong.text() == ""


@pytest.mark.parametrize(
    ("method", "sentence"), [("pca", "trajectory"), ("between", "two checkpoints"), ("points", "three")]
)
def test_directions_say_what_they_need(last, method, sentence) -> None:
    told = decided(last)
    directions = last.editor("directions")
    directions.combo.setCurrentIndex(directions.values.index(method))
    click(last.go)
    assert told == [] and sentence in last.wrong.text() and wrong(last)


def test_directions_from_a_file_ask_for_it(last) -> None:
    directions = last.editor("directions")
    assert not directions.file.isVisible()
    directions.combo.setCurrentIndex(directions.values.index("file"))
    assert directions.file.isVisible()
    click(last.go)
    assert "file:D.h5" in last.wrong.text() and wrong(last) == {"directions"}
    QTest.keyClicks(directions.file.line, "/x/D.h5")
    assert last.values()["directions"] == "file:/x/D.h5"


@pytest.mark.parametrize("out", ["", "FOLDER", "FILE/below/a.h5"])
def test_a_place_that_cannot_be_written(last, tmp_path, out) -> None:
    told = decided(last)
    (tmp_path / "file").write_text("")
    last.recipe.out.line.setText(out.replace("FOLDER", str(tmp_path)).replace("FILE", str(tmp_path / "file")))
    click(last.go)
    assert told == [] and last.wrong.text()
    assert last.recipe.out.line.property("wrong") is True


def test_the_proposed_file_is_a_new_one_and_follows_the_recipe(dialog, tmp_path) -> None:
    out = dialog.recipe.out
    assert out.value() == str(tmp_path / "cnn-random.h5")
    (tmp_path / "mlp-random.h5").write_text("")
    combo = dialog.editor("model").combo
    combo.setCurrentIndex(combo.findText("mlp"))
    assert out.value() == str(tmp_path / "mlp-random-2.h5")
    dialog._turn(RECIPE)
    out.line.selectAll()
    QTest.keyClicks(out.line, str(tmp_path / "mlp-random.h5"))
    assert dialog.recipe.replace.isVisible() and not dialog.recipe.replace.isChecked()
    combo.setCurrentIndex(combo.findText("cnn"))
    assert out.value() == str(tmp_path / "mlp-random.h5")


def test_undo_redo_and_defaults(last) -> None:
    seed, spin = last.editor("seed").line, last.editor("resolution").spin
    spin.setValue(21)
    seed.selectAll()
    QTest.keyClicks(seed, "12")
    QTest.keyClick(last, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (last.editor("seed").value(), spin.value()) == (0, 21)
    click(last.recipe.buttons["undo"])
    assert spin.value() == 51 and not last.recipe.buttons["undo"].isEnabled()
    for _ in range(2):
        click(last.recipe.buttons["redo"])
    assert (last.editor("seed").value(), spin.value()) == (12, 21)
    click(last.recipe.buttons["fit"])
    assert (last.editor("seed").value(), spin.value()) == (0, 51) and "seed" not in last.values()
    click(last.recipe.buttons["undo"])
    assert spin.value() == 21


def test_back_keeps_what_was_entered(last) -> None:
    last.editor("resolution").spin.setValue(21)
    QTest.keyClick(last, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert at(last) == FOUND
    place = last.steps._place(0).center().toPoint()
    QTest.mouseClick(last.steps, Qt.MouseButton.LeftButton, pos=place)
    assert at(last) == SOURCE and not last.back.isVisible() and last.editor("resolution").value() == 21
