"""A ramp to import: what it is, whether a surface is it, and how the program of Li et al. would write it."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Surface
from lossvista.compute.trajectory import Trajectory

ALONE = Style(view="surface", path=False).relieved(scale="linear")


ALPHA, BETA = ticks(-1, 1, 4), ticks(-3, 1, 7)


RAMP = 100 + ALPHA[None, :] + 10 * BETA[:, None]  # (7, 4): invariant 32


def ramp() -> Landscape:
    surface = Surface(Grid(ALPHA, BETA), {"train_loss": RAMP.copy(), "train_accuracy": RAMP / 200})
    surface.evaluated[:], surface.samples[:] = Mark.EVALUATED, 60
    made = Landscape(surface, "A ramp", [Axis("δ"), Axis("η")])
    share = np.linspace(0, 1, 5)
    made.trajectories["run/1"] = Trajectory({"alpha": 0.9 * share, "beta": -share, "train_loss": 3 - share})
    return made


def is_the_ramp(surface: Surface, name: str = "train_loss", tolerance: float = 1e-5) -> None:
    assert surface.grid.shape == (7, 4)
    np.testing.assert_allclose(surface.grid.alpha, ALPHA, atol=tolerance)
    np.testing.assert_allclose(surface.grid.beta, BETA, atol=tolerance)
    np.testing.assert_allclose(surface.fields[name], RAMP, atol=tolerance * 100)


# --- Li et al. ---


def li_surface(path: Path, nx: int = 4, ny: int = 7, missing: int = 0) -> Path:
    """As their code fills it: declared (nx, ny), filled in the order of a raveled meshgrid (ny, nx)."""
    alpha, beta = ticks(-1, 1, nx), ticks(-3, 1, ny)
    x, y = np.meshgrid(alpha, beta)
    losses, accuracies = -np.ones((nx, ny)), -np.ones((nx, ny))
    for k in range(nx * ny - missing):
        losses.ravel()[k] = 100 + x.ravel()[k] + 10 * y.ravel()[k]
        accuracies.ravel()[k] = 50.0
    with h5py.File(path, "w") as file:
        file["dir_file"] = "/home/somebody/nets/direction.h5"
        file["xcoordinates"], file["ycoordinates"] = alpha, beta
        file["train_loss"], file["train_acc"] = losses, accuracies
    return path
