"""A problem in a file of its own, whose network can be told to end its process, wait or fail at points of the plane."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from lossvista.compute.blueprint import Blueprint
from lossvista.compute.engines.task import Task
from lossvista.compute.prepare import plane_of, prepare
from lossvista.compute.recipe import Recipe

PROBLEM = '''
import json, os, signal, time
from pathlib import Path

import torch
from lossvista import Problem

ORDERS = Path(__file__).with_name("orders.json")
ENDED = Path(__file__).with_name("ended")
CALLS = Path(__file__).with_name("calls")  # of the network, and the GPU's faults: "process what", a line each
FAULT = """CUDA error: device-side assert triggered
Search for `cudaErrorAssert' in https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html for more information.
CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.
For debugging consider passing CUDA_LAUNCH_BLOCKING=1
Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.
"""


def noted(what):
    with CALLS.open("ab", buffering=0) as file:
        file.write(f"{os.getpid()} {what}\\n".encode())


class Net(torch.nn.Module):
    """L(θ) = mean over x of |θ − x|²; what else it does at θ, the file says: [[θ, what], …]."""

    def __init__(self):
        super().__init__()
        self.theta = torch.nn.Parameter(torch.zeros(2))

    def forward(self, x):
        here = self.theta.tolist()
        noted("call")
        for place, what in json.loads(ORDERS.read_text()):
            if max(abs(a - b) for a, b in zip(here, place)) < 1e-5:
                if what == "end" or (what == "end once" and not ENDED.exists()):
                    ENDED.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                elif what == "fault" or (what == "fault once" and b"fault" not in CALLS.read_bytes()):
                    noted("fault")
                    if self.theta.is_cuda:
                        torch._assert_async(torch.zeros((), device=self.theta.device))
                        self.theta.tolist()  # waits for the GPU, which tells its fault here and from now on
                    raise getattr(torch, "AcceleratorError", RuntimeError)(FAULT)
                elif what == "fail":
                    raise ValueError("the network has no value here")
                elif what == "wait":
                    ENDED.with_name(f"waits-{os.getpid()}").touch()
                    time.sleep(1000)
        return self.theta - x


def make_problem():
    x = torch.randn(30, 2, generator=torch.Generator().manual_seed(5))
    return Problem(Net(), train=(x, torch.zeros(30)), loss=lambda y, _: (y**2).sum(1), metrics={})
'''


class Place:
    """The folder of the problem, and recipes for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "mine.py").write_text(PROBLEM, encoding="utf-8")
        self.order({})

    def recipe(self, **changes) -> Recipe:
        chosen = {"problem": str(self.folder / "mine.py"), "ignore": "none", "normalization": "none"}
        chosen |= {"resolution": 9, "device": "cpu"}
        return Recipe.of(**{**chosen, **changes})

    def order(self, what: dict[int, str], **changes) -> None:
        """What the network does at these flat indices of the grid, besides its job."""
        orders = []
        if what:
            recipe = self.recipe(**changes)
            plane, _ = plane_of(prepare(recipe))
            for k, points in zip(what, recipe.grid().points(np.array(list(what))), strict=True):
                orders.append((plane.at(*points)["theta"].tolist(), what[k]))
        (self.folder / "orders.json").write_text(json.dumps(orders))

    def blueprint(self, **changes) -> tuple[Blueprint, list[Task]]:
        """A blueprint, and the whole grid as a task."""
        prepared = prepare(self.recipe(**changes))
        plane, _ = plane_of(prepared)
        grid = prepared.recipe.grid()
        order = grid.coarse_to_fine()
        return Blueprint.of(prepared, plane.axes, ()), [Task(order, grid.points(order))]

    @property
    def faults(self) -> list[tuple[int, int]]:
        """The processes to which a GPU's fault was told, in this order, and how often the network was called in each after it."""
        calls = self._calls()
        places = [k for k, (_, what) in enumerate(calls) if what == "fault"]
        return [(calls[k][0], sum(pid == calls[k][0] for pid, _ in calls[k + 1 :])) for k in places]

    @property
    def processes(self) -> set[int]:
        """In which the network was called."""
        return {pid for pid, _ in self._calls()}

    def _calls(self) -> list[tuple[int, str]]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [(int(pid), what) for pid, what in map(str.split, lines)]

    @property
    def waiting(self) -> list[int]:
        """The processes that wait at a point."""
        return [int(path.name.split("-")[1]) for path in self.folder.glob("waits-*")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(sys, "path", list(sys.path))  # to which the problem's folder will be added
    return Place(tmp_path)
