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
from lossvista.compute.directions.slopes import eigen_directions, eigen_ends_directions, gradient_directions
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.errors import LossvistaError
from lossvista.compute.measures.asking import answered
from lossvista.compute.measures.derivatives import Derivatives
from lossvista.compute.measures.extremes import Extremes, extremes
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


def ends(derivatives: Derivatives, count: int, **choices) -> Extremes:
    return answered(extremes(derivatives.size, count, **choices), derivatives.product)


def test_known_eigenvalues() -> None:
    found = ends(Derivatives(quadratic(-5.0, 3.0), ["theta"], torch.float64), 1)
    assert found.values == pytest.approx([-5, 3], rel=1e-12)
    assert abs(found.vectors) == pytest.approx(np.eye(2))


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


@pytest.mark.parametrize("matrix", ["hessian", "gauss-newton"])
def test_products_do_not_depend_on_the_batches_nor_on_what_is_kept(matrix) -> None:
    vector = np.ones(EXACT.size)
    whole = Derivatives(NETWORK, NAMES, torch.float64, matrix=matrix).product(vector)
    for keep in (True, False):
        parted = Derivatives(NETWORK, NAMES, torch.float64, matrix=matrix, batch=7, keep=keep)  # a ragged last batch
        assert parted.batches == 4
        for _ in range(2):  # the second from what is kept
            assert np.allclose(parted.product(vector), whole, atol=1e-12)
        slope = EXACT.gradient()
        assert all(torch.allclose(parted.gradient()[name], slope[name], atol=1e-12) for name in NAMES)


def test_products_match_a_central_difference_of_gradients() -> None:
    v, step = np.random.default_rng(2).normal(size=EXACT.size), 1e-5
    moved = []
    for sign in (1, -1):
        model = NETWORK.copy_of_model().double()
        with torch.no_grad():
            for name, piece in EXACT.weights(sign * step * v).items():
                dict(model.named_parameters())[name] += piece
        slope = Derivatives(NETWORK, NAMES, torch.float64, model=model).gradient()
        moved.append(torch.cat([t.flatten() for t in slope.values()]).numpy())
    assert np.allclose((moved[0] - moved[1]) / (2 * step), EXACT.product(v), atol=1e-7)


def test_gauss_newton_is_the_written_out_one() -> None:
    """Jᵀ (diag p − ppᵀ) J / n for cross-entropy, J by torch.func."""
    model = NETWORK.copy_of_model().double()
    theta = {name: p.detach() for name, p in model.named_parameters()}
    outputs = torch.func.jacrev(lambda weights: functional_call(model, weights, (NETWORK.inputs.double(),)))(theta)
    slopes = torch.cat([outputs[name].flatten(2) for name in NAMES], 2)  # (samples, classes, parameters)
    p = torch.softmax(functional_call(model, theta, (NETWORK.inputs.double(),)), 1)
    inner = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
    written = torch.einsum("ncp,ncd,ndq->pq", slopes, inner, slopes) / len(p)
    found = Derivatives(NETWORK, NAMES, torch.float64, matrix="gauss-newton")
    assert np.allclose(np.stack([found.product(unit) for unit in np.eye(found.size)]), written.numpy(), atol=1e-12)
    assert ends(found, 1).values[0] > -1e-9


def test_a_loss_without_curvature_in_the_outputs_has_no_gauss_newton_matrix() -> None:
    flat = Derivatives(quadratic(-5.0, 3.0), ["theta"], torch.float64, matrix="gauss-newton")
    assert not flat.product(np.ones(2)).any()


def test_a_layer_has_its_own_block() -> None:
    names = ["4.weight", "4.bias"]
    chosen = np.concatenate([np.full(EXACT.parts(np.zeros(EXACT.size))[n].size, n in names) for n in NAMES])
    block = Derivatives(NETWORK, names, torch.float64)
    v = np.random.default_rng(1).normal(size=block.size)
    assert np.allclose(block.product(v), DENSE[np.ix_(chosen, chosen)] @ v, atol=1e-12)


def test_eigenpairs_bound_every_probe() -> None:
    found = ends(EXACT, 3)
    exact = np.linalg.eigvalsh(DENSE)
    assert np.allclose(found.values, np.r_[exact[:3], exact[-3:]], atol=1e-6)
    for value, vector, residual in zip(found.values, found.vectors.T, found.residuals, strict=True):
        assert np.linalg.norm(DENSE @ vector - value * vector) == pytest.approx(residual, abs=1e-9) and residual < 1e-3
    for probe in np.random.default_rng(0).normal(size=(20, EXACT.size)):
        quotient = probe @ DENSE @ probe / (probe @ probe)
        assert found.values[0] - 1e-9 <= quotient <= found.values[-1] + 1e-9


def attention() -> Problem:
    torch.manual_seed(0)

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attend, self.head = nn.MultiheadAttention(8, 2, batch_first=True), nn.Linear(8, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(self.attend(x, x, x, need_weights=False)[0].mean(1))

    return Problem(Net(), torch.randn(9, 4, 8), torch.randint(0, 3, (9,)))


def recurrent() -> Problem:
    torch.manual_seed(0)

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cells, self.head = nn.LSTM(4, 5, batch_first=True), nn.Linear(5, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(self.cells(x)[0][:, -1])

    return Problem(Net(), torch.randn(9, 6, 4), torch.randint(0, 3, (9,)))


@pytest.mark.parametrize("made", [attention, recurrent])
@pytest.mark.parametrize("matrix", ["hessian", "gauss-newton"])
def test_networks_whose_fast_operators_have_no_second_derivative(made, matrix) -> None:
    problem = made()
    found = Derivatives(problem, list(weights_of(problem.model)), torch.float64, matrix=matrix)
    u, v = np.random.default_rng(0).normal(size=(2, found.size))
    assert u @ found.product(v) == pytest.approx(v @ found.product(u), rel=1e-8) and found.product(v).any()


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
    assert abs(dot(*directions.axes)) < 1e-3
    both = eigen_ends_directions(request(NETWORK))
    assert "λ = -" in both.labels[1] and f"{values[0]:.3g}" in both.labels[0]
    assert abs(dot(both.axes[0], directions.axes[0])) == pytest.approx(1, abs=1e-3)
    assert abs(dot(*directions.axes)) < 1e-3 and f"{values[0]:.3g}" in directions.labels[0]


def test_what_is_no_direction_is_said() -> None:
    flat = quadratic(0.0, 0.0, 0.0, 0.0)
    with pytest.raises(LossvistaError, match="no direction"):
        gradient_directions(request(flat, count=1))
    with pytest.raises(LossvistaError, match="too few"):
        eigen_directions(request(quadratic(1.0)))
