"""Lines and planes through checkpoints, batch-norm statistics included (invariants 18, 27, 29)."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from lossvista.compute.directions.between import between_directions, init_directions, points_directions
from lossvista.compute.directions.request import DirectionRequest
from lossvista.compute.engines.batch_norm import reestimate
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.recording import Recording
from lossvista.compute.weights import dot, units, weights_of


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(64, 3),
    )
    for _ in range(5):
        net(3 * seed * torch.randn(30, 1, 8, 8) + 2 * seed)
    return net.eval()


NETS = [network(seed) for seed in (1, 2, 3)]
X, Y = torch.randn(40, 1, 8, 8), torch.randint(0, 3, (40,))
PROBLEMS = [Problem(net, X, Y) for net in NETS]


def request(first: int, *others: int, count: int = 1) -> DirectionRequest:
    net = NETS[first]
    origin = weights_of(net)
    return DirectionRequest(
        problem=PROBLEMS[first],
        origin=origin,
        names=list(origin),
        units=units(net),
        count=count,
        normalization="none",
        others=[dict(NETS[k].state_dict()) for k in others],
    )


def surface(asked: DirectionRequest, found, **options):
    return Evaluator(
        asked.problem,
        asked.origin,
        found.axes,
        precision="float64",
        buffers=found.buffers,
        floors=found.floors,
        **options,
    ).at


def loss(k: int) -> float:
    return Evaluator(PROBLEMS[k], weights_of(NETS[k]), [], precision="float64").at()["train_loss"]


def test_a_line_ends_in_both_checkpoints_statistics_included() -> None:
    asked = request(0, 1)
    at = surface(asked, between_directions(asked))
    assert at(0.0)["train_loss"] == loss(0)
    assert at(1.0)["train_loss"] == pytest.approx(loss(1), rel=1e-5)
    frozen = Evaluator(asked.problem, asked.origin, between_directions(asked).axes, precision="float64").at(1.0)
    assert frozen["train_loss"] != pytest.approx(loss(1), rel=1e-3)  # the peers' defect: the end without its batch-norm


def test_from_the_solution_to_the_initialization_and_back(tmp_path: Path) -> None:
    """α = 1 is the recording's first checkpoint, statistics included; the random axis crosses the line at a right angle."""
    net = build_model("cnn", (1, 8, 8), 10)
    problem = Problem(net, torch.rand(30, 1, 8, 8), torch.arange(30) % 10)
    with Recorder(tmp_path / "run", net) as recorder:
        recorder.save()
        first = Evaluator(problem, weights_of(net), [], precision="float64").at()["train_loss"]
        for _ in range(3):
            net.train()(torch.rand(30, 1, 8, 8)).square().mean().backward()
            torch.optim.SGD(net.parameters(), 0.1).step()
        recorder.save()
    origin = weights_of(net)
    asked = DirectionRequest(
        problem,
        origin,
        list(origin),
        units(net),
        normalization="none",
        recordings=[Recording(tmp_path / "run").fitted(net)],
    )
    found = init_directions(asked)
    assert abs(dot(*found.axes)) < 1e-6 * dot(found.axes[0], found.axes[0])
    assert surface(asked, found)(1.0, 0.0)["train_loss"] == pytest.approx(first, rel=1e-5)
    recipe = Recipe(trajectory="run", directions="init")
    assert recipe.statistics == "interpolated" and recipe.normalizes == "none"
    for trouble in (lambda: init_directions(request(0)), lambda: Recipe.of(directions="init")):
        with pytest.raises(LossvistaError, match="needs a trajectory"):
            trouble()


def test_swapping_the_ends_mirrors_the_line() -> None:
    there, back = request(0, 1), request(1, 0)
    g, h = surface(there, between_directions(there)), surface(back, between_directions(back))
    for a in (-0.3, 0.25, 0.5, 1.2):
        assert g(a)["train_loss"] == pytest.approx(h(1 - a)["train_loss"], rel=1e-5)


def test_a_running_variance_never_becomes_negative() -> None:
    asked = request(0, 1)
    at = surface(asked, between_directions(asked))
    assert all(np.isfinite(at(a)["train_loss"]) for a in (-50.0, 50.0))  # the peers' defect: NaN outside [0, 1]


def test_beyond_the_checkpoints_a_variance_keeps_to_the_least_of_theirs() -> None:
    """On a line and on a plane; between them the straight line stays as it is."""
    for asked, span in ((request(0, 1), between_directions), (request(0, 1, 2, count=2), points_directions)):
        found = span(asked)
        evaluator = Evaluator(
            asked.problem, asked.origin, found.axes, precision="float64", buffers=found.buffers, floors=found.floors
        )
        own = [NETS[k].state_dict()["1.running_var"].double() for k in range(1 + len(asked.others))]
        least = torch.stack(own).amin(0)
        for place in (-40.0, -0.6, 1.7, 60.0):
            evaluator.at(*[place] * asked.count)
            variance = dict(evaluator._model.named_buffers())["1.running_var"]
            assert bool((variance >= least * (1 - 1e-6)).all()) and bool(torch.isfinite(variance).all())
        if asked.count == 1:
            evaluator.at(0.5)
            assert torch.allclose(dict(evaluator._model.named_buffers())["1.running_var"], (own[0] + own[1]) / 2)


def test_whole_number_buffers_are_never_interpolated() -> None:
    asked = request(0, 1)
    counter = NETS[0][1].num_batches_tracked
    asked.others[0]["1.num_batches_tracked"] = counter + 100
    found = between_directions(asked)
    assert all(tensor.is_floating_point() for tensor in found.buffers[0].values())
    evaluator = Evaluator(asked.problem, asked.origin, found.axes, buffers=found.buffers, floors=found.floors)
    evaluator.at(0.5)
    assert torch.equal(dict(evaluator._model.named_buffers())["1.num_batches_tracked"], counter)


def test_the_second_axis_of_a_line_is_orthogonal_and_as_long() -> None:
    asked = request(0, 1, count=2)
    x, y = between_directions(asked).axes
    assert abs(dot(x, y)) < 1e-6 * dot(x, x) and dot(y, y) == pytest.approx(dot(x, x), rel=1e-5)


def test_three_checkpoints_lie_where_they_should_with_their_own_losses() -> None:
    asked = request(0, 1, 2, count=2)
    found = points_directions(asked)
    u = {n: NETS[1].state_dict()[n] - asked.origin[n] for n in asked.origin}
    w = {n: NETS[2].state_dict()[n] - asked.origin[n] for n in asked.origin}
    far = dot(u, u) ** 0.5
    across = dot(w, u) / far
    high = (dot(w, w) - across**2) ** 0.5
    assert [dot(a, b) for a in found.axes for b in found.axes] == pytest.approx([1, 0, 0, 1], abs=1e-6)
    at = surface(asked, found)
    for k, corner in enumerate(((0.0, 0.0), (far, 0.0), (across, high))):
        assert at(*corner)["train_loss"] == pytest.approx(loss(k), rel=1e-4)
        for value, (low, top) in zip(corner, found.extent, strict=True):
            assert low < value < top


def test_reestimation_gives_a_single_layer_its_exact_mean_and_variance() -> None:
    net = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 2)).eval()
    data = torch.randn(50, 3) * torch.tensor([1.0, 5.0, 0.1]) + torch.tensor([0.0, 10.0, -3.0])
    counter = net[0].num_batches_tracked.clone()
    reestimate(net, data.split(7))
    assert torch.allclose(net[0].running_mean, data.mean(0), atol=1e-5)
    assert torch.allclose(net[0].running_var, data.var(0), rtol=1e-5)
    assert not net[0].training and net[0]._forward_pre_hooks == {} and torch.equal(net[0].num_batches_tracked, counter)


def test_a_reestimated_centre_equals_training_mode_on_one_batch() -> None:
    problem = PROBLEMS[0]
    found = Evaluator(
        problem, weights_of(NETS[0]), [], precision="float64", batch_size=40, batch_norm="re-estimated"
    ).at()
    model = problem.copy_of_model().double().train()
    wanted = nn.functional.cross_entropy(model(X.double()), Y).item()
    assert found["train_loss"] == pytest.approx(wanted, rel=0.02)  # biased against unbiased variance
    assert found["train_loss"] != pytest.approx(loss(0), rel=0.02)


@pytest.mark.parametrize(
    "asked, function, words",
    [
        (request(0), between_directions, "needs two; 1 is given"),
        (request(0, 0), between_directions, "the same"),
        (request(0, 1, count=2), points_directions, "needs three; 2 are given"),
        (request(0, 1, 1, count=2), points_directions, "one line"),
        (request(0, 1, 2), points_directions, "a plane, not a line"),
    ],
)
def test_what_cannot_be_spanned_is_said(asked, function, words: str) -> None:
    with pytest.raises(LossvistaError, match=words):
        function(asked)


def test_a_line_between_two_files_is_a_landscape(tmp_path: Path) -> None:
    from lossvista.compute.problem.models import build_model

    files = []
    for seed in (0, 1):
        files.append(str(tmp_path / f"{seed}.pt"))
        torch.save(build_model("cnn", (1, 8, 8), 10, seed=seed).state_dict(), files[-1])
    asked = Recipe.of(model="cnn", weights=files, directions="between", axes=1, resolution=9, samples=40)
    landscape = drain(run(asked, str(tmp_path / "line.h5")))
    assert (
        landscape.surface.grid.alpha[[0, -1]].tolist() == [-0.5, 1.5]
        and landscape.trust["batch_norm"] == "interpolated"
    )
    with pytest.raises(LossvistaError, match="between checkpoints only"):
        Recipe.of(weights=files, batch_norm="interpolated")
