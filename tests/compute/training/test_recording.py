"""Recorder and Recording: what was saved comes back, from a finished, a running, a killed and a foreign recording."""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from lossvista.compute.errors import LossvistaError, OutOfSpace
from lossvista.compute.training import recording as recording_module
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.recording import Recording


def recorded(folder: Path, count: int = 3, **meta: str) -> nn.Module:
    """A recording whose checkpoint k has all parameters equal to k."""
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    with Recorder(folder, model, **meta) as recorder:
        for number in range(count):
            for parameter in model.parameters():
                nn.init.constant_(parameter, number)
            recorder.save(step=10 * number, epoch=number / 2, lr=0.1, loss=1 / (number + 1))
    return model


def test_what_was_recorded_comes_back(tmp_path: Path):
    model = recorded(tmp_path / "run", model="mlp", data="digits")
    recording = Recording(tmp_path / "run")
    assert len(recording) == 3
    assert recording.meta["model"] == "mlp" and recording.meta["data"] == "digits" and recording.meta["finished"]
    assert recording.steps["step"].tolist() == [0, 10, 20] and recording.steps["epoch"].tolist() == [0, 0.5, 1]
    assert recording.steps["learning_rate"].tolist() == [0.1] * 3
    assert recording.steps["train_loss"].tolist() == [1, 1 / 2, 1 / 3]
    for number in range(3):
        weights = recording.weights(number)
        assert weights.keys() == model.state_dict().keys()  # buffers, too
        assert all((weights[name] == number).all() for name, _ in model.named_parameters())


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="."), min_size=1, max_size=12).filter(
    lambda name: not hasattr(nn.Module(), name) and name != "__metadata__"
)


@given(names=st.sets(NAMES, min_size=1, max_size=5), shape=st.lists(st.integers(0, 4), max_size=3))
def test_any_names_and_shapes_survive(tmp_path_factory: pytest.TempPathFactory, names: set[str], shape: list[int]):
    model = nn.Module()
    for name in names - {"module", "_orig_mod"}:
        model.register_parameter(name, nn.Parameter(torch.randn(shape)))
    folder = tmp_path_factory.mktemp("run")
    with Recorder(folder, model) as recorder:
        recorder.save()
    found = Recording(folder).weights(0)
    assert found.keys() == model.state_dict().keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in model.state_dict().items())


@given(st.lists(st.tuples(*[st.floats()] * 4), min_size=1, max_size=4))
def test_any_figures_survive_nan_and_infinity_too(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple]):
    folder = tmp_path_factory.mktemp("run")
    with Recorder(folder, nn.Linear(1, 1)) as recorder:
        for step, epoch, rate, loss in rows:
            recorder.save(step=step, epoch=epoch, lr=rate, loss=loss)
    steps = Recording(folder).steps
    np.testing.assert_array_equal(np.stack(list(steps.values()), 1), np.array(rows))


def test_what_is_not_told_is_nan_and_steps_are_counted(tmp_path: Path):
    with Recorder(tmp_path, nn.Linear(1, 1)) as recorder:
        recorder.save()
        recorder.save()
    steps = Recording(tmp_path).steps
    assert steps["step"].tolist() == [0, 1]
    assert all(np.isnan(steps[name]).all() for name in ("epoch", "learning_rate", "train_loss"))


def test_wrapped_half_precision_and_tied_networks(tmp_path: Path):
    model = nn.Module()
    model.module = nn.Module()  # as DataParallel and torch.compile name things
    model.module._orig_mod = nn.Linear(2, 2, bias=False).half()
    model.module.tied = nn.Linear(2, 2, bias=False)
    model.module.tied.weight = model.module._orig_mod.weight
    with Recorder(tmp_path, model) as recorder:
        recorder.save()
    found = Recording(tmp_path).weights(0)
    assert found.keys() == {"weight", "tied.weight"} and found["weight"].dtype == torch.float32
    assert torch.equal(found["weight"], found["tied.weight"])


def test_a_recording_can_be_read_while_it_is_written(tmp_path: Path):
    recorder = Recorder(tmp_path, nn.Linear(1, 1))
    with pytest.raises(LossvistaError, match="has no checkpoint yet"):
        Recording(tmp_path)
    for count in (1, 2):
        recorder.save(loss=count)
        recording = Recording(tmp_path)
        assert len(recording) == count and not recording.meta["finished"]
    recorder.close()
    with pytest.raises(LossvistaError, match="is closed"):
        recorder.save()


def test_an_exception_in_the_loop_leaves_an_unfinished_recording(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), Recorder(tmp_path, nn.Linear(1, 1)) as recorder:
        recorder.save()
        1 / 0  # noqa: B018
    assert len(Recording(tmp_path)) == 1 and not Recording(tmp_path).meta["finished"]


@pytest.mark.parametrize("torn", [b"", b"{", b'{"step": 3, "epo', b'{"step": 3}'])
def test_a_torn_last_line_does_not_count(tmp_path: Path, torn: bytes):
    recorded(tmp_path)
    with (tmp_path / "steps.jsonl").open("ab") as file:
        file.write(torn)
    assert len(Recording(tmp_path)) == 3


def test_a_killed_recorder_leaves_a_valid_recording(tmp_path: Path):
    code = (
        "import sys, torch; from lossvista.compute.training.recorder import Recorder\n"
        "r = Recorder(sys.argv[1], torch.nn.Linear(300, 300))\n"
        "while True: r.save(loss=1); print('saved', flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as child:
        acknowledged = 0
        assert child.stdout is not None
        while acknowledged < 5:
            assert child.stdout.readline() == b"saved\n"
            acknowledged += 1
        child.send_signal(signal.SIGKILL)
        acknowledged += child.stdout.read().count(b"saved\n")
    recording = Recording(tmp_path)
    assert len(recording) >= acknowledged
    assert all(recording.weights(k)["weight"].shape == (300, 300) for k in range(len(recording)))


def test_a_full_disk_keeps_what_was_saved(tmp_path: Path):
    model = nn.Linear(10, 10)
    recorder = Recorder(tmp_path, model)
    recorder.save()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (100, before[1])
    )  # a real refusal of the system, as of a disk that is full
    try:
        with pytest.raises(OutOfSpace, match="full"):
            recorder.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(Recording(tmp_path)) == 1 and torch.equal(Recording(tmp_path).weights(0)["bias"], model.bias)
    assert not list(tmp_path.glob("*.tmp"))
    recorder.close()


def test_a_recording_is_not_overwritten_unasked(tmp_path: Path):
    recorded(tmp_path, 3)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(LossvistaError, match="holds a recording already"):
        Recorder(tmp_path, nn.Linear(1, 1))
    with Recorder(tmp_path, nn.Linear(1, 1), overwrite=True) as recorder:
        recorder.save()
    assert len(Recording(tmp_path)) == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        *("recording.json", "steps.jsonl", "000000.safetensors", "notes.txt"),
        *("curves.jsonl", "histograms.jsonl"),
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(LossvistaError, match="cannot be written"):
        Recorder(tmp_path / "run", nn.Linear(1, 1))


def test_a_file_where_the_folder_should_be(tmp_path: Path):
    (tmp_path / "run").touch()
    with pytest.raises(LossvistaError, match="run"):
        Recorder(tmp_path / "run", nn.Linear(1, 1))


# --- What is no recording ---


def newer(folder: Path) -> None:
    recorded(folder)
    meta = json.loads((folder / "recording.json").read_text())
    (folder / "recording.json").write_text(json.dumps(meta | {"version": 99}))


def damaged_line(folder: Path) -> None:
    recorded(folder)
    lines = (folder / "steps.jsonl").read_text().splitlines()
    (folder / "steps.jsonl").write_text("\n".join([lines[0], "[]", *lines[2:]]) + "\n")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda f: None, "does not exist"),
        (lambda f: f.touch(), "is not a folder"),
        (lambda f: f.mkdir(), "holds no recording and no checkpoint files"),
        (lambda f: (f.mkdir(), (f / "recording.json").write_text("{")), "damaged or not of a recording"),
        (lambda f: (f.mkdir(), (f / "recording.json").write_text("[" * 10**5)), "damaged or not of a recording"),
        (lambda f: (f.mkdir(), (f / "recording.json").write_text("{}")), "damaged or not of a recording"),
        (lambda f: recorded(f, 0), "has no checkpoint yet"),
        (newer, "is of a newer version"),
        (damaged_line, r"Line 2 of '.*steps.jsonl' is damaged"),
    ],
)
def test_what_is_no_recording_says_so(tmp_path: Path, make, sentence: str):
    make(tmp_path / "run")
    with pytest.raises(LossvistaError, match=sentence):
        Recording(tmp_path / "run")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(lambda p: p.unlink(), "is missing"), (lambda p: p.write_bytes(p.read_bytes()[:-5]), "is damaged")],
)
def test_a_checkpoint_that_is_gone_or_damaged_is_named(tmp_path: Path, spoil, sentence: str):
    recorded(tmp_path)
    spoil(tmp_path / "000001.safetensors")
    recording = Recording(tmp_path)
    with pytest.raises(LossvistaError, match=f"Checkpoint 1 of the recording .* {sentence}"):
        recording.weights(1)
    assert recording.weights(2)


# --- A folder of ordinary checkpoints ---


def test_a_folder_of_checkpoint_files_is_a_trajectory_in_natural_order(tmp_path: Path):
    for epoch in (10, 2, 1):
        torch.save({"state_dict": {"w": torch.full((2,), float(epoch))}}, tmp_path / f"model_{epoch}.t7")
    torch.save({"state": {}}, tmp_path / "opt_state_1.t7")
    (tmp_path / "log.txt").write_text("")
    recording = Recording(tmp_path)
    assert len(recording) == 3 and recording.meta == {}
    assert [recording.weights(k)["w"][0].item() for k in range(3)] == [1, 2, 10]
    assert recording.steps["step"].tolist() == [1, 2, 10]
    assert all(math.isnan(value) for value in recording.steps["epoch"])


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("large", [False, True])
def test_large_files_are_mapped_and_give_the_same(tmp_path: Path, monkeypatch, suffix: str, large: bool):
    states = [{"a": torch.randn(40, 30).half(), "b": torch.randn(7)} for _ in range(3)]
    for number, state in enumerate(states):
        path = tmp_path / f"epoch_{number}{suffix}"
        torch.save({"state_dict": state}, path) if suffix == ".pt" else save_file(state, path)
    monkeypatch.setattr(recording_module, "MAPPED", 0 if large else 2**30)
    recording = Recording(tmp_path)
    stored = [recording.stored(k) for k in range(3)]
    for found, state in zip(stored, states, strict=True):
        assert all(torch.equal(found[name], state[name]) for name in state)
    assert stored[0]["a"].dtype == torch.float16 and recording.weights(0)["a"].dtype == torch.float32
    if (maps := Path("/proc/self/maps")).exists():
        assert (str(tmp_path) in maps.read_text()) == large


def test_names_without_growing_numbers_are_counted(tmp_path: Path):
    for name in ("a.pt", "b.pt"):
        torch.save({"w": torch.zeros(1)}, tmp_path / name)
    assert Recording(tmp_path).steps["step"].tolist() == [0, 1]


@given(st.sets(st.integers(0, 10**6), min_size=1, max_size=8))
def test_any_numbers_are_in_order(tmp_path_factory: pytest.TempPathFactory, numbers: set[int]):
    folder = tmp_path_factory.mktemp("files")
    for number in numbers:
        (folder / f"epoch={number}-step3.ckpt").touch()
    assert [int(path.stem[6:-6]) for path in Recording(folder)._files] == sorted(numbers)


def test_a_hostile_file_in_the_folder_is_not_run(tmp_path: Path):
    torch.save(nn.Linear(1, 1), tmp_path / "whole.pt")
    with pytest.raises(LossvistaError, match="would run code"):
        Recording(tmp_path).weights(0)
    assert Recording(tmp_path, trust=True).weights(0).keys() == {"weight", "bias"}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's account of resident memory")
def test_checkpoints_are_mapped_not_read(tmp_path: Path):
    net = nn.Linear(4000, 4000)  # 64 MB
    with Recorder(tmp_path, net) as recorder:
        recorder.save()
    del net, recorder
    page = os.sysconf("SC_PAGE_SIZE")

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * page

    before = resident()
    weights = Recording(tmp_path).weights(0)
    assert resident() - before < 16e6
    assert weights["weight"].shape == (4000, 4000)
