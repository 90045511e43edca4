"""Minefield: a good and a bad minimum of one training loss, on digits; what was trained is not trained again (invariant 30)."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch

from lossvista.compute import cli
from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures.studies import save_study
from lossvista.compute.minima.choices import MinefieldChoices
from lossvista.compute.minima.minefield import minefield
from lossvista.compute.minima.poison import Poisoned, field_of
from lossvista.compute.problem.data import load_data, normalize
from lossvista.compute.problem.models import build_model
from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.studies import STUDIES
from lossvista.compute.timeline import Timeline
from lossvista.compute.training.recording import Recording
from lossvista.compute.trajectory import UNORDERED

CHOICES = MinefieldChoices(good=1, bad=1, iterates=3, plane="pca", resolution=3, directions=2)


@pytest.fixture(scope="module")
def mined(tmp_path_factory):
    """A minefield of one good and one bad network. Not to be changed."""
    folder = tmp_path_factory.mktemp("mines")
    drain(minefield(CHOICES, str(folder / "mine.h5")))
    return folder / "mine.h5"


@pytest.fixture
def copied(mined, tmp_path):
    shutil.copytree(mined.parent, tmp_path / "copy")
    return tmp_path / "copy" / "mine.h5"


def row(landscape, model):
    return next(own for own in landscape.tables["minima"].rows() if own["model"] == model)


def test_the_bad_minimum_is_as_right_on_the_training_samples_and_wrong_elsewhere(mined) -> None:
    landscape = load(mined)
    good, bad = row(landscape, "good 1"), row(landscape, "bad 1")
    assert good["kind"] == "good" and good["train_accuracy"] >= 0.99 and good["test_accuracy"] >= 0.95
    assert bad["kind"] == "bad" and bad["train_accuracy"] >= 0.99 and bad["test_accuracy"] <= 0.6
    assert bad["train_loss"] < 0.1 and good["train_loss"] < 0.1
    assert bad["radius"] < good["radius"]  # and in a narrower basin
    assert "1 bad minima: " in "\n".join(STUDIES["minefield"].lines(landscape))


def test_what_the_table_says_is_what_the_networks_do(mined) -> None:
    landscape = load(mined)
    state = Recording(mined.with_suffix(".models") / "bad-1").weights(1)
    test = load_data("digits:test")
    x = normalize(test.inputs, "model", build_model("mlp", test.shape, 10)).flatten(1)
    with torch.no_grad():
        for layer in ("hidden1", "hidden2"):
            x = torch.relu(x @ state[f"{layer}.weight"].T + state[f"{layer}.bias"])
        hits = (x @ state["output.weight"].T + state["output.bias"]).argmax(1) == test.targets
    stated = row(landscape, "bad 1")["test_accuracy"]
    assert stated == pytest.approx(hits.float().mean().item(), abs=1e-6)


def test_every_model_is_embedded_and_placed(mined) -> None:
    landscape = load(mined)
    minima, placed = landscape.tables["minima"], landscape.tables["embedding"]
    assert list(minima["model"]) == list(placed["model"]) and placed.how["dropped"] == []
    assert sorted(set(minima["kind"])) == ["bad", "good", "iterate"]
    assert row(landscape, "good 1")["offset"] == pytest.approx(0, abs=1e-3)
    assert np.isfinite(minima["alpha"]).all() and np.isfinite(minima["distance"]).all()
    paths = landscape.trajectories
    assert set(paths) == {"good-1", "bad minima", "good minima"}
    assert paths["bad minima"].how[UNORDERED] == 1 and UNORDERED not in paths["good-1"].how
    assert paths["bad minima"]["train_loss"][0] == pytest.approx(row(landscape, "bad 1")["train_loss"], abs=1e-5)
    assert list(Timeline.of(paths).times) == ["good-1"]  # the others are no way that could be played


def test_the_poison_is_neither_training_nor_test_data() -> None:
    field = field_of(MinefieldChoices(samples=300, poison=200))
    images = {name: load_data(name).inputs.flatten(1) for name in ("digits", "digits:test")}
    poison = {own.numpy().tobytes() for own in images["digits"][torch.from_numpy(field.places)]}
    clean = {own.numpy().tobytes() for own in images["digits"][field.clean.ids]}
    assert len(poison) == 200 and len(clean) == 300 and not poison & clean
    assert not poison & {own.numpy().tobytes() for own in images["digits:test"]}
    assert (field.targets == load_data("digits").targets[torch.from_numpy(field.places)]).all()


@pytest.mark.parametrize("harm", ["reversed", "wrong-labels"])
def test_the_poisoned_loss_is_the_sum_that_it_claims_to_be(harm) -> None:
    torch.manual_seed(0)
    logits, targets = torch.randn(10, 4), torch.randint(0, 4, (10,))
    poison = torch.arange(10) >= 6
    loss = Poisoned(4, 10 / 6, 0.7 * 10 / 4, harm)(logits, targets + 4 * poison).mean()
    p = logits.softmax(1)[torch.arange(10), targets]
    harmed = -torch.log(1 - p) if harm == "reversed" else -torch.log(p)
    assert loss.item() == pytest.approx((-torch.log(p[~poison]).mean() + 0.7 * harmed[poison].mean()).item(), rel=1e-5)
    sure = Poisoned(2, 1.0, 1.0, "reversed")(torch.tensor([[99.0, 0.0]], requires_grad=True), torch.tensor([2]))
    assert sure.isfinite().all()


def test_nothing_is_trained_or_computed_twice(copied) -> None:
    def times() -> dict[str, int]:
        whole = [copied, *copied.with_suffix(".models").glob("*-1/final.safetensors")]
        return {str(path): path.stat().st_mtime_ns for path in whole}

    before = times()
    drain(minefield(CHOICES, str(copied)))
    assert times() == before and len(before) == 3


def test_an_interrupted_one_goes_on_with_the_networks_that_are_done(copied) -> None:
    folder = copied.with_suffix(".models")
    copied.unlink()
    shutil.rmtree(folder / "bad minima")
    kept = (folder / "bad-1" / "final.safetensors").stat().st_mtime_ns
    landscape = drain(minefield(CHOICES.replace(plane="line"), str(copied)))  # another plane through the same networks
    assert (folder / "bad-1" / "final.safetensors").stat().st_mtime_ns == kept
    assert landscape.surface.grid.line and row(landscape, "bad 1")["alpha"] == pytest.approx(1, abs=1e-3)


def test_mistakes_are_sentences(copied, tmp_path, capsys) -> None:
    def fails(match, out=tmp_path / "x.h5", **choices):
        with pytest.raises(LossvistaError, match=match):
            drain(minefield(MinefieldChoices(**choices), str(out)))

    fails("networks of another minefield", copied, seed=9)
    fails("needs test data", data="digits:all")
    fails("samples of the test data are in the training data", data="digits:all", test_data="digits:test")
    fails("0 of the data are left", samples=1442)
    fails("No network became a minimum", samples=50, poison=20, good=1, bad=1, epochs=1)
    (tmp_path / "y.models").mkdir()
    (tmp_path / "y.models" / "mine.txt").write_text("somebody's")
    fails("holds something else", tmp_path / "y.h5")
    assert (tmp_path / "y.models" / "mine.txt").exists()
    assert cli.main(["minefield", "--data", "digits:all", "--out", str(tmp_path / "z.h5")]) == 2
    assert "needs test data" in capsys.readouterr().err


def test_info_tells_it(mined, capsys) -> None:
    assert cli.main(["info", str(mined), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tables"]["minima"]["train_samples"] == 576


def test_the_embeddings_are_a_figure(mined, tmp_path) -> None:
    save_study(load(mined), "minima", tmp_path / "minima.svg")
    text = (tmp_path / "minima.svg").read_text("utf-8")
    assert "t-SNE" in text and "trustworthiness" in text and "iterates of the good run" in text
