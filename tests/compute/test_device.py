"""Fault 16: no GPU, or one that PyTorch cannot use. A driver that does not fit is made here: a library that answers as such a
driver does, which CUDA's own runtime asks. Each command in a process of its own, since PyTorch asks once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lossvista.compute.device import device_of, told
from lossvista.compute.errors import LossvistaError, NoDevice
from lossvista.compute.storage import load, save

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


def lossvista(environment: dict[str, str], *command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lossvista.compute.cli", *map(str, command)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


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
    done = lossvista({}, "train", "--model", "mlp", "--epochs", 1, "--samples", 60, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_gpu_that_was_asked_for_is_a_sentence_and_one_that_was_not_the_cpu(fault, recording, tmp_path) -> None:
    environment, why = fault
    command = ["compute", "--trajectory", recording, "--resolution", 3, "--samples", 60, "--out", tmp_path / "a.h5"]
    asked = lossvista(environment, *command, "--device", "cuda")
    assert asked.returncode == 2
    assert asked.stderr.startswith("lossvista: There is no GPU 'cuda' on this machine (")  # and nothing before it
    assert why in asked.stderr and "--device cpu" in asked.stderr and asked.stderr.count("\n") == 1
    assert not list(tmp_path.glob("a.h5*"))
    done = lossvista(environment, *command)
    assert done.returncode == 0, done.stderr
    why = PLAIN if why.startswith("none") else why
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("The CPU is used: ")]
    assert why in line and "Warning" not in done.stderr and load(tmp_path / "a.h5").surface.complete


@pytest.mark.parametrize("fault", ["nonsense", "another version's driver", "a driver and no GPU"], indirect=True)
def test_doctor_says_what_is_the_matter(fault) -> None:
    environment, why = fault
    done = lossvista(environment, "doctor")
    assert done.returncode == 0 and "Traceback" not in done.stdout + done.stderr
    advice = done.stdout.partition("advice:")[2]
    if why.startswith("none"):
        assert "GPU" not in advice and "no NVIDIA driver" in done.stdout
    else:
        assert (
            "There is an NVIDIA driver, but torch finds no GPU that it can use" in advice
            and "The CPU is used." in advice
        )
        assert why.partition(",")[0] in advice


@pytest.mark.parametrize("fault", ["an old driver"], indirect=True)
def test_other_commands_say_it_too(fault, recording, tmp_path) -> None:
    """What an inspection estimates is the CPU's time; and what was computed on another machine's GPU is looked at on the CPU."""
    environment, why = fault
    for command in (["inspect", "--trajectory", recording], ["train", "--model", "mlp", "--out", tmp_path / "run"]):
        asked = lossvista(environment, *command, "--device", "cuda")
        assert asked.returncode == 2 and "There is no GPU 'cuda'" in asked.stderr and why in asked.stderr
        assert "Traceback" not in asked.stderr
    done = lossvista(environment, "inspect", "--trajectory", recording)
    assert done.returncode == 0 and f"The CPU is used: PyTorch cannot use the GPU here ({why})." in done.stdout
    assert " on cpu (measured)." in done.stdout and "will take about" in done.stdout
    done = lossvista(environment, "train", "--model", "mlp", "--epochs", 1, "--samples", 60, "--out", tmp_path / "run")
    assert done.returncode == 0 and why in done.stderr


def test_a_landscape_of_another_machines_gpu_is_looked_at_on_the_cpu(recording, tmp_path) -> None:
    environment, here = {"CUDA_VISIBLE_DEVICES": ""}, tmp_path / "a.h5"
    command = ["compute", "--trajectory", recording, "--resolution", 5, "--samples", 60, "--out", here]
    assert lossvista(environment, *command).returncode == 0
    landscape = load(here)
    landscape.recipe["device"] = landscape.provenance["device"] = "cuda:1"
    there = tmp_path / "theirs.h5"
    save(landscape, there)
    point = lossvista(environment, "point", there, "--alpha", 0.5, "--beta", 0.5)
    assert point.returncode == 0 and "loss" in point.stdout, point.stderr
    zoom = ["zoom", there, "--alpha=0:1", "--beta=0:1", "--resolution", 3, "--out", tmp_path / "part.h5"]
    done = lossvista(environment, *zoom)
    assert done.returncode == 0 and "The CPU is used: " in done.stderr and "they agree" in done.stderr, done.stderr
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
