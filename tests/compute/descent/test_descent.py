"""Dropped balls: each rule is torch.optim's, SGD on a quadratic form has its closed form, borders and holes end a ball, and in the weight
space a ball is a training whose projection, distance and losses are what a hand-written loop finds."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from lossvista.compute import cli
from lossvista.compute.descent import OPTIMIZERS
from lossvista.compute.descent.choices import Descent, ball_name
from lossvista.compute.descent.outcome import outcome
from lossvista.compute.descent.roll import ENDS, balls_on, roll
from lossvista.compute.descent.rules import Rule
from lossvista.compute.descent.slice import Slice
from lossvista.compute.descent.weights import descend, optimizer_of
from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.problem.data import load_data, normalize
from lossvista.compute.problem.models import build_model
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load, save
from lossvista.compute.surface import Mark, Patch, Surface
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recording import Recording
from lossvista.compute.training.train import train
from lossvista.compute.trajectory import BALL, path_figures

H = np.array([[6.0, 1.5], [1.5, 4.0]])  # of `form`
MIDDLE = np.array([0.2, -0.1])


def form(points: np.ndarray) -> np.ndarray:
    """½(x − m)ᵀH(x − m) + 0.05."""
    away = points - MIDDLE
    return 0.05 + 0.5 * ((away @ H) * away).sum(-1)


def bowl(holes: bool = False) -> Slice:
    grid = Grid(ticks(-1, 1, 21), ticks(-1, 1, 21))
    x, y = np.meshgrid(grid.alpha, grid.beta)
    values = form(np.stack([x, y], -1))
    if holes:
        values[14:16, 14:16] = np.nan
    return Slice(grid, values)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_rule_is_that_of_torch(name):
    """Rosenbrock's function, three balls at once, sixty steps in float64."""

    def gradient(p: np.ndarray) -> np.ndarray:
        x, y = p.T
        return np.stack([-2 * (1 - x) - 40 * x * (y - x**2), 20 * (y - x**2)], 1)

    rate = 0.002
    starts = np.array([[-0.8, 0.9], [0.3, -0.5], [1.2, 1.0]])
    rule, at = Rule(name, rate, 0.8), starts.copy()
    theirs = torch.nn.Parameter(torch.tensor(starts))
    optimizer = optimizer_of(name, [theirs], rate, 0.8)
    for _ in range(60):
        at = at + rule.step(gradient(at))
        optimizer.zero_grad()
        x, y = theirs[:, 0], theirs[:, 1]
        ((1 - x) ** 2 + 10 * (y - x**2) ** 2).sum().backward()
        optimizer.step()
        assert np.allclose(at, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)


@given(st.tuples(st.floats(-0.8, 0.8), st.floats(-0.8, 0.8)), st.floats(0.001, 0.2))
def test_sgd_on_a_quadratic_form_has_its_closed_form(start, rate):
    """θ_t − m = (I − ηH)ᵗ(θ_0 − m); a cubic spline reproduces a quadratic form."""
    rolled = roll(bowl(), np.array([start]), "sgd", Descent.of(lr=rate, steps=40))
    power = np.eye(2)
    for step in range(int(rolled.last[0]) + (0 if rolled.why[0] else 1)):
        assert np.allclose(rolled.points[step, 0], MIDDLE + power @ (np.array(start) - MIDDLE), atol=1e-6)
        assert rolled.losses[step, 0] == pytest.approx(form(rolled.points[step, 0]), abs=1e-8)
        power = power @ (np.eye(2) - rate * H)
    assert rolled.rate[0] == rate


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_many_balls_roll_as_each_would_alone_and_all_come_down(name):
    starts = np.random.default_rng(0).uniform(-0.9, 0.9, (50, 2))
    choices = Descent.of(steps=400)
    together = roll(bowl(), starts, name, choices)
    for k in (0, 17, 49):
        alone = roll(bowl(), starts[k : k + 1], name, choices)
        assert np.array_equal(alone.points[:, 0], together.points[:, k])
    stayed = together.why == 0
    assert stayed.mean() > 0.9  # with momentum, some leave over the border
    assert (together.losses[-1, stayed] < 0.15 * form(starts[stayed]) + 0.06).all()


def test_gradients_are_those_of_the_surface_between_its_nodes():
    points = np.random.default_rng(1).uniform(-0.99, 0.99, (200, 2))
    smooth, rough = bowl(), bowl(holes=True)
    assert np.allclose(smooth.gradient(points), (points - MIDDLE) @ H, atol=1e-7)
    known = rough.known(points)
    assert (
        not known.all()
        and np.isnan(rough.gradient(points)[~known]).all()
        and np.isnan(rough.value(points)[~known]).all()
    )
    step, inner = 1e-7, points[known]
    for axis in (0, 1):
        ahead = inner.copy()
        ahead[:, axis] += step
        change = (rough.value(ahead) - rough.value(inner)) / step
        fine = np.isfinite(change)
        assert np.allclose(rough.gradient(inner)[fine, axis], change[fine], atol=1e-4)


@given(st.floats(-0.99, 0.99), st.floats(-0.99, 0.99), st.sampled_from(list(OPTIMIZERS)), st.floats(0.5, 1e6))
def test_a_ball_that_leaves_ends_on_the_border(alpha, beta, name, rate):
    choices = Descent.of(lr=rate, adaptive_lr=rate, steps=30)
    rolled = roll(bowl(), np.array([[alpha, beta]]), name, choices)
    last = int(rolled.last[0])
    assert np.isfinite(rolled.points).all() and (np.abs(rolled.points) <= 1).all()
    if rolled.why[0] == 1:
        assert np.abs(rolled.points[last, 0]).max() == pytest.approx(1, abs=1e-12) and ENDS[1] == "left the window"
        assert (rolled.points[last:, 0] == rolled.points[last, 0]).all()
        assert np.isfinite(rolled.losses).all()


def test_a_ball_ends_before_a_hole():
    rolled = roll(
        bowl(holes=True), np.array([[0.95, 0.95], [-0.9, -0.9], [0.45, 0.45]]), "sgd", Descent.of(lr=0.02, steps=50)
    )
    assert [ENDS[k] for k in rolled.why] == ["came to a hole", "rolled on", "came to a hole"]
    assert rolled.last[2] == 0 and rolled.last[0] > 0 and np.isfinite(rolled.losses[:, :2]).all()


def test_noise_is_drawn_from_the_seed():
    start, choices = np.array([[0.6, 0.5]]), Descent.of(noise=0.5, steps=20, lr=0.01)
    one, again = (roll(bowl(), start, "sgd", choices).points for _ in range(2))
    other = roll(bowl(), start, "sgd", choices.replace(seed=1)).points
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_a_race_becomes_paths_that_are_saved_and_loaded(small_landscape, tmp_path):
    choices = Descent.of(optimizers=tuple(OPTIMIZERS), steps=60)
    before = path_figures(small_landscape.trajectories.values())
    balls = balls_on(small_landscape, 0.8, 0.7, choices)
    assert next(iter(balls)) == "SGD" and len(balls) == 5
    small_landscape.trajectories.update(balls)
    assert path_figures(small_landscape.trajectories.values()) == before
    assert next(iter(balls_on(small_landscape, 0.8, 0.7, choices))) == "SGD · 2"
    save(small_landscape, tmp_path / "a.h5")
    loaded = load(tmp_path / "a.h5").trajectories
    for name, path in balls.items():
        assert loaded[name].how == path.how and loaded[name].how[BALL] == "slice"
        assert np.array_equal(loaded[name]["train_loss"], path["train_loss"])
        result = outcome(path)
        assert result.distance == 0 and result.lowest <= path["train_loss"][0] and result.steps == path["step"][-1]
        assert path["train_loss"][int(np.flatnonzero(path["step"] == result.at)[0])] == result.lowest


def test_on_a_line_nothing_moves_across_it(line_landscape):
    path = balls_on(line_landscape, 0.9, 0.0, Descent.of(steps=300))["SGD"]
    assert (path["beta"] == 0).all() and abs(path["alpha"][-1] - 0.2) < 0.3


@pytest.mark.parametrize("where", [(2.0, 0.0), (0.5, float("nan"))])
def test_no_ball_is_dropped_outside(small_landscape, where):
    with pytest.raises(LossvistaError, match="lies outside of the landscape, so no ball can roll"):
        balls_on(small_landscape, *where, Descent())


def test_no_ball_is_dropped_in_a_hole(holed_landscape, nan_landscape):
    for landscape in (nan_landscape,):
        with pytest.raises(LossvistaError, match="no finite value around it"):
            balls_on(landscape, 0.1, 0.1, Descent())


@given(st.integers(1, 40))
def test_a_growing_surface_can_be_rolled_on(count):
    """Gaps are filled from the coarser lattice, as in the picture."""
    grid = Grid(ticks(-1, 1, 9), ticks(-1, 1, 9))
    order = grid.coarse_to_fine()[: count + 4]
    x, y = grid.points(order).T
    surface = Surface(grid)
    surface.add(Patch(order, {"train_loss": form(np.c_[x, y])}, 1, mark=Mark.EVALUATED))
    path = next(iter(balls_on(Landscape(surface), 0.3, 0.3, Descent.of(steps=5)).values()))
    assert np.isfinite(path["train_loss"]).all()


def test_choices_are_checked():
    with pytest.raises(LossvistaError, match="Optimizers"):
        Descent.of(optimizers=("adagrad",))
    with pytest.raises(LossvistaError, match="at least one must be named"):
        Descent.of(optimizers=())
    assert Descent.of(optimizers=("sgd", "adam", "sgd")).optimizers == ("sgd", "adam")
    assert ball_name("adam", {"Adam", "Adam · 2"}) == "Adam · 3"


# --- in the weight space ---


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("descent") / "run"
    return drain(train(Training(model="cnn", epochs=3, samples=200, lr=0.05, batch_size=50), str(folder)))


@pytest.fixture(scope="module")
def digits(trained, tmp_path_factory):
    out = tmp_path_factory.mktemp("descent") / "digits.h5"
    drain(run(Recipe.of(trajectory=trained, resolution=5, samples=60, reach=0.6), str(out)))
    return out


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("network", ["as-shown", "training"])
def test_in_the_weight_space_it_is_a_training(digits, trained, name, network):
    """Five steps on all samples, against a plain loop with torch.optim on a plain module."""
    landscape, alpha, beta = load(digits), 0.3, -0.2
    choices = Descent.of(
        optimizers=(name,), steps=5, lr=0.002, adaptive_lr=0.002, batch_size=0, network=network, every=1
    )
    path = next(iter(drain(descend(digits, alpha, beta, choices)).values()))
    recording = Recording(trained)
    state = recording.weights(len(recording) - 1)
    for share, axis in ((alpha, landscape.axes[0]), (beta, landscape.axes[1])):
        for key, values in axis.direction.items():
            state[key] = state[key] + share * torch.from_numpy(np.array(values))
    data = load_data("digits", 60, 0)
    model = build_model("cnn", data.shape, 10)
    model.load_state_dict(state)
    inputs = normalize(data.inputs, "model", model)
    optimizer = optimizer_of(name, list(model.parameters()), 0.002, choices.momentum)
    names = list(landscape.axes[0].direction)
    axes = np.stack([np.concatenate([a.direction[n].ravel() for n in names]) for a in landscape.axes], 1).astype(float)
    origin = recording.weights(len(recording) - 1)
    for step in range(6):
        with torch.no_grad():
            loss = F.cross_entropy(model.eval()(inputs), data.targets).item()
        offset = {k: (p.detach().double() - origin[k].double()).numpy().ravel() for k, p in model.named_parameters()}
        flat = np.concatenate([offset[n] for n in names])
        at, *_ = np.linalg.lstsq(axes, flat, rcond=None)
        rest = sum(float((v**2).sum()) for v in offset.values()) - float(((axes @ at) ** 2).sum())
        assert path["train_loss"][step] == pytest.approx(loss, rel=2e-4)
        assert [path["alpha"][step], path["beta"][step]] == pytest.approx(at.tolist(), rel=1e-3, abs=1e-5)
        assert path["distance"][step] == pytest.approx(max(rest, 0) ** 0.5, rel=1e-3, abs=2e-3)
        model.train(network == "training")
        optimizer.zero_grad()
        F.cross_entropy(model(inputs), data.targets).backward()
        optimizer.step()
    assert path["slice_loss"][0] == pytest.approx(path["train_loss"][0], rel=1e-6)
    assert path["distance"][0] < 1e-4 < path["distance"][-1] and path.how[BALL] == "weights"


def test_balls_race_on_the_same_batches_and_a_rate_is_found_for_them(digits):
    choices = Descent.of(optimizers=("sgd", "momentum", "adam"), steps=12, batch_size=16, every=4)
    one, again = drain(descend(digits, 0.5, 0.5, choices)), drain(descend(digits, 0.5, 0.5, choices))
    for name, path in one.items():
        assert np.array_equal(path["train_loss"], again[name]["train_loss"]) and path["step"].tolist() == [0, 4, 8, 12]
        assert outcome(path).lowest < path["train_loss"][0]
    sgd, momentum = (one[f"{name}"] for name in ("SGD", "Momentum"))
    assert sgd.how["learning_rate"] == momentum.how["learning_rate"] <= 0.05


def test_a_ball_that_diverges_ends_and_the_others_roll_on(digits):
    choices = Descent.of(optimizers=("sgd", "rmsprop"), steps=30, lr=1e6, every=5, batch_size=0)
    notes, paths = [], {}
    for progress in descend(digits, 0.5, 0.5, choices):
        notes.append(progress.note)
        paths |= progress.grown or {}
    assert outcome(paths["SGD"]).end == "diverged" and np.isfinite(paths["SGD"]["train_loss"]).all()
    assert outcome(paths["RMSprop"]).steps == 30
    assert any("SGD diverged at step" in note for note in notes)


def test_the_command_races_tells_and_saves(digits, tmp_path, capsys):
    out = tmp_path / "with.h5"
    common = [
        "drop",
        str(digits),
        "--alpha",
        "0.5",
        "--beta",
        "-0.5",
        "--optimizers",
        "sgd",
        "adam",
        "--steps",
        "20",
        "--json",
    ]
    assert cli.main([*common, "--out", str(out)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == ["SGD", "Adam"] and rows[0]["steps"] == 20
    assert cli.main([*common, "--on", "weights", "--every", "10", "--out", str(out)]) == 0
    assert {path.how[BALL] for name, path in load(out).trajectories.items() if BALL in path.how} == {"weights"}
    assert cli.main([*common[:2], "--alpha", "7"]) == 2
    assert "lies outside" in capsys.readouterr().err


def test_what_a_file_holds_says_which_paths_are_balls(small_landscape):
    from lossvista.compute.info import describe

    small_landscape.trajectories.update(balls_on(small_landscape, 0.8, 0.7, Descent.of(steps=3)))
    assert "  path 'run': 9 checkpoints" in describe(small_landscape)
    assert "  path 'SGD', a ball on the slice: 4 points" in describe(small_landscape)
