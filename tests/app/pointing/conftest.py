"""For the tests of a point and its network: a landscape with a network to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train


@pytest.fixture(scope="session")
def computed(tmp_path_factory) -> Path:
    """A landscape with a network to look at: 5 × 5 points of a small net on 60 digits."""
    folder = tmp_path_factory.mktemp("pointing")
    recording = drain(train(Training(model="mlp", epochs=2, samples=120, lr=0.05), str(folder / "run")))
    drain(run(Recipe.of(trajectory=recording, resolution=5, samples=60), str(folder / "net.h5")))
    return folder / "net.h5"
