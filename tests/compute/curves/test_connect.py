"""Connect: two digits networks from two seeds, joined; what is in the file, how it is resumed, and what is a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from lossvista.compute import cli
from lossvista.compute.curves.choices import Connect
from lossvista.compute.curves.connect import connect
from lossvista.compute.curves.curve import SEGMENT
from lossvista.compute.curves.profile import Profile
from lossvista.compute.curves.told import lines, ways
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures.path import _epochs
from lossvista.compute.point.network import checked, opened_point
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import Progress, drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.statement import statement
from lossvista.compute.storage import load
from lossvista.compute.style import Style
from lossvista.compute.timeline import Timeline
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train
from lossvista.compute.trust import figures
from lossvista.compute.weights import weights_of


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> tuple[str, str]:
    """Recordings of one network on the same 300 digits, from two seeds."""
    folder = tmp_path_factory.mktemp("two")
    Path(folder / "own.py").write_text(
        "from lossvista.compute.problem.data import load_data\n"
        "from lossvista.compute.problem.models import build_model\n"
        "from lossvista import Problem\n"
        "def make_problem(seed=0):\n"
        "    data, held = (load_data(name, 300, 0) for name in ('digits', 'digits:test'))\n"
        "    model = build_model('mlp', (1, 8, 8), 10, seed)\n"
        "    return Problem(model, train=(data.inputs * 2 - 1, data.targets), test=(held.inputs * 2 - 1, held.targets))\n"
    )
    training = Training(problem=str(folder / "own.py"), epochs=15, lr=0.1, batch_size=50, test_every=0)
    return tuple(drain(train(training.replace(seed=k), str(folder / f"seed-{k}"))) for k in (0, 1))  # type: ignore[return-value]


def choices(two: tuple[str, str], **more: object) -> Connect:
    return Connect(weights=two, epochs=25, lr=0.1, batch_size=50, points=13, resolution=5, **more)


@pytest.fixture(scope="module")
def joined(two, tmp_path_factory) -> Path:
    """The landscape, from a job that was interrupted while it trained and while it computed the surface."""
    out = tmp_path_factory.mktemp("joined") / "joined.h5"
    for stage in ("fitting the curve", "evaluating the surface"):
        job = connect(choices(two), str(out))
        fresh: list[Progress] = []
        while (said := next(job)).stage != stage or not said.done:
            fresh.append(said)
        job.close()
        assert not any("unfinished" in one.note for one in fresh)
    again = list(connect(choices(two), str(out)))
    assert any("unfinished run" in one.note for one in again)
    assert any("points are known already" in one.note for one in again)
    return out


def test_the_curve_is_low_where_the_straight_line_is_not(joined) -> None:
    landscape = load(joined)
    table = landscape.tables["connection"]
    curve, segment = ways(table)
    assert (curve.name, segment.name) == ("bezier", SEGMENT) and len(table) == 26
    assert segment.barrier > 0.3 and curve.barrier < 0.05 * segment.barrier
    assert table.how["barrier_curve"] == curve.barrier and table.how["barrier_segment"] == segment.barrier
    worst = {way.name: np.asarray(table["test_error"], float)[way.rows].max() for way in (curve, segment)}
    assert worst["bezier"] < worst[SEGMENT] - 0.03
    said = "\n".join(lines(landscape))
    assert "the straight line: barrier" in said and "in the plane" in said


def test_the_plane_goes_through_both_and_the_bend_with_the_ways_on_it(joined) -> None:
    landscape = load(joined)
    assert landscape.axes[0].method == "points" and landscape.surface.complete
    curve, line = landscape.trajectories.values()
    for path in (curve, line):
        assert (path["alpha"][0], path["beta"][0]) == pytest.approx((0, 0), abs=1e-5)
        assert path["alpha"][-1] == pytest.approx(landscape.tables["connection"].how["apart"], rel=1e-5)
        assert path["beta"][-1] == pytest.approx(0, abs=1e-4) and path["distance"].max() < 1e-4
        np.testing.assert_array_equal(path["slice_loss"], path["train_loss"])
    assert curve["beta"].max() > 0.1
    assert landscape.trust["centre_loss"] == pytest.approx(curve["train_loss"][0], rel=1e-6)
    assert curve["train_loss"][-1] == line["train_loss"][-1]


def test_a_connecting_curve_is_no_descent_path(joined) -> None:
    landscape = load(joined)
    assert not Timeline.of(landscape.trajectories)
    assert not any(len(_epochs(path)) for path in landscape.trajectories.values())
    said = statement(landscape, Style())
    assert "Connecting curves (Bezier curve, straight line)" in said and "descent path" not in said
    lines = {line.label: line for line in figures(landscape)}
    assert lines["Connecting curve's largest distance from the plane"].verdict == "good"
    assert "Path's largest distance from the plane" not in lines
    _, again = opened_point(joined, 0.0, 0.0)  # it can be opened at a point, as any other landscape
    assert "met again" in " ".join(checked(again, landscape, 0.0, 0.0)) and not again.folders


def test_done_is_done_and_another_curve_is_not_mixed_in(two, joined, capsys) -> None:
    said = list(connect(choices(two), str(joined)))
    assert said[-1].note.endswith("holds this landscape already.")
    with pytest.raises(LossvistaError, match="another training"):
        drain(connect(choices(two, curve="polychain"), str(joined)))


def test_the_command_between_two_checkpoints_of_a_landscape(two, tmp_path, capsys, joined) -> None:
    """Several bends, all policies (a network without batch-norm has one), the networks of a landscape between two."""
    between = tmp_path / "between.h5"
    files = tuple(f"{one}/final.safetensors" for one in two)
    problem = load(joined).recipe["problem"]
    drain(run(Recipe(problem=problem, weights=files, directions="between", axes=1, resolution=3), str(between)))
    words = [
        "connect",
        "--weights",
        str(between),
        "--bends",
        "2",
        "--curve",
        "polychain",
        "--epochs",
        "3",
        "--points",
        "5",
    ]
    assert cli.main([*words, "--resolution", "3", "--each-policy", "--out", str(tmp_path / "chain.h5")]) == 0
    shown = capsys.readouterr().out
    assert "the polygonal chain: barrier" in shown and "from the plane" in shown
    landscape = load(tmp_path / "chain.h5")
    assert len(landscape.tables["connection"]) == 10 and landscape.trust["curve_distance"] > 0.01
    assert (tmp_path / "chain-curve" / "bend-2.safetensors").exists()
    chain = landscape.trajectories["polygonal chain"]
    assert chain["distance"][2] < 1e-4 < chain["distance"][1]  # its middle spans the plane
    assert chain["slice_loss"][1] != chain["train_loss"][1]


def test_what_cannot_be_connected_is_a_sentence(two, tmp_path) -> None:
    for weights, sentence in (((two[0],), "connects two networks; 1 is named"), ((two[0], two[0]), "the same weights")):
        with pytest.raises(LossvistaError, match=sentence):
            drain(connect(choices(weights), str(tmp_path / "no.h5")))  # type: ignore[arg-type]


# --- Batch-norm policies along a way ---


def normalized(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3))
    with torch.no_grad():
        for _ in range(9):
            network.train()(torch.randn(20, 5) * (1 + seed))
    return network.eval()


def test_the_policies_are_explicit() -> None:
    first, second = normalized(0), normalized(1)
    x, y = torch.randn(40, 5, generator=torch.Generator().manual_seed(4)), torch.arange(40) % 3
    problem = Problem(first, x, y)
    states = [{k: t.clone() for k, t in one.state_dict().items()} for one in (first, second)]

    def losses(points: list, policy: str) -> list[float]:
        profile = Profile(problem, points, "bezier", Evaluator(problem, weights_of(first), []))
        return [profile.measure(SEGMENT, policy, t)["train_loss"] for t in (0.0, 0.25, 1.0)]

    own = [nn.functional.cross_entropy(one(x), y).item() for one in (first, second)]
    found = losses(states, "interpolated")  # with the networks' own statistics at the ends
    assert [found[0], found[-1]] == pytest.approx(own, rel=1e-5)
    assert losses(states, "frozen")[0] == pytest.approx(own[0], rel=1e-5)
    mirrored = Profile(problem, states[::-1], "bezier", Evaluator(problem, weights_of(first), []))
    assert mirrored.measure(SEGMENT, "interpolated", 0.75)["train_loss"] == pytest.approx(found[1], rel=1e-6)
    fresh = losses(states, "re-estimated")
    assert fresh[0] != pytest.approx(own[0], rel=1e-3) and fresh[-1] != pytest.approx(own[1], rel=1e-3)
    batch = nn.functional.cross_entropy(first.train()(x), y).item()  # the samples as one batch, in training mode
    assert fresh[0] == pytest.approx(batch, rel=0.02)  # running variances are unbiased: n / (n − 1)
