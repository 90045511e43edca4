"""Fault 15: a GPU reports a fault that stays. Its process ends, another one takes its place, and nothing is tried again inside.

There is a GPU in few places where these run, so the network itself raises what PyTorch raises, class and text, in real processes;
test_gpu.py causes the fault in a GPU."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from lossvista.compute.cli import main
from lossvista.compute.engines.auto import auto
from lossvista.compute.engines.child import Processes, Seat
from lossvista.compute.engines.crew import drive
from lossvista.compute.engines.inline import inline
from lossvista.compute.engines.lost import lost
from lossvista.compute.errors import GpuLost, LossvistaError, OutOfSpace, memory_is_full
from lossvista.compute.isolated_child import sentence
from lossvista.compute.progress import drain
from lossvista.compute.run import run
from lossvista.compute.storage import load
from lossvista.compute.surface import Mark, Patch, Surface

Fault = getattr(torch, "AcceleratorError", RuntimeError)
SAID = "The GPU reported a fault that the process which uses it does not survive (CUDA error: device-side assert triggered)."


def collected(items, grid) -> tuple[Surface, list[str]]:
    """The surface and the lines of the log; no point comes twice."""
    surface, lines = Surface(grid), []
    for item in items:
        if isinstance(item, Patch):
            assert (surface.evaluated.flat[item.index] == Mark.NOT_YET).all()
            surface.add(item)
        elif item:
            lines.append(item)
    return surface, lines


def test_a_worker_whose_gpu_is_lost_ends_and_another_one_tries_its_points(place) -> None:
    blueprint, tasks = place.blueprint()
    grid = blueprint.recipe.grid()
    wanted, _ = collected(inline(blueprint, tasks), grid)
    place.order({33: "fault once"})
    crew = Processes(blueprint, [Seat("cpu", 1)])
    found, lines = collected(drive(crew, tasks), grid)
    assert (found.evaluated == Mark.EVALUATED).all()
    assert np.array_equal(wanted.fields["train_loss"], found.fields["train_loss"])
    assert [line for line in lines if "restarted" in line] == [
        f"{SAID} Another one takes its place: worker restarted (1)."
    ]
    ((process, after),) = place.faults
    assert (
        after == 0 and len(place.processes - {os.getpid()}) == 2
    )  # the one that it was told, which then ended, and another
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert crew.pids == []


def test_a_point_that_loses_the_gpu_each_time_does_so_in_three_processes_and_is_marked(place, capsys) -> None:
    out = place.folder / "a.h5"
    place.order({33: "fault"}, resolution=7)
    command = ["compute", "--problem", str(place.folder / "mine.py"), "--ignore", "none", "--normalization", "none"]
    command += ["--resolution", "7", "--engine", "child", "--workers", "2", "--out", str(out)]
    assert main(command) == 3
    surface = load(out).surface
    assert list(np.flatnonzero(surface.evaluated == Mark.FAILED)) == [33]
    assert (surface.evaluated == Mark.EVALUATED).sum() == 48
    told = place.faults
    assert len({process for process, _ in told}) == len(told) >= 3 and not any(after for _, after in told)
    assert os.getpid() not in dict(told)
    said = capsys.readouterr().err
    assert said.count("ended its worker 3 times, alone") == 1 and SAID in said and "Traceback" not in said


@pytest.mark.parametrize("at", [0, 40, 80])
def test_a_job_in_one_process_goes_on_in_a_worker(place, at: int) -> None:
    """As it is where there is one GPU: the driver asks it no more, and the worker asks for no point that is there."""
    blueprint, tasks = place.blueprint()
    grid = blueprint.recipe.grid()
    wanted, _ = collected(inline(blueprint, tasks), grid)
    place.order({at: "fault once"})
    found, lines = collected(auto(blueprint, [*tasks, None]), grid)
    assert (found.evaluated == Mark.EVALUATED).all()
    assert np.array_equal(wanted.fields["train_loss"], found.fields["train_loss"])
    assert place.faults == [(os.getpid(), 0)] and len(place.processes) == 2
    assert f"{SAID} A worker process goes on in this one's place." in lines


def test_a_whole_run_goes_on_in_a_worker(place) -> None:
    """Through its journal, with the pauses of a plan that saves work and the checks before the first point."""
    wanted = drain(run(place.recipe()))
    place.order({72: "fault once"})
    out = str(place.folder / "a.h5")
    found = drain(run(place.recipe(), out))
    assert np.array_equal(wanted.surface.fields["train_loss"], found.surface.fields["train_loss"])
    assert place.faults == [(os.getpid(), 0)] and load(out).surface.complete


def test_where_every_process_loses_the_gpu_that_is_the_answer(place) -> None:
    blueprint, tasks = place.blueprint()
    place.order(dict.fromkeys(range(81), "fault"))
    with pytest.raises(LossvistaError) as caught:
        list(drive(Processes(blueprint, [Seat("cpu", 1)]), tasks))
    assert caught.value.message == f"{SAID} So did 4 before it, and nothing was computed."
    assert "--device cpu" in caught.value.hint and "In your code" in caught.value.details
    assert len(dict(place.faults)) == 5 and not any(after for _, after in place.faults)


def test_at_the_centre_it_is_a_sentence_and_not_a_traceback_of_ours(place) -> None:
    place.order({40: "fault"})
    command = [sys.executable, "-m", "lossvista.compute.cli", "compute", "--problem", str(place.folder / "mine.py")]
    command += ["--ignore", "none", "--normalization", "none", "--resolution", "9", "--out", str(place.folder / "a.h5")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and [after for _, after in place.faults] == [0]
    assert "CUDA error: device-side assert triggered" in done.stderr and "In your code" in done.stderr


def test_what_is_no_such_fault_is_told_as_what_it_is() -> None:
    text = "CUDA error: {}\nSearch for `cudaErrorX' in https://docs.nvidia.com for more information.\n"
    told = lost(Fault(text.format("an illegal memory access was encountered")))
    assert isinstance(told, GpuLost) and "(CUDA error: an illegal memory access was encountered)" in told.message
    assert isinstance(sentence(Fault(text.format("unspecified launch failure"))), GpuLost)
    assert lost(RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(x)`")) is not None
    full = Fault(text.format("out of memory"))
    assert memory_is_full(full) and lost(full) is None and isinstance(sentence(full), OutOfSpace)
    for error in (ValueError("no"), torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")):
        assert lost(error) is None
