"""Built-in networks: their names, shapes, seeds, and what skip connections change."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.models import build_model

DIGIT, CIFAR = (1, 8, 8), (3, 32, 32)


def shape_for(name: str) -> tuple[int, ...]:
    return CIFAR if name.startswith("resnet") else DIGIT


@pytest.mark.parametrize("name", ["mlp", "cnn", "cnn-noskip", "resnet20"])
def test_the_seed_decides_the_weights_and_nobody_elses_random_numbers_are_used(name: str):
    before = torch.get_rng_state()
    first, again, other = (build_model(name, shape_for(name), 10, seed).state_dict() for seed in (3, 3, 4))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not all(torch.equal(first[key], other[key]) for key in first)


@pytest.mark.parametrize("depth", [20, 56, 110])
def test_a_cifar_resnet_has_as_many_weighted_layers_as_its_name_says(depth: int):
    model = build_model(f"resnet{depth}", CIFAR, 10)
    weighted = [m for n, m in model.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear)) and "shortcut" not in n]
    assert len(weighted) == depth


@pytest.mark.parametrize(
    ("with_skips", "without"), [("resnet20", "resnet20-noshort"), ("resnet56", "resnet56-noshort")]
)
def test_networks_with_and_without_skips_differ_by_the_shortcuts_only(with_skips: str, without: str):
    rich, plain = (build_model(name, CIFAR, 10).state_dict() for name in (with_skips, without))
    assert plain.keys() < rich.keys()
    extra = {name.rpartition(".")[0] for name in rich.keys() - plain.keys()}
    assert extra == {f"layer{stage}.0.shortcut.{part}" for stage in (2, 3) for part in (0, 1)}


@pytest.mark.parametrize("name", ["cnn", "resnet20"])
def test_a_skip_carries_the_input_past_dead_convolutions(name: str):
    other = {"cnn": "cnn-noskip", "resnet20": "resnet20-noshort"}[name]
    images = torch.rand(2, *shape_for(name))
    moved = {}
    for variant in (name, other):
        model = build_model(variant, shape_for(name), 10).eval()
        for label, module in model.named_modules():  # silence the two convolutions of every block
            if "." in label and label.endswith(("conv1", "conv2")):
                nn.init.zeros_(module.weight)
        with torch.inference_mode():
            first, second = model(images)
        moved[variant] = (first - second).abs().max().item()
    assert moved[name] > 0 and moved[other] == 0


def test_a_resnet_refuses_samples_that_are_not_cifars():
    with pytest.raises(LossvistaError, match=r"resnet56-noshort takes colour images of 3×32×32.*1×8×8"):
        build_model("resnet56-noshort", DIGIT, 10)


@pytest.mark.parametrize("shape", [(64,), (1, 2, 2)])
def test_the_cnn_refuses_what_is_no_image(shape: tuple[int, ...]):
    with pytest.raises(LossvistaError, match=r"takes images"):
        build_model("cnn", shape, 10)


@pytest.mark.parametrize("shape", [(5,), (3, 32, 32), (2, 3)])
def test_the_perceptron_takes_any_shape(shape: tuple[int, ...]):
    assert build_model("mlp", shape, 3)(torch.zeros(4, *shape)).shape == (4, 3)


def test_an_unknown_model_is_answered_with_the_nearest():
    with pytest.raises(LossvistaError, match=r"no model called 'resnet65'.*Did you mean 'resnet56'"):
        build_model("resnet65", CIFAR, 10)
