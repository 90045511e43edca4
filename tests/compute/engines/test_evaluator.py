"""Evaluator against oracles: a quadratic form, and tiny networks by brute force in float64 (invariants 1–6, 8, 9, 14, 15)."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.engines.bench import Bench
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.inline import patches
from lossvista.compute.engines.task import Task
from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.plane import Plane
from lossvista.compute.problem.problem import Problem
from lossvista.compute.surface import Surface
from lossvista.compute.weights import biases_and_norms, fingerprint, units, weights_of

shares = st.floats(-2, 2, allow_nan=False)


class Quadratic(nn.Module):
    """L(θ) = ½θᵀAθ + bᵀθ, as a network that ignores its input."""

    def __init__(self, matrix: torch.Tensor, slope: torch.Tensor) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.arange(1.0, len(slope) + 1).double())
        self.register_buffer("matrix", matrix.double())
        self.register_buffer("slope", slope.double())

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        value = 0.5 * self.theta @ self.matrix @ self.theta + self.slope @ self.theta
        return value.expand(len(inputs))


def as_problem(model: nn.Module, loss=lambda outputs, targets: outputs, n: int = 3) -> Problem:
    return Problem(model, torch.zeros(n, 1), torch.zeros(n, dtype=torch.long), loss=loss, metrics={})


class Net(nn.Module):
    """Convolution, batch-norm, dropout, skip: what makes evaluation modes matter."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn = nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2)
        self.drop, self.head = nn.Dropout(0.5), nn.Linear(2 * 16, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.drop((x + self.bn(self.conv(x)).relu()).flatten(1)))


def small(seed: int = 0, n: int = 23) -> tuple[Problem, list[dict[str, torch.Tensor]]]:
    torch.manual_seed(seed)
    net = Net()
    net(torch.randn(50, 2, 4, 4))  # batch-norm statistics of its own
    net.bn.running_var += 0.3
    problem = Problem(net, torch.randn(n, 2, 4, 4), torch.randint(0, 3, (n,)))
    theta = weights_of(net)
    moved = [name for name in theta if name not in biases_and_norms(net)]
    axes = []
    for k in range(2):
        axis = normalize(gaussian(theta, moved, seed, k), theta, units(net), "filter")
        axes.append({name: axis.get(name, torch.zeros_like(t)) for name, t in theta.items()})
    return problem, axes


@given(st.integers(0, 1000), shares, shares)
def test_the_surface_of_a_quadratic_is_the_quadratic_form(seed: int, a: float, b: float) -> None:
    g = torch.Generator().manual_seed(seed)
    half = torch.randn(4, 4, generator=g).double()
    model = Quadratic(half + half.T, torch.randn(4, generator=g))
    theta = weights_of(model)
    axes = [{"theta": torch.randn(4, generator=g).double()} for _ in range(2)]
    found = Evaluator(as_problem(model), theta, axes, precision="float64").at(a, b)["train_loss"]
    point = theta["theta"] + a * axes[0]["theta"] + b * axes[1]["theta"]
    wanted = float(0.5 * point @ model.matrix @ point + model.slope @ point)
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)


def test_the_plane_of_two_eigenvectors_shows_the_eigenvalues() -> None:
    matrix = torch.diag(torch.tensor([3.0, -5.0, 1.0, 0.5]))
    model = Quadratic(matrix, torch.zeros(4))
    model.theta.data.zero_()
    axes = [{"theta": torch.eye(4).double()[k]} for k in range(2)]
    at = Evaluator(as_problem(model), weights_of(model), axes, precision="float64").at
    for a, b in ((1, 0), (0, 1), (1, 1), (-2, 0.5)):
        assert at(a, b)["train_loss"] == pytest.approx(0.5 * (3 * a * a - 5 * b * b))


def brute_force(problem: Problem, axes, a: float, b: float) -> tuple[float, float, float]:
    model = copy.deepcopy(problem.model).double().eval()
    plane = Plane(
        {k: t.double() for k, t in weights_of(problem.model).items()},
        [{k: t.double() for k, t in x.items()} for x in axes],
    )
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(plane.at(a, b)[name])
        losses, hits = [], []
        for x, y in zip(problem.inputs, problem.targets, strict=True):
            logits = model(x[None].double())
            losses.append(float(torch.logsumexp(logits, 1) - logits[0, y]))
            hits.append(float(logits.argmax() == y))
    return float(np.mean(losses)), float(np.mean(hits)), float(np.std(losses, ddof=1) / np.sqrt(len(losses)))


@pytest.mark.parametrize("precision, rel", [("float64", 1e-12), ("float32", 2e-5)])
@pytest.mark.parametrize("a, b", [(0, 0), (1, 0), (0, -1), (0.37, 1.3)])
def test_a_tiny_network_equals_brute_force(precision: str, rel: float, a: float, b: float) -> None:
    problem, axes = small()
    found = Evaluator(problem, weights_of(problem.model), axes, precision=precision, batch_size=5).at(a, b)
    loss, hits, error = brute_force(problem, axes, a, b)
    assert found["train_loss"] == pytest.approx(loss, rel=rel)
    assert found["train_loss_se"] == pytest.approx(error, rel=10 * rel)
    assert found["train_accuracy"] == pytest.approx(hits) and 0 <= found["train_accuracy"] <= 1


def test_the_centre_is_the_checkpoints_loss_exactly() -> None:
    problem, axes = small()
    theta = weights_of(problem.model)
    evaluator = Evaluator(problem, theta, axes, batch_size=7)
    centre = evaluator.at(0.0, 0.0)
    assert centre == evaluator.of(dict(problem.model.state_dict()))
    assert centre["train_loss"] == pytest.approx(problem.losses(theta).double().mean().item(), rel=1e-6)
    assert evaluator.at(0.4, -0.2) != centre and evaluator.at(0.0, 0.0) == centre  # dropout and drift are off


def test_the_users_model_is_bit_identical_after_any_run() -> None:
    problem, axes = small()
    model = problem.model.train()
    model.head.bias.requires_grad_(False)
    before = fingerprint(dict(model.state_dict()))
    random = torch.random.get_rng_state()
    evaluator = Evaluator(problem, weights_of(model), axes)
    evaluator.at(0.5, 0.5)
    stream = patches(Bench(evaluator), [Task(np.arange(4), np.zeros((4, 2)))])
    next(stream)
    stream.close()  # cancelled
    broken = Problem(model, problem.inputs, problem.targets, loss=lambda outputs, targets: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Evaluator(broken, weights_of(model), axes).at(0, 0)
    assert fingerprint(dict(model.state_dict())) == before and model.training
    assert not model.head.bias.requires_grad and model.conv.weight.requires_grad
    assert torch.equal(torch.random.get_rng_state(), random)


@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_order_and_resume_point_do_not_matter(random, cut: int) -> None:
    problem, axes = small(n=9)
    grid = Grid(ticks(-1, 1, 7), ticks(-0.5, 1, 6))
    evaluator = Evaluator(problem, weights_of(problem.model), axes, batch_size=4)
    order = list(range(grid.size))
    random.shuffle(order)
    first, second = Surface(grid), Surface(grid)
    for surface, pieces in ((first, [grid.coarse_to_fine()]), (second, [np.array(order[:cut]), np.array(order[cut:])])):
        for index in pieces:
            for patch in patches(Bench(evaluator), [Task(index, grid.points(index))]):
                surface.add(patch)
    assert first.complete and second.complete
    assert all(np.array_equal(first.fields[name], second.fields[name]) for name in evaluator.fields)


def test_two_halves_recombine_and_batches_are_no_matter() -> None:
    problem, axes = small(n=24)
    theta = weights_of(problem.model)

    def part(where: slice, batch: int) -> dict[str, float]:
        piece = Problem(problem.model, problem.inputs[where], problem.targets[where])
        return Evaluator(piece, theta, axes, batch_size=batch, precision="float64").at(0.3, 0.3)

    whole, first, second = part(slice(None), 24), part(slice(0, 7), 5), part(slice(7, None), 4)
    for name in ("train_loss", "train_accuracy"):
        assert 24 * whole[name] == pytest.approx(7 * first[name] + 17 * second[name], rel=1e-12)
    assert part(slice(None), 5)["train_loss"] == pytest.approx(whole["train_loss"], rel=1e-12)  # a ragged last batch


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 0.0, -3.0, 1e300])
def test_any_loss_is_a_completed_value(value: float) -> None:
    model = Quadratic(torch.eye(2), torch.zeros(2))
    problem = as_problem(model, loss=lambda outputs, targets: torch.full_like(outputs, value))
    evaluator = Evaluator(problem, weights_of(model), [weights_of(model)] * 2, precision="float64")
    surface = Surface(Grid(ticks(-1, 1, 3), ticks(-1, 1, 3)))
    index = np.arange(9)
    for patch in patches(Bench(evaluator), [Task(index, surface.grid.points(index))]):
        surface.add(patch)
    assert surface.complete and np.array_equal(surface.fields["train_loss"], np.full((3, 3), value), equal_nan=True)


@given(st.sampled_from([-2.0, 0.5, 4.0]), shares)
def test_a_scaled_axis_scales_the_coordinate(factor: float, a: float) -> None:
    problem, axes = small(n=5)
    theta = weights_of(problem.model)
    scaled = [{k: factor * t for k, t in axes[0].items()}, axes[1]]
    one = Evaluator(problem, theta, scaled, precision="float64").at(a, 0)["train_loss"]
    other = Evaluator(problem, theta, axes, precision="float64").at(factor * a, 0)["train_loss"]
    assert one == pytest.approx(other, rel=1e-6)


@pytest.mark.parametrize("kind, same", [("filter", True), ("none", False)])
def test_rescaled_weights_look_the_same_under_filter_normalization_only(kind: str, same: bool) -> None:
    """Li et al. 2018, §3: W₁ → cW₁, W₂ → W₂/c leaves a ReLU network's function as it is."""
    torch.manual_seed(1)
    net = nn.Sequential(nn.Linear(6, 16, bias=False), nn.ReLU(), nn.Linear(16, 3, bias=False)).double()
    scaled = copy.deepcopy(net)
    with torch.no_grad():
        scaled[0].weight *= 10
        scaled[2].weight /= 10
    inputs, targets = torch.randn(20, 6).double(), torch.randint(0, 3, (20,))
    curves = []
    for model in (net, scaled):
        theta = weights_of(model)
        axis = normalize(gaussian(theta, list(theta), 0, 0), theta, units(model), kind)
        at = Evaluator(Problem(model, inputs, targets), theta, [axis], precision="float64").at
        curves.append([at(a)["train_loss"] for a in np.linspace(-1, 1, 9)])
    assert np.allclose(*curves, rtol=1e-5) is same


def test_a_missing_device_is_said() -> None:
    problem, axes = small()
    for name, words in (
        ("cuda:97", "no GPU 'cuda:97'"),
        ("zork", "no device called 'zork'"),
        ("meta", "not supported"),
    ):
        with pytest.raises(LossvistaError, match=words):
            Evaluator(problem, weights_of(problem.model), axes, device=name)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="NO GPU: the CUDA path was not run")
def test_the_gpu_gives_the_cpus_numbers() -> None:
    problem, axes = small()
    theta = weights_of(problem.model)
    one, other = (Evaluator(problem, theta, axes, device=d).at(0.3, -0.7) for d in ("cpu", "cuda"))
    assert one["train_loss"] == pytest.approx(other["train_loss"], rel=1e-5)


def test_an_empty_problem_is_said() -> None:
    with pytest.raises(LossvistaError, match="empty"):
        Problem(nn.Linear(2, 2), torch.zeros(0, 2), torch.zeros(0))
    with pytest.raises(LossvistaError, match="3 inputs but 2 targets"):
        Problem(nn.Linear(2, 2), torch.zeros(3, 2), torch.zeros(2))
