"""For the wizard's tests: a dialog, and checkpoints made in a child process, so that this one never imports torch."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from lossvista.app.job import Job
from lossvista.app.wizard.wizard import NewLandscape

MAKE = """
import sys, types, torch
from lossvista.compute.problem.models import build_model
folder = sys.argv[1]
state = build_model("mlp", (1, 8, 8), 10, seed=1).state_dict()
torch.save(state, folder + "/mlp.pt")
torch.save({"state_dict": {f"module.{k}": t.half() for k, t in state.items()}}, folder + "/odd.pt")
torch.save({"state_dict": state, "extra": types.SimpleNamespace()}, folder + "/pickle.pt")
"""
OWN = """
import torch
from lossvista import Problem


def make_problem():
    x = torch.linspace(-1, 1, 40)[:, None]
    net = torch.nn.Sequential(torch.nn.Linear(1, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 1))
    return Problem(net, train=(x, x**2), loss=torch.nn.MSELoss(), name="a parabola")


def broken():
    raise ValueError("the data set is elsewhere")
"""


@pytest.fixture(scope="session")
def nets(tmp_path_factory) -> Path:
    """A folder with mlp.pt, odd.pt (DataParallel's names, half precision), pickle.pt (needs trust) and own.py."""
    folder = tmp_path_factory.mktemp("nets")
    subprocess.run([sys.executable, "-c", MAKE, str(folder)], check=True)
    (folder / "own.py").write_text(OWN)
    return folder


@pytest.fixture
def host(qtbot) -> Iterator[QWidget]:
    """A parent, whose jobs have ended when the test does."""
    made = QWidget()
    qtbot.addWidget(made)
    yield made
    for job in made.findChildren(Job):
        job.stop()
        job.wait()


@pytest.fixture
def dialog(host, tmp_path) -> NewLandscape:
    made = NewLandscape(host, tmp_path)
    made.show()
    return made
