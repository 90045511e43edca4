"""From a point to its network: the report is what brute force says, checkpoints are loaded by plain PyTorch, and landscapes that begin
at a point agree with the one that it was found on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file
from torch.nn import functional as F

from lossvista.compute import cli
from lossvista.compute.errors import LossvistaError
from lossvista.compute.landscape import Landscape
from lossvista.compute.located import located
from lossvista.compute.point.checkpoint import save_checkpoint_at
from lossvista.compute.point.inspect import inspect_point
from lossvista.compute.point.recipes import agreement, finer, recentred, window_around, zoomed
from lossvista.compute.point.report import PointReport, SplitReport
from lossvista.compute.point.told import describe, enlarged, summary
from lossvista.compute.point.zoom import zoom
from lossvista.compute.problem.data import load_data, normalize
from lossvista.compute.problem.models import build_model
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load, save
from lossvista.compute.surface import Mark
from lossvista.compute.training.recording import Recording

TASKS = sorted(path for path in Path(__file__).parents[1].joinpath("tasks").glob("*.py") if "test_" not in path.name)
ALPHA, BETA = 0.17, -0.41  # between nodes


def by_hand(trained: Path, landscape: Landscape, alpha: float, beta: float, split: str = "train"):
    """The definition: the file's directions, added to the last checkpoint by a loop; logits, targets and images of the samples."""
    recording = Recording(trained)
    state = recording.weights(len(recording) - 1)
    for share, axis in ((alpha, landscape.axes[0]), (beta, landscape.axes[1])):
        for name, values in axis.direction.items():
            state[name] = state[name] + share * torch.from_numpy(np.array(values))
    data = load_data("digits" if split == "train" else "digits:test", 60, 3)
    model = build_model("cnn", data.shape, 10).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model(normalize(data.inputs, "model", model)), data


def told(job) -> PointReport:
    return drain(job)


def test_the_report_is_what_brute_force_says(trained, around):
    landscape = load(around)
    report = told(inspect_point(around, ALPHA, BETA, worst=5))
    assert [part.name for part in report.splits] == ["train", "test"]
    for part in report.splits:
        logits, data = by_hand(trained, landscape, ALPHA, BETA, part.name)
        losses = F.cross_entropy(logits, data.targets, reduction="none").double()
        sure, guess = logits.softmax(1).max(1)
        assert part.samples == 60
        assert part.loss == pytest.approx(losses.mean().item(), rel=1e-5)
        assert part.error == pytest.approx((losses.std() / 60**0.5).item(), rel=1e-4)
        assert part.accuracy == pytest.approx((guess == data.targets).double().mean().item())
        expected = np.zeros((10, 10), int)
        np.add.at(expected, (data.targets.numpy(), guess.numpy()), 1)
        assert np.array_equal(part.confusion, expected)
        assert part.wrong == int((guess != data.targets).sum()) > 0
        assert part.class_accuracy[4] == expected[4, 4] / expected[4].sum()
        missed = torch.nonzero(guess != data.targets).flatten()
        order = missed[sure[missed].argsort(descending=True)][:5]
        assert [one.confidence for one in part.worst] == pytest.approx(sure[order].tolist(), abs=1e-5)
        for one in part.worst:
            k = data.ids.tolist().index(one.place)
            assert (one.true, one.predicted) == (str(int(data.targets[k])), str(int(guess[k])))
            assert np.array_equal(one.image, (data.inputs[k, 0] * 255).round().to(torch.uint8).numpy())
    d, e = (np.concatenate([v.ravel() for v in axis.direction.values()]).astype(float) for axis in landscape.axes)
    assert report.offset == pytest.approx(np.linalg.norm(ALPHA * d + BETA * e), rel=1e-4)
    assert report.slice_loss == landscape.surface.probe(ALPHA, BETA, "train_loss")[0] and not report.at_node
    assert len(report.checks) == 2 and all("met again" in line for line in report.checks)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_checkpoint_is_loaded_by_plain_pytorch(trained, around, tmp_path, suffix):
    """Buffers included: the loss of the loaded network is the one that the landscape stores at that node."""
    landscape, out = load(around), tmp_path / f"there{suffix}"
    alpha, beta = landscape.surface.grid.alpha[3], landscape.surface.grid.beta[1]
    assert drain(save_checkpoint_at(around, alpha, beta, out)) == str(out)
    model = build_model("cnn", (1, 8, 8), 10).eval()
    model.load_state_dict(torch.load(out, weights_only=True) if suffix == ".pt" else load_file(out))
    data = load_data("digits", 60, 3)
    with torch.no_grad():
        loss = F.cross_entropy(model(normalize(data.inputs, "model", model)), data.targets).item()
    assert loss == pytest.approx(landscape.surface.fields["train_loss"][1, 3], rel=1e-5)


@pytest.mark.parametrize("directions", ["random", "pca", "eigen"])
def test_a_zoom_has_the_values_of_the_nodes_that_both_have(trained, tmp_path, directions):
    whole = drain(run(Recipe.of(trajectory=str(trained), directions=directions, resolution=5, samples=40)))
    grid = whole.surface.grid
    alpha, beta = (float(grid.alpha[1]), float(grid.alpha[3])), (float(grid.beta[2]), float(grid.beta[4]))
    notes = []
    job = zoom(whole, alpha, beta, 5, str(tmp_path / "part.h5"))
    while True:
        try:
            notes.append(next(job).note)
        except StopIteration as stop:
            part = stop.value
            break
    assert part.surface.grid.shape == (5, 5)
    # The part spans its own range anew, so that a node may lie one rounding beside the whole's: float32 weights, not more, tell them apart.
    shared, gap = agreement(part, whole)
    assert shared == 9 and gap < 1e-6
    assert any("9 nodes are in both landscapes; they agree" in note for note in notes)
    for mine, theirs in zip(part.axes, whole.axes, strict=True):
        assert mine.norm == theirs.norm
        assert all(np.array_equal(mine.direction[name], values) for name, values in theirs.direction.items())
    assert part.title.endswith(f"— part α {alpha[0]:.4g} … {alpha[1]:.4g}, β {beta[0]:.4g} … {beta[1]:.4g}")
    again = zoomed(part, alpha, beta, 3)
    assert again.title.count("— part") == 1


def test_a_line_between_checkpoints_keeps_its_statistics(trained, tmp_path):
    """Buffers are interpolated along it; at 1 stands the other checkpoint, whole."""
    recording = Recording(trained)
    files = []
    for k in (1, len(recording) - 1):
        files.append(str(tmp_path / f"{k}.pt"))
        torch.save(dict(recording.weights(k)), files[-1])
    line = drain(
        run(Recipe.of(model="cnn", weights=tuple(files), directions="between", axes=1, resolution=5, samples=40))
    )
    out = tmp_path / "end.pt"
    drain(save_checkpoint_at(line, 1.0, 0.0, out))
    found, wanted = torch.load(out, weights_only=True), recording.weights(len(recording) - 1)
    assert set(found) == set(wanted)
    for name, tensor in wanted.items():
        if tensor.is_floating_point():
            assert torch.allclose(found[name], tensor, atol=1e-6), name
    report = told(inspect_point(line, 0.5))
    assert report.beta is None and report.splits[0].samples == 40 and report.where == "(α 0.5)"
    with pytest.raises(LossvistaError, match="is a line: its points have no β"):
        told(inspect_point(line, 0.5, 0.1))
    part = drain(zoom(line, (0.0, 0.5), None, 5))
    assert agreement(part, line)[0] >= 2 and agreement(part, line)[1] == 0.0
    with pytest.raises(LossvistaError, match="has no range of β"):
        zoomed(line, (0.0, 0.5), (0.0, 1.0), 5)


def test_a_new_centre_has_the_loss_of_its_point(around, tmp_path):
    landscape, out = load(around), tmp_path / "centre.safetensors"
    alpha, beta = landscape.surface.grid.alpha[1], landscape.surface.grid.beta[3]
    drain(save_checkpoint_at(landscape, alpha, beta, out))
    recipe = recentred(landscape, out, "(α −0.3, β 0.3)")
    there = drain(run(recipe.replace(resolution=3)))
    assert there.trust["centre_loss"] == pytest.approx(landscape.surface.fields["train_loss"][3, 1], rel=1e-6)
    assert there.surface.grid.alpha.tolist() == pytest.approx([-0.6, 0, 0.6])
    assert there.title.endswith("— around (α −0.3, β 0.3)")
    assert list(there.trajectories) == list(landscape.trajectories)


@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize("task", TASKS, ids=lambda path: path.stem)
def test_every_task_gets_what_applies_to_it(task):
    """At a node, each split's loss and metrics are the stored fields; a confusion matrix counts every place that has a class."""
    landscape = drain(run(Recipe.of(problem=f"{task}:make_problem", resolution=3, reach=0.2)))
    alpha, beta = landscape.surface.grid.alpha[2], landscape.surface.grid.beta[0]
    report = told(inspect_point(landscape, alpha, beta, worst=3))
    fields = landscape.surface.fields
    assert report.at_node
    for part in report.splits:
        assert part.loss == pytest.approx(fields[f"{part.name}_loss"][0, 2], rel=1e-5, abs=1e-7)
        for name, mean in part.metrics.items():
            assert mean == pytest.approx(fields[f"{part.name}_{name}"][0, 2], abs=1e-6)
        assert (part.confusion is None) <= bool(part.notes)
        if part.confusion is None or part.notes:
            assert len(part.worst) == 3
            assert [one.loss for one in part.worst] == sorted((one.loss for one in part.worst), reverse=True)
        if part.confusion is not None and "accuracy" in part.metrics and not part.notes:
            assert part.confusion.trace() / part.confusion.sum() == pytest.approx(part.accuracy)
    assert json.loads(json.dumps(summary(report), allow_nan=False))["splits"]
    assert list(describe(report))


def test_sentences_are_told_in_their_words(tmp_path):
    torch.manual_seed(0)
    model = build_model("transformer", (12,), 2)
    torch.save(model.state_dict(), tmp_path / "w.pt")
    landscape = drain(
        run(Recipe.of(model="transformer", data="text", weights=(str(tmp_path / "w.pt"),), resolution=3, samples=30))
    )
    part = told(inspect_point(landscape, 0.0)).splits[0]
    assert part.classes == ("bad", "good") and part.worst
    assert all(one.image is None and " " in one.text and "?" not in one.text for one in part.worst)


@pytest.mark.parametrize(
    "choices",
    [
        {"target_se": 0.05},
        {"interpolate": 0.1},
        {"clip_stop": "proved", "clip": 2.0},
        {"precision": "float64"},
        {"batch_norm": "re-estimated"},
        {"weight_decay": 0.01, "only": "*.weight", "ignore": "none"},
    ],
    ids=lambda choices: next(iter(choices)),
)
def test_whatever_way_its_points_were_computed(trained, choices):
    """The network at a node is the one that the landscape has there, on all of its samples."""
    landscape = drain(run(Recipe.of(trajectory=str(trained), resolution=5, samples=60, reach=0.3, **choices)))
    surface = landscape.surface
    j, i = np.argwhere(surface.evaluated == Mark.EVALUATED)[1]
    report = told(inspect_point(landscape, surface.grid.alpha[i], surface.grid.beta[j]))
    assert report.splits[0].samples == 60
    assert report.splits[0].loss == pytest.approx(surface.fields["train_loss"][j, i], rel=1e-5)
    assert all("met again" in line for line in report.checks)


def test_a_preview_is_met_in_its_own_precision_and_looked_at_in_single(trained):
    rough, exact = (
        drain(run(Recipe.of(trajectory=str(trained), resolution=3, samples=60, reach=0.3, precision=precision)))
        for precision in ("bfloat16", "float32")
    )
    report = told(inspect_point(rough, rough.surface.grid.alpha[2], rough.surface.grid.beta[0]))
    assert all("met again" in line for line in report.checks)
    assert report.splits[0].loss == pytest.approx(exact.surface.fields["train_loss"][0, 2], rel=1e-5)
    assert report.slice_loss == rough.surface.fields["train_loss"][0, 2] != exact.surface.fields["train_loss"][0, 2]


def test_what_has_changed_is_said(trained, around, tmp_path):
    landscape = load(around)
    wrong = replace(landscape, provenance=landscape.provenance | {"data_hash": "0" * 64})
    with pytest.raises(LossvistaError, match="was computed with other data than there are now, so the networks"):
        told(inspect_point(wrong, 0.1, 0.1))
    landscape.surface.fields["train_loss"] = landscape.surface.fields["train_loss"] * 1.01
    with pytest.raises(
        LossvistaError, match=r"the loss is .* now, and .* was stored: its weights, data or code have changed"
    ):
        told(inspect_point(landscape, 0.1, 0.1))
    landscape.surface.fields["train_loss"] = landscape.surface.fields["train_loss"] / 1.01 * (1 + 1e-5)
    assert any("differs by 1.0e-05" in line for line in told(inspect_point(landscape, 0.1, 0.1)).checks)


def test_a_landscape_from_elsewhere_has_no_networks(small_landscape, tmp_path):
    with pytest.raises(LossvistaError, match="does not say which network and data"):
        told(inspect_point(small_landscape, 0.1, 0.1))
    with pytest.raises(LossvistaError, match="does not say which network and data"):
        zoomed(small_landscape, (0, 1), (0, 1), 5)


def test_mistakes_of_the_user_are_sentences(around, tmp_path):
    with pytest.raises(LossvistaError, match="has no split called 'validation'"):
        told(inspect_point(around, 0.0, splits=["validation"]))
    with pytest.raises(LossvistaError, match="finite coordinates"):
        told(inspect_point(around, float("nan")))
    with pytest.raises(LossvistaError, match="no name of a checkpoint"):
        drain(save_checkpoint_at(around, 0, 0, tmp_path / "w.zip"))


def test_relative_paths_are_found_beside_the_landscape(trained, tmp_path, monkeypatch):
    """Computed in one folder, looked at from another."""
    state = Recording(trained)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    torch.save(dict(state.weights(0)), "w.pt")
    drain(run(Recipe.of(weights=("w.pt",), resolution=3, samples=30), "l.h5"))
    monkeypatch.chdir(tmp_path)
    assert told(inspect_point("work/l.h5", 0.2)).splits[0].samples == 30
    for name in ("own.py", "random", "digits"):
        (tmp_path / "work" / name).touch()
    recipe = located(Recipe.of(weights=("w.pt",), data="npz:w.pt", problem="own.py:make"), "work")
    assert recipe.weights == ("work/w.pt",) and recipe.data == "npz:work/w.pt" and recipe.problem == "work/own.py:make"
    assert recipe.directions == "random"  # a word, though there is a file of that name
    whole = Recipe.of(weights=("gone.pt",), data="digits:test")
    assert located(whole, "work") == whole


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.01, 1), st.integers(2, 101))
def test_a_window_lies_inside_ends_on_nodes_and_keeps_them(alpha, beta, share, most):
    from lossvista.compute.grid import Grid, ticks
    from lossvista.compute.surface import Surface

    landscape = Landscape(Surface(Grid(ticks(-1, 2, 31), ticks(-1, 1, 9))))
    x, y = window_around(landscape, alpha, beta, share)
    grid = landscape.surface.grid
    for (low, high), axis, at in ((x, grid.alpha, alpha), (y, grid.beta, beta)):
        assert low in axis and high in axis and low < high
        if axis[0] <= at <= axis[-1]:
            step = axis[1] - axis[0]
            assert low - step <= at <= high + step
    count = finer(landscape, x, y, most)
    assert count >= 3
    cells = round((x[1] - x[0]) / 0.1)
    if cells == round((y[1] - y[0]) / 0.25):
        assert (count - 1) % cells == 0


@settings(max_examples=10)
@given(st.integers(1, 300), st.integers(1, 300))
def test_small_pictures_are_enlarged_by_a_whole_factor(height, width):
    image = np.random.default_rng(0).integers(0, 255, (height, width), dtype=np.uint8)
    large = enlarged(image)
    assert max(large.shape) >= 128 and np.array_equal(
        large[:: large.shape[0] // height, :: large.shape[1] // width], image
    )


def test_class_accuracy_of_a_class_without_samples_is_not_a_number():
    part = SplitReport("train", 3, 0.1, 0.1, {}, ("a", "b"), np.array([[2, 1], [0, 0]]))
    assert part.class_accuracy[0] == 2 / 3 and np.isnan(part.class_accuracy[1]) and np.isnan(part.accuracy)


def test_the_commands_say_and_write_what_was_asked_for(around, tmp_path, capsys):
    file, out = str(around), tmp_path / "w.pt"
    where = ["--alpha", "0.2", "--beta", "-0.3"]
    assert (
        cli.main(
            [
                "point",
                file,
                *where,
                "--json",
                "--split",
                "test",
                "--worst",
                "2",
                "--images",
                str(tmp_path / "i"),
                "--checkpoint",
                str(out),
            ]
        )
        == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert (
        said["beta"] == -0.3
        and [part["name"] for part in said["splits"]] == ["test"]
        and said["checkpoint"] == str(out)
    )
    for path in said["images"]:
        with Image.open(path) as picture:
            assert picture.size == (128, 128)
    assert len(said["images"]) == 2 and out.exists()
    assert (
        cli.main(["zoom", file, "--alpha=0:0.3", "--beta=-0.3:0", "--resolution", "3", "--out", str(tmp_path / "z.h5")])
        == 0
    )
    part = load(tmp_path / "z.h5")
    assert part.surface.grid.alpha.tolist() == pytest.approx([0, 0.15, 0.3])
    points, apart = agreement(part, load(around))
    assert points == 4 and apart == 0.0


def test_balls_are_no_recorded_paths(around, tmp_path):
    """A landscape with a ball's path on it is looked at, saved and loaded as before."""
    from lossvista.compute.trajectory import BALL, Trajectory

    landscape = load(around)
    landscape.trajectories["sgd"] = Trajectory({"alpha": np.zeros(2), "beta": np.ones(2)}, {BALL: "slice"})
    save(landscape, tmp_path / "with.h5")
    assert told(inspect_point(tmp_path / "with.h5", 0.0)).splits[0].samples == 60
