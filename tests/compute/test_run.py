"""Run: the one road, its journal and what every file says about itself (invariants 1, 3, 22, 38, 39)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lossvista.compute.engines import inline
from lossvista.compute.errors import LossvistaError
from lossvista.compute.prepare import plane_of, prepare, trajectory_name
from lossvista.compute.problem.models import build_model
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.repeats import numbered
from lossvista.compute.run import PENALTY, run
from lossvista.compute.storage import keep, load
from lossvista.compute.surface import Mark
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.train import train
from lossvista.compute.trust import figures


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("recordings") / "descent"
    return drain(train(Training(model="mlp", epochs=4, samples=300, lr=0.05), str(folder)))


@pytest.fixture(autouse=True)
def one_point_a_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a cancelled run stops in the middle however fast the machine is."""
    monkeypatch.setattr(inline, "TILE_SECONDS", 0.0)


def recipe(recording: str, **changes) -> Recipe:
    return Recipe.of(**{"trajectory": recording, "resolution": 7, "samples": 120, **changes})


def test_a_run_yields_its_start_then_patches_and_returns_the_landscape(recording: str) -> None:
    job, steps = run(recipe(recording)), []
    while True:
        try:
            steps.append(next(job))
        except StopIteration as stop:
            landscape = stop.value
            break
    starts = [k for k, step in enumerate(steps) if step.start is not None]
    patches = [k for k, step in enumerate(steps) if step.patch is not None]
    assert len(starts) == 1 and patches and starts[0] < patches[0]
    assert (steps[-1].done, steps[-1].total) == (49 + 5, 49 + 5)
    assert landscape.surface.complete and landscape.surface.grid.shape == (7, 7)
    assert (landscape.surface.samples == 120).all() and (landscape.surface.evaluated == Mark.EVALUATED).all()
    assert set(landscape.surface.fields) == {"train_loss", "train_loss_se", "train_accuracy", PENALTY}
    assert (landscape.surface.fields["train_loss"] > 0).all()


def test_the_centre_is_the_recordings_last_checkpoint(recording: str) -> None:
    landscape = drain(run(recipe(recording)))
    middle = landscape.surface.fields["train_loss"][3, 3]
    path = landscape.trajectories["descent"]
    assert middle == landscape.trust["centre_loss"] == path["train_loss"][-1] == path["slice_loss"][-1]
    assert middle == pytest.approx(landscape.trust["checkpoint_loss"], rel=1e-6)
    prepared = prepare(recipe(recording))
    plain = prepared.problem.losses(plane_of(prepared)[0].origin).double().mean().item()
    assert middle == pytest.approx(plain, rel=1e-6)


def test_a_path_off_the_plane_shows_both_losses_and_its_distance(recording: str) -> None:
    path = drain(run(recipe(recording))).trajectories["descent"]
    assert len(path) == 5 and (path["evaluated"] == 1).all() and np.isfinite(path["step"]).all()
    assert path["distance"][0] > 0.1 and path["distance"][-1] == 0
    assert abs(path["train_loss"][0] - path["slice_loss"][0]) > 0.01
    assert np.allclose(path["offset"] ** 2, _inside(recording, path) + path["distance"] ** 2, rtol=1e-6)


def _inside(recording: str, path) -> np.ndarray:
    gram = plane_of(prepare(recipe(recording)))[0].gram
    c = np.stack([path["alpha"], path["beta"]], 1)
    return np.einsum("ti,ij,tj->t", c, gram, c)


def test_a_path_in_the_plane_has_equal_losses_and_no_distance(tmp_path: Path) -> None:
    """Three checkpoints span a plane exactly: PCA's plane holds them all."""
    model = build_model("mlp", (1, 8, 8), 10, seed=1)
    with Recorder(tmp_path / "flat", model, model="mlp", data="digits") as recorder:
        for k in range(3):
            with torch.no_grad():
                for place, parameter in enumerate(model.parameters()):
                    parameter.add_(
                        torch.randn(parameter.shape, generator=torch.Generator().manual_seed(10 * k + place)),
                        alpha=0.05,
                    )
            recorder.save(step=k)
    asked = Recipe.of(
        trajectory=str(tmp_path / "flat"), directions="pca", resolution=3, samples=50, precision="float64"
    )
    landscape = drain(run(asked))
    path = landscape.trajectories["flat"]
    assert (path["distance"] < 1e-5).all() and np.allclose(path["train_loss"], path["slice_loss"], rtol=1e-5)
    assert sum(axis.explained for axis in landscape.axes) == pytest.approx(1)


def test_pca_planes_hold_the_path_and_the_centre(recording: str) -> None:
    landscape = drain(run(recipe(recording, directions="pca", resolution_x=9)))
    grid, path = landscape.surface.grid, landscape.trajectories["descent"]
    assert grid.shape == (7, 9) and 0.0 in grid.alpha and 0.0 in grid.beta
    for axis, along in ((grid.alpha, path["alpha"]), (grid.beta, path["beta"])):
        assert axis[0] < along.min() and along.max() < axis[-1]
    centre = landscape.surface.fields["train_loss"][list(grid.beta).index(0.0), list(grid.alpha).index(0.0)]
    assert centre == landscape.trust["centre_loss"]
    assert landscape.axes[0].normalization == "none" and landscape.axes[0].norm == pytest.approx(1, rel=1e-5)


def test_a_line_is_a_landscape_too(recording: str, tmp_path: Path) -> None:
    out = str(tmp_path / "line.h5")
    drain(run(recipe(recording, axes=1, resolution=11), out))
    landscape = load(out)
    assert landscape.surface.grid.line and landscape.surface.grid.shape == (1, 11) and len(landscape.axes) == 1
    assert np.isfinite(landscape.surface.fields["train_loss"]).all()


def test_two_runs_give_the_same_bits(recording: str) -> None:
    first, again = (drain(run(recipe(recording))) for _ in range(2))
    for name, values in first.surface.fields.items():
        assert np.array_equal(values, again.surface.fields[name])
    other = drain(run(recipe(recording, seed=1, samples=0)))
    assert not np.array_equal(first.surface.fields["train_loss"], other.surface.fields["train_loss"])


def test_a_cancelled_run_resumes_and_computes_nothing_twice(recording: str, tmp_path: Path) -> None:
    out = str(tmp_path / "a.h5")
    whole = drain(run(recipe(recording)))
    job = run(recipe(recording), out)
    first = next(step.patch for step in job if step.patch is not None)
    job.close()
    assert not Path(out).exists()
    seen, total = set(map(int, first.index)), 0
    job = run(recipe(recording), out)
    try:
        while True:
            step = next(job)
            if step.patch is not None and step.patch.where == "surface":
                new = set(map(int, step.patch.index))
                assert not new & seen
                seen |= new
                total = step.total
    except StopIteration as stop:
        landscape = stop.value
    assert seen == set(range(49)) and total == 54
    for name, values in whole.surface.fields.items():
        assert np.array_equal(values, landscape.surface.fields[name]) and np.array_equal(
            values, load(out).surface.fields[name]
        )
    assert [p.name for p in tmp_path.iterdir() if "journal" in p.name] == []
    again = list(run(recipe(recording), out))
    assert not [step for step in again if step.patch is not None] and "holds this landscape already" in again[-1].note


def test_what_a_cancelled_run_did_can_be_kept_and_still_resumed(recording: str, tmp_path: Path) -> None:
    out = str(tmp_path / "kept.h5")
    job = run(recipe(recording), out)
    next(step for step in job if step.patch is not None)
    job.close()
    kept = keep(out)
    done = int((kept.surface.evaluated == Mark.EVALUATED).sum())
    assert done == 1
    assert load(out).trust["centre_loss"] == kept.trust["centre_loss"]
    assert drain(run(recipe(recording), out)).surface.complete and load(out).surface.complete


KILLED = """
import sys, json
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
job = run(Recipe.of(**json.loads(sys.argv[1])), sys.argv[2])
for step in job:
    if step.patch is not None and step.patch.where == "surface":
        print(json.dumps([int(k) for k in step.patch.index]), flush=True)
"""


def test_sigkill_loses_no_acknowledged_point(recording: str, tmp_path: Path) -> None:
    """A real SIGKILL in the middle; what was acknowledged before is there, and is not computed again."""
    out, choices = str(tmp_path / "killed.h5"), {"trajectory": recording, "resolution": 41, "samples": 120}
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, json.dumps(choices), out], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    acknowledged = set(json.loads(child.stdout.readline()))
    os.kill(child.pid, signal.SIGKILL)
    acknowledged |= {k for line in child.stdout if line.endswith("]\n") for k in json.loads(line)}
    child.wait()
    child.stdout.close()
    steps = list(run(Recipe.of(**choices), out))
    start = next(step.start for step in steps if step.start is not None)
    again = {int(k) for step in steps if step.patch and step.patch.where == "surface" for k in step.patch.index}
    assert acknowledged and not acknowledged & again
    assert start.surface.complete and load(out).surface.complete  # one object, filled to the end


def test_another_recipe_or_other_weights_are_never_mixed(recording: str, tmp_path: Path) -> None:
    out = str(tmp_path / "a.h5")
    job = run(recipe(recording), out)
    next(step for step in job if step.patch is not None)
    job.close()
    with pytest.raises(LossvistaError, match="seed"):
        drain(run(recipe(recording, seed=5), out))
    drain(run(recipe(recording), out))
    with pytest.raises(LossvistaError, match=r"another landscape \(reach differs\)"):
        drain(run(recipe(recording, reach=0.5), out))
    drain(run(recipe(recording, reach=0.5), out, overwrite=True))
    assert load(out).surface.grid.alpha[0] == -0.5


def test_two_runs_on_one_output_do_not_meet(recording: str, tmp_path: Path) -> None:
    out = str(tmp_path / "a.h5")
    job = run(recipe(recording), out)
    next(step for step in job if step.patch is not None)
    with pytest.raises(LossvistaError, match=str(os.getpid())):
        drain(run(recipe(recording), out))
    job.close()


def test_every_file_says_how_it_was_made(recording: str, tmp_path: Path) -> None:
    out = str(tmp_path / "a.h5")
    drain(run(recipe(recording, seed=4), out))
    landscape = load(out)
    axis, made = landscape.axes[0], landscape.provenance
    assert (axis.method, axis.seed, axis.normalization) == ("random", 4, "filter")
    assert set(axis.ignored) == {
        name for name, _ in build_model("mlp", (1, 8, 8), 10).named_parameters() if "bias" in name
    }
    assert all(len(made[name]) == 64 for name in ("weights_hash", "data_hash", "samples_hash", "trajectory_hash"))
    assert {"lossvista", "torch", "numpy", "python"} <= set(made["versions"]) and made["device"]
    assert Recipe.of(**landscape.recipe).seed == 4 and landscape.trust["samples"] == 120
    assert landscape.trust["batch_norm"] == "frozen"


def test_the_trust_figures_judge(recording: str) -> None:
    lines = {line.label: line for line in figures(drain(run(recipe(recording))))}
    assert lines["Loss at the centre"].verdict == "good" and lines["Points computed"].value == "49 of 49"
    assert lines["Samples"].value.startswith("120 of 1,4") and "±" in lines["Samples"].value
    assert lines["Path's largest distance from the plane"].verdict == "poor"  # a random plane does not hold a path
    pca = {line.label: line for line in figures(drain(run(recipe(recording, directions="pca"))))}
    assert pca["Path's variance in the plane"].verdict == "good"
    landscape = drain(run(recipe(recording)))
    landscape.trust["checkpoint_loss"] = 2 * float(landscape.trust["centre_loss"])
    landscape.surface.evaluated[0, 0] = Mark.NOT_YET
    worse = {line.label: line.verdict for line in figures(landscape)}
    assert worse["Loss at the centre"] == "poor" and worse["Points computed"] == "fair"


def test_without_weights_there_is_no_landscape() -> None:
    with pytest.raises(LossvistaError, match="needs a trained network"):
        drain(run(Recipe()))


def test_a_recordings_own_model_and_data_are_used_unless_others_are_named(recording: str) -> None:
    assert prepare(Recipe.of(trajectory=recording, samples=50)).recipe.model == "mlp"
    with pytest.raises(LossvistaError, match=r"do(es)? not fit"):
        prepare(Recipe.of(trajectory=recording, model="cnn", samples=50))


def test_the_weight_decay_penalty_is_its_closed_form_and_the_recordings_own(recording: str) -> None:
    """Invariant 7: ½λ‖θ + αδ + βη‖², apart from the data loss."""
    wanted = recipe(recording, resolution=5)
    with_penalty, without = drain(run(wanted)), drain(run(wanted.replace(weight_decay=0.0)))
    assert PENALTY not in without.surface.fields
    assert np.array_equal(with_penalty.surface.values("train_loss"), without.surface.values("train_loss"))
    plane, _ = plane_of(prepare(wanted))
    for j, beta in enumerate(with_penalty.surface.grid.beta):
        for i, alpha in enumerate(with_penalty.surface.grid.alpha):
            square = sum(float((t.double() ** 2).sum()) for t in plane.at(alpha, beta).values())
            found = with_penalty.surface.values(PENALTY)[j, i]
            assert found == pytest.approx(0.5 * Training().weight_decay * square, rel=1e-5)


def test_several_optimizers_walk_over_one_landscape(recording: str, tmp_path: Path) -> None:
    other = drain(
        train(Training(model="mlp", epochs=3, samples=300, lr=0.01, optimizer="adam"), str(tmp_path / "adam"))
    )
    wanted = recipe(recording, also=(other, other), directions="pca")
    landscape = drain(run(wanted))
    assert list(landscape.trajectories) == ["descent", "adam", "adam 2"]
    assert [len(path) for path in landscape.trajectories.values()] == [5, 4, 4]
    assert landscape.trajectories["adam"].how["optimizer"] == "adam"
    alone = drain(run(recipe(other, resolution=3))).trajectories["adam"]
    for name in ("train_loss", "train_accuracy"):  # the checkpoint's own, wherever it is seen from
        assert np.allclose(landscape.trajectories["adam"][name], alone[name], rtol=1e-6)
    grid = landscape.surface.grid  # PCA of all: every path lies in the picture
    for path in landscape.trajectories.values():
        assert grid.alpha[0] <= path["alpha"].min() and path["alpha"].max() <= grid.alpha[-1]
        assert grid.beta[0] <= path["beta"].min() and path["beta"].max() <= grid.beta[-1]
    assert prepare(wanted).identity != prepare(wanted.replace(also=(other,))).identity
    with pytest.raises(LossvistaError, match="a first one"):
        recipe("", also=(other,))


def test_repeats_are_other_draws_and_keep_what_was_not_chosen(recording: str) -> None:
    wanted = recipe(recording, axes=1)
    several = numbered(wanted, Path("lines.h5"), 3)
    assert [file.name for _, file in several] == ["lines-1.h5", "lines-2.h5", "lines-3.h5"]
    assert all(one.model_fields_set == wanted.model_fields_set | {"repeat"} for one, _ in several)
    axes = [plane_of(prepare(one))[0].axes[0] for one, _ in several]
    name = next(iter(axes[0]))
    assert not torch.equal(axes[0][name], axes[1][name]) and not torch.equal(axes[1][name], axes[2][name])
    assert torch.equal(axes[0][name], plane_of(prepare(wanted))[0].axes[0][name])
    assert numbered(wanted, Path("lines.h5"), 1) == [(wanted, Path("lines.h5"))]
    for bad, word in ((0, "between 1"), (10**6, "between 1")):
        with pytest.raises(LossvistaError, match=word):
            numbered(wanted, Path("lines.h5"), bad)
    with pytest.raises(LossvistaError, match="nothing to repeat"):
        numbered(recipe(recording, directions="pca"), Path("planes.h5"), 2)


def test_trajectory_names() -> None:
    assert trajectory_name("runs/sgd/") == "sgd" and trajectory_name("surface") == "surface path"
