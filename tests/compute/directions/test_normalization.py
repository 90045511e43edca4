"""Normalization of directions, for every layer type (invariants 11, 13, 15, 16)."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize, orthogonalize, unit_norm_gap
from lossvista.compute.weights import dot, norm, units, weights_of

seeds = st.integers(0, 10_000)


def net() -> nn.Module:
    torch.manual_seed(0)
    layers = nn.ModuleList(
        [
            nn.Conv2d(3, 6, 3),
            nn.ConvTranspose2d(4, 6, 2, groups=2),
            nn.Embedding(7, 3, padding_idx=0),
            nn.LSTM(3, 2),
            nn.MultiheadAttention(4, 2),
            nn.BatchNorm2d(4),
            nn.Linear(4, 3),
        ]
    )
    with torch.no_grad():
        layers[-1].bias.zero_()
        layers[0].weight[2] = 0  # a dead filter
        layers[0].weight[3] *= 1e-6
        layers[0].weight[4] *= 1e6
    return layers


NET = net()
THETA, UNITS = weights_of(NET), units(NET)


@given(seeds)
def test_every_unit_gets_the_norm_of_its_weights_and_zero_units_stay_zero(seed: int) -> None:
    raw = gaussian(THETA, list(THETA), seed, 0)
    axis = normalize(raw, THETA, UNITS, "filter")
    for name, tensor in axis.items():
        got, wanted = (UNITS[name].rows(t).double().norm(dim=1) for t in (tensor, THETA[name]))
        assert torch.allclose(got, wanted, rtol=1e-6, atol=0), name
    again = normalize(axis, THETA, UNITS, "filter")
    scaled = normalize({k: 7.5 * v for k, v in raw.items()}, THETA, UNITS, "filter")
    for name in axis:
        assert torch.allclose(axis[name], again[name], rtol=1e-6, atol=0)
        assert torch.allclose(axis[name], scaled[name], rtol=1e-5, atol=0)


def test_a_zero_direction_stays_zero_without_nan() -> None:
    for kind in ("filter", "layer", "model", "weight", "none"):
        axis = normalize({k: torch.zeros_like(v) for k, v in THETA.items()}, THETA, UNITS, kind)
        assert all(bool((t == 0).all()) for t in axis.values()), kind


@given(seeds)
def test_filter_implies_layer_and_each_kind_matches_its_own_norm(seed: int) -> None:
    raw = gaussian(THETA, list(THETA), seed, 1)
    for kind in ("filter", "layer"):
        for name, tensor in normalize(raw, THETA, UNITS, kind).items():
            assert tensor.double().norm().item() == pytest.approx(THETA[name].double().norm().item(), rel=1e-6)
    assert norm(normalize(raw, THETA, UNITS, "model")) == pytest.approx(norm(THETA), rel=1e-6)
    for name, tensor in normalize(raw, THETA, UNITS, "weight").items():
        assert torch.allclose(tensor.abs(), raw[name].abs() * THETA[name].abs())
    assert all(torch.equal(t, raw[name]) for name, t in normalize(raw, THETA, UNITS, "none").items())


@given(seeds, st.sampled_from([1e-3, 1.0, 1e4]))
def test_orthogonalized_axes_are_orthogonal_at_any_length(seed: int, scale: float) -> None:
    """The peers' defect: removing ⟨δ,η⟩·δ without dividing by ‖δ‖² leaves the axes parallel when ‖δ‖ ≫ 1."""
    first = {k: scale * v for k, v in gaussian(THETA, list(THETA), seed, 0).items()}
    second = gaussian(THETA, list(THETA), seed, 1)
    rest = orthogonalize({k: v + 3 * first[k] for k, v in second.items()}, first)
    assert abs(dot(first, rest)) <= 1e-6 * norm(first) * norm(rest)


def test_an_unknown_kind_is_no_silent_default() -> None:
    with pytest.raises(ValueError, match="zork"):
        normalize(THETA, THETA, UNITS, "zork")


def test_the_gap_from_filter_normalization() -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.ConvTranspose2d(3, 4, 2, groups=1))
    theta = weights_of(model)
    names = [name for name, t in theta.items() if t.dim() > 1]
    raw = {name: torch.randn(theta[name].shape, generator=torch.Generator().manual_seed(1)) for name in names}
    split = units(model)
    fitted = normalize(raw, theta, split, "filter")
    assert unit_norm_gap(fitted, theta, split) < 1e-6 < unit_norm_gap(raw, theta, split)
    fitted["0.weight"][1] *= 1.25
    assert unit_norm_gap(fitted, theta, split) == pytest.approx(0.25, rel=1e-5)
    fitted["0.weight"][1] = 0
    assert unit_norm_gap(fitted, theta, split) < 1e-6  # a filter that does not move is none of its business
