"""Units: the output axis of every layer type, and filter normalization by it (invariants 11, 12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.utils import parametrizations as reparametrize

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.units import biases_and_norms, units
from lossvista.compute.weights import norm, weights_of

Parts = Callable[[Tensor], list[Tensor]]  # the output units of a tensor, as views, written out by hand


def first(tensor: Tensor) -> list[Tensor]:
    return list(tensor)


def second(tensor: Tensor) -> list[Tensor]:
    return [tensor[:, k] for k in range(tensor.shape[1])]


def halves(tensor: Tensor) -> list[Tensor]:
    """Of a transposed convolution in two groups: the outputs of the first half of the inputs, then those of the second."""
    half = len(tensor) // 2
    return [part[:, k] for part in (tensor[:half], tensor[half:]) for k in range(tensor.shape[1])]


def singles(tensor: Tensor) -> list[Tensor]:
    return list(tensor.view(-1))


class Own(nn.Module):
    """Somebody's own layer with one parameter."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.ones(*shape))


def old_weight_norm(layer: nn.Module) -> nn.Module:
    with pytest.warns(FutureWarning):
        return nn.utils.weight_norm(layer)


LENGTHS, WEIGHT = "parametrizations.weight.original0", "parametrizations.weight.original1"
LAYERS: dict[str, tuple[Callable[[], nn.Module], str, Parts, int]] = {
    "linear": (lambda: nn.Linear(5, 4), "weight", first, 4),
    "linear to one": (lambda: nn.Linear(5, 1), "weight", first, 1),
    "linear from one": (lambda: nn.Linear(1, 5), "weight", first, 5),
    "conv 1-D": (lambda: nn.Conv1d(3, 5, 2), "weight", first, 5),
    "conv 2-D": (lambda: nn.Conv2d(3, 6, 3), "weight", first, 6),
    "conv 3-D": (lambda: nn.Conv3d(2, 4, 2), "weight", first, 4),
    "conv to one": (lambda: nn.Conv2d(3, 1, 2), "weight", first, 1),
    "conv grouped": (lambda: nn.Conv2d(4, 6, 3, groups=2), "weight", first, 6),
    "conv depthwise": (lambda: nn.Conv2d(4, 4, 3, groups=4), "weight", first, 4),
    "conv depthwise, one channel": (lambda: nn.Conv2d(1, 1, 3), "weight", first, 1),
    "transposed 1-D": (lambda: nn.ConvTranspose1d(3, 5, 2), "weight", second, 5),
    "transposed 2-D": (lambda: nn.ConvTranspose2d(3, 5, 2), "weight", second, 5),
    "transposed 3-D": (lambda: nn.ConvTranspose3d(2, 3, 2), "weight", second, 3),
    "transposed grouped": (lambda: nn.ConvTranspose2d(4, 6, 2, groups=2), "weight", halves, 6),
    "transposed depthwise": (lambda: nn.ConvTranspose1d(2, 2, 3, groups=2), "weight", halves, 2),
    "bilinear": (lambda: nn.Bilinear(2, 3, 4), "weight", first, 4),
    "bilinear to one": (lambda: nn.Bilinear(2, 3, 1), "weight", first, 1),
    "embedding": (lambda: nn.Embedding(7, 3), "weight", first, 7),
    "embedding bag": (lambda: nn.EmbeddingBag(7, 3), "weight", first, 7),
    "attention, three blocks": (lambda: nn.MultiheadAttention(4, 2), "in_proj_weight", first, 12),
    "attention, query": (lambda: nn.MultiheadAttention(4, 2, kdim=3, vdim=5), "q_proj_weight", first, 4),
    "attention, key": (lambda: nn.MultiheadAttention(4, 2, kdim=3, vdim=5), "k_proj_weight", first, 4),
    "attention, value": (lambda: nn.MultiheadAttention(4, 2, kdim=3, vdim=5), "v_proj_weight", first, 4),
    "attention, output": (lambda: nn.MultiheadAttention(4, 2), "out_proj.weight", first, 4),
    "attention, bias_k": (lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True), "bias_k", singles, 4),
    "attention, bias_v": (lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True), "bias_v", singles, 4),
    "RNN": (lambda: nn.RNN(3, 2), "weight_ih_l0", first, 2),
    "RNN of one": (lambda: nn.RNN(1, 1), "weight_hh_l0", first, 1),
    "LSTM, four gates": (lambda: nn.LSTM(3, 2), "weight_hh_l0", first, 8),
    "LSTM, reverse": (lambda: nn.LSTM(3, 2, bidirectional=True), "weight_ih_l0_reverse", first, 8),
    "LSTM, projection": (lambda: nn.LSTM(3, 4, proj_size=2), "weight_hr_l0", first, 2),
    "LSTM, gates of a projection": (lambda: nn.LSTM(3, 4, proj_size=2), "weight_hh_l0", first, 16),
    "GRU, three gates": (lambda: nn.GRU(3, 2), "weight_ih_l0", first, 6),
    "GRU cell": (lambda: nn.GRUCell(3, 2), "weight_hh", first, 6),
    "weight norm": (lambda: reparametrize.weight_norm(nn.Linear(5, 4)), WEIGHT, first, 4),
    "weight norm, lengths": (lambda: reparametrize.weight_norm(nn.Linear(5, 4)), LENGTHS, singles, 4),
    "weight norm, transposed": (lambda: reparametrize.weight_norm(nn.ConvTranspose2d(3, 5, 2)), WEIGHT, second, 5),
    "weight norm, transposed grouped": (
        lambda: reparametrize.weight_norm(nn.ConvTranspose2d(4, 6, 2, groups=2)),
        WEIGHT,
        halves,
        6,
    ),
    "weight norm, lengths of a transposed one": (
        lambda: reparametrize.weight_norm(nn.ConvTranspose2d(4, 6, 2, groups=2), dim=1),
        LENGTHS,
        singles,
        3,
    ),
    "old weight norm, transposed": (lambda: old_weight_norm(nn.ConvTranspose2d(3, 5, 2)), "weight_v", second, 5),
    "old weight norm, lengths": (lambda: old_weight_norm(nn.ConvTranspose2d(3, 5, 2)), "weight_g", singles, 3),
    "spectral norm": (
        lambda: reparametrize.spectral_norm(nn.Conv2d(3, 6, 3)),
        "parametrizations.weight.original",
        first,
        6,
    ),
    "spectral norm, transposed": (
        lambda: reparametrize.spectral_norm(nn.ConvTranspose2d(3, 5, 2)),
        "parametrizations.weight.original",
        second,
        5,
    ),
    "old spectral norm, transposed": (
        lambda: nn.utils.spectral_norm(nn.ConvTranspose2d(3, 5, 2)),
        "weight_orig",
        second,
        5,
    ),
    "bias": (lambda: nn.Linear(5, 4), "bias", singles, 4),
    "PReLU": (lambda: nn.PReLU(3), "weight", singles, 3),
    "layer norm over two axes": (lambda: nn.LayerNorm([2, 3]), "weight", first, 2),
    "own matrix": (lambda: Own(3, 4), "table", first, 3),
    "own matrix of one row": (lambda: Own(1, 4), "table", first, 1),
    "own scale of channels": (lambda: Own(4, 1, 1), "table", singles, 4),
    "own token": (lambda: Own(1, 1, 4), "table", singles, 4),
    "own positions": (lambda: Own(1, 6, 4), "table", second, 6),
    "own number": (lambda: Own(1, 1), "table", singles, 1),
}


def drawn(layer: str, seed: int) -> tuple[nn.Module, str, Parts, Tensor]:
    factory, name, parts, _ = LAYERS[layer]
    module = factory()
    shape = dict(module.named_parameters())[name].shape
    return module, name, parts, torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("layer", LAYERS)
def test_the_rows_are_the_output_units_written_out_by_hand(layer: str) -> None:
    module, name, parts, tensor = drawn(layer, 0)
    rows = units(module)[name].rows(tensor)
    wanted = parts(tensor)
    assert len(rows) == len(wanted) == LAYERS[layer][3]
    for row, part in zip(rows, wanted, strict=True):
        assert torch.equal(row.sort().values, part.flatten().sort().values)
    assert torch.equal(units(module)[name].tensor(rows, tensor.shape), tensor)


@pytest.mark.parametrize("layer", LAYERS)
@settings(max_examples=6)
@given(data=st.data())
def test_permuting_output_units_permutes_their_norms(layer: str, data: st.DataObject) -> None:
    module, name, parts, tensor = drawn(layer, data.draw(st.integers(0, 1000)))
    order = data.draw(st.permutations(range(LAYERS[layer][3])))
    shuffled = tensor.clone()
    for target, source in zip(parts(shuffled), order, strict=True):
        target.copy_(parts(tensor)[source])
    rows = units(module)[name].rows
    assert torch.equal(rows(shuffled).norm(dim=1), rows(tensor).norm(dim=1)[list(order)])


@pytest.mark.parametrize("layer", LAYERS)
@settings(max_examples=6)
@given(seed=st.integers(0, 1000), factor=st.sampled_from([1e-3, 1.0, 250.0]))
def test_a_direction_has_the_norms_of_the_units_and_keeps_them(layer: str, seed: int, factor: float) -> None:
    module, name, parts, tensor = drawn(layer, seed)
    theta = {**weights_of(module), name: tensor}
    split = units(module)
    raw = gaussian(theta, list(theta), seed, 0)
    axis = normalize(raw, theta, split, "filter")
    for found, wanted in zip(parts(axis[name]), parts(tensor), strict=True):
        assert norm({"": found}) == pytest.approx(norm({"": wanted}), rel=1e-6)
    again = normalize(axis, theta, split, "filter")[name]
    scaled = normalize({n: factor * t for n, t in raw.items()}, theta, split, "filter")[name]
    assert torch.allclose(again, axis[name], rtol=1e-6, atol=0)
    assert torch.allclose(scaled, axis[name], rtol=1e-5, atol=0)


INPUTS: dict[str, Callable[[], Any]] = {
    "linear": lambda: (torch.randn(2, 5),),
    "conv 1-D": lambda: (torch.randn(2, 3, 6),),
    "conv 2-D": lambda: (torch.randn(2, 3, 5, 5),),
    "conv 3-D": lambda: (torch.randn(2, 2, 4, 4, 4),),
    "transposed 1-D": lambda: (torch.randn(2, 3, 6),),
    "transposed 2-D": lambda: (torch.randn(2, 3, 5, 5),),
    "transposed 3-D": lambda: (torch.randn(2, 2, 4, 4, 4),),
    "bilinear": lambda: (torch.randn(2, 2), torch.randn(2, 3)),
}


@pytest.mark.parametrize("layer", INPUTS)
def test_the_units_are_those_of_the_networks_outputs(layer: str) -> None:
    """The order that the weights' units are put into is the one in which the outputs come out."""
    module, name, _, tensor = drawn(layer, 1)
    inputs, split = INPUTS[layer](), units(module)[name]
    count = LAYERS[layer][3]
    order = torch.randperm(count)
    shuffled = split.tensor(split.rows(tensor)[order], tensor.shape)
    plain = {"bias": torch.zeros(count)}
    there, here = (functional_call(module, {**plain, name: weight}, inputs) for weight in (shuffled, tensor))
    assert torch.allclose(there, here[:, order], atol=1e-6)


def test_relabelling_the_hidden_units_of_a_gru_permutes_each_gate() -> None:
    """The same network with its three hidden units in another order: its function is the same, and so are the units' norms."""
    cell = nn.GRUCell(2, 3)
    order = torch.tensor([2, 0, 1])
    rows = torch.cat([gate * 3 + order for gate in range(3)])
    theta = weights_of(cell)
    other = {
        "weight_ih": theta["weight_ih"][rows],
        "weight_hh": theta["weight_hh"][rows][:, order],
        "bias_ih": theta["bias_ih"][rows],
        "bias_hh": theta["bias_hh"][rows],
    }
    x, h = torch.randn(4, 2), torch.randn(4, 3)
    assert torch.allclose(functional_call(cell, other, (x, h[:, order])), cell(x, h)[:, order], atol=1e-6)
    for name, split in units(cell).items():
        assert torch.allclose(split.rows(other[name]).norm(dim=1), split.rows(theta[name]).norm(dim=1)[rows])


def test_lengths_of_weight_norm_and_broadcast_vectors_are_left_unperturbed() -> None:
    net = nn.ModuleDict(
        {
            "wn": reparametrize.weight_norm(nn.ConvTranspose2d(3, 5, 2)),
            "old": old_weight_norm(nn.Linear(3, 2)),
            "sn": reparametrize.spectral_norm(nn.Linear(3, 2)),
            "attention": nn.MultiheadAttention(4, 2, add_bias_kv=True),
            "prelu": nn.PReLU(3),
            "scale": Own(4, 1, 1),
            "token": Own(1, 1, 4),
            "positions": Own(1, 6, 4),
            "rank one": Own(1, 6),
            "one output": nn.Conv2d(3, 1, 1),
            "rms": nn.RMSNorm(4),
            "normed norm": reparametrize.weight_norm(nn.LayerNorm([2, 3])),
        }
    )
    moved = [name for name in weights_of(net) if name not in biases_and_norms(net)]
    assert moved == [
        "wn.parametrizations.weight.original1",
        "old.weight_v",
        "sn.parametrizations.weight.original",
        "attention.in_proj_weight",
        "attention.out_proj.weight",
        "positions.table",
        "rank one.table",
        "one output.weight",
    ]


class Conv1D(nn.Module):
    """As the layer of that name in transformers: a linear layer with its weight the other way round."""

    __module__ = "transformers.pytorch_utils"

    def __init__(self, outputs: int, inputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs))


def test_transformers_own_linear_layer_has_its_outputs_along_the_second_axis() -> None:
    layer = Conv1D(5, 3)
    assert torch.equal(units(layer)["weight"].rows(layer.weight), layer.weight.T)
