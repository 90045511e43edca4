"""Weights and their units: the output axis of every layer type (invariants 10, 12, 14)."""

import pytest
import torch
from torch import nn
from torch.func import functional_call

from lossvista.compute.errors import LossvistaError
from lossvista.compute.weights import (
    add,
    biases_and_norms,
    dot,
    fingerprint,
    norm,
    perturbed,
    scaled,
    units,
    weights_of,
)

LAYERS = {
    "linear": (nn.Linear(5, 4), "weight", 4),
    "conv": (nn.Conv2d(3, 6, 3), "weight", 6),
    "grouped": (nn.Conv2d(4, 6, 3, groups=2), "weight", 6),
    "depthwise": (nn.Conv2d(4, 4, 3, groups=4), "weight", 4),
    "conv1d": (nn.Conv1d(3, 5, 2), "weight", 5),
    "transposed": (nn.ConvTranspose2d(3, 5, 2), "weight", 5),
    "transposed grouped": (nn.ConvTranspose2d(4, 6, 2, groups=2), "weight", 6),
    "embedding": (nn.Embedding(7, 3), "weight", 7),
    "attention": (nn.MultiheadAttention(4, 2), "in_proj_weight", 12),
    "lstm": (nn.LSTM(3, 2), "weight_hh_l0", 8),
    "gru": (nn.GRU(3, 2), "weight_ih_l0", 6),
    "bias": (nn.Linear(5, 4), "bias", 4),
    "norm": (nn.LayerNorm(6), "weight", 6),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_units_are_the_output_units(layer: str) -> None:
    module, name, count = LAYERS[layer]
    tensor = torch.arange(weights_of(module)[name].numel()).float().reshape(weights_of(module)[name].shape)
    found = units(module)[name]
    assert found.rows(tensor).shape[0] == count
    assert torch.equal(found.tensor(found.rows(tensor), tensor.shape), tensor)


@pytest.mark.parametrize("layer", ["linear", "conv", "grouped", "depthwise", "transposed", "transposed grouped"])
def test_zeroing_a_unit_silences_exactly_that_output(layer: str) -> None:
    module, name, count = LAYERS[layer]
    inputs = torch.randn(1, module.in_features) if layer == "linear" else torch.randn(1, module.in_channels, 6, 6)
    layout = units(module)[name]
    with torch.no_grad():
        for unit in range(count):
            rows = layout.rows(weights_of(module)[name]).clone()
            rows[unit] = 0
            out = functional_call(
                module, {name: layout.tensor(rows, module.weight.shape), "bias": torch.zeros(count)}, (inputs,)
            )
            silent = [k for k in range(count) if float(out[0, k].abs().max()) == 0]
            assert silent == [unit]


def test_permuting_output_units_permutes_their_norms() -> None:
    conv = nn.Conv2d(3, 6, 3)
    order = torch.randperm(6)
    rows = units(conv)["weight"].rows
    assert torch.equal(rows(conv.weight[order]).norm(dim=1), rows(conv.weight).norm(dim=1)[order])


def test_biases_vectors_and_norm_layers_are_left_unperturbed() -> None:
    class OwnNorm(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(2, 2))

    net = nn.ModuleDict(
        {
            "conv": nn.Conv2d(3, 4, 3),
            "bn": nn.BatchNorm2d(4),
            "ln": nn.LayerNorm([2, 3]),
            "own": OwnNorm(),
            "rnn": nn.LSTM(2, 3),
            "bilinear": nn.Bilinear(2, 2, 2),
        }
    )
    moved = set(dict(net.named_parameters())) - biases_and_norms(net)
    assert moved == {"conv.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "bilinear.weight"}
    assert perturbed(net, "biases-and-norms", "rnn.*") == ["rnn.weight_ih_l0", "rnn.weight_hh_l0"]
    assert set(perturbed(net, "none", "")) == set(dict(net.named_parameters()))


def test_a_pattern_that_matches_nothing_is_said() -> None:
    with pytest.raises(LossvistaError, match=r"No parameter is left.*'layer9\.\*'.*0\.weight"):
        perturbed(nn.Sequential(nn.Linear(2, 2)), "none", "layer9.*")


def test_tied_weights_are_one_parameter() -> None:
    net = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 5, bias=False))
    net[1].weight = net[0].weight
    assert list(weights_of(net)) == ["0.weight"] == list(units(net))


def test_arithmetic_is_float64() -> None:
    a = {"w": torch.full((10_000_000,), 1e-4), "v": torch.ones(1)}
    assert norm(a) == pytest.approx((10_000_000 * 1e-8 + 1) ** 0.5, rel=1e-7)
    assert dot(a, scaled(a, 2.0)) == pytest.approx(2 * norm(a) ** 2, rel=1e-7)
    assert torch.equal(add(a, a, -1.0)["v"], torch.zeros(1))


def test_fingerprint_tells_bytes_names_and_types_apart() -> None:
    a = {"w": torch.ones(2), "empty": torch.zeros(0)}
    assert fingerprint(a) == fingerprint({"empty": torch.zeros(0), "w": torch.ones(2)})
    others = [
        {"w": torch.ones(2)},
        {"w": torch.ones(2).double(), "empty": torch.zeros(0)},
        {"w": torch.tensor([1.0, 2.0])},
    ]
    assert len({fingerprint(x) for x in (a, *others)}) == 4
