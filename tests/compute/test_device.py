"""Fault 16: no GPU, or one that PyTorch cannot use. A driver that does not fit is made here: a library that answers as such a
driver does, which CUDA's own runtime asks. Each command in a process of its own, since PyTorch asks once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from lossvista.compute.device import device_of, told
from lossvista.compute.errors import LossvistaError, NoDevice
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load, save
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train

DRIVER = """
#include <string.h>
int cuInit(unsigned flags) { return INIT; }
int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
int cuGetProcAddress_v2(const char *name, void **found, int version, unsigned long long flags, int *status) {
    *found = 0;
    if (!strcmp(name, "cuInit")) *found = (void *)cuInit;
    if (!strcmp(name, "cuDriverGetVersion")) *found = (void *)cuDriverGetVersion;
    if (!strcmp(name, "cuGetProcAddress")) *found = (void *)cuGetProcAddress_v2;
    if (status) *status = *found ? 0 : 1;
    return *found ? 0 : 500;
}
"""
# What cuInit and cuDriverGetVersion say, what is in CUDA_VISIBLE_DEVICES, and what the person is told.
WHY = {
    "nonsense": (None, "nonsense", "CUDA_VISIBLE_DEVICES is 'nonsense', which leaves none"),
    "another version's driver": ((803, 99000), None, "system has unsupported display driver / cuda driver combination"),
    "an old driver": ((0, 11040), None, "The NVIDIA driver on your system is too old (found version 11040)"),
    "a driver and no GPU": ((100, 99000), "nonsense", "CUDA_VISIBLE_DEVICES is 'nonsense', which leaves none"),
}
PLAIN = "PyTorch finds no GPU here"


PROGRAM = """
import contextlib, io, json, sys
from lossvista.compute.cli import main
done = []
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = main(words)
    done.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(done))
"""


class Done(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


def lossvista(environment: dict[str, str], *commands: list[object]) -> list[Done]:
    """Commands, one after another, in a new process: PyTorch asks for GPUs once in each."""
    words = json.dumps([[str(word) for word in command] for command in commands])
    program = [sys.executable, "-c", PROGRAM, words]
    done = subprocess.run(program, capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr  # nothing past sys.stderr
    return [Done(*one) for one in json.loads(done.stdout)]


@pytest.fixture(params=WHY)
def fault(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict[str, str], str]:
    """An environment in which there is no GPU to be used, and why that is."""
    driver, visible, words = WHY[request.param]
    environment = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    if driver is None:
        there = torch.cuda.is_available()  # without any driver, what is in the variable makes no difference
        return environment, words if there else "none that PyTorch can use"
    compiler = shutil.which("cc")
    if compiler is None or torch.version.cuda is None:
        pytest.skip("NO C COMPILER, or a PyTorch without CUDA: the driver was not made")
    (tmp_path / "driver.c").write_text(DRIVER)
    values = [f"-D{name}={value}" for name, value in zip(("INIT", "VERSION"), driver, strict=True)]
    made = [compiler, "-shared", "-fPIC", *values, "-o", tmp_path / "libcuda.so.1", tmp_path / "driver.c"]
    subprocess.run(made, check=True)
    return environment | {"LD_LIBRARY_PATH": str(tmp_path)}, words


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("device") / "run"
    drain(train(Training(model="mlp", epochs=1, samples=60), str(folder)))
    return folder


def test_a_gpu_that_was_asked_for_is_a_sentence_and_one_that_was_not_the_cpu(fault, recording, tmp_path) -> None:
    """What an inspection estimates is the CPU's time."""
    environment, why = fault
    small = ["--trajectory", recording, "--samples", 60]
    compute = ["compute", *small, "--resolution", 3, "--out", tmp_path / "a.h5"]
    inspect = ["inspect", *small]
    training = ["train", "--model", "mlp", "--epochs", 1, "--samples", 60, "--out", tmp_path / "run"]
    elsewhere = ["compute", *small, "--resolution", 3, "--out", tmp_path / "asked.h5"]
    asked = [[*command, "--device", "cuda"] for command in (elsewhere, inspect, training)]
    done = lossvista(environment, *asked, compute, inspect, training, ["doctor"])
    for one in done[:3]:
        assert one.code == 2
        assert one.err.splitlines()[-1].startswith("lossvista: There is no GPU 'cuda' on this machine (")
        assert why in one.err and "--device cpu" in one.err and "Traceback" not in one.err
    assert done[0].err.count("\n") == 1 and not list(tmp_path.glob("asked.h5*"))  # and nothing before it
    computed, inspected, trained, doctor = done[3:]
    said = PLAIN if why.startswith("none") else why
    assert computed.code == 0, computed.err
    (line,) = [line for line in computed.err.splitlines() if line.startswith("The CPU is used: ")]
    assert said in line and "Warning" not in computed.err and load(tmp_path / "a.h5").surface.complete
    (line,) = [line for line in inspected.out.splitlines() if "The CPU is used: " in line]
    assert inspected.code == 0 and said in line and ("cannot use the GPU here (" in line) == (said != PLAIN)
    assert " on cpu (measured)." in inspected.out and "will take about" in inspected.out
    assert trained.code == 0 and said in trained.err
    _is_said_by_the_doctor(doctor, why)


def _is_said_by_the_doctor(doctor: Done, why: str) -> None:
    assert doctor.code == 0 and "Traceback" not in doctor.out + doctor.err
    advice = doctor.out.partition("advice:")[2]
    if why.startswith("none"):
        assert "GPU" not in advice and "no NVIDIA driver" in doctor.out
    else:
        assert "There is an NVIDIA driver, but torch finds no GPU that it can use" in advice
        assert "The CPU is used." in advice and why.partition(",")[0] in advice


def test_a_landscape_of_another_machines_gpu_is_looked_at_on_the_cpu(recording, tmp_path) -> None:
    here, there = tmp_path / "a.h5", tmp_path / "theirs.h5"
    landscape = drain(run(Recipe.of(trajectory=str(recording), resolution=5, samples=60, device="cpu"), str(here)))
    landscape.recipe["device"] = landscape.provenance["device"] = "cuda:1"
    save(landscape, there)
    zoom = ["zoom", there, "--alpha=0:1", "--beta=0:1", "--resolution", 3, "--out", tmp_path / "part.h5"]
    point, done = lossvista({"CUDA_VISIBLE_DEVICES": ""}, ["point", there, "--alpha", 0.5, "--beta", 0.5], zoom)
    assert point.code == 0 and "loss" in point.out, point.err
    assert done.code == 0 and "The CPU is used: " in done.err and "they agree" in done.err, done.err
    part = load(tmp_path / "part.h5")
    np.testing.assert_allclose(
        part.surface.values("train_loss")[0, 0], landscape.surface.values("train_loss")[2, 2], rtol=1e-5
    )


def test_names_of_devices() -> None:
    for name, words in (("zork", "no device called 'zork'"), ("cuda:x", "no device called"), ("meta", "not supported")):
        with pytest.raises(LossvistaError, match=words) as caught:
            device_of(name)
        assert not isinstance(caught.value, NoDevice)
    with pytest.raises(NoDevice, match="no GPU 'cuda:97'"):
        device_of("cuda:97")
    assert told("cpu") == "" and bool(told("auto")) is (device_of("auto").type == "cpu")
