"""Ranking: orders that agree, disagree or are chance, against SciPy; what is missing is said, and never taken for a value."""

from __future__ import annotations

import json
import math
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from lossvista.compute import cli
from lossvista.compute.landscape import Landscape
from lossvista.compute.measures.slice import variation
from lossvista.compute.ranking import correlation, ranking
from lossvista.compute.storage import save
from lossvista.compute.table import Table


def known(landscape: Landscape, accuracy: float, radius: float, title: str = "") -> Landscape:
    landscape.surface.fields["test_accuracy"] = np.full(landscape.surface.grid.shape, accuracy)
    landscape.surface.fields["test_loss"] = np.full(landscape.surface.grid.shape, 1 - accuracy)
    landscape.trust["weight_norm"] = 2.0
    how = {"alpha": 0.0, "beta": 0.0, "log_volume": -100 / radius}
    landscape.tables["basin"] = Table({"radius": np.full(5, radius)}, how)
    return landscape


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=3, max_size=20))
def test_correlations_are_scipys(pairs) -> None:
    measure, error = (np.array(column, float) for column in zip(*pairs, strict=True))
    found = correlation(np.r_[measure, np.nan, 1.0], np.r_[error, 0.5, np.inf])
    assert found.count == len(pairs)
    if np.ptp(measure) == 0 or np.ptp(error) == 0:
        assert math.isnan(found.tau) and "no correlation" in found.told
        return
    assert found.rho == pytest.approx(spearmanr(measure, error).statistic)
    assert found.tau == pytest.approx(kendalltau(measure, error).statistic)
    assert found.count == 3 or found.low <= found.rho + 1e-9 <= found.high + 2e-9
    assert ("only" in found.warning) == (found.count < 10) and ("chance" in found.warning) == (found.p > 0.05)


def test_wide_basins_go_with_small_errors_here(square_of) -> None:
    found = ranking({name: known(square_of(), a, r) for name, a, r in SEVERAL})
    assert found.names == tuple(name for name, _, _ in SEVERAL)
    assert found.error == pytest.approx([1 - a for _, a, _ in SEVERAL])
    assert found.correlation("radius").rho == pytest.approx(-1)
    assert found.correlation("log_volume").rho == pytest.approx(-1) and found.correlation("log_volume").p < 0.01
    assert found.correlation("weight_norm").warning == "all are equal: no correlation"
    assert "trace" not in found.values and "curvature, sharpness" in found.lacking
    assert found.values["roughness"] == pytest.approx(variation(np.log10(square_of().surface.values("train_loss"))))
    curved = known(square_of(), 0.5, 0.5)
    curved.tables["spectrum_trace"] = Table({"probe": np.arange(2), "trace": np.array([3.0, 5.0])}, {"value": 4.0})
    assert ranking({"curved": curved}).values["trace"] == [4.0]
    away = known(square_of(), 0.5, 0.5)
    away.tables["basin"].how["alpha"] = 0.3  # of another network than the centre's
    assert math.isnan(ranking({"away": away}).values.get("radius", np.array([np.nan]))[0])


SEVERAL = [(f"net {k}", 0.9 - 0.05 * k, 1.0 / (k + 1)) for k in range(6)]


@pytest.fixture
def square_of(small_landscape):
    return lambda: deepcopy(small_landscape)


def test_the_command_ranks_files_and_says_what_it_is_worth(square_of, tmp_path, capsys) -> None:
    files = []
    for name, accuracy, radius in SEVERAL:
        save(known(square_of(), accuracy, radius), tmp_path / f"{name}.h5")
        files.append(str(tmp_path / f"{name}.h5"))
    assert cli.main(["rank", *files, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [own["name"] for own in told["networks"]] == [name for name, _, _ in SEVERAL]  # by their error
    assert told["correlations"]["radius"]["tau"] == pytest.approx(-1)
    assert told["correlations"]["radius"]["warning"] == "only 6 networks"
    assert cli.main(["rank", *files, "--order", "radius"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("net 5") and "Spearman ρ = −1.00" in "\n".join(lines)
    assert cli.main(["rank", *files, "--order", "nonsense"]) == 2
    save(square_of(), tmp_path / "plain.h5")
    assert cli.main(["rank", str(tmp_path / "plain.h5")]) == 2
    assert "None of these landscapes knows its test error" in capsys.readouterr().err
    assert cli.main(["rank"]) == 2


def test_a_minefield_is_ranked_by_its_minima(square_of) -> None:
    columns = {
        "model": np.array(["step 1", "good 1", "bad 1", "bad 2"], dtype=object),
        "kind": np.array(["iterate", "good", "bad", "bad"], dtype=object),
        "test_accuracy": np.array([0.5, 0.9, 0.4, 0.3]),
        "radius": np.array([np.nan, 0.5, 0.3, 0.2]),
    }
    landscape = square_of()
    landscape.tables["minima"] = Table(columns)
    found = ranking({"mine": landscape})
    assert found.names == ("good 1", "bad 1", "bad 2") and found.correlation("radius").tau == pytest.approx(-1)
    assert ranking({"mine": landscape, "other": known(square_of(), 0.9, 1)}).names[0] == "mine: good 1"
