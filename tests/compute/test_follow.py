"""Follow: a path grows with its recording, on the same plane, by the same evaluator; anything else is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from lossvista.compute.errors import LossvistaError
from lossvista.compute.follow import follow
from lossvista.compute.landscape import Landscape
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load, save
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train

EARLY = 3  # checkpoints that are there when the landscape is computed


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A finished recording of six checkpoints."""
    folder = tmp_path_factory.mktemp("follow") / "whole"
    return Path(drain(train(Training(model="mlp", epochs=5, samples=80, lr=0.05), str(folder))))


class Live:
    """The same recording as it was when it had fewer checkpoints."""

    def __init__(self, whole: Path, folder: Path) -> None:
        self.whole, self.folder = whole, folder
        self.lines = (whole / "steps.jsonl").read_bytes().splitlines(keepends=True)
        self.count = 0
        folder.mkdir()
        self.say(False)

    def say(self, finished: bool) -> None:
        meta = json.loads((self.whole / "recording.json").read_bytes()) | {"finished": finished}
        (self.folder / "recording.json").write_text(json.dumps(meta))

    def grow(self, count: int) -> None:
        for k in range(self.count, self.count + count):
            name = f"{k:06d}.safetensors"
            (self.folder / name).write_bytes((self.whole / name).read_bytes())
            with (self.folder / "steps.jsonl").open("ab") as steps:
                steps.write(self.lines[k])
        self.count += count


@pytest.fixture
def live(whole, tmp_path) -> Live:
    made = Live(whole, tmp_path / "live")
    made.grow(EARLY)
    return made


def computed(live: Live, **choices) -> Landscape:
    return drain(run(Recipe.of(**{"trajectory": str(live.folder), "resolution": 3, "samples": 50, **choices})))


def grown(job) -> list:
    """The paths that a job yields until it waits, or ends."""
    found = []
    for progress in job:
        if progress.grown:
            found.append(*progress.grown.values())
        if progress.stage.startswith("waiting"):
            break
    return found


@pytest.mark.parametrize("directions", ["random", "pca"])
@pytest.mark.parametrize("stored", [True, False])
def test_a_path_grows_on_the_same_plane(live, directions, stored):
    landscape = computed(live, directions=directions)
    before = landscape.trajectories["live"]
    axes = [np.concatenate([a.ravel() for a in axis.direction.values()]) for axis in landscape.axes]
    names = list(landscape.axes[0].direction)
    if not stored:
        landscape = replace(landscape, axes=[replace(axis, direction={}) for axis in landscape.axes])
    job = follow(landscape, str(live.folder), pause=0.0)
    assert grown(job) == []
    live.grow(2)
    path = grown(job)[-1]
    assert len(path) == EARLY + 2
    for column, values in before.columns.items():
        assert np.array_equal(path[column][:EARLY], values, equal_nan=True), column
    # The oracle: least squares on the flat vectors, centred on the checkpoint that was the last one then.
    states = [load_file(live.folder / f"{k:06d}.safetensors") for k in range(EARLY + 2)]
    origin, *new = (np.concatenate([s[n].ravel() for n in names]).astype(float) for s in states[EARLY - 1 :])
    for k, weights in enumerate(new, EARLY):
        expected, *_ = np.linalg.lstsq(np.stack(axes, 1).astype(float), weights - origin, rcond=None)
        assert [path["alpha"][k], path["beta"][k]] == pytest.approx(expected.tolist(), rel=1e-4, abs=1e-7)
        assert path["distance"][k] >= 0 and path["train_loss"][k] > 0 and path["slice_loss"][k] > 0
    assert path["step"].tolist() == [json.loads(line)["step"] for line in live.lines[: EARLY + 2]]
    live.grow(1)
    live.say(True)
    last = grown(job)[-1]
    assert len(last) == 6 and list(job) == []


def test_its_losses_are_those_of_a_landscape_with_the_whole_path(live):
    """The checkpoint's own loss does not depend on the plane: a landscape of the finished recording says the same."""
    landscape = computed(live, directions="random")
    live.grow(3)
    live.say(True)
    path = drain(follow(landscape, str(live.folder), pause=0.0))
    again = computed(live, directions="random").trajectories["live"]
    assert np.allclose(path["train_loss"], again["train_loss"], rtol=1e-5)
    assert np.allclose(path["weight_norm"], again["weight_norm"], rtol=1e-12)


def test_a_finished_recording_without_more_ends_at_once(live):
    landscape = computed(live)
    live.say(True)
    path = drain(follow(landscape, str(live.folder)))
    assert len(path) == EARLY


def test_a_recording_that_nobody_writes_any_more_is_let_go(live):
    landscape = computed(live)
    live.grow(1)
    path = drain(follow(landscape, str(live.folder), pause=0.0, idle=0.0))
    assert len(path) == EARLY + 1


def test_a_path_that_has_grown_grows_on_around_the_same_centre(live, tmp_path):
    """Also from a file: the centre is the checkpoint that was the last one when the plane was made."""
    landscape = computed(live)
    live.grow(1)
    landscape.trajectories["live"] = drain(follow(landscape, str(live.folder), pause=0.0, idle=0.0))
    save(landscape, tmp_path / "grown.h5")
    live.grow(2)
    live.say(True)
    path = drain(follow(load(tmp_path / "grown.h5"), str(live.folder), pause=0.0))
    at_once = computed(live, weights=(str(live.folder / f"{EARLY - 1:06d}.safetensors"),)).trajectories["live"]
    assert len(path) == 6
    for column in ("alpha", "beta", "distance", "train_loss", "slice_loss"):
        assert np.allclose(path[column], at_once[column], rtol=1e-5, atol=1e-7), column


def test_another_recording_and_one_begun_anew_are_refused(live, whole):
    landscape = computed(live)
    with pytest.raises(LossvistaError, match="has no path of the recording"):
        drain(follow(landscape, str(whole)))
    lines = (live.folder / "steps.jsonl").read_bytes().replace(b'"step": 0', b'"step": 7')
    (live.folder / "steps.jsonl").write_bytes(lines)
    with pytest.raises(LossvistaError, match="other trajectory than"):
        drain(follow(landscape, str(live.folder)))


def test_fewer_checkpoints_than_before_are_refused(live):
    job = follow(computed(live), str(live.folder), pause=0.0)
    assert grown(job) == []
    (live.folder / "steps.jsonl").write_bytes(live.lines[0])
    with pytest.raises(LossvistaError, match="begun anew"):
        next(job)


def test_another_plane_is_refused(live):
    landscape = computed(live)
    axes = [replace(axis, norm=2 * axis.norm) for axis in landscape.axes]
    with pytest.raises(LossvistaError, match="cannot be found again"):
        drain(follow(replace(landscape, axes=axes), str(live.folder)))
