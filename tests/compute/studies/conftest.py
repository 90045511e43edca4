"""A landscape with a network to study: 5 × 5 points of a small MLP on 60 digits."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train


@pytest.fixture(scope="session")
def studied_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be changed: copy it, or save elsewhere."""
    folder = tmp_path_factory.mktemp("studies")
    recording = drain(train(Training(model="mlp", epochs=2, samples=120, lr=0.05), str(folder / "run")))
    drain(run(Recipe.of(trajectory=recording, resolution=5, samples=60), str(folder / "net.h5")))
    return folder / "net.h5"
