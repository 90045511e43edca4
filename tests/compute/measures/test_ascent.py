"""Sharpness against what can be written down: quadratics, whose highest rise in a ball or a box is known; and rescaled networks."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.measures.ascent import adaptive, ball, climb, climbed, keskar
from lossvista.compute.measures.derivatives import Derivatives
from lossvista.compute.problem.problem import Problem

VALUES = st.lists(st.floats(0.1, 5), min_size=2, max_size=8)


def quadratic(matrix: np.ndarray, weights: np.ndarray):
    """½ wᵀAw at weights + offset, and its gradient."""

    def slope_at(offset: np.ndarray):
        w = weights + offset
        return 0.5 * w @ matrix @ w, matrix @ w

    return slope_at


@given(VALUES, st.integers(0, 99))
def test_the_highest_rise_in_a_ball_around_the_minimum(values: list[float], seed: int) -> None:
    size = len(values)
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))
    matrix, weights = (turn * values) @ turn.T, np.zeros(size)
    found = climbed(climb(ball(weights, 0.3), 400, seed), quadratic(matrix, weights))
    exact = 0.5 * 0.3**2 * max(values)
    assert 0.97 * exact <= found <= exact * (1 + 1e-9)


@given(VALUES, st.integers(0, 99))
def test_the_highest_rise_in_keskars_box(values: list[float], seed: int) -> None:
    weights = np.random.default_rng(seed).normal(size=len(values))
    epsilon = 1e-2
    found = climbed(climb(keskar(weights, epsilon), 20, seed), quadratic(np.diag(values), weights))
    far = np.abs(weights) + epsilon * (np.abs(weights) + 1)  # the corner away from the minimum
    exact, start = 0.5 * np.sum(values * far**2), 0.5 * np.sum(values * weights**2)
    assert found <= exact * (1 + 1e-12)
    if np.abs(weights).min() > 0.1:  # else the wrong side of a weight near 0 is a local maximum too
        assert found - start == pytest.approx(exact - start, rel=1e-6)


def test_neighbourhoods_hold_what_they_should() -> None:
    weights = np.array([1.0, -2.0, 0.0])
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert (np.abs(keskar(weights, 0.1).drawn(rng)) <= 0.1 * (np.abs(weights) + 1)).all()
        assert np.linalg.norm(ball(weights, 0.1).drawn(rng)) == pytest.approx(0.1)
        moved = adaptive(weights, 0.1).drawn(rng)
        assert moved[2] == 0 and np.linalg.norm(moved[:2] / weights[:2]) <= 0.1 + 1e-12
    assert not ball(weights, 1.0).ahead(np.zeros(3)).any()
    assert np.linalg.norm(ball(weights, 1.0).inside(np.full(3, 9.0))) == pytest.approx(1)
    assert list(keskar(weights, 1.0).inside(np.array([3.0, -0.5, -2.0]))) == [1, -0.5, -1]


def test_a_loss_that_is_no_number_ends_the_climb() -> None:
    assert np.isnan(climbed(climb(ball(np.ones(3), 1.0), 5, 0), lambda offset: (np.nan, np.zeros(3))))
    assert climbed(climb(ball(np.ones(3), 1.0), 5, 0), lambda offset: (np.inf, np.zeros(3))) == np.inf


def rescaled(net: nn.Sequential, factor: float) -> nn.Sequential:
    other = copy.deepcopy(net)
    with torch.no_grad():
        other[0].weight *= factor
        other[2].weight /= factor
    return other


def test_adaptive_sharpness_survives_rescaling_and_the_plain_one_does_not() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 8, bias=False), nn.ReLU(), nn.Linear(8, 3, bias=False)).double()
    x, y = torch.randn(30, 4).double(), torch.randint(0, 3, (30,))
    found: dict[str, list[float]] = {"plain": [], "adaptive": []}
    for factor in (1.0, 5.0):
        derivatives = Derivatives(Problem(rescaled(net, factor), x, y), ["0.weight", "2.weight"], torch.float64)

        def slope_at(offset, derivatives=derivatives):
            steps = derivatives.slope_at(offset)
            while True:
                try:
                    next(steps)
                except StopIteration as end:
                    return end.value

        start, _ = slope_at(np.zeros(derivatives.size))
        for name, where in (("plain", ball(derivatives.flat, 0.1)), ("adaptive", adaptive(derivatives.flat, 0.1))):
            found[name].append(climbed(climb(where, 40, 0), slope_at) - start)
    assert found["adaptive"][0] == pytest.approx(found["adaptive"][1], rel=1e-9)
    assert found["plain"][1] > 2 * found["plain"][0] > 0


def test_a_slope_elsewhere_leaves_the_weights_where_they_were() -> None:
    torch.manual_seed(0)
    problem = Problem(nn.Linear(4, 3), torch.randn(7, 4), torch.randint(0, 3, (7,)))
    derivatives = Derivatives(problem, ["weight"], torch.float64, batch=3, keep=True)
    before, vector = derivatives.flat, np.ones(12)
    product = derivatives.product(vector)
    steps = derivatives.slope_at(np.ones(12))
    next(steps)
    steps.close()  # given up on the way
    assert (derivatives.flat == before).all()
    assert np.allclose(derivatives.product(vector), product, atol=1e-12)
