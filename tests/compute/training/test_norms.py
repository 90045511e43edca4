"""Norms and histograms of weights: NumPy's, for any values."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from torch import nn

from lossvista.compute.training import norms
from lossvista.compute.training.norms import exact_weight_norm, histogram, layer_histograms, weight_norm

VALUES = arrays.arrays(
    st.sampled_from([np.float32, np.float64]), st.integers(0, 60), elements=st.floats(-1e3, 1e3, width=32)
)


@given(values=VALUES)
def test_a_histogram_is_numpys(values: np.ndarray):
    found = histogram(torch.from_numpy(values))
    assert found.norm == pytest.approx(float(np.linalg.norm(values.astype(float))))
    if not len(values):
        assert math.isnan(found.low) and sum(found.counts) == 0
        return
    counts, edges = np.histogram(values.astype(float), 32)
    assert (found.low, found.high) == pytest.approx((edges[0], edges[-1])) and sum(found.counts) == len(values)
    # a value on an edge, up to rounding, may fall on either side of it
    assert (
        np.abs(np.cumsum(found.counts) - np.cumsum(counts)).max()
        <= np.isclose(values.astype(float)[:, None], edges, rtol=1e-12, atol=1e-12 * (edges[-1] - edges[0])).sum()
    )


@given(
    values=st.lists(st.floats() | st.just(1.5), max_size=40).map(lambda v: torch.tensor(v, dtype=torch.float64)),
)
def test_any_values_nan_infinite_and_huge(values: torch.Tensor):
    found = histogram(values)
    finite = values[values.isfinite()]
    assert sum(found.counts) == len(finite) and len(found.counts) == 32
    if len(finite):
        assert found.low <= finite.min() and finite.max() <= found.high
    assert found.norm == pytest.approx(float((values**2).sum().sqrt()), nan_ok=True)


def test_large_tensors_are_taken_in_blocks(monkeypatch: pytest.MonkeyPatch):
    values = torch.randn(1000, generator=torch.Generator().manual_seed(0))
    whole = histogram(values)
    monkeypatch.setattr(norms, "_BLOCK", 7)
    pieces = histogram(values)
    assert pieces.counts == whole.counts and pieces.norm == pytest.approx(whole.norm, rel=1e-12)
    assert weight_norm([values, values.half()]).item() == pytest.approx(exact_weight_norm([values, values]), rel=1e-3)


def test_every_parameter_has_its_histogram():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Linear(2, 2, dtype=torch.complex64))
    found = layer_histograms(model)
    assert found.keys() == {name for name, _ in model.named_parameters()}
    assert found["1.weight"].counts[16] == 2 and (found["1.weight"].low, found["1.weight"].high) == (0.5, 1.5)
    parameters = list(model.parameters())
    square = sum(float((p.detach().abs() ** 2).sum()) for p in parameters)
    assert exact_weight_norm(parameters) == pytest.approx(math.sqrt(square))
    assert weight_norm(parameters).item() == pytest.approx(math.sqrt(square), rel=1e-6)
    assert sum(layer.norm**2 for layer in found.values()) == pytest.approx(square)


def test_a_network_without_parameters():
    assert weight_norm([]).item() == 0 == exact_weight_norm([]) and layer_histograms(nn.ReLU()) == {}
