"""Sharpness of a landscape's network: its table, its words, and what a flat and a sharp neighbourhood say."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.studies import STUDIES
from lossvista.compute.studies.sharpness import SharpnessChoices
from lossvista.compute.studies.studied import studied


def test_the_rise_in_three_neighbourhoods(studied_file, tmp_path) -> None:
    choices = SharpnessChoices(steps=10, draws=6)
    table = drain(studied(STUDIES["sharpness"], studied_file, choices, tmp_path / "s.h5")).tables["sharpness"]
    assert list(table["neighbourhood"]) == ["box", "ball", "adaptive"]
    assert list(table["radius"]) == [1e-3, 0.05, 0.5]
    assert (table["worst"] > 0).all() and (table["worst"] > 10 * np.abs(table["mean"])).all()
    assert table["percent"] == pytest.approx(100 * table["worst"] / (1 + table["loss"]))
    stored = load(studied_file).surface
    assert table["loss"][0] == pytest.approx(stored.fields["train_loss"][2, 2], rel=1e-6)
    assert (table["mean_low"] < table["mean"]).all() and (table["mean"] < table["mean_high"]).all()
    told = STUDIES["sharpness"].lines(load(tmp_path / "s.h5"))
    assert "at the centre" in told[0] and "Keskar" in told[1] and "in random directions" in told[3]


def test_a_larger_neighbourhood_rises_at_least_as_far(studied_file, tmp_path) -> None:
    rises = []
    for size in (1e-3, 1e-2):
        choices = SharpnessChoices(alpha=0.5, epsilon=size, rho=50 * size, adaptive_rho=500 * size, steps=10, draws=0)
        landscape = drain(studied(STUDIES["sharpness"], studied_file, choices, tmp_path / "s.h5"))
        rises.append(landscape.tables["sharpness"]["worst"])
        assert np.isnan(landscape.tables["sharpness"]["mean"]).all()
        assert "in random directions" not in "".join(STUDIES["sharpness"].lines(landscape))
    assert (rises[1] > 5 * rises[0]).all()
