"""Curvature and convexity map of a landscape's network: one agrees with the other, both go on, and nothing of another point stays."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.compute import cli
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.studies import STUDIES
from lossvista.compute.studies.convexity import ConvexityChoices, chosen
from lossvista.compute.studies.curvature import DENSITY, LAYERS, NODES, SPECTRUM, TRACE, CurvatureChoices
from lossvista.compute.studies.studied import studied

TIGHT = 1e-5


@pytest.fixture(scope="module")
def curved(studied_file, tmp_path_factory):
    """At a node beside the centre, with its layers."""
    out = tmp_path_factory.mktemp("curvature") / "c.h5"
    choices = CurvatureChoices(alpha=0.5, beta=-0.5, eigenvalues=2, probes=3, steps=20, layers=True, tolerance=TIGHT)
    drain(studied(STUDIES["curvature"], studied_file, choices, out))
    return out


@pytest.fixture(scope="module")
def mapped(studied_file, tmp_path_factory):
    """Of the nine inner nodes."""
    out = tmp_path_factory.mktemp("convexity") / "m.h5"
    drain(studied(STUDIES["convexity"], studied_file, ConvexityChoices(within=0.5, tolerance=TIGHT), out))
    return out


def test_the_tables_agree_with_one_another(curved) -> None:
    tables = load(curved).tables
    spectrum = tables[SPECTRUM]
    assert list(spectrum["end"]) == ["largest"] * 2 + ["smallest"] * 2 and list(spectrum["rank"]) == [1, 2, 1, 2]
    values = spectrum["eigenvalue"]
    assert values[0] > values[1] > values[3] > values[2] and values[2] < 0
    assert (spectrum["residual"] <= 2 * TIGHT * values[0]).all()
    nodes = tables[NODES]
    assert values[2] - TIGHT <= nodes["node"].min() and nodes["node"].max() <= values[0] + TIGHT
    at, heights = tables[DENSITY]["eigenvalue"], tables[DENSITY]["density"]
    assert (heights >= 0).all() and np.trapezoid(heights, at) == pytest.approx(1, abs=0.02)
    count, draws = spectrum.how["count"], tables[TRACE]["trace"]
    assert np.trapezoid(heights * at, at) == pytest.approx(draws.mean() / count, abs=1e-3 * np.ptp(at))
    assert tables[TRACE].how["low"] < tables[TRACE].how["value"] < tables[TRACE].how["high"]
    layers = tables[LAYERS]
    assert list(layers["layer"]) == ["hidden1", "hidden2", "output"] and layers["parameters"].sum() == count
    assert (layers["lambda_max"] <= values[0] + TIGHT).all() and (layers["lambda_min"] >= values[2] - TIGHT).all()


def test_a_map_agrees_with_the_spectrum_at_its_point(curved, mapped) -> None:
    landscape, values = load(mapped), load(curved).tables[SPECTRUM]["eigenvalue"]
    fields = landscape.surface.fields
    assert fields["lambda_max"][1, 3] == pytest.approx(values[0], abs=2e-5)  # α 0.5, β −0.5
    assert fields["lambda_min"][1, 3] == pytest.approx(values[2], abs=2e-5)
    ratio = fields["convexity_ratio"]
    assert np.isfinite(ratio[1:4, 1:4]).all() and np.isnan(ratio).sum() == 16
    assert ratio[1, 3] == pytest.approx(abs(values[2] / values[0]), abs=1e-4)
    assert landscape.surface.main == "train_loss" and landscape.surface.info["convexity_ratio"].units == "1"
    assert "9 points of the full Hessian" in STUDIES["convexity"].lines(landscape)[0]


def test_a_map_goes_on_and_other_choices_begin_anew(mapped, tmp_path) -> None:
    before = load(mapped).tables["convexity"]
    wider = ConvexityChoices(within=0.5, tolerance=TIGHT, every=1)
    assert list(
        drain(studied(STUDIES["convexity"], mapped, wider, tmp_path / "a.h5")).tables["convexity"]["point"]
    ) == list(before["point"])
    job = studied(STUDIES["convexity"], mapped, ConvexityChoices(tolerance=TIGHT), tmp_path / "b.h5")
    progress = next(job)
    while progress.added is None:
        progress = next(job)
    job.close()  # given up after one more point
    after = load(tmp_path / "b.h5").tables["convexity"]
    assert len(after) == 10 and (after["lambda_min"][:9] == before["lambda_min"]).all()
    rough = drain(
        studied(STUDIES["convexity"], mapped, ConvexityChoices(every=2, within=0.1, tolerance=0.1), tmp_path / "c.h5")
    )
    assert len(rough.tables["convexity"]) == 1 and np.isfinite(rough.surface.fields["convexity_ratio"]).sum() == 1


def test_which_points_are_chosen(small_landscape) -> None:
    grid = small_landscape.surface.grid  # 11 × 11
    assert list(chosen(small_landscape, ConvexityChoices())) == list(grid.coarse_to_fine())
    some = grid.points(chosen(small_landscape, ConvexityChoices(every=2, within=0.45 * grid.alpha[-1])))
    assert len(some) == 9 and [0.0, 0.0] in some.tolist()


def test_gauss_newton_of_a_part_of_the_samples_in_double_precision(studied_file, tmp_path) -> None:
    choices = CurvatureChoices(
        matrix="gauss-newton", samples=7, precision="float64", eigenvalues=1, probes=1, steps=1, parameters="all"
    )
    tables = drain(studied(STUDIES["curvature"], studied_file, choices, tmp_path / "g.h5")).tables
    assert tables[SPECTRUM].how["of_samples"] == 7 and tables[SPECTRUM].how["count"] > 6464
    assert tables[SPECTRUM]["eigenvalue"][1] > -1e-6 and not len(tables[NODES]) and len(tables[TRACE]) == 1
    told = STUDIES["curvature"].lines(load(tmp_path / "g.h5"))
    assert "Gauss–Newton matrix at the centre" in told[0] and told[-1].endswith(", 1 probe")


def test_points_that_fail_are_said_and_skipped(studied_file, tmp_path, monkeypatch) -> None:
    from lossvista.compute.studies import convexity_map

    def failing(*_args, **_choices):
        raise LossvistaError("It does not converge.")
        yield

    monkeypatch.setattr(convexity_map, "extremes", failing)
    job, notes = studied(STUDIES["convexity"], studied_file, ConvexityChoices(within=0.1), tmp_path / "f.h5"), []
    for progress in job:
        notes.append(progress.note)
    assert "At α 0, β 0: It does not converge." in notes
    assert "1 point failed" in "\n".join(STUDIES["convexity"].lines(load(tmp_path / "f.h5")))


def test_the_commands(curved, mapped, tmp_path, capsys) -> None:
    assert cli.main(["info", str(curved)]) == 0
    assert "curvature: eigenvalues of the Hessian at α 0.5, β −0.5" in capsys.readouterr().out
    assert cli.main(["export", str(mapped), str(tmp_path / "c.csv"), "--table", "convexity"]) == 0
    assert cli.main(["curvature", str(mapped), "--matrix", "fisher"]) == 2
