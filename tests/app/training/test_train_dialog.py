"""Train a network: the form is the training's; the folder says what it holds; a real small training runs and is gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from lossvista.app.job import State
from lossvista.app.runs import TRAIN
from lossvista.app.training.dialog import TrainNetwork
from lossvista.app.training.recording import told
from lossvista.compute.training.presets import PRESETS
from lossvista.compute.training.recipe import Training

TINY = {"model": "mlp", "samples": 60, "epochs": 2, "lr": 0.05}
LONG = 400  # seconds that a child may need on a busy machine to import torch


@pytest.fixture
def parent(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(parent, tmp_path) -> TrainNetwork:
    made = TrainNetwork(parent, tmp_path)
    made.show()
    return made


def decided(dialog) -> list[tuple]:
    """Press Train; what was decided."""
    said = []
    dialog.start.connect(lambda *what: said.append(what))
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    return said


def wrong(dialog) -> set[str]:
    """The fields that are drawn as wrong."""
    return {
        name
        for form in dialog.forms
        for name, editor in form.editors.items()
        if any(child.property("wrong") for child in editor.findChildren(QWidget))
    }


def test_the_form_holds_every_field_of_the_training_with_its_default(dialog):
    assert set(dialog.values()) == set(Training.model_fields)
    assert Training.of(**dialog.values()) == Training()


def test_train_tells_the_training_and_a_new_folder(dialog, tmp_path):
    dialog.show_training({**TINY, "optimizer": "adam", "lr_drops": (1,), "weight_decay": 1e-4})
    assert dialog.out.value() == str(tmp_path / "run-mlp-digits")
    ((training, out),) = decided(dialog)
    assert training == Training.of(**TINY, optimizer="adam", lr_drops=(1,), weight_decay=1e-4)
    assert out == str(tmp_path / "run-mlp-digits") and not dialog.isVisible()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [("lr", "fast", "Learning rate"), ("lr_drops", "a b", "drops"), ("weight_decay", "-1", "Weight decay")],
)
def test_a_mistake_is_said_and_marked(dialog, name, text, sentence):
    line = dialog.editor(name).line
    line.selectAll()
    QTest.keyClicks(line, text)
    assert decided(dialog) == [] and dialog.isVisible()
    assert sentence in dialog.wrong.text() and wrong(dialog) == {name}
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert wrong(dialog) == set() and dialog.wrong.text() == ""


def test_the_proposed_folder_is_a_new_one_and_follows_the_network(dialog, tmp_path):
    (tmp_path / "run-mlp-digits").mkdir()
    combo = dialog.editor("model").combo
    combo.setCurrentIndex(combo.findText("mlp"))
    assert dialog.out.value() == str(tmp_path / "run-mlp-digits-2")


def test_a_place_that_cannot_be_written(dialog, tmp_path):
    (tmp_path / "file").write_text("")
    dialog.out.line.setText(str(tmp_path / "file" / "below"))
    assert decided(dialog) == [] and "not a folder" in dialog.wrong.text()
    assert dialog.out.line.property("wrong") is True


def test_a_preset_fills_in_its_choices_and_is_named_while_they_stand(dialog):
    assert dialog.preset.value() == "term-project"  # the defaults are its choices
    dialog.preset.combo.setCurrentIndex(dialog.preset.values.index("li2018"))
    training = Training.of(**dialog.values())
    assert training == Training.of(**{"model": training.model, **PRESETS["li2018"].choices})
    assert "300 epochs" in dialog.about_preset.text() and dialog.schedule.drops == [150, 225, 275]
    dialog.editor("epochs").spin.setValue(200)
    assert dialog.preset.value() == "" and not dialog.about_preset.isVisible()
    assert dialog.editor("optimizer").value() == "nesterov"


def test_the_schedule_shows_the_rate_and_its_drops(dialog):
    dialog.show_training({"epochs": 300, "lr_drops": (150, 225, 400), "lr": 0.1})
    assert dialog.schedule.drops == [150, 225]
    assert dialog.schedule.rates[0] == 0.1 and dialog.schedule.rates[-1] == pytest.approx(1e-3)
    assert not dialog.schedule.grab().toImage().isNull()
    dialog.editor("lr").line.setText("no number")
    dialog.editor("lr").edited.emit(False)
    assert len(dialog.schedule.rates) == 0
    assert not dialog.schedule.grab().toImage().isNull()


@pytest.fixture
def trained(window, gui, tmp_path) -> str:
    """A training that was begun by the dialog and ran to its end."""
    window.actions_made["file.train"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, TrainNetwork)
    dialog.show_training(TINY)
    dialog.out.line.setText(str(tmp_path / "run"))
    dialog.out.edited.emit(False)
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    (run,) = window.desk.runs.all
    assert run.target == TRAIN and window.docks["jobs"].isVisible()
    gui.wait_for(lambda: not run.active, LONG)
    assert run.state is State.DONE, run.error
    return str(tmp_path / "run")


def test_a_training_runs_from_the_dialog_and_its_folder_is_known_again(window, gui, trained, tmp_path):
    found = told(trained)
    assert found is not None and found.finished and found.checkpoints == 3
    assert window.desk.settings.values.unfinished == ()
    window.actions_made["file.train"].trigger()
    dialog = QApplication.activeModalWidget()
    dialog.out.line.setText(trained)
    dialog.out.edited.emit(False)
    assert Training.of(**dialog.values()) == Training.of(**TINY)
    assert "to its end" in dialog.state.text()
    dialog.editor("epochs").spin.setValue(3)
    assert "another training" in dialog.state.text()
    assert decided(dialog) == [] and "another training" in dialog.wrong.text()
    dialog.reject()


def test_cancel_keeps_the_recording_and_the_next_start_offers_to_go_on(no_leaks, gui, tmp_path):
    window = gui.open(tmp_path / "settings")
    out = str(tmp_path / "run")
    run = window.desk.runs.train(Training.of(model="mlp", epochs=100_000, samples=60), out)
    gui.wait_for(lambda: run.last.done > 0, LONG)
    window.actions_made["job.cancel"].trigger()
    gui.wait_for(lambda: not run.active, LONG)
    assert run.state is State.PAUSED and not run.keepable
    found = told(out)
    assert found is not None and not found.finished and found.checkpoints >= 1
    dialog = TrainNetwork(window, tmp_path, run.recipe.model_dump(), out)
    assert dialog.go.text() == "Resume" and "interrupted" in dialog.state.text()
    dialog.reject()
    gui.end(window)
    window = gui.open(tmp_path / "settings")
    try:
        assert gui.notices(window) == ["The training of run was not finished."]
        (card,) = window.desk.notices.cards
        next(b for b in card.findChildren(QPushButton) if b.text() == "Resume").click()
        (again,) = window.desk.runs.all
        assert again.target == TRAIN and again.recipe == run.recipe
        gui.wait_for(lambda: again.last.done > 0, LONG)
    finally:
        gui.end(window)


def test_a_diverged_training_can_be_changed(window, gui, tmp_path):
    out = str(tmp_path / "run")
    run = window.desk.runs.train(Training.of(**TINY | {"lr": 900.0, "epochs": 50}), out)
    gui.wait_for(lambda: not run.active, LONG)
    assert run.state is State.FAILED
    (text,) = gui.notices(window)
    assert "diverged" in text
    (card,) = window.desk.notices.cards
    next(b for b in card.findChildren(QPushButton) if b.text() == "Change the training…").click()
    dialog = QApplication.activeModalWidget()
    assert dialog.editor("lr").value() == 900.0 and Path(dialog.out.value()) == Path(out)
    dialog.reject()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "x"}', b"\xff", b"[" * 5000])
def test_a_folder_without_a_recording_tells_nothing(tmp_path, content):
    assert told(str(tmp_path)) is None
    (tmp_path / "recording.json").write_bytes(content)
    assert told(str(tmp_path)) is None
