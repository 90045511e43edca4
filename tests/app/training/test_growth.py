"""Growth: the path of an open landscape grows in the window while its recording is followed; stopping and closing end the job."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lossvista.app.training.growth import bare
from lossvista.compute.landscape import Landscape
from lossvista.compute.storage import load
from lossvista.compute.trajectory import Trajectory

EARLY = 2
LONG = 400  # seconds that a child may need on a busy machine to import torch


TRAIN = """
from lossvista.compute.progress import drain
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train
drain(train(Training(model="mlp", epochs=4, samples=60, lr=0.05), {whole!r}))
"""
COMPUTE = """
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
drain(run(Recipe.of(trajectory={young!r}, resolution=5, samples=50, engine="inline"), {out!r}))
"""


@pytest.fixture(scope="module")
def early(tmp_path_factory) -> tuple[Path, Path, str]:
    """A finished recording; one that was copied from it when it was young; the file of a landscape of that one. Made in another
    process, so that this one never imports torch."""
    folder = tmp_path_factory.mktemp("growth")
    whole, young, out = folder / "whole", folder / "young", folder / "young.h5"
    copy = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\nfrom test_growth import youth\nyouth({str(folder)!r})\n"
    script = TRAIN.format(whole=str(whole)) + copy + COMPUTE.format(young=str(young), out=str(out))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return whole, young, str(out)


@pytest.fixture
def landscape(early) -> Landscape:
    return load(early[2])


def youth(folder: str) -> None:
    """The recording "young": what "whole" was when it had but EARLY checkpoints."""
    whole, young = Path(folder, "whole"), Path(folder, "young")
    young.mkdir()
    meta = json.loads((whole / "recording.json").read_bytes()) | {"finished": False}
    (young / "recording.json").write_text(json.dumps(meta))
    add(whole, young, 0, EARLY)


def add(whole: Path, young: Path, first: int, last: int) -> None:
    """Checkpoints first … last − 1, as the Recorder writes them: the file, then its line."""
    lines = (whole / "steps.jsonl").read_bytes().splitlines(keepends=True)
    for k in range(first, last):
        name = f"{k:06d}.safetensors"
        (young / name).write_bytes((whole / name).read_bytes())
        with (young / "steps.jsonl").open("ab") as steps:
            steps.write(lines[k])


def test_the_path_of_an_open_landscape_grows(window, gui, early):
    whole, young, _ = early
    session, growth = window.desk.session, window.growth
    document = session.open(early[2])
    before = document.landscape.trajectories["young"]
    playback = window.desk.playback
    playback.step(-1)
    playback.step(1)  # it is played, and at its end
    window.desk.open(str(young))
    assert growth.jobs == {}  # the path has all there is
    add(whole, young, EARLY, EARLY + 1)
    gui.wait_for(lambda: len(document.landscape.trajectories["young"]) == EARLY + 1, LONG)
    path = document.landscape.trajectories["young"]
    assert playback.active and playback.time == playback.timeline.end == path["epoch"][-1]  # it went along
    for column in before.columns:
        assert np.array_equal(path[column][:EARLY], before[column], equal_nan=True), column
    assert np.isfinite(path["train_loss"]).all() and np.isfinite(path["slice_loss"]).all()
    assert document.landscape.trust["path_distance"] == pytest.approx(np.nanmax(path["distance"]))
    assert document.unsaved
    assert len(growth.jobs) == 1  # it waits for more, and imports torch no second time
    add(whole, young, EARLY + 1, EARLY + 2)
    gui.wait_for(lambda: len(document.landscape.trajectories["young"]) == EARLY + 2, LONG)
    window.docks["training"].panel.stop.click()
    gui.wait_for(lambda: not growth.jobs)
    assert not [card for card in window.desk.notices.cards if card.notice.severity == "error"]


def test_only_a_landscape_with_a_file_grows_and_closing_it_ends_its_job(window, gui, early, landscape):
    """One without a file is still being computed: its path has no losses yet that could be kept."""
    _, young, out = early
    session, growth = window.desk.session, window.growth
    short = landscape.trajectories["young"]
    landscape.trajectories["young"] = Trajectory({n: column[:1] for n, column in short.columns.items()}, short.how)
    growing = session.add(landscape, unsaved=True)
    window.desk.open(str(young))
    assert growth.jobs == {}
    session.close(growing)
    document = session.add(landscape, out)
    assert [of for of, _ in growth.jobs.values()] == [document]
    session.close(document)
    gui.wait_for(lambda: not growth.jobs, LONG)


def test_what_is_sent_to_the_child_has_no_values(landscape):
    light = bare(landscape)
    assert light.surface.fields == {} and light.surface.grid is landscape.surface.grid
    assert light.axes is landscape.axes and light.trajectories is landscape.trajectories
