"""What a training tells while it runs: its curves and histograms agree with its checkpoints, and with one another; presets."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lossvista.compute import cli
from lossvista.compute.console import told
from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.build import build_problem
from lossvista.compute.progress import drain
from lossvista.compute.training import loop
from lossvista.compute.training.curves import CurveReader, Curves, read_curves
from lossvista.compute.training.presets import PRESETS, with_preset
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recording import Recording
from lossvista.compute.training.train import train

TRAINING = Training(
    model="mlp", samples=100, batch_size=30, epochs=3, lr=0.02, lr_drops=(2,), record_every=1, histogram_every=5
)
STEPS = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    drain(train(TRAINING, str(folder)))
    return folder


@pytest.fixture(scope="module")
def curves(folder: Path) -> Curves:
    return read_curves(folder)


def test_every_iteration_is_told(folder: Path, curves: Curves):
    told, recording = curves.iterations, Recording(folder)
    assert told["step"].tolist() == list(range(1, STEPS + 1))
    np.testing.assert_allclose(told["epoch"], np.arange(1, STEPS + 1) / 4)
    np.testing.assert_allclose(told["learning_rate"], recording.steps["learning_rate"][1:])
    assert told["loss"].tolist() == recording.steps["train_loss"][1:].tolist()
    norms = [sum(float((t.double() ** 2).sum()) for t in recording.weights(k).values()) ** 0.5 for k in range(1, 13)]
    np.testing.assert_allclose(told["weight_norm"], norms, rtol=1e-6)


def test_every_epoch_is_told(folder: Path, curves: Curves):
    told, meta = curves.epochs, Recording(folder).meta
    assert told["step"].tolist() == [4, 8, 12] and told["epoch"].tolist() == [1, 2, 3]
    assert told["learning_rate"].tolist() == pytest.approx([0.02, 0.02, 0.002])
    np.testing.assert_allclose(told["train_loss"], curves.iterations["loss"].reshape(3, 4).mean(1))
    np.testing.assert_allclose(told["weight_norm"], curves.iterations["weight_norm"][3::4], rtol=1e-6)
    assert ((told["train_accuracy"] >= 0) & (told["train_accuracy"] <= 1)).all()
    assert told["test_loss"][-1] == pytest.approx(meta["test_loss"]) and np.isfinite(told["test_loss"]).all()
    assert told["test_accuracy"][-1] == pytest.approx(meta["test_accuracy"])


def test_the_test_loss_of_an_epoch_is_that_of_its_checkpoint(folder: Path, curves: Curves):
    problem = build_problem(TRAINING, TRAINING.tests_on)
    problem.model.load_state_dict(Recording(folder).weights(4))
    assert problem.means()["test_loss"] == pytest.approx(curves.epochs["test_loss"][0], rel=1e-6)


def test_histograms_of_epochs_and_of_iterations(folder: Path, curves: Curves):
    recording = Recording(folder)
    assert curves.layers.keys() == recording.weights(0).keys()
    for name, history in curves.layers.items():
        assert history.step.tolist() == [0, 4, 5, 8, 10, 12]
        assert history.epochal.tolist() == [True, True, False, True, False, True]
        for row, step in enumerate(history.step.astype(int)):
            values = recording.weights(step)[name].double().numpy().ravel()
            assert history.counts[row].sum() == len(values)
            assert (history.low[row], history.high[row]) == (values.min(), values.max())
            assert history.norm[row] == pytest.approx(np.linalg.norm(values))


@pytest.mark.parametrize(("every", "tested"), [(0, [False, False, True]), (2, [False, True, True])])
def test_how_often_the_test_data_are_measured(tmp_path: Path, every: int, tested: list[bool]):
    drain(train(TRAINING.replace(test_every=every), str(tmp_path)))
    assert np.isfinite(read_curves(tmp_path).epochs["test_loss"]).tolist() == tested


def test_what_is_tested_and_told_does_not_change_the_training(tmp_path: Path, folder: Path):
    other = TRAINING.replace(test_every=0, histogram_every=0, record_every=0, dtype="float16", test_data="digits:train")
    drain(train(other, str(tmp_path)))
    assert (tmp_path / "final.safetensors").read_bytes() == (folder / "final.safetensors").read_bytes()


def test_curves_can_be_followed_and_progress_says_how_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loop, "BETWEEN", 0.0)
    reader, seen = CurveReader(tmp_path), []
    for progress in train(TRAINING, str(tmp_path)):
        seen.append(len(reader.read().iterations["step"]))
        if progress.stage == "training" and progress.done:
            assert seen[-1] == progress.done
            figures = progress.figures or {}
            assert figures["epoch"] == pytest.approx(progress.done / 4) and progress.eta is not None
            assert 0 <= figures["train_accuracy"] <= 1 and math.isfinite(figures["train_loss"])
            assert "test_accuracy" in figures or progress.done <= 4
    assert seen == sorted(seen) and {1, 2, 3} <= set(seen)


def test_a_training_that_diverges_tells_the_steps_before(tmp_path: Path):
    with pytest.raises(LossvistaError, match="diverged"):
        drain(train(TRAINING.replace(lr=1000, weight_decay=10, epochs=40), str(tmp_path)))
    losses = read_curves(tmp_path).iterations["loss"]
    assert not math.isfinite(losses[-1]) and np.isfinite(losses[:-1]).all()


def test_the_presets_are_those_of_the_sources():
    li = with_preset(Training(), "li2018")
    assert (li.epochs, li.optimizer, li.momentum, li.lr, li.batch_size) == (300, "nesterov", 0.9, 0.1, 128)
    assert (li.weight_decay, li.lr_drops, li.lr_factor, li.augment) == (5e-4, (150, 225, 275), 0.1, "crop-flip")
    rates = [li.rate(epoch) for epoch in (0, 149, 150, 224, 225, 274, 275, 299)]
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.01, 1e-3, 1e-3, 1e-4, 1e-4])
    assert with_preset(Training(), "term-project").epochs == 10
    for preset in PRESETS.values():
        assert preset.label and preset.help and Training.of(**preset.choices)


def test_the_manual_names_every_preset_and_choice():
    manual = (Path(__file__).parents[3] / "docs" / "training.md").read_text(encoding="utf-8")
    own = {name for name, field in Training.model_fields.items() if field.json_schema_extra["group"] != "Problem"}  # type: ignore[index]
    flags = {f"--{name.replace('_', '-')}" for name in own - {"epochs", "device", "seed"}}
    assert not {word for word in {*flags, *PRESETS} if word not in manual}


def test_choices_of_ones_own_come_before_the_presets():
    training = with_preset(Training(epochs=2, lr_drops=(), model="mlp"), "li2018")
    assert (training.epochs, training.lr_drops, training.model) == (2, (), "mlp")
    assert training.optimizer == "nesterov"
    assert with_preset(training, "") is training
    with pytest.raises(LossvistaError, match=r"no preset called 'li2019'\. Did you mean 'li2018'"):
        with_preset(Training(), "li2019")


def test_the_command_line_says_how_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    flags = ["--model", "mlp", "--samples", "60", "--epochs", "2", "--batch-size", "20", "--out", str(tmp_path)]
    assert cli.main(["train", *flags]) == 0
    *_, line = (line for line in capsys.readouterr().err.splitlines() if line.startswith("training 6/6"))
    curves = read_curves(tmp_path).epochs
    assert "epoch 2.00, " in line and f"loss {curves['train_loss'][-1]:.4g}, " in line
    assert f"accuracy {curves['train_accuracy'][-1]:.1%}, " in line
    assert line.endswith(f"test accuracy {curves['test_accuracy'][-1]:.1%}")
    assert told(None) == told({"unknown": 1.0}) == ""


def test_presets_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    flags = ["--model", "mlp", "--samples", "60", "--epochs", "2", "--lr", "0.05", "--out", str(tmp_path)]
    assert cli.main(["train", "--preset", "li2018", *flags]) == 0
    told = Recording(tmp_path).meta["training"]
    assert (told["epochs"], told["lr"], told["optimizer"], told["augment"]) == (2, 0.05, "nesterov", "crop-flip")
    assert cli.main(["train", "--preset", "li", *flags]) == 2
    assert "no preset called 'li'" in " ".join(capsys.readouterr().err.split())
