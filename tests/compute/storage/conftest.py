"""For the tests of the storage: a landscape to store that has something of everything, and a place for it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.storage import save
from lossvista.compute.surface import FieldInfo, Mark, Surface
from lossvista.compute.table import Table
from lossvista.compute.trajectory import Trajectory

sys.path.insert(0, str(Path(__file__).parent))  # job_to_store and the like, which child processes import too


@pytest.fixture
def landscape():
    grid = Grid(ticks(-1, 1, 7), ticks(-3, 3, 5))
    loss = grid.alpha[None, :] + 10 * grid.beta[:, None]
    loss.flat[:6] = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300]
    surface = Surface(grid, {"train_loss": loss, "train_accuracy": np.full(grid.shape, 0.5)})
    surface.evaluated[:] = Mark.EVALUATED
    surface.evaluated[-1, -1] = Mark.NOT_YET
    surface.samples[:] = 1797
    surface.info["train_loss"] = FieldInfo("train", "nats", "training loss")
    surface.info["test_loss"] = FieldInfo("test", "nats", "announced, not there yet")
    weights = {"conv.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4), "fc.weight": np.ones(5)}
    return Landscape(
        surface,
        title="ResNet-56 – “no skips”",
        axes=[Axis("δ", "pca", 3, "filter", 2.5, 0.81, ("bn.weight", "fc.bias"), weights), Axis("η", "pca")],
        trajectories={
            "run": Trajectory(
                {"alpha": np.linspace(1, 0, 4), "train_loss": np.full(4, np.nan)}, {"folder": "a/b", "n": 4}
            ),
            "with/slash": Trajectory({"alpha": np.zeros(2)}),
        },
        recipe={"model": "cnn", "weights": ["a.pt", "b\udcff.pt"], "alpha": None, "reach": 1.0, "seed": 2**62},
        trust={
            "centre_loss": 0.25,
            "cosine": -0.01,
            "samples": 1797,
            "frozen": True,
            "policy": "frozen",
            "none": np.nan,
        },
        provenance={"versions": {"torch": "2.5"}, "weights_sha256": "ab" * 32},
        tables={
            "spectrum": Table(
                {"eigenvalue": np.array([5.0, -3.0]), "rank": np.arange(2), "name": np.array(["é", "b"])},
                {"seed": 3, "layers": ["a", "b"], "error": np.nan, "of": "train"},
            ),
            "plain": Table({"x": np.zeros(3)}),
        },
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.h5"


@pytest.fixture
def good(landscape, tmp_path):
    """A whole file of it."""
    path = tmp_path / "good.h5"
    save(landscape, path)
    return path
