"""A small trained network of the embedded digits, and a landscape around it, computed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A recording of a CNN with batch-norm: 3 epochs on 200 digits."""
    folder = tmp_path_factory.mktemp("point") / "run"
    return Path(drain(train(Training(model="cnn", epochs=3, samples=200, lr=0.05, batch_size=50), str(folder))))


@pytest.fixture(scope="session")
def around(trained, tmp_path_factory) -> Path:
    """5 × 5 points around it on 60 samples, and as many for testing."""
    out = tmp_path_factory.mktemp("point") / "around.h5"
    recipe = Recipe.of(trajectory=str(trained), test_data="digits:test", resolution=5, samples=60, seed=3, reach=0.6)
    drain(run(recipe, str(out)))
    return out
