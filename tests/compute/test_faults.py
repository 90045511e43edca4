"""Faults of whole computations, each one real: left at any instant, interrupted twice, random where it must not be, kept from the
network; and what their files tell of the person's machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import EXPORTERS, export
from lossvista.compute.figures import save_figure
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import Journal, load, save
from lossvista.compute.storage.journal import journal_of
from lossvista.compute.style import Style
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recording import Recording
from lossvista.compute.training.train import train

PROBLEM = """
import os, signal
import torch
from lossvista import Problem

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.theta = torch.nn.Parameter(torch.tensor([0.5, -0.25, 1.0]))

    def forward(self, x):
        {body}
        return self.theta - x

def make_problem():
    x = torch.randn(30, 3, generator=torch.Generator().manual_seed(5))
    return Problem(Net(), train=(x, torch.zeros(30)), loss=lambda y, _: (y**2).sum(1), metrics={{}})
"""


def problem(folder: Path, body: str = "pass", name: str = "mine.py") -> Recipe:
    """A recipe for a problem in a file, whose forward pass does something besides."""
    (folder / name).write_text(PROBLEM.format(body=body), encoding="utf-8")
    return Recipe.of(problem=str(folder / name), ignore="none", normalization="none", resolution=5)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> tuple[Recipe, np.ndarray]:
    """A recipe, and its losses computed in one go."""
    folder = tmp_path_factory.mktemp("tiny")
    recipe = problem(folder)
    return recipe, drain(run(recipe)).surface.fields["train_loss"]


# --- left at any instant ---


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None)
def test_a_job_can_be_left_at_any_instant_and_goes_on_to_the_same_numbers(tiny, leaving):
    """Cancel and close are a generator's close, after any number of its steps, in any stage, several times over."""
    import tempfile

    recipe, wanted = tiny
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "a.h5"
        for steps in leaving:
            job = run(recipe, str(out))
            known = 0
            for _, progress in zip(range(steps), job, strict=False):
                known += (
                    len(progress.patch.index) if progress.patch is not None and progress.patch.where == "surface" else 0
                )
            job.close()
            assert {path.name for path in Path(folder).iterdir()} <= {
                "a.h5",
                "a.h5.journal",
            }  # no lock, nothing temporary
            if known and not out.exists():
                with Journal.resume(out, json.loads(json.dumps(_identity(out)))) as journal:
                    assert len(journal.landscape.surface.missing) <= 25 - known
        landscape = drain(run(recipe, str(out)))
        np.testing.assert_array_equal(landscape.surface.fields["train_loss"], wanted)
        assert [path.name for path in Path(folder).iterdir()] == ["a.h5"]


def _identity(out: Path) -> dict:
    from lossvista.compute.storage.records import frames

    data = journal_of(out).read_bytes()
    return next(json.loads(content) for tag, content, _ in frames(data, "") if tag == b"IDEN" and content)


def test_a_training_can_be_left_at_any_instant(tmp_path):
    training = Training(model="mlp", epochs=2, samples=60)
    whole = drain(train(training, str(tmp_path / "whole")))
    steps = sum(1 for _ in train(training, str(tmp_path / "counted")))
    for at in (0, 1, steps // 3, steps - 1):
        folder = tmp_path / f"left-{at}"
        job = train(training, str(folder))
        for _ in zip(range(at), job, strict=False):
            pass
        job.close()
        drain(train(training, str(folder)))
        ours, theirs = Recording(folder), Recording(whole)
        assert len(ours) == len(theirs)
        for name, tensor in ours.weights(len(ours) - 1).items():
            assert tensor.equal(theirs.weights(len(theirs) - 1)[name])


# --- Ctrl-C, twice ---


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_twice_stops_at_once_and_the_work_can_go_on(tmp_path):
    """Fault 38. The network interrupts its own process at a point, and again while that is being dealt with."""
    count = tmp_path / "count"
    body = (
        f"from pathlib import Path; p = Path({str(count)!r}); n = int(p.read_text()) + 1 if p.exists() else 1; p.write_text(str(n))\n"
        "        if n == 12:\n"
        "            os.kill(os.getpid(), signal.SIGINT); os.kill(os.getpid(), signal.SIGINT)"
    )
    recipe, out = problem(tmp_path, body), tmp_path / "a.h5"
    command = [
        sys.executable,
        "-m",
        "lossvista.compute.cli",
        "compute",
        "--problem",
        str(tmp_path / "mine.py"),
        "--ignore",
        "none",
    ]
    command += ["--normalization", "none", "--resolution", "5", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in (130, -signal.SIGINT), done.stderr
    assert not out.exists()
    assert drain(run(recipe, str(out))).surface.complete


# --- randomness ---


def test_a_network_that_is_random_in_evaluation_is_refused_before_the_start(tmp_path):
    """Fault 20."""
    recipe = problem(tmp_path, "x = x + 0.1 * torch.rand_like(x)", "random_one.py")
    with pytest.raises(LossvistaError, match=r"[Rr]andom|twice"):
        drain(run(recipe, str(tmp_path / "a.h5")))
    assert not (tmp_path / "a.h5").exists()


def test_the_same_job_seed_and_device_give_the_same_numbers(tiny):
    recipe, wanted = tiny
    np.testing.assert_array_equal(drain(run(recipe)).surface.fields["train_loss"], wanted)
    other = drain(run(recipe.replace(seed=1))).surface.fields["train_loss"]
    assert not np.array_equal(other, wanted)


# --- no network ---

ALONE = """
import socket, sys

def forbidden(*_, **__):
    raise AssertionError("the network was asked for")

def hear(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        raise AssertionError(f"{event} {arguments}")

for name in ("create_connection", "getaddrinfo", "gethostbyname"):
    setattr(socket, name, forbidden)
sys.addaudithook(hear)
from pathlib import Path
from lossvista.compute.cli import main
folder = Path(sys.argv[1])
def do(*words):
    code = main([str(word) for word in words])
    assert code == 0, (words, code)
do("train", "--model", "mlp", "--epochs", "1", "--samples", "60", "--out", folder / "run")
do("compute", "--trajectory", folder / "run", "--resolution", "5", "--out", folder / "a.h5")
do("info", folder / "a.h5")
do("export", folder / "a.h5", folder / "a.vtp")
do("import", folder / "a.vtp", folder / "b.h5")
do("render", folder / "a.h5", folder / "a.png", "--view", "map")
print("done")
"""


def test_nothing_asks_the_network_for_anything(tmp_path):
    """Training, computing, opening, exporting, importing and drawing, with every socket forbidden."""
    done = subprocess.run([sys.executable, "-c", ALONE, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout.rstrip().endswith("done"), done.stdout + done.stderr


# --- nothing of the person's machine in what is exported ---

SECRET = "alice-7f3"


def told(path: Path) -> bytes:
    """All that a file says, unpacked."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            data += b"".join(archive.read(name) + name.encode() for name in archive.namelist())
    return data


@pytest.mark.parametrize("suffix", [*sorted(EXPORTERS), ".png", ".pdf", ".svg"])
def test_exports_name_no_folder_of_the_person(suffix, small_landscape, tmp_path):
    """Landscape files keep the paths of their weights and data, to be computed anew; what is exported keeps file names only."""
    home = tmp_path / SECRET
    home.mkdir()
    small_landscape.recipe |= {
        "weights": [f"/home/{SECRET}/nets/final.pt"],
        "trajectory": f"/home/{SECRET}/run",
        "problem": f"/home/{SECRET}/mine.py:make",
        "data": f"cifar10:/home/{SECRET}/cifar",
    }
    small_landscape.provenance |= {
        "folder": f"/home/{SECRET}/x",
        "study": {"files": [f"/home/{SECRET}/b.h5"]},
        "w": rf"C:\Users\{SECRET}\w.pt",
    }
    small_landscape.trajectories["run"].how["recording"] = f"/home/{SECRET}/run"
    path = home / f"a{suffix}"
    save(small_landscape, home / "a.h5")
    landscape = load(home / "a.h5")
    if suffix in EXPORTERS:
        export(landscape, path, Style(), paraview=suffix in (".vtp", ".ply"))
    else:
        save_figure(landscape, Style(view="map"), path)
    written = [one for one in home.rglob("*") if one.is_file() and one.name != "a.h5"]
    assert written
    for one in written:
        assert SECRET.encode() not in told(one), one.name
