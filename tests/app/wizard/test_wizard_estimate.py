"""What the dialog for a new landscape says that a job will take, and what of its choices does nothing."""

from __future__ import annotations

import os

import pytest

from lossvista.app.fields import unwritable
from lossvista.app.wizard.recipe import RecipePage
from lossvista.compute.findings import Findings, Layer, SplitFound, Trial
from lossvista.compute.recipe import Recipe


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
