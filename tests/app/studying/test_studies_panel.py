"""Studies in the window: chosen in the menu, started and stopped in the panel, found in the landscape; sentences where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lossvista.app.run import choices_of, study_of
from lossvista.app.runs import COMPUTE, DEMO, TRAIN
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load
from lossvista.compute.studies import STUDIES
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train


@pytest.fixture(scope="module")
def computed(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("studying")
    recording = drain(train(Training(model="mlp", epochs=1, samples=60, lr=0.05), str(folder / "run")))
    drain(run(Recipe.of(trajectory=recording, resolution=3, samples=60), str(folder / "net.h5")))
    return folder / "net.h5"


def test_a_study_from_the_menu_to_the_file(window, gui, computed, tmp_path) -> None:
    desk = window.desk
    desk.open(str(computed))
    window.actions_made["study.weights"].trigger()
    panel = window.docks["studies"].panel
    assert panel.isVisible() and panel.name == "weights"
    sheet = panel.sheet
    assert sheet.go.isEnabled() and not sheet.halt.isEnabled()
    sheet.form.editors["bins"].show_value(9)
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    assert desk.studies.going("weights") is not None and sheet.halt.isEnabled()
    gui.wait_for(lambda: desk.studies.going("weights") is None)
    assert sheet.view.toPlainText().startswith("weights: ‖θ‖ = ")
    document = desk.document
    assert document.unsaved and document.landscape.tables["weights"].how["bins"] == 9
    desk.session.save(document, str(tmp_path / "kept.h5"))
    assert len(load(tmp_path / "kept.h5").tables["weights"]) > 1


def test_stopping_and_closing_end_it(window, gui, computed) -> None:
    desk = window.desk
    desk.open(str(computed))
    window.actions_made["study.weights"].trigger()
    sheet = window.docks["studies"].panel.sheet
    sheet.go.click()
    QTest.mouseClick(sheet.halt, Qt.MouseButton.LeftButton)
    assert desk.studies.going("weights") is None and sheet.go.isEnabled()
    sheet.go.click()
    desk.session.close(desk.document)
    assert not desk.studies._going
    assert not sheet.go.isEnabled() and "Open a landscape" in sheet.says.whole


def test_what_cannot_be_studied_says_why(window, small_landscape) -> None:
    window.desk.session.add(small_landscape)
    window.actions_made["study.weights"].trigger()
    sheet = window.docks["studies"].panel.sheet
    assert not sheet.go.isEnabled() and "does not say which network" in sheet.says.whole


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_a_sheet_with_an_editor_for_each_choice(window, small_landscape, name) -> None:
    window.desk.session.add(small_landscape)
    window.actions_made[f"study.{name}"].trigger()
    sheet = window.docks["studies"].panel.sheet
    assert set(sheet.form.editors) == set(STUDIES[name].model.model_fields)
    assert sheet.choices[0] == STUDIES[name].model()


def test_a_run_is_taken_up_again_with_its_own_choices() -> None:
    assert choices_of(COMPUTE) is Recipe and choices_of(TRAIN) is Training and choices_of(DEMO) is None
    for name, study in STUDIES.items():
        assert study_of(study.target) == name and choices_of(study.target) is study.model
