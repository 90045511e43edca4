"""A job of twenty points, for the tests of the journal and for the processes that they kill. Imports only what it needs."""

import numpy as np

from lossvista.compute.errors import LossvistaError, OutOfSpace
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.storage import Journal, save
from lossvista.compute.surface import FieldInfo, Patch, Surface
from lossvista.compute.trajectory import Trajectory

__all__ = ["IDENTITY", "Journal", "Landscape", "LossvistaError", "OutOfSpace", "beside", "patch", "save", "start"]

IDENTITY = {"seed": 0, "hash": "ab", "recipe": {"model": "cnn", "resolution": 5}}


def start():
    grid = Grid(ticks(-1, 1, 5), ticks(-1, 1, 4))
    info = {"train_loss": FieldInfo("train", "nats", "training loss")}
    path = Trajectory({"alpha": np.array([0.5, 0.0]), "train_loss": np.full(2, np.nan)})
    return Landscape(Surface(grid, info=info), "a job", trajectories={"run": path})


def patch(k, size=1):
    index = np.arange(k, k + size)
    return Patch(index, {"train_loss": index + 0.5, "train_accuracy": index / 20}, samples=100)


def beside(path):
    """The names of all files in the output's folder."""
    return sorted(p.name for p in path.parent.iterdir())
