"""The wizard: three steps, real looks in real child processes, and every mistake a sentence beside its field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lossvista.app.wizard.draft import Source
from lossvista.app.wizard.wizard import FOUND, RECIPE, SOURCE, NewLandscape
from lossvista.compute.problem.consent import content_hash
from lossvista.compute.recipe import Recipe

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
    assert page.trouble.consent.isVisible() and str(nets / "pickle.pt") in page.trouble.agree.text()
    assert "--trust-pickle" not in page.trouble.advice.text() and not page.trouble.open_it.isEnabled()
    assert "trust_pickle" not in dialog.values()
    page.trouble.agree.click()
    click(page.trouble.open_it)
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
    dialog.found.trouble.agree.click()
    click(dialog.found.trouble.open_it)
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
    assert again.found.currentWidget() is again.found.trouble and again.found.trouble.consent.isVisible()
    again.close()


def test_a_file_of_one_s_own_and_one_that_fails(dialog, gui, nets) -> None:
    QTest.mouseClick(dialog.source.cards[Source.FILE], Qt.MouseButton.LeftButton)
    line = dialog.editor("problem").line
    QTest.keyClicks(line, f"{nets / 'own.py'}:broken")
    click(dialog.go)
    gui.wait_for(lambda: idle(dialog), PATIENCE)
    page = dialog.found
    assert page.currentWidget() is page.trouble and "the data set is elsewhere" in page.trouble.sentence.text()
    assert "raise ValueError" in page.trouble.details.toPlainText() and not page.trouble.consent.isVisible()
    click(page.trouble.back)
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
