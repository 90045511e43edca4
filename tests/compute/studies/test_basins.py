"""Basins of a landscape's network: radii at which the loss is the rim's, the same for the same seed, told in words."""

import numpy as np
import pytest

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.figures.studies import save_study
from lossvista.compute.point.network import opened_point
from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.studies import STUDIES
from lossvista.compute.studies.basin_radii import basin_radii
from lossvista.compute.studies.basins import BasinChoices
from lossvista.compute.weights import norm, perturbed, units


def test_at_its_radius_a_direction_reaches_the_rim(studied_file) -> None:
    """The radius of a random direction of the plane's own kind is where a line through it crosses the rim."""
    choices = BasinChoices(directions=3, level=0.2, seed=5)
    table = drain(basin_radii(studied_file, choices)).tables["basin"]
    assert len(table) == 3 and not table["open"].any()
    assert table.how["rim_loss"] == pytest.approx(table.how["centre_loss"] + 0.2)
    _, again = opened_point(studied_file, 0.0, 0.0)
    model = again.prepared.problem.model
    names = perturbed(model, "biases-and-norms", "")
    for k, row in enumerate(table.rows()):
        delta = normalize(gaussian(again.plane.origin, names, 5, k), again.plane.origin, units(model), "filter")
        there = again.plane.origin | {n: again.plane.origin[n] + row["radius"] * t for n, t in delta.items()}
        assert again.evaluator.of(there)["train_loss"] == pytest.approx(table.how["rim_loss"], rel=0.01)
        assert row["distance"] == pytest.approx(row["radius"] * norm(delta))


def test_the_same_seed_finds_the_same_and_says_so(studied_file) -> None:
    choices = BasinChoices(directions=4)
    first, again = (drain(basin_radii(studied_file, choices)).tables["basin"] for _ in range(2))
    assert np.array_equal(first["radius"], again["radius"])
    landscape = load(studied_file)
    landscape.tables["basin"] = first
    told = "\n".join(STUDIES["basin"].lines(landscape))
    assert "median" in told and "log volume" in told and "4 random directions" in told
    assert np.isfinite(first.how["log_volume"]) and first.how["dimensions"] == 64 * 64 + 64 * 32 + 32 * 10


def test_a_level_below_the_loss_is_an_empty_basin(studied_file) -> None:
    table = drain(basin_radii(studied_file, BasinChoices(directions=2, level=1e-9, rim="absolute"))).tables["basin"]
    assert (table["radius"] == 0).all() and table.how["log_volume"] == -np.inf


def test_the_radii_are_a_figure(studied_file, tmp_path) -> None:
    landscape = load(studied_file)
    landscape.tables |= drain(basin_radii(studied_file, BasinChoices(directions=4))).tables
    save_study(landscape, "basin", tmp_path / "basin.svg")
    text = (tmp_path / "basin.svg").read_text("utf-8")
    assert "radius (of the filters)" in text and "median" in text
