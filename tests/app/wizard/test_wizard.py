"""The wizard: three steps, real looks in real child processes, and every mistake a sentence beside its field."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lossvista.app.fields import unwritable
from lossvista.app.forms import editor_for
from lossvista.app.wizard.draft import Source
from lossvista.app.wizard.recipe import RecipePage
from lossvista.app.wizard.wizard import FOUND, RECIPE, SOURCE, NewLandscape
from lossvista.compute.findings import Findings, Layer, SplitFound, Trial
from lossvista.compute.problem.consent import content_hash
from lossvista.compute.recipe import Recipe
from lossvista.compute.training.recipe import Training

PATIENCE = 300  # seconds, for a child that imports torch on a machine that is busy


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


def idle(dialog) -> bool:
    return dialog.looking.job is None


@pytest.fixture
def last(dialog, tmp_path):
    """The dialog on its last step, without a look."""
    (tmp_path / "net.pt").write_bytes(b"x")
    dialog.show_recipe({"weights": (str(tmp_path / "net.pt"),)})
    dialog._turn(RECIPE)
    return dialog


# --- The whole way ---


def test_from_a_checkpoint_to_a_recipe(dialog, gui, nets, tmp_path) -> None:
    told = decided(dialog)
    combo = dialog.editor("model").combo
    combo.setCurrentIndex(combo.findText("mlp"))
    dialog.editor("weights").line.setFocus()
    QTest.keyClicks(dialog.editor("weights").line, str(nets / "odd.pt"))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert at(dialog) == FOUND and dialog.found.currentWidget() is dialog.found.waiting and not dialog.go.isEnabled()
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    page = dialog.found
    assert page.currentWidget() is page.result and dialog.go.isEnabled()
    assert page.tiles["Parameters"].value.text() == "6,570" and "1,442" in page.tiles["Samples"].more.text()
    assert "module." in page.remarks.text() and "float16" in page.remarks.text()
    table = page.layers.model()
    texts = [[table.index(row, column).data() for column in range(6)] for row in range(table.rowCount())]
    assert ["Linear", "64 × 64", "64", "4,096", "yes"] in [row[1:] for row in texts]
    assert any(row[5] == "no: a bias" for row in texts)
    assert dialog.findings.trial is None
    click(page.try_button)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert "Training loss" in page.verdict.text() and "One point takes" in page.verdict.text()
    click(dialog.go)
    assert at(dialog) == RECIPE and dialog.go.text() == "Start"
    panel = dialog.recipe.estimate
    assert "2,601 points" in panel.notes["Time"].text() and "MiB" in panel.values["Memory"].text()
    before = panel.values["Time"].text()
    dialog.editor("resolution").spin.setValue(5)
    assert "25 points" in panel.notes["Time"].text() and panel.values["Time"].text() != before
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    ((recipe, out, overwrite),) = told
    assert recipe == Recipe.of(model="mlp", data="digits", weights=(str(nets / "odd.pt"),), resolution=5)
    assert out == str(tmp_path / "mlp-random.h5") and not overwrite and not dialog.isVisible()


def test_a_gpu_that_is_not_here_is_said_where_it_is_chosen(dialog, gui, nets) -> None:
    """Fault 16: a recipe of another machine; then the CPU, and the estimate is the CPU's."""
    dialog.show_recipe({"model": "mlp", "weights": (str(nets / "mlp.pt"),), "device": "cuda:97"})
    click(dialog.go)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert dialog.found.currentWidget() is dialog.found.result
    click(dialog.found.try_button)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert "There is no GPU 'cuda:97'" in dialog.wrong.text() and dialog.found.currentWidget() is dialog.found.result
    click(dialog.go)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert at(dialog) == RECIPE and "There is no GPU 'cuda:97'" in dialog.wrong.text() and wrong(dialog) == {"device"}
    line = dialog.editor("device").line
    line.selectAll()
    QTest.keyClicks(line, "cpu")
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert not wrong(dialog) and not dialog.wrong.text()
    click(dialog.recipe.estimate.measure)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert dialog.findings.trial.device == "cpu" and "about" in dialog.recipe.estimate.values["Time"].text()


def test_a_pickle_is_opened_only_after_the_person_says_so(dialog, gui, nets) -> None:
    dialog.show_recipe({"model": "mlp", "weights": (str(nets / "pickle.pt"),)})
    click(dialog.go)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    page = dialog.found
    assert page.currentWidget() is page.trouble and not dialog.go.isEnabled()
    assert page.consent.isVisible() and str(nets / "pickle.pt") in page.agree.text()
    assert "--trust-pickle" not in page.advice.text() and not page.open_it.isEnabled()
    assert "trust_pickle" not in dialog.values()
    page.agree.click()
    click(page.open_it)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert page.currentWidget() is page.result and list(dialog.source.trusted) == [str(nets / "pickle.pt")]
    assert dialog.values()["trust_pickle"] == (content_hash(nets / "pickle.pt"),)
    click(dialog.back)
    assert str(nets / "pickle.pt") in dialog.source.consented.text()
    click(dialog.source.revoke)
    assert "trust_pickle" not in dialog.values()


def test_a_pickle_that_was_agreed_to_is_asked_for_once(dialog, host, gui, nets, tmp_path) -> None:
    """Known by its content, until the person trusts no more."""
    hashes = []
    dialog.consented.connect(hashes.append)
    dialog.show_recipe({"model": "mlp", "weights": (str(nets / "pickle.pt"),)})
    click(dialog.go)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    dialog.found.agree.click()
    click(dialog.found.open_it)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    (known,) = hashes
    copied = tmp_path / "elsewhere.pt"
    copied.write_bytes((nets / "pickle.pt").read_bytes())
    again = NewLandscape(host, tmp_path)
    again.show()
    again.looking.known = [known]
    again.show_recipe({"model": "mlp", "weights": (str(copied),)})
    click(again.go)
    gui.wait_for(lambda: idle(again), PATIENCE)
    assert again.found.currentWidget() is again.found.result and again.source.trusted == {str(copied): known}
    click(again.back)
    click(again.source.revoke)
    click(again.go)
    gui.wait_for(lambda: idle(again), PATIENCE)
    assert again.found.currentWidget() is again.found.trouble and again.found.consent.isVisible()
    again.close()


def test_a_file_of_one_s_own_and_one_that_fails(dialog, gui, nets) -> None:
    QTest.mouseClick(dialog.source.cards[Source.FILE], Qt.MouseButton.LeftButton)
    line = dialog.editor("problem").line
    QTest.keyClicks(line, f"{nets / 'own.py'}:broken")
    click(dialog.go)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    page = dialog.found
    assert page.currentWidget() is page.trouble and "the data set is elsewhere" in page.sentence.text()
    assert "raise ValueError" in page.details.toPlainText() and not page.consent.isVisible()
    click(page.back)
    assert at(dialog) == SOURCE
    line.selectAll()
    QTest.keyClicks(line, str(nets / "own.py"))
    click(dialog.go)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert page.heading.text() == "a parabola" and "batch-norm" in page.remarks.text()
    click(dialog.go)  # where there was no forward pass yet, the last step makes one
    assert dialog.recipe.estimate.running.isVisible()
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    assert "2,601 points" in dialog.recipe.estimate.notes["Time"].text()


def test_escape_during_a_look_ends_it(dialog, gui, nets, host) -> None:
    dialog.show_recipe({"model": "mlp", "weights": (str(nets / "mlp.pt"),)})
    click(dialog.go)
    assert not idle(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and idle(dialog)


# --- The first step ---


def test_a_source_chosen_with_the_mouse_waits_for_its_first_field(dialog, gui, qtbot) -> None:
    dialog.activateWindow()
    dialog.source.first().setFocus()
    gui.settle()
    for source in (Source.FILE, Source.RECORDED, Source.NAMED):
        qtbot.mouseClick(dialog.source.cards[source], Qt.MouseButton.LeftButton)
        assert dialog.source.focusWidget() in (
            dialog.source.first(),
            getattr(dialog.source.first(), "lineEdit", lambda: None)(),
        )


def test_each_source_asks_for_its_fields(dialog) -> None:
    for source, names in (
        (Source.NAMED, {"model", "data", "weights"}),
        (Source.FILE, {"problem", "weights"}),
        (Source.RECORDED, {"trajectory", "also"}),
        (Source.DEMO, set()),
    ):
        QTest.mouseClick(dialog.source.cards[source], Qt.MouseButton.LeftButton)
        assert {name for name, editor in dialog.source.form.editors.items() if editor.isVisible()} == names
        assert dialog.source.demo_out.isVisible() == (source is Source.DEMO)
        assert dialog.source.snippet.isVisible() == (source in (Source.FILE, Source.RECORDED))
        assert dialog.go.text() == ("Start" if source is Source.DEMO else "Next")


@pytest.mark.parametrize(
    ("source", "sentence", "field"),
    [
        (Source.NAMED, "trained network", "weights"),
        (Source.FILE, "Python file", "problem"),
        (Source.RECORDED, "recorded checkpoints", "trajectory"),
    ],
)
def test_what_is_needed_is_said(dialog, source, sentence, field) -> None:
    dialog.choose(source)
    click(dialog.go)
    assert at(dialog) == SOURCE and sentence in dialog.wrong.text() and wrong(dialog) == {field}
    QTest.keyClick(dialog.editor(field).line, Qt.Key.Key_A)
    assert dialog.wrong.text() == "" and wrong(dialog) == set()


def test_a_file_that_is_not_there(dialog) -> None:
    dialog.editor("weights").line.setText("/nowhere/net.pt")
    click(dialog.go)
    assert "/nowhere/net.pt" in dialog.wrong.text() and wrong(dialog) == {"weights"} and at(dialog) == SOURCE


def test_two_weights_with_spaces(dialog, tmp_path) -> None:
    paths = tuple(str(tmp_path / name) for name in ("a b.pt", "ü#.pt"))
    dialog.editor("weights").line.setText("; ".join(paths))
    assert dialog.values()["weights"] == paths


def test_the_demo(dialog, tmp_path) -> None:
    told = decided(dialog)
    dialog.choose(Source.DEMO)
    click(dialog.go)
    assert told == [(str(tmp_path / "demo"),)]


def test_dropped_files_fill_it_in(dialog, nets) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(nets / "own.py")), QUrl.fromLocalFile(str(nets / "mlp.pt"))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    import warnings

    with warnings.catch_warnings(action="ignore"):  # QPoint is deprecated from 6.12, QPointF unknown before
        enter = QDragEnterEvent(QPoint(5, 5), *how)
    QApplication.sendEvent(dialog, enter)
    assert enter.isAccepted() and dialog.source.zone.over
    QApplication.sendEvent(dialog, QDropEvent(QPointF(5, 5), *how))
    assert not dialog.source.zone.over and dialog.source.source is Source.FILE
    assert dialog.values() == {"problem": str(nets / "own.py"), "weights": (str(nets / "mlp.pt"),)}


# --- The last step ---


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


# --- The estimate ---


def findings(seconds: float = 0.1, available: int = 1000) -> Findings:
    trial = Trial({"train_loss": 1.0}, 100, 100, seconds, True, "", "cpu", 10**8)
    layers = (Layer("a.weight", "Linear", (10, 10), 10), Layer("a.bias", "Linear", (10,), 10, "bias"))
    return Findings("net", "Net", Recipe(), layers, (), (SplitFound("train", available, 40, "10"),), trial=trial)


@pytest.fixture
def page(qtbot) -> RecipePage:
    made = RecipePage()
    qtbot.addWidget(made)
    made.show()
    return made


def shown(page, found, tmp_path, **choices) -> RecipePage:
    recipe = Recipe.of(**choices)
    page.show_values(choices)
    page.show_findings(found, recipe)
    page.estimate.show_estimate(found, recipe, tmp_path)
    return page


def test_a_long_job_is_marked_and_a_small_one_is_not(page, tmp_path) -> None:
    panel = shown(page, findings(0.001), tmp_path, resolution=5).estimate
    assert panel.levels == {} and not panel.foot.isVisible()
    panel = shown(page, findings(10.0), tmp_path).estimate
    assert panel.levels == {"Time": "fair"} and "coarser grid" in panel.remark.text()
    panel = shown(page, findings(1.0, available=50_000), tmp_path).estimate
    assert panel.remark.text().startswith("With 1,000 samples: about 7 h 14 min.")


def test_other_choices_than_were_measured_are_said(page, tmp_path) -> None:
    panel = shown(page, findings(), tmp_path, precision="float64").estimate
    assert "precision" in panel.remark.text() and panel.measure.isVisible()


def test_too_much_memory_or_disk_is_said(page, tmp_path) -> None:
    panel = shown(page, findings(available=10**12), tmp_path).estimate
    assert panel.levels["Memory"] == "poor" and "fewer samples" in panel.remark.text()


def test_a_pattern_says_what_it_matches(page, tmp_path) -> None:
    assert shown(page, findings(), tmp_path, only="a.*").matches.text() == "1 tensors, 100 numbers"
    assert shown(page, findings(), tmp_path, only="a.*", ignore="none").matches.text() == "2 tensors, 110 numbers"
    assert shown(page, findings(), tmp_path, only="b.*").matches.text() == "matches nothing"


def test_what_does_nothing_here_is_grey_and_auto_is_spelled_out(page, tmp_path) -> None:
    shown(page, findings(), tmp_path)
    assert not page.editor("batch_norm").isEnabled() and not page.editor("pca_centre").isEnabled()
    assert "no layers" in page.editor("batch_norm").toolTip() and page.editor("repeat").isEnabled()
    assert page.editor("normalization").combo.currentText() == "Auto: filter"
    shown(page, findings(), tmp_path, directions="pca", trajectory="run")
    assert page.editor("pca_centre").isEnabled() and not page.editor("repeat").isEnabled()
    assert page.editor("normalization").combo.currentText() == "Auto: none"


def test_unwritable_says_why(tmp_path) -> None:
    assert unwritable(tmp_path / "new" / "folder") == ""
    assert (tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").write_text("")
    assert "not a folder" in unwritable(tmp_path / "file" / "below")
    if os.geteuid() != 0:
        (tmp_path / "shut").mkdir(mode=0o500)
        assert "not writable" in unwritable(tmp_path / "shut" / "below")
