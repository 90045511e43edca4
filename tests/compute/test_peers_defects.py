"""Defects of published landscape tools, each as a fixture: the defective formula gives the wrong number, ours the right one.

None of these formulas raises an error; each gives a picture that looks like any other."""

from __future__ import annotations

import copy
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lossvista.compute.directions.between import between_directions
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.directions.random import random_directions
from lossvista.compute.directions.request import DirectionRequest, Directions
from lossvista.compute.engines.bench import Bench
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.inline import patches
from lossvista.compute.engines.task import Task
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.plane import Plane
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.surface import Surface
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.weights import Weights, dot, norm, units, weights_of


def asked(net: nn.Module, problem: Problem, **choices) -> DirectionRequest:
    origin = weights_of(net)
    return DirectionRequest(problem, origin, list(origin), units(net), **choices)


# --- The zero bias: d_F ‖θ_F‖ / ‖d_F‖ without a thought of ‖d_F‖ = 0 ---


def unguarded(direction: Weights, weights: Weights) -> Weights:
    """Row by row, as in eq. 1 of Li et al. 2018, literally."""
    found = {}
    for name, d in direction.items():
        rows, own = d.reshape(len(d), -1), weights[name].reshape(len(d), -1)
        found[name] = (rows * (own.norm(dim=1) / rows.norm(dim=1))[:, None]).reshape(d.shape)
    return found


def test_a_zero_bias_makes_no_hole_of_the_whole_picture() -> None:
    """A bias that is still zero gets a zero direction, and the next normalization (of a stored direction, or after
    orthogonalizing) divides zero by zero: NaN at every point."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    nn.init.zeros_(net[0].bias)
    problem = Problem(net, train=(torch.randn(20, 4), torch.arange(20) % 3))
    theta = weights_of(net)
    request = asked(net, problem, normalization="none", count=1)
    (raw,) = random_directions(request).axes
    defective = unguarded(unguarded(raw, theta), theta)
    once = normalize(raw, theta, request.units, "filter")
    ours = normalize(once, theta, request.units, "filter")
    assert math.isnan(Evaluator(problem, theta, [defective]).at(0.5)["train_loss"])
    assert bool((ours["0.bias"] == 0).all())
    assert all(torch.allclose(ours[name], once[name], rtol=1e-6, atol=0) for name in theta)
    there = {name: t + 0.5 * ours[name] for name, t in theta.items()}
    wanted = problem.losses(there).double().mean().item()
    assert Evaluator(problem, theta, [ours]).at(0.5)["train_loss"] == pytest.approx(wanted, rel=1e-6)


# --- "Orthogonal" directions that are parallel: η − ⟨η, δ⟩ δ, right for ‖δ‖ = 1 only ---


def undivided(second: Weights, first: Weights) -> Weights:
    share = dot(second, first)
    return {name: t - share * first[name] for name, t in second.items()}


def cosine(a: Weights, b: Weights) -> float:
    return dot(a, b) / (norm(a) * norm(b))


def test_orthogonal_directions_are_orthogonal() -> None:
    """Directions of a real network are long: here ‖δ‖ ≈ 250."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(300, 200), nn.ReLU(), nn.Linear(200, 10))
    problem = Problem(net, train=(torch.randn(10, 300), torch.arange(10)))
    first, second = random_directions(asked(net, problem, normalization="none")).axes
    assert abs(cosine(first, second)) < 0.05
    assert abs(cosine(first, undivided(second, first))) == pytest.approx(1.0, abs=1e-3)  # as printed: 1.000
    one, other = random_directions(asked(net, problem, normalization="none", orthogonal=True)).axes
    assert norm(one) > 200 and abs(cosine(one, other)) < 1e-6


# --- The serpentine: walking from point to neighbour, up one column and down the next ---


class Tilted(nn.Module):
    """L(θ) = θ₁ + 10 θ₂: tells where it was evaluated."""

    def __init__(self) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.zeros(2))

    def forward(self, x: Tensor) -> Tensor:
        return (self.theta[0] + 10 * self.theta[1]).expand(len(x))


AXES: list[Weights] = [{"theta": torch.tensor([1.0, 0.0])}, {"theta": torch.tensor([0.0, 1.0])}]


def serpentine(evaluator: Evaluator, points: int, step: float) -> np.ndarray:
    """Each step is taken before its point is evaluated, so that a way back down is one point lower than the way up."""
    losses, beta = np.empty((points, points)), 0.0
    for i in range(points):
        upward = i % 2 == 0
        for place in range(points):
            beta += step if upward else -step
            losses[place if upward else points - 1 - place, i] = evaluator.at(i * step, beta)["train_loss"]
    return losses


def test_no_column_is_shifted_against_its_neighbour() -> None:
    problem = Problem(Tilted(), torch.zeros(3, 1), torch.zeros(3), loss=lambda o, t: o, metrics={})
    evaluator = Evaluator(problem, weights_of(problem.model), AXES)
    grid = Grid(ticks(0, 0.75, 4), ticks(0, 0.75, 4))
    wanted = grid.alpha[None, :] + 10 * grid.beta[:, None]
    walked = serpentine(evaluator, 4, 0.25)
    assert np.allclose(walked[:, 1::2], wanted[:, 1::2]) and np.allclose(walked[:, ::2], wanted[:, ::2] + 2.5)
    surface = Surface(grid)
    for patch in patches(Bench(evaluator), [Task(np.arange(16), grid.points(np.arange(16)))]):
        surface.add(patch)
    assert np.array_equal(surface.fields["train_loss"], wanted)


def test_no_rounding_error_is_carried_from_point_to_point() -> None:
    """A thousand steps of 0.1 there and back do not end at the centre; the absolute formula does, to the last bit."""
    walked = torch.tensor([1.0])
    for step in [0.1] * 1000 + [-0.1] * 1000:
        walked += step
    assert walked.item() != 1.0 and abs(walked.item() - 1) > 1e-6
    problem = Problem(Tilted(), torch.zeros(3, 1), torch.zeros(3), loss=lambda o, t: o, metrics={})
    evaluator = Evaluator(problem, {"theta": torch.tensor([1.0, 0.0])}, AXES)
    for k in range(50):
        evaluator.at(0.1 * k, -0.1 * k)
    assert evaluator.at(0.0, 0.0)["train_loss"] == 1.0


# --- Projection onto axes that are no unit vectors: a dot product is not a coordinate ---


def test_a_point_half_along_an_axis_of_length_two_lies_at_a_half() -> None:
    plane = Plane({"w": torch.zeros(2)}, [{"w": torch.tensor([2.0, 0.0])}, {"w": torch.tensor([0.0, 2.0])}])
    point = {"w": torch.tensor([1.0, -0.5])}
    products = [dot(axis, point) for axis in plane.axes]
    shadows = [dot(axis, point) / norm(axis) for axis in plane.axes]  # divided by the length once
    assert products == [2.0, -1.0] and shadows == [1.0, -0.5]
    coordinates, distance = plane.project(point)
    assert coordinates.tolist() == [0.5, -0.25] and distance == 0
    assert torch.equal(plane.at(*coordinates)["w"], point["w"])


def test_a_recorded_path_is_drawn_where_it_is(tmp_path: Path) -> None:
    """From a file to the picture: with filter-normalized axes, which are neither unit nor orthogonal, a checkpoint that was put at
    (0.5, −0.25) is drawn there, and has the surface's loss."""
    source = tmp_path / "mine.py"
    source.write_text(
        "import torch\nfrom lossvista import Problem\n"
        "def make_problem():\n"
        "    net = torch.nn.Linear(6, 4)\n"
        "    return Problem(net, train=(torch.randn(20, 6), torch.arange(20) % 4))\n"
    )
    net = nn.Linear(6, 4)
    torch.save(net.state_dict(), tmp_path / "end.pt")
    recipe = Recipe(
        problem=str(source), weights=(str(tmp_path / "end.pt"),), alpha="-0.5:0.5", beta="-0.25:0.25", resolution=3
    )
    landscape = drain(run(recipe, str(tmp_path / "first.h5")))
    axes = [axis.direction["weight"] for axis in landscape.axes]
    assert abs(float((axes[0] * axes[1]).sum())) > 1e-3 and np.linalg.norm(axes[0]) != pytest.approx(1, abs=0.1)
    there, end = copy.deepcopy(net), net
    with torch.no_grad():
        there.weight += 0.5 * torch.from_numpy(axes[0]) - 0.25 * torch.from_numpy(axes[1])
    with Recorder(tmp_path / "run", moving := copy.deepcopy(there)) as recorder:
        recorder.save()
        moving.load_state_dict(end.state_dict())
        recorder.save()
    found = drain(run(recipe.replace(weights=(), trajectory=str(tmp_path / "run"))))
    path = found.trajectories["run"]
    assert np.allclose([path["alpha"], path["beta"]], [[0.5, 0.0], [-0.25, 0.0]], atol=1e-6)
    assert path["distance"].max() < 1e-6 and path["train_loss"][0] == pytest.approx(path["slice_loss"][0], rel=1e-6)
    assert path["train_loss"][0] == pytest.approx(found.surface.fields["train_loss"][0, 2], rel=1e-6)


# --- Between two checkpoints with batch-norm ---


def normed(seed: int, scale: float) -> nn.Module:
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6, momentum=1.0), nn.ReLU(), nn.Linear(6, 3))
    net(scale * torch.randn(50, 4) + scale)
    return net.eval()


@pytest.fixture(scope="module")
def line() -> tuple[Problem, nn.Module, nn.Module, DirectionRequest, Directions]:
    """From a network with large running variances to one with small ones."""
    first, second = normed(1, 10.0), normed(2, 1.0)
    problem = Problem(first, train=(torch.randn(40, 4), torch.arange(40) % 3))
    request = asked(first, problem, count=1, normalization="none", others=[dict(second.state_dict())])
    return problem, first, second, request, between_directions(request)


def lerped(first: nn.Module, second: nn.Module, share: float) -> nn.Module:
    """Everything of the state dict on one straight line, as it comes."""
    net = copy.deepcopy(first)
    other = second.state_dict()
    state = {n: t + share * (other[n] - t) if t.is_floating_point() else t for n, t in first.state_dict().items()}
    net.load_state_dict(state)
    return net


def test_no_running_variance_is_negative_beyond_the_ends(line) -> None:
    problem, first, second, request, found = line
    beyond = 1.5
    naive = lerped(first, second, beyond)
    assert bool((naive[1].running_var < 0).any())
    with torch.no_grad():
        assert not math.isfinite(F.cross_entropy(naive(problem.inputs), problem.targets).item())
    evaluator = Evaluator(problem, request.origin, found.axes, buffers=found.buffers, floors=found.floors)
    cliff = Evaluator(problem, request.origin, found.axes, buffers=found.buffers)  # stopped at zero: divided by √ε
    there = evaluator.at(beyond)["train_loss"]
    assert math.isfinite(there) and there < 0.1 * cliff.at(beyond)["train_loss"]
    floored = dict(evaluator._model.named_buffers())["1.running_var"]
    assert bool((second[1].running_var <= first[1].running_var).all())
    assert torch.allclose(floored, second[1].running_var, rtol=1e-6)
    with torch.no_grad():  # within the ends, the straight line it is
        wanted = F.cross_entropy(lerped(first, second, 0.4)(problem.inputs), problem.targets).item()
    assert evaluator.at(0.4)["train_loss"] == pytest.approx(wanted, rel=1e-5)


def test_the_end_of_the_line_is_the_second_checkpoint_batch_norm_included(line) -> None:
    problem, first, second, request, found = line
    with torch.no_grad():
        wanted = F.cross_entropy(second(problem.inputs), problem.targets).item()
        without = copy.deepcopy(first)  # its parameters moved all the way, its statistics left behind
        for own, other in zip(without.parameters(), second.parameters(), strict=True):
            own.copy_(other)
        defective = F.cross_entropy(without(problem.inputs), problem.targets).item()
    assert abs(defective - wanted) > 0.03 * wanted
    frozen = Evaluator(problem, request.origin, found.axes).at(1.0)["train_loss"]
    ours = Evaluator(problem, request.origin, found.axes, buffers=found.buffers, floors=found.floors).at(1.0)
    assert frozen == pytest.approx(defective, rel=1e-5)  # only where the recipe says so
    assert ours["train_loss"] == pytest.approx(wanted, rel=1e-5)
    assert Recipe(weights=("a.pt", "b.pt"), directions="between").statistics == "interpolated"  # and by default
