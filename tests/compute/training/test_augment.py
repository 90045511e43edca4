"""Augmentation: every image is a shifted, perhaps mirrored, copy of itself on black; never in an evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import nn

from lossvista.compute.problem.data import NORMALIZATIONS, load_data, normalize
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.training.augment import CropFlip, augmentation
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recording import Recording
from lossvista.compute.training.train import train


@given(
    shape=st.tuples(st.integers(0, 6), st.integers(1, 3), st.integers(1, 20), st.integers(1, 20)),
    seed=st.integers(0, 99),
)
def test_every_image_is_a_shifted_perhaps_mirrored_copy_on_black(shape: tuple[int, int, int, int], seed: int):
    source = torch.Generator().manual_seed(seed)
    images, black = torch.rand(shape, generator=source), torch.arange(shape[1]) - 0.5
    moved = CropFlip(source, black)(images)
    assert moved.shape == images.shape
    reach_y, reach_x = (max(1, round(size / 8)) for size in shape[2:])
    frame = black[:, None, None].expand(shape[1], shape[2] + 2 * reach_y, shape[3] + 2 * reach_x)
    for image, found in zip(images, moved, strict=True):
        wide = frame.clone()
        wide[:, reach_y : reach_y + shape[2], reach_x : reach_x + shape[3]] = image
        views = wide.unfold(1, shape[2], 1).unfold(2, shape[3], 1).flatten(1, 2)  # (c, places, h, w)
        errors = [(views - one[:, None]).abs().amax((0, 2, 3)).min() for one in (found, found.flip(2))]
        assert min(errors) < 1e-6


def test_all_shifts_and_both_sides_are_drawn_evenly():
    image = torch.arange(1.0, 65).reshape(1, 1, 8, 8).expand(4000, -1, -1, -1)
    moved = CropFlip(torch.Generator().manual_seed(0))(image)
    kinds, counts = torch.unique(moved.flatten(1), dim=0, return_counts=True)
    assert len(kinds) == 3 * 3 * 2
    assert counts.min() > 150 and counts.max() < 300  # 222 ± 15


def test_black_is_black_before_normalization():
    model = build_model("resnet20", (3, 32, 32), 10)
    training = Training(model="resnet20", normalize="cifar10", augment="crop-flip")
    inputs = normalize(torch.zeros(50, 3, 32, 32), "cifar10")
    found = augmentation(training, model, inputs, torch.zeros(50, dtype=torch.int64), torch.Generator())
    assert found is not None
    torch.testing.assert_close(found(inputs), inputs)  # black images stay black
    assert NORMALIZATIONS["cifar10"][0][0] > 0.1  # else the line above would say nothing


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        (torch.zeros(4, 7), torch.zeros(4)),
        (torch.zeros(4, 3, 8, 8), torch.zeros(4, 8, 8)),  # a picture as target would have to move, too
        (torch.zeros(4, 3, 8, 8, dtype=torch.int64), torch.zeros(4)),
        ({"a": torch.zeros(4, 3, 8, 8)}, torch.zeros(4)),
    ],
)
def test_what_are_no_labelled_images_stays(inputs, targets):
    training = Training(augment="crop-flip")
    assert augmentation(training, nn.Identity(), inputs, targets, torch.Generator()) is None


def test_it_changes_the_training_and_not_the_evaluation(tmp_path: Path):
    training = Training(model="mlp", samples=100, epochs=2, batch_size=50, lr=0.01, augment="crop-flip")
    drain(train(training, str(tmp_path / "moved")))
    drain(train(training.replace(augment="none"), str(tmp_path / "still")))
    moved, still = Recording(tmp_path / "moved"), Recording(tmp_path / "still")
    assert moved.steps["train_loss"][-1] != still.steps["train_loss"][-1]
    model, data = build_model("mlp", (1, 8, 8), 10), load_data("digits", 100, 0)
    model.load_state_dict(moved.weights(len(moved) - 1))
    loss = Problem(model, normalize(data.inputs, "model", model), data.targets).means()["train_loss"]
    assert moved.meta["train_loss"] == pytest.approx(loss, rel=1e-6)


def test_data_that_cannot_be_augmented_say_so(tmp_path: Path):
    np.savez(tmp_path / "rows.npz", x=np.random.rand(20, 5).astype("float32"), y=np.arange(20) % 2)
    training = Training(model="mlp", data=f"npz:{tmp_path / 'rows.npz'}", epochs=1, augment="crop-flip")
    notes = [step.note for step in train(training, str(tmp_path / "run"))]
    assert any("No augmentation" in note for note in notes)


def test_images_of_a_folder_are_augmented_without_a_note(tmp_path: Path):
    for label in "ab":
        (tmp_path / "images" / label).mkdir(parents=True)
        Image.new("RGB", (8, 8), (200, 10, 0)).save(tmp_path / "images" / label / "0.png")
    training = Training(data=f"imagefolder:{tmp_path / 'images'}", epochs=1, augment="crop-flip")
    assert not any("ugment" in step.note for step in train(training, str(tmp_path / "run")))
