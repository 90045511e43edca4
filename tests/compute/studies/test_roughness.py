"""Slice geometry: each measure against a surface whose value is known, and the study that keeps them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.cli import main
from lossvista.compute.measures.slice import bend, convexity, grain, share_below, variation
from lossvista.compute.progress import drain
from lossvista.compute.storage import load, save
from lossvista.compute.studies.rescaling import lines as told
from lossvista.compute.studies.rescaling import rescaled_of
from lossvista.compute.studies.roughness import roughness
from lossvista.compute.studies.slices import CONVEXITY, TABLE, SliceChoices, lines

ALPHA, BETA = np.linspace(-1, 1, 41), np.linspace(-2, 2, 61)
X, Y = np.meshgrid(ALPHA, BETA)


def test_variation_counts_ups_and_downs() -> None:
    assert variation(X + 2 * Y) == pytest.approx(1)
    assert variation(np.abs(X)) == pytest.approx(2)  # lines without a range, here along β, do not count
    assert variation(np.cos(3 * np.pi * X) + 0 * Y) == pytest.approx(6, abs=0.1)  # three whole waves
    assert np.isnan(variation(np.full((4, 4), np.nan))) and np.isnan(variation(np.ones((3, 3))))


def test_bend_of_a_parabola_is_two_on_any_grid() -> None:
    for count in (5, 21, 101):
        assert bend(np.linspace(-3, 3, count)[None] ** 2) == pytest.approx(2)
    assert bend(X + Y) == pytest.approx(0, abs=1e-9) and bend(np.ones((5, 5))) == 0
    assert bend(7 * X**2 + 3) == pytest.approx(2 * np.sqrt(39 * 61 / (39 * 61 + 59 * 41)))  # straight along β


def test_grain_tells_what_a_grid_resolves() -> None:
    assert grain(np.sin(X) + Y**2) == pytest.approx(1, abs=0.01)
    assert grain(np.random.default_rng(0).normal(size=(200, 200))) == pytest.approx(4, abs=0.05)


@given(*[st.floats(-5, 5)] * 3)
def test_convexity_is_the_ratio_of_the_hessians_eigenvalues(a, b, c) -> None:
    values = np.linalg.eigvalsh([[2 * a, b], [b, 2 * c]])
    found = convexity(a * X**2 + b * X * Y + c * Y**2 + X, ALPHA, BETA)[1:-1, 1:-1]
    most = np.abs(values).max()
    if most > 1e-3:
        np.testing.assert_allclose(found, values[0] / most, atol=1e-6)


def test_convexity_beside_holes_and_on_a_line() -> None:
    values = X**2 + Y**2
    values[20, 20] = np.nan
    found = convexity(values, ALPHA, BETA)
    assert np.isnan(found[19:22, 19:22]).all() and np.isnan(found[0]).all() and found[5, 5] == pytest.approx(1)
    assert convexity(np.cos(3 * ALPHA)[None], ALPHA, np.zeros(1))[0, [1, 20]].tolist() == [1, -1]


def test_share_below() -> None:
    assert share_below(np.linspace(0, 1, 11)[None] + np.zeros((11, 1)), 0.3) == pytest.approx(0.3, abs=0.02)
    assert share_below(np.linspace(0, 1, 11)[None], 0.3) == pytest.approx(0.3, abs=0.02)
    assert share_below(X**2 + Y**2 / 4, 1.0) == pytest.approx(np.pi / 4, abs=0.01)


def test_the_study(critical_landscape, any_landscape, tmp_path, capsys) -> None:
    added = drain(roughness(critical_landscape, SliceChoices()))
    row = next(added.tables[TABLE].rows())
    assert row["minima"] == 2 and row["points"] == 41 * 21 and 0 < row["convex"] < 1 and row["grain"] < 1.5
    assert added.fields[CONVEXITY].shape == (21, 41)
    drain(roughness(any_landscape, SliceChoices(scale="linear"))).into(any_landscape)
    assert any_landscape.surface.main == "train_loss" and len(lines(any_landscape)) == 7
    save(critical_landscape, tmp_path / "it.h5")
    assert main(["roughness", str(tmp_path / "it.h5")]) == 0
    assert "minima     2" in capsys.readouterr().out
    assert CONVEXITY in load(tmp_path / "it.h5").surface.fields


def test_a_table_that_somebody_else_wrote_is_told_nothing_of(critical_landscape) -> None:
    drain(roughness(critical_landscape, SliceChoices())).into(critical_landscape)
    del critical_landscape.tables[TABLE].columns["bend"]
    assert lines(critical_landscape) == []
    critical_landscape.tables["scale_invariance"] = critical_landscape.tables[TABLE]
    assert rescaled_of(critical_landscape) is None and told(critical_landscape) == []
