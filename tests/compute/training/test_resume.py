"""Resume: a training that was cancelled or killed, at any moment, goes on and ends as if nothing had happened, bit by bit."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import drain
from lossvista.compute.storage.lock import Lock
from lossvista.compute.training import loop
from lossvista.compute.training.curves import read_curves
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.recording import Recording
from lossvista.compute.training.resume import Surroundings
from lossvista.compute.training.train import train

PROBLEM = """
import torch
from lossvista import Problem
from torch import nn

def make_problem(seed=0):
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Conv2d(1, {width}, 3), nn.BatchNorm2d({width}), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(), nn.LazyLinear(3)
    )
    x = torch.rand(22, 1, 6, 6) * {scale}
    net(x)
    y = torch.arange(22) % 3
    return Problem(net, train=(x, y), test=(x[:10], y[:10]))
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """With all that has a state: batch-norm, dropout, momentum, a falling rate, augmentation, a ragged last batch."""
    file = tmp_path_factory.mktemp("problem") / "tiny.py"
    file.write_text(PROBLEM.format(width=2, scale=1))
    choices = {"lr_drops": (2,), "augment": "crop-flip", "record_every": 3, "histogram_every": 2}
    return Training(problem=f"{file}:make_problem", batch_size=5, epochs=4, lr=0.05, **choices)


def contents(folder: Path) -> dict[str, str]:
    """Hashes of every file of a recording, without its time stamp."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "recording.json"
    }


@pytest.fixture(scope="module")
def whole(small: Training, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("whole")
    drain(train(small, str(folder)))
    return contents(folder)


def test_a_finished_recording_holds_what_it_should_and_no_state(whole: dict[str, str]):
    checkpoints = {f"{k:06d}.safetensors" for k in range(8)}  # of the steps 0, 3, …, 18, 20
    assert whole.keys() == checkpoints | {"steps.jsonl", "curves.jsonl", "histograms.jsonl", "final.safetensors"}


@settings(max_examples=8)
@given(reports=st.lists(st.integers(1, 12), min_size=1, max_size=4))
def test_a_cancelled_training_goes_on_to_the_same_end(
    tmp_path_factory: pytest.TempPathFactory, small: Training, whole: dict[str, str], reports: list[int]
):
    """Cancelled after any report, also in the middle of an evaluation, and as often as one likes."""
    folder = tmp_path_factory.mktemp("cancelled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "BETWEEN", 0.0)  # a report after every step
        for count in reports:
            job = train(small, str(folder))
            for _ in range(count):
                next(job, None)
            job.close()
            assert len(Recording(folder)) and read_curves(folder) is not None
    drain(train(small, str(folder)))
    assert contents(folder) == whole


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_training_that_is_killed_at_random_goes_on_to_the_same_end(tmp_path: Path, small: Training):
    """Real SIGKILLs, at drawn steps and in the middle of what is written between them."""
    for optimizer in ("nesterov", "adamw"):
        training = small.replace(optimizer=optimizer, epochs=2, lr_drops=(1,))
        (tmp_path / f"{optimizer}.json").write_text(training.model_dump_json())
        drain(train(training, str(tmp_path / f"{optimizer}-whole")))
    moments = [str(random.Random().randint(1, 80)) for _ in range(3)]
    print("killed at", *moments)  # shown where the test fails
    script = Path(__file__).with_name("killed_training.py")
    done = subprocess.run([sys.executable, str(script), str(tmp_path), *moments], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "ended 0", done.stderr
    assert "killed" in done.stdout
    for optimizer in ("nesterov", "adamw"):
        run, whole = tmp_path / optimizer, tmp_path / f"{optimizer}-whole"
        assert contents(run) == contents(whole)
        assert {**Recording(run).meta, "created": ""} == {**Recording(whole).meta, "created": ""}


def interrupted(folder: Path, training: Training) -> None:
    job = train(training, str(folder))
    for progress in job:
        if progress.stage == "training" and progress.done > 5:
            break
    job.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "resume.pt").unlink(),
        lambda folder: (folder / "resume.pt").write_bytes(b"nonsense"),
        lambda folder: (folder / "resume.pt").write_bytes((folder / "resume.pt").read_bytes()[:-300]),
        lambda folder: (folder / "000001.safetensors").unlink(),
        lambda folder: (folder / "curves.jsonl").write_bytes(b""),
        lambda folder: torch.save(nn.Linear(1, 1), folder / "resume.pt"),  # would run code where it was trusted
        lambda folder: torch.save({"version": 99}, folder / "resume.pt"),
    ],
)
def test_without_a_whole_state_it_begins_anew(
    tmp_path: Path, small: Training, whole: dict[str, str], spoil, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(loop, "BETWEEN", 0.0)
        interrupted(tmp_path, small)
    spoil(tmp_path)
    assert not any("Resumed" in step.note for step in train(small, str(tmp_path)))
    assert contents(tmp_path) == whole


def test_a_training_does_not_go_on_with_other_data_or_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loop, "BETWEEN", 0.0)
    file, run = tmp_path / "mine.py", tmp_path / "run"
    training = Training(problem=f"{file}:make_problem", epochs=5, batch_size=8, lr=0.01)
    file.write_text(PROBLEM.format(width=4, scale=1))
    interrupted(run, training)
    for changed in (PROBLEM.format(width=4, scale=2), PROBLEM.format(width=5, scale=1)):
        file.write_text(changed)
        with pytest.raises(LossvistaError, match=r"cannot go on: its .* changed since it was interrupted"):
            drain(train(training, str(run)))
    file.write_text(PROBLEM.format(width=4, scale=1))
    drain(train(training, str(run)))  # refusing has changed nothing
    drain(train(training, str(tmp_path / "whole")))
    assert contents(run) == contents(tmp_path / "whole")  # dropout's random numbers, too


def test_two_trainings_do_not_write_one_recording(tmp_path: Path, small: Training):
    lock = Lock(tmp_path / "recording.json")
    with pytest.raises(LossvistaError, match="is being written by"):
        drain(train(small, str(tmp_path)))
    lock.release()
    drain(train(small, str(tmp_path)))
    assert not list(tmp_path.glob("*.lock"))


def test_a_recorder_goes_on_with_a_recording(tmp_path: Path):
    """In somebody's own loop, after a kill that left half a line."""
    model = nn.Linear(2, 2)
    recorder = Recorder(tmp_path, model, data="digits")
    recorder.iteration(loss=3.0)
    recorder.save(step=1, loss=2.0)
    for name in ("steps.jsonl", "curves.jsonl"):
        with (tmp_path / name).open("ab") as file:
            file.write(b'{"step": 2')
    with Recorder(tmp_path, model, resume=True) as recorder:
        recorder.save(step=2, loss=1.0)
    recording = Recording(tmp_path)
    assert recording.steps["train_loss"].tolist() == [2.0, 1.0] and len(recording) == 2
    assert recording.meta["data"] == "digits" and recording.meta["finished"]
    assert read_curves(tmp_path).epochs["train_loss"].tolist() == [2.0, 1.0]
    with Recorder(tmp_path / "new", model, resume=True) as recorder:  # where there is nothing, it begins
        recorder.save()
    assert len(Recording(tmp_path / "new")) == 1


def draws() -> tuple[float, float, float]:
    return random.random(), float(np.random.rand()), float(torch.rand(()))


@given(seed=st.integers(0, 2**63 - 1), count=st.integers(0, 3))
def test_random_states_are_ours_within_and_nobody_elses_outside(seed: int, count: int):
    model = nn.Linear(1, 1)
    one, other = Surroundings(seed, model), Surroundings(seed, model)
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    expected = draws()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    for _ in range(count):
        with one.ours():
            draws()
    other.restore(torch_round_trip(one.state()))
    with one.ours(keep=False):
        unused = draws()
    with one.ours():
        assert draws() == unused
    with other.ours():
        assert draws() == unused
    assert draws() == expected


def torch_round_trip(state: dict) -> dict:
    image = io.BytesIO()
    torch.save(state, image)
    return torch.load(io.BytesIO(image.getvalue()), weights_only=True)
