"""Curves: the formulas of Garipov et al. 2018, fixed ends, barriers; their training against a landscape that is known everywhere."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.curves.choices import Connect
from lossvista.compute.curves.curve import SEGMENT, barrier, lengths, shares, source_rate
from lossvista.compute.curves.fit import bend_name, fit
from lossvista.compute.curves.network import CurveNetwork
from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.time_budget import TimeBudget
from lossvista.compute.training.recording import Recording
from lossvista.compute.weights import weights_of

KINDS = st.sampled_from(["bezier", "polychain"])
BENDS = st.integers(1, 6)
T = st.lists(st.floats(0, 1), min_size=1, max_size=9)


# --- The shape ---


@given(KINDS, BENDS, T)
def test_a_curve_is_a_convex_mixture_that_begins_and_ends_in_its_ends(kind, bends, t) -> None:
    found = shares(kind, bends, np.array(t))
    assert found.shape == (len(t), bends + 2) and (found >= 0).all()
    np.testing.assert_allclose(found.sum(1), 1)
    ends = shares(kind, bends, np.array([0.0, 1.0]))
    assert ends.tolist() == [[1.0, *[0.0] * (bends + 1)], [*[0.0] * (bends + 1), 1.0]]  # exactly


@given(KINDS, BENDS, T)
def test_swapping_the_ends_mirrors_the_curve(kind, bends, t) -> None:
    there, back = shares(kind, bends, np.array(t)), shares(kind, bends, 1 - np.array(t))
    np.testing.assert_allclose(there, back[:, ::-1], atol=1e-12)


@given(st.floats(0, 1))
def test_one_bend_is_as_the_source_writes_it(t) -> None:
    w1, theta, w2 = np.random.default_rng(0).standard_normal((3, 7))
    points = np.stack([w1, theta, w2])
    bezier = (1 - t) ** 2 * w1 + 2 * t * (1 - t) * theta + t**2 * w2
    chain = 2 * (t * theta + (0.5 - t) * w1) if t <= 0.5 else 2 * ((t - 0.5) * w2 + (1 - t) * theta)
    np.testing.assert_allclose(shares("bezier", 1, np.array([t]))[0] @ points, bezier, atol=1e-12)
    np.testing.assert_allclose(shares("polychain", 1, np.array([t]))[0] @ points, chain, atol=1e-12)
    np.testing.assert_allclose(shares(SEGMENT, 0, np.array([t]))[0] @ points[[0, 2]], (1 - t) * w1 + t * w2, atol=1e-12)


def test_lengths_rates_and_barriers() -> None:
    points = np.array([[0.0, 0], [3, 4], [3, 0]])
    own = shares("polychain", 1, np.linspace(0, 1, 21))
    assert lengths(own, points @ points.T)[[0, 10, 20]] == pytest.approx([0, 5, 9])
    assert barrier(np.array([1.0, 5, 2])) == 3 and barrier(np.array([1.0, 0, 2])) == 0
    assert [source_rate(x) for x in (0, 0.5, 0.7, 0.9, 1)] == pytest.approx([1, 1, 0.505, 0.01, 0.01])
    with pytest.raises(ValueError, match="no curve"):
        shares("spline", 1, np.zeros(1))


# --- The network on it ---


def small(seed: int, normalized: bool = False) -> nn.Module:
    torch.manual_seed(seed)
    parts = [nn.Linear(5, 6), nn.BatchNorm1d(6)] if normalized else [nn.Linear(5, 6)]
    return nn.Sequential(*parts, nn.Tanh(), nn.Linear(6, 3))


@pytest.mark.parametrize("kind", ["bezier", "polychain"])
def test_the_gradient_of_a_bend_is_its_share_of_the_gradient_at_the_point_and_of_the_decay(kind, monkeypatch) -> None:
    first, second = small(0), small(1)
    network = CurveNetwork(first, [weights_of(first), weights_of(second)], kind, 2, decay=0.3)
    with torch.no_grad():
        network.bends.add_(torch.randn(network.bends.shape, generator=torch.Generator().manual_seed(2)))
    x, y = torch.randn(4, 5, generator=torch.Generator().manual_seed(3)), torch.tensor([0, 1, 2, 0])
    monkeypatch.setattr(torch, "rand", lambda *_: torch.tensor(0.3))
    nn.functional.cross_entropy(network.train()(x), y).backward()
    own = shares(kind, 2, np.array([float(torch.tensor(0.3))]))[0]
    there = copy.deepcopy(first)  # the plain network at φ(0.3)
    nn.utils.vector_to_parameters(network.point(0.3).detach(), there.parameters())
    nn.functional.cross_entropy(there(x), y).backward()
    gradient = torch.cat([p.grad.flatten() for p in there.parameters()]) + 0.3 * network.point(0.3).detach()
    for k in (1, 2):
        torch.testing.assert_close(network.bends.grad[k - 1], float(own[k]) * gradient, rtol=1e-4, atol=1e-6)


def test_what_is_not_trained_stays_on_the_straight_line() -> None:
    first, second = small(0), small(1)
    first[0].weight.requires_grad_(False)
    network = CurveNetwork(first, [weights_of(first), weights_of(second)], "bezier", decay=0.1)
    network.train()(torch.randn(4, 5)).square().sum().backward()
    frozen, *_, last = network.bends.grad[0].split([30, 6, 18, 3])
    assert not frozen.any() and last.all()
    assert set(network.state_dict()) == {"bends"} and [name for name, _ in network.named_parameters()] == ["bends"]


# --- Its training ---


class Point(nn.Module):
    """A network whose two weights are a place in the plane, and whose output is that place."""

    def __init__(self, place: tuple[float, float]) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor(place))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.place.expand(len(x), 2)


def valley(outputs: torch.Tensor, _targets: torch.Tensor) -> torch.Tensor:
    """Zero on the unit circle, so that two points on it are wells joined by a bent valley, with a hill of height 1 between them."""
    return (outputs.square().sum(-1) - 1) ** 2


def wells() -> tuple[Problem, list[dict[str, torch.Tensor]]]:
    problem = Problem(Point((-1.0, 0.0)), torch.zeros(8, 1), torch.zeros(8), loss=valley)
    return problem, [{"place": torch.tensor([-1.0, 0.05])}, {"place": torch.tensor([1.0, 0.05])}]


def along(kind: str, states: list[dict[str, torch.Tensor]]) -> np.ndarray:
    """The losses on a way through some points."""
    points = np.stack([state["place"].numpy() for state in states])
    on = shares(kind, len(states) - 2, np.linspace(0, 1, 101)) @ points
    return ((on**2).sum(1) - 1) ** 2


@pytest.mark.parametrize(("kind", "bends", "least"), [("bezier", 1, 0.15), ("polychain", 1, 0.55), ("bezier", 3, 0.03)])
def test_two_wells_are_joined_along_the_valley(tmp_path, kind, bends, least) -> None:
    problem, ends = wells()
    choices = Connect(curve=kind, bends=bends, epochs=60, lr=0.05, weight_decay=0, batch_size=1)
    found, _ = drain(fit(choices, problem, ends, tmp_path / "curve", {"weights_hash": "a"}, TimeBudget()))
    straight, bent = along(SEGMENT, ends), along(kind, [ends[0], *found, ends[1]])
    assert barrier(straight) > 0.9 and barrier(bent) < least
    assert len(found) == bends and torch.equal(ends[0]["place"], torch.tensor([-1.0, 0.05]))
    assert len(Recording(tmp_path / "curve")) == 21 and (tmp_path / "curve" / bend_name(bends)).exists()
    if bends == 1:  # the bend with the least mean loss along the curve, found by trying

        def mean(height: float) -> float:
            return along(kind, [ends[0], {"place": torch.tensor([0.0, height])}, ends[1]]).mean()

        best = min(np.linspace(0, 4, 401), key=mean)
        assert abs(float(found[0]["place"][1])) == pytest.approx(best, abs=0.1)  # over the hill or below it


def test_a_fit_resumes_to_the_same_bits_and_is_not_done_twice(tmp_path) -> None:
    problem, ends = wells()
    choices = Connect(epochs=60, lr=0.05, batch_size=3)
    whole, left = drain(fit(choices, problem, ends, tmp_path / "whole", {"weights_hash": "a"}, TimeBudget()))
    for _ in range(3):
        job = fit(choices, problem, ends, tmp_path / "parts", {"weights_hash": "a"}, TimeBudget())
        for _ in range(4):  # how often it tells of itself depends on the machine; it may be over sooner
            next(job, None)
        job.close()
    parts, _ = drain(fit(choices, problem, ends, tmp_path / "parts", {"weights_hash": "a"}, TimeBudget()))
    assert not left and torch.equal(whole[0]["place"], parts[0]["place"])
    stamp = (tmp_path / "parts" / "final.safetensors").stat().st_mtime_ns
    drain(fit(choices, problem, ends, tmp_path / "parts", {"weights_hash": "a"}, TimeBudget()))
    assert (tmp_path / "parts" / "final.safetensors").stat().st_mtime_ns == stamp
    with pytest.raises(LossvistaError, match="between other networks"):
        drain(fit(choices, problem, ends, tmp_path / "parts", {"weights_hash": "b"}, TimeBudget()))
    with pytest.raises(LossvistaError, match="another training"):
        drain(fit(choices.replace(epochs=61), problem, ends, tmp_path / "parts", {"weights_hash": "a"}, TimeBudget()))


def test_while_it_is_trained_the_table_tells_how_far_it_is(tmp_path) -> None:
    problem, ends = wells()
    job = fit(Connect(epochs=5, lr=0.05), problem, ends, tmp_path / "curve", {}, TimeBudget())
    table = next(progress.added.tables["connection"] for progress in job if progress.added)
    job.close()
    assert table.how["live"] and set(table["way"]) == {"bezier", "segment"}
    assert np.asarray(table["train_loss"][table["way"] == "segment"], float).max() > 0.9


# --- Batch-norm ---


def test_re_estimated_statistics_are_the_exact_ones_of_the_data(tmp_path) -> None:
    """Of a first layer at any t, they are the mean and variance of a linear map of the samples."""
    first, second = small(0, normalized=True), small(1, normalized=True)
    x = torch.randn(37, 5, generator=torch.Generator().manual_seed(4)).double().float()
    problem = Problem(first, x, torch.arange(37) % 3)
    ends = [dict(first.state_dict()), dict(second.state_dict())]
    (bend,), _ = drain(fit(Connect(epochs=2, batch_size=10), problem, ends, tmp_path / "curve", {}, TimeBudget()))
    inside = x.double() @ bend["0.weight"].double().T + bend["0.bias"].double()
    torch.testing.assert_close(bend["1.running_mean"].double(), inside.mean(0), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(bend["1.running_var"].double(), inside.var(0), rtol=1e-5, atol=1e-6)
