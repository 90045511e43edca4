"""Basins against closed forms: balls of any dimension, quadratics, walls that are not where one looks first (invariant 31)."""

import math

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.measures.basin import Radius, log_ball_volume, log_volume, radius
from lossvista.compute.problem.problem import Problem
from lossvista.compute.studies.basin_radii import radii_of
from lossvista.compute.studies.basins import BasinChoices
from lossvista.compute.weights import weights_of


@given(st.integers(1, 10**8), st.floats(1e-6, 1e6))
def test_a_ball_of_any_dimension(n: int, r: float) -> None:
    expected = n / 2 * math.log(math.pi) - math.lgamma(n / 2 + 1) + n * math.log(r)
    volume = log_volume(np.full(5, r), n)
    assert log_ball_volume(n, r) == pytest.approx(expected, rel=1e-12)
    assert volume.log == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert volume.low == pytest.approx(volume.high) and volume.effective == pytest.approx(5)


@pytest.mark.parametrize(("n", "volume"), [(1, 2.0), (2, math.pi), (3, 4 / 3 * math.pi), (4, math.pi**2 / 2)])
def test_known_unit_balls(n: int, volume: float) -> None:
    assert math.exp(log_ball_volume(n)) == pytest.approx(volume)
    assert log_ball_volume(n, 0.0) == -math.inf


def test_an_ellipse_by_monte_carlo() -> None:
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, 4000)
    a, b = 3.0, 0.5
    radii = 1 / np.sqrt((np.cos(angle) / a) ** 2 + (np.sin(angle) / b) ** 2)
    volume = log_volume(radii, 2)
    assert volume.low < math.log(math.pi * a * b) < volume.high
    assert volume.high - volume.low < 0.2


def test_of_many_dimensions_the_widest_direction_decides() -> None:
    volume = log_volume(np.array([1.0, 2.0, 3.0]), 10_000)
    assert volume.effective == pytest.approx(1)
    assert volume.log == pytest.approx(log_ball_volume(10_000, 3.0) - math.log(3))
    assert log_volume(np.zeros(3), 7).log == -math.inf
    with pytest.raises(ValueError, match="radii"):
        log_volume(np.zeros(0), 3)


@given(st.floats(1e-4, 1e4), st.floats(1e-3, 1e3), st.floats(1e-3, 1.0))
@example(8025.0, 1e-3, 1e-3)  # just below half of the first look, which is a trillionth of the farthest
def test_the_radius_of_a_parabola(curvature: float, level: float, first: float) -> None:
    exact = math.sqrt(2 * level / curvature)
    found = radius(lambda r: 0.5 * curvature * r * r, level, first, 1e9)
    assert not found.open and found.value == pytest.approx(exact, rel=2e-3)
    assert found.looks < 80


def test_what_is_flat_high_or_not_finite() -> None:
    flat = radius(lambda r: 0.0, 1.0, 0.1, 8.0)
    assert flat == Radius(8.0, True, flat.looks) and flat.looks < 12
    assert radius(lambda r: 2.0, 1.0, 0.1, 8.0).value == 0.0
    assert radius(lambda r: math.nan if r > 3 else 0.0, 1.0, 0.1, 99.0).value == pytest.approx(3, rel=2e-3)
    assert radius(lambda r: math.inf if r > 1e-3 else 0.0, 1.0, 0.1, 99.0).value == pytest.approx(1e-3, rel=2e-3)
    with pytest.raises(ValueError, match="positive"):
        radius(lambda r: 0.0, 1.0, 0.0, 1.0)


class Quadratic(nn.Module):
    def __init__(self, diagonal: list[float]) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.zeros(1, len(diagonal)).double())
        self.register_buffer("diagonal", torch.tensor(diagonal).double())

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return (0.5 * (self.diagonal * self.theta**2).sum()).expand(len(inputs))


def test_the_radii_of_a_quadratic_network_and_their_volume() -> None:
    """L = ½ θᵀDθ: the basin is an ellipsoid, with V = ω_n Πᵢ √(2·level/dᵢ)."""
    diagonal = [1.0, 4.0, 9.0]
    problem = Problem(Quadratic(diagonal), torch.zeros(3, 1), torch.zeros(3), loss=lambda out, _: out, metrics={})
    evaluator = Evaluator(problem, weights_of(problem.model), [], precision="float64", device="cpu")
    choices = BasinChoices(directions=400, normalization="none", ignore="none")
    found = list(radii_of(problem.copy_of_model(), evaluator, 0.5, choices))
    radii = np.array([own.value for own, _ in found])
    assert {length for _, length in found} == {1.0}
    assert 1 / 3 * 0.999 <= radii.min() < 0.35 and 0.95 < radii.max() <= 1.001
    volume = log_volume(radii, 3)
    assert volume.low < log_ball_volume(3) + math.log(1 / 6) < volume.high
