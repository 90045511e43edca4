"""Training: it learns, is the same for the same seed, can be stopped at any moment, and says what is wrong."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.checkpoints import fit_weights
from lossvista.compute.problem.data import load_data, normalize
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import Progress, drain
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recording import Recording
from lossvista.compute.training.train import train

QUICK = Training(model="mlp", epochs=2, samples=300, batch_size=50)


def test_the_demos_network_learns_the_digits(tmp_path: Path):
    """The promise of the demo: at least 95 % of digits that it has not seen, within seconds."""
    steps = list(train(Training(epochs=8), str(tmp_path)))
    recording = Recording(tmp_path)
    assert recording.meta["test_accuracy"] >= 0.95 and recording.meta["train_accuracy"] >= 0.99
    losses = recording.steps["train_loss"]
    assert len(losses) == 9 and math.isnan(losses[0]) and losses[-1] < losses[1] / 10
    assert steps[-1].figures == {k: recording.meta[k] for k in steps[-1].figures or {}} != {}
    done = [step.done for step in steps if step.total > 1]
    assert done == sorted(done) and done[-1] == steps[1].total


def test_the_figures_at_the_end_are_those_of_the_last_checkpoint(tmp_path: Path):
    assert drain(train(QUICK, str(tmp_path))) == str(tmp_path)
    recording = Recording(tmp_path)
    last, final = recording.weights(len(recording) - 1), load_file(tmp_path / "final.safetensors")
    assert all(torch.equal(last[name], final[name]) for name in final) and last.keys() == final.keys()
    data = load_data("digits", 300, 0)
    model = build_model("mlp", data.shape, 10)
    model.load_state_dict(fit_weights(model, final, "final"))
    found = Problem(model, normalize(data.inputs, "model", model), data.targets).means(batch_size=7)
    assert found == pytest.approx({name: recording.meta[name] for name in found}, rel=1e-6) and len(found) == 2
    assert {"model": "mlp", "data": "digits", "normalize": "model"}.items() <= recording.meta.items()
    assert recording.meta["finished"]


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam", "adamw"])
def test_the_seed_decides_every_checkpoint(tmp_path: Path, optimizer: str):
    outcomes = []
    for run, seed in enumerate((1, 1, 2)):
        torch.manual_seed(run)  # what the rest of the process does must not matter
        state = torch.get_rng_state()
        drain(train(QUICK.replace(optimizer=optimizer, lr=0.01, seed=seed), str(tmp_path / str(run))))
        assert torch.equal(state, torch.get_rng_state())
        outcomes.append(Recording(tmp_path / str(run)))
    first, again, other = outcomes
    for number in range(len(first)):
        one, two = first.weights(number), again.weights(number)
        assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(first.weights(2)["output.bias"], other.weights(2)["output.bias"])
    assert first.steps["train_loss"][-1] < first.steps["train_loss"][1]


def test_one_step_of_sgd_is_the_formula(tmp_path: Path):
    """θ₁ = θ₀ − lr·(∇L(θ₀) + λθ₀), on the whole data set as one batch."""
    training = QUICK.replace(samples=64, batch_size=64, epochs=1, momentum=0, lr=0.5, weight_decay=0.01)
    drain(train(training, str(tmp_path)))
    before, after = (Recording(tmp_path).weights(k) for k in (0, 1))
    data = load_data("digits", 64, 0)
    model = build_model("mlp", data.shape, 10)
    model.load_state_dict(before)
    torch.nn.functional.cross_entropy(model(normalize(data.inputs, "model", model)), data.targets).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        expected = before[name] - 0.5 * (parameter.grad + 0.01 * before[name])
        torch.testing.assert_close(after[name], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("every", "steps"), [(0, [0, 6, 12]), (1, list(range(13))), (5, [0, 5, 10, 12]), (1000, [0, 12])]
)
def test_checkpoints_are_recorded_as_often_as_asked(tmp_path: Path, every: int, steps: list[int]):
    drain(train(QUICK.replace(record_every=every), str(tmp_path)))
    recording = Recording(tmp_path)
    assert recording.steps["step"].tolist() == steps
    np.testing.assert_allclose(recording.steps["epoch"], np.array(steps) / 6)


def test_the_rate_falls_where_it_should(tmp_path: Path):
    training = QUICK.replace(epochs=5, lr=0.2, lr_drops=(2, 4), lr_factor=0.5)
    drain(train(training, str(tmp_path)))
    assert Recording(tmp_path).steps["learning_rate"].tolist() == pytest.approx([0.2, 0.2, 0.2, 0.1, 0.1, 0.05])


@given(
    drops=st.lists(st.integers(0, 50), max_size=4).map(tuple),
    epochs=st.lists(st.integers(0, 60), min_size=2, max_size=6).map(sorted),
)
def test_the_rate_never_rises(drops: tuple[int, ...], epochs: list[int]):
    rates = [Training(lr_drops=drops).rate(epoch) for epoch in epochs]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == pytest.approx(0.1 * 0.1 ** sum(drop <= epochs[0] for drop in drops))


@pytest.mark.parametrize("after", [1, 3])
def test_cancelling_leaves_a_valid_recording(tmp_path: Path, after: int):
    job = train(QUICK.replace(epochs=500, record_every=1), str(tmp_path))
    for _ in range(after):
        next(job)
    job.close()
    recording = Recording(tmp_path)
    assert len(recording) >= 1 and not recording.meta["finished"]
    assert recording.weights(len(recording) - 1).keys() == build_model("mlp", (1, 8, 8), 10).state_dict().keys()
    assert not (tmp_path / "final.safetensors").exists()


def test_a_finished_training_is_not_repeated_and_an_interrupted_one_is_brought_to_its_end(tmp_path: Path):
    job = train(QUICK, str(tmp_path))
    next(job)
    job.close()
    drain(train(QUICK, str(tmp_path)))
    stamp = (tmp_path / "final.safetensors").stat().st_mtime_ns
    again = list(train(QUICK.replace(device="cpu"), str(tmp_path)))
    assert "nothing to do" in again[0].note and len(again) == 1
    assert (tmp_path / "final.safetensors").stat().st_mtime_ns == stamp


def test_another_training_is_not_overwritten(tmp_path: Path):
    drain(train(QUICK, str(tmp_path)))
    with pytest.raises(LossvistaError, match="holds the recording of another training"):
        drain(train(QUICK.replace(seed=9), str(tmp_path)))
    assert Recording(tmp_path).meta["training"]["seed"] == 0


def test_divergence_is_said_and_the_path_kept(tmp_path: Path):
    with pytest.raises(LossvistaError, match=r"diverged.*Try a lower learning rate than 1000"):
        drain(train(QUICK.replace(lr=1000, weight_decay=10, epochs=40), str(tmp_path)))
    assert len(Recording(tmp_path)) >= 1 and not Recording(tmp_path).meta["finished"]


def test_a_last_batch_of_one_sample_is_no_trouble_for_batch_norm(tmp_path: Path):
    drain(train(QUICK.replace(model="cnn", samples=33, batch_size=16, epochs=1), str(tmp_path)))
    assert Recording(tmp_path).steps["step"].tolist() == [0, 2]


@pytest.mark.parametrize(
    ("samples", "batch_size", "steps"), [(10, 1, 10), (10, 4, 3), (9, 4, 2), (3, 50, 1), (2, 50, 1)]
)
def test_steps_an_epoch(tmp_path: Path, samples: int, batch_size: int, steps: int):
    drain(train(QUICK.replace(samples=samples, batch_size=batch_size, epochs=1, lr=0.01), str(tmp_path)))
    assert Recording(tmp_path).steps["step"][-1] == steps


def test_progress_says_how_long(tmp_path: Path):
    last: Progress | None = None
    for progress in train(QUICK, str(tmp_path)):
        if progress.stage == "training" and progress.done:
            assert progress.eta is not None and progress.eta >= 0
            assert progress.figures and progress.figures.keys() >= {"train_loss", "epoch", "learning_rate"}
            last = progress
    assert last is not None and last.done == last.total == 12 and last.eta == 0


def image_folder(folder: Path, classes: int) -> str:
    for number in range(classes):
        (folder / str(number)).mkdir(parents=True)
        for shade in range(4):
            Image.new("RGB", (8, 8), (200 * number, 60 * shade, 0)).save(folder / str(number) / f"{shade}.png")
    return f"imagefolder:{folder}"


def test_images_train_and_test(tmp_path: Path):
    data, test = image_folder(tmp_path / "train", 2), image_folder(tmp_path / "test", 2)
    training = Training(model="cnn", data=data, test_data=test, epochs=2, batch_size=4)
    drain(train(training, str(tmp_path / "run")))
    meta = Recording(tmp_path / "run").meta
    assert meta["data"] == data and meta["test_loss"] == pytest.approx(meta["train_loss"])  # the same images
    without = training.replace(test_data="")
    drain(train(without, str(tmp_path / "other")))
    assert "test_loss" not in Recording(tmp_path / "other").meta


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"model": "cnm"}, "Did you mean 'cnn'"),
        ({"data": "digit"}, "Did you mean 'digits'"),
        ({"model": "resnet20"}, "takes colour images"),
        ({"samples": 5000}, "holds 1,442"),
        ({"normalize": "imagenet"}, "3 channels"),
        ({"device": "cuda:77"}, "no GPU"),
    ],
)
def test_what_cannot_be_trained_says_why_and_writes_nothing(tmp_path: Path, choices: dict[str, object], sentence: str):
    with pytest.raises(LossvistaError, match=sentence):
        drain(train(QUICK.replace(**choices), str(tmp_path / "run")))
    assert not (tmp_path / "run").exists()


def test_a_recording_names_its_data_for_every_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    image_folder(tmp_path / "images: all", 2)
    monkeypatch.chdir(tmp_path)
    drain(train(QUICK.replace(data="imagefolder:images: all", samples=0), "run"))
    monkeypatch.chdir("/")
    assert len(load_data(Recording(tmp_path / "run").meta["data"])) == 8


def test_test_data_of_other_classes(tmp_path: Path):
    training = QUICK.replace(data=image_folder(tmp_path / "a", 2), test_data=image_folder(tmp_path / "b", 3), samples=0)
    with pytest.raises(LossvistaError, match="does not match the training data"):
        drain(train(training, str(tmp_path / "run")))


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"lr": math.nan}, "Learning rate"),
        ({"epochs": 0}, "Epochs .* must be between 1 and 100000"),
        ({"optimizer": "sdg"}, "must be one of 'sgd'"),
        ({"batchsize": 3}, "no setting called 'batchsize'"),
    ],
)
def test_choices_out_of_range(choices: dict[str, object], sentence: str):
    with pytest.raises(LossvistaError, match=sentence):
        Training.of(**choices)
