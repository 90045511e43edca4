"""docs/models.md says of every built-in network what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from lossvista.compute.problem import MODELS
from lossvista.compute.problem.networks.shapes import CIFAR10, IMAGENET, MNIST, centred

PAGE = (Path(__file__).parents[3] / "docs" / "models.md").read_text()
ROW = re.compile(r"^\| `([\w-]+)` \| (.+?) \| ([\d,]+) \| ([\d×]+), (\d+) \| (.+?) \|$", re.M)
ROWS = {name: tuple(rest) for name, *rest in ROW.findall(PAGE)}
DECLARED = {CIFAR10: "CIFAR-10", IMAGENET: "ImageNet", MNIST: "MNIST", centred((1, 8, 8)): "[−1, 1]", None: "–"}


def test_the_page_lists_every_network_in_order() -> None:
    assert list(ROWS) == list(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_row_says_size_samples_and_normalization(name: str) -> None:
    source, parameters, samples, classes, normalization = ROWS[name]
    with torch.device("meta"):
        model = MODELS[name].open()(tuple(map(int, samples.split("×"))), int(classes))
    assert sum(p.numel() for p in model.parameters()) == int(parameters.replace(",", ""))
    assert DECLARED[getattr(model, "normalization", None)] == normalization
    assert source


def test_the_page_gives_the_means_and_deviations_as_they_are() -> None:
    assert "(125.3, 123.0, 113.9)/255, deviation" in PAGE and "(63.0, 62.1, 66.7)/255" in PAGE
    for known in (IMAGENET, MNIST):
        for values in known:
            assert ", ".join(map(str, values)) in PAGE
    assert [round(v * 255, 1) for v in CIFAR10[0]] == [125.3, 123.0, 113.9]
    assert [round(v * 255, 1) for v in CIFAR10[1]] == [63.0, 62.1, 66.7]
