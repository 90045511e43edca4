"""Derivatives against oracles: known quadratics, central differences, dense Hessians (invariants 9, 23, 24)."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.autograd.functional import hessian
from torch.func import functional_call

from lossvista.compute.directions.request import DirectionRequest
from lossvista.compute.directions.slopes import eigen_directions, gradient_directions
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.errors import LossvistaError
from lossvista.compute.measures import derivatives
from lossvista.compute.measures.derivatives import Derivatives
from lossvista.compute.problem.problem import Problem
from lossvista.compute.weights import dot, norm, units, weights_of


class Quadratic(nn.Module):
    def __init__(self, diagonal: list[float]) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.full((len(diagonal),), 0.5).double())
        self.register_buffer("diagonal", torch.tensor(diagonal).double())

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return (0.5 * (self.diagonal * self.theta**2).sum()).expand(len(inputs))


def quadratic(*diagonal: float) -> Problem:
    return Problem(
        Quadratic(list(diagonal)), torch.zeros(3, 1), torch.zeros(3), loss=lambda outputs, targets: outputs, metrics={}
    )


def network() -> Problem:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.BatchNorm1d(5), nn.Dropout(0.5), nn.Linear(5, 3))
    net(torch.randn(20, 4))
    return Problem(net.eval(), torch.randn(23, 4), torch.randint(0, 3, (23,)))


NETWORK = network()
NAMES = list(weights_of(NETWORK.model))
EXACT = Derivatives(NETWORK, NAMES, torch.float64)


def request(problem: Problem, **changes) -> DirectionRequest:
    origin = weights_of(problem.model)
    asked = {"names": list(origin), "normalization": "none", **changes}
    return DirectionRequest(problem=problem, origin=origin, units=units(problem.model), **asked)


def test_known_eigenvalues() -> None:
    values, vectors = Derivatives(quadratic(-5.0, 3.0, 1.0, 0.5, 0.1), ["theta"], torch.float64).top_eigenvectors(2)
    assert values == pytest.approx([3, 1], rel=1e-6)
    assert abs(float(vectors[0]["theta"][1])) == pytest.approx(1) and abs(
        float(vectors[1]["theta"][2])
    ) == pytest.approx(1)


def dense() -> np.ndarray:
    model = NETWORK.copy_of_model().double()
    theta = {name: p.detach() for name, p in model.named_parameters()}
    sizes = [t.numel() for t in theta.values()]

    def loss(flat: torch.Tensor) -> torch.Tensor:
        weights = {n: f.view(t.shape) for (n, t), f in zip(theta.items(), flat.split(sizes), strict=True)}
        return nn.functional.cross_entropy(functional_call(model, weights, (NETWORK.inputs.double(),)), NETWORK.targets)

    return hessian(loss, torch.cat([t.flatten() for t in theta.values()])).numpy()


DENSE = dense()


@given(st.integers(0, 1000))
def test_products_equal_the_dense_hessians_and_are_symmetric(seed: int) -> None:
    rng = np.random.default_rng(seed)
    u, v = rng.normal(size=(2, EXACT.size))
    hu, hv = EXACT.product(u), EXACT.product(v)
    assert np.allclose(hv, DENSE @ v, atol=1e-10)
    assert v @ hu == pytest.approx(u @ hv, rel=1e-9, abs=1e-10)


def test_products_do_not_depend_on_the_batches(monkeypatch) -> None:
    vector = np.ones(EXACT.size)
    whole = EXACT.product(vector)
    monkeypatch.setattr(derivatives, "_BATCH", 7)  # a ragged last batch
    assert np.allclose(Derivatives(NETWORK, NAMES, torch.float64).product(vector), whole, atol=1e-12)


def test_eigenpairs_bound_every_probe() -> None:
    values, vectors = EXACT.top_eigenvectors(3)
    assert np.allclose(values, np.linalg.eigvalsh(DENSE)[::-1][:3], rtol=1e-5)
    for value, vector in zip(values, vectors, strict=True):
        flat = torch.cat([t.flatten() for t in vector.values()]).numpy()
        assert np.linalg.norm(DENSE @ flat - value * flat) < 1e-3 * value
    for probe in np.random.default_rng(0).normal(size=(20, EXACT.size)):
        assert probe @ DENSE @ probe / (probe @ probe) <= values[0] * (1 + 1e-9)


def test_the_gradient_matches_a_central_difference_and_points_uphill() -> None:
    found = gradient_directions(request(NETWORK, count=1)).axes[0]
    slope = EXACT.gradient()
    assert norm(found) == pytest.approx(1, rel=1e-5)
    at = Evaluator(NETWORK, weights_of(NETWORK.model), [found], precision="float64").at
    measured = (at(1e-4)["train_loss"] - at(-1e-4)["train_loss"]) / 2e-4
    assert measured == pytest.approx(norm(slope), rel=1e-4) and measured > 0


def test_the_plane_of_two_eigenvectors_has_their_curvatures() -> None:
    directions = eigen_directions(request(NETWORK))
    values = np.linalg.eigvalsh(DENSE)[::-1][:2]
    at = Evaluator(NETWORK, weights_of(NETWORK.model), directions.axes, precision="float64").at
    for k, value in enumerate(values):
        point = [0.0, 0.0]
        point[k] = 1e-2
        there, back = at(*point)["train_loss"], at(*(-p for p in point))["train_loss"]
        assert (there - 2 * at(0.0, 0.0)["train_loss"] + back) / 1e-4 == pytest.approx(value, rel=0.01)
    assert abs(dot(*directions.axes)) < 1e-3 and f"{values[0]:.3g}" in directions.labels[0]


def test_what_is_no_direction_is_said() -> None:
    flat = quadratic(0.0, 0.0, 0.0, 0.0)
    with pytest.raises(LossvistaError, match="no direction"):
        gradient_directions(request(flat, count=1))
    with pytest.raises(LossvistaError, match="too few"):
        eigen_directions(request(quadratic(1.0, 2.0)))
