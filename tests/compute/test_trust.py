"""Trust: each figure's verdict at its thresholds, what is said about it, and that it is told wherever it is asked for."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute import cli, trust, trust_path
from lossvista.compute.info import judgements
from lossvista.compute.landscape import Landscape
from lossvista.compute.storage import save
from lossvista.compute.surface import Mark
from lossvista.compute.trust import TrustLine, figures, judged

GOOD = {
    "centre_loss": 0.25,
    "checkpoint_loss": 0.25,
    "centre_loss_se": 0.001,
    "weight_norm": 20.0,
    "perturbed_weight_norm": 1.5,
    "unit_norm_gap": 1e-7,
    "cosine": 0.01,
    "batch_norm": "frozen",
    "batch_norm_layers": 3,
    "samples": 60,
    "samples_available": 60,
    "perturbed_parameters": 90,
    "parameters": 100,
    "precision": "float32",
    "path_distance": 0.1,
    "path_length": 1.0,
}


@pytest.fixture
def landscape(small_landscape: Landscape) -> Landscape:
    small_landscape.trust = dict(GOOD)
    small_landscape.provenance = {"weights_hash": "ab" * 32, "data_hash": "cd" * 32}
    for axis in small_landscape.axes:
        axis.explained = 0.48
    return small_landscape


def line(landscape: Landscape, label: str) -> TrustLine:
    (found,) = (line for line in figures(landscape) if line.label == label)
    return found


def verdict(landscape: Landscape, label: str, **changed: object) -> str:
    landscape.trust |= changed  # type: ignore[assignment]
    found = line(landscape, label)
    assert found.meaning.endswith(".") and (found.verdict in ("good", "info") or found.todo.endswith("."))
    assert found.verdict != "good" or not found.todo
    return found.verdict


def test_every_figure_of_the_design_has_its_line(landscape: Landscape) -> None:
    assert [found.label for found in figures(landscape)] == [
        "Loss at the centre",
        "Length of each filter",
        "Length of the axes",
        "cos(δ, η)",
        "Path's variance in the plane",
        "Path's largest distance from the plane",
        "Batch-norm statistics",
        "Samples",
        "Points computed",
        "Parameters perturbed",
        "Precision",
        "Seed",
        "Weights",
        "Samples' bytes",
    ]
    assert {found.verdict for found in figures(landscape)} == {"good", "info"}


@pytest.mark.parametrize(
    ("label", "good", "fair", "poor"),
    [
        (
            "Loss at the centre",
            {"checkpoint_loss": 0.25 * (1 + 0.99e-4)},
            None,
            {"checkpoint_loss": 0.25 * (1 + 1.02e-4)},
        ),
        ("Length of each filter", {"unit_norm_gap": 0.99e-4}, {"unit_norm_gap": 1e-4}, {"unit_norm_gap": 1e-2}),
        ("Length of each filter", {"unit_norm_gap": 0.0}, {"unit_norm_gap": 0.99e-2}, {"unit_norm_gap": math.inf}),
        ("cos(δ, η)", {"cosine": 0.0999}, {"cosine": 0.1}, {"cosine": 0.5}),
        ("cos(δ, η)", {"cosine": -0.0999}, {"cosine": -0.499}, {"cosine": -1.0}),
        (
            "Path's largest distance from the plane",
            {"path_distance": 0.299},
            {"path_distance": 0.3},
            {"path_distance": 0.7},
        ),
        ("Rounding of the path", {"path_rounding": 0.0099}, {"path_rounding": 0.01}, {"path_rounding": 0.1}),
        (
            "Samples",
            {"samples": 10, "centre_loss_se": 0.0074},
            {"samples": 10, "centre_loss_se": 0.0076},
            {"samples": 10, "centre_loss_se": 0.0501},
        ),
    ],
)
def test_the_thresholds(landscape: Landscape, label: str, good: dict, fair: dict | None, poor: dict) -> None:
    assert verdict(landscape, label, **good) == "good"
    assert fair is None or verdict(landscape, label, **fair) == "fair"
    assert verdict(landscape, label, **poor) == "poor"


@pytest.mark.parametrize(("share", "wanted"), [(0.901, "good"), (0.9, "fair"), (0.601, "fair"), (0.6, "poor")])
def test_the_threshold_of_the_path_s_variance(landscape: Landscape, share: float, wanted: str) -> None:
    for axis in landscape.axes:
        axis.explained = share / 2
    assert verdict(landscape, "Path's variance in the plane") == wanted


def test_all_samples_have_no_sampling_error(landscape: Landscape) -> None:
    assert verdict(landscape, "Samples", centre_loss_se=10.0) == "good"
    assert verdict(landscape, "Samples", samples=59) == "poor"
    assert verdict(landscape, "Samples", centre_loss_se=math.nan) == "fair"
    assert "no standard error" in line(landscape, "Samples").value


def test_a_nan_at_the_centre_agrees_with_the_checkpoint_s_nan_only(landscape: Landscape) -> None:
    assert verdict(landscape, "Loss at the centre", centre_loss=math.nan, checkpoint_loss=math.nan) == "good"
    assert verdict(landscape, "Loss at the centre", centre_loss=math.inf, checkpoint_loss=math.inf) == "good"
    assert verdict(landscape, "Loss at the centre", centre_loss=math.nan, checkpoint_loss=1.0) == "poor"


def test_batch_norm_policies(landscape: Landscape) -> None:
    label = "Batch-norm statistics"
    assert verdict(landscape, label) == "info" and "3 layers" in line(landscape, label).value
    assert verdict(landscape, label, batch_norm_layers=0) == "good"
    landscape.trust |= {"batch_norm_layers": 3}
    landscape.axes[0].method = "between"
    assert verdict(landscape, label) == "poor" and "interpolated" in line(landscape, label).todo
    assert verdict(landscape, label, batch_norm="interpolated") == "info"
    assert verdict(landscape, "Loss at the centre", batch_norm="re-estimated", checkpoint_loss=9.0) == "info"


def test_points_by_their_marks(landscape: Landscape) -> None:
    label, marks = "Points computed", landscape.surface.evaluated
    marks[0, 0] = Mark.INTERPOLATED
    assert verdict(landscape, label) == "fair" and "1 interpolated" in line(landscape, label).value
    marks[0, 1] = Mark.FAILED
    assert "log" in line(landscape, label).todo and "1 failed" in line(landscape, label).value
    marks[:] = Mark.NOT_YET
    assert verdict(landscape, label) == "poor" and "same recipe" in line(landscape, label).todo
    marks[:] = Mark.FAILED
    assert verdict(landscape, label) == "poor" and "log" in line(landscape, label).todo


def test_holes_are_counted(holed_landscape: Landscape) -> None:
    losses = holed_landscape.surface.fields["train_loss"]
    found = line(holed_landscape, "Not finite")
    assert found.value == f"{(~np.isfinite(losses)).sum()} points" and found.verdict == "fair" and found.todo


def test_precision_and_seed(landscape: Landscape) -> None:
    assert verdict(landscape, "Precision", precision="float64") == "good"
    assert verdict(landscape, "Precision", precision="bfloat16") == "fair"
    landscape.recipe["repeat"] = 2
    assert line(landscape, "Seed").value == "0, draw 2" and line(landscape, "Seed").flag == "--repeats"
    for axis in landscape.axes:
        axis.method = "pca"
    assert line(landscape, "Seed").todo == ""


def test_a_landscape_that_says_nothing_is_not_judged_on_what_it_does_not_say(tilted_landscape: Landscape) -> None:
    labels = {found.label for found in figures(tilted_landscape)}
    assert "Points computed" in labels and not labels & {"Loss at the centre", "cos(δ, η)", "Samples"}


@given(st.floats(), st.floats(0, 1), st.floats(0, 1))
def test_a_smaller_figure_is_never_judged_worse(value: float, a: float, b: float) -> None:
    order, limits = ["good", "fair", "poor"], (min(a, b), max(a, b))
    found = judged(value, limits)
    assert math.isnan(value) or order.index(judged(value - 0.1, limits)) <= order.index(found)
    assert not math.isnan(value) or found == "poor"


def test_no_two_verdicts_look_alike_without_colours(landscape: Landscape) -> None:
    from lossvista.compute.info import MARKS, PLAIN_MARKS

    assert len(set(MARKS.values())) == len(set(PLAIN_MARKS.values())) == 4
    landscape.trust["cosine"] = 0.9
    plain = list(judgements(landscape, whole=False, utf8=False))
    assert any(row.startswith("NO cos") for row in plain) and sum(row.startswith("    ") for row in plain) == 2


def test_info_tells_all_of_it(landscape: Landscape, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    landscape.trust["cosine"] = 0.9
    save(landscape, tmp_path / "a.h5")
    assert cli.main(["info", str(tmp_path / "a.h5")]) == 0
    text = capsys.readouterr().out
    for found in figures(landscape):
        assert f"{found.label}: {found.value}" in text and found.meaning in text and found.todo in text
    assert cli.main(["info", "--json", str(tmp_path / "a.h5")]) == 0
    lines = json.loads(capsys.readouterr().out)["trust_lines"]
    assert {one["label"]: (one["verdict"], one["todo"]) for one in lines}["cos(δ, η)"] == (
        "poor",
        line(landscape, "cos(δ, η)").todo,
    )


def test_the_limits_are_in_order() -> None:
    for limits in (trust.CENTRE, trust.UNITS, trust.COSINE, trust.ERROR, trust_path.DISTANCE, trust_path.ROUNDING):
        assert 0 < limits[0] <= limits[1]
    assert trust_path.VARIANCE[0] > trust_path.VARIANCE[1]


def test_estimates_say_how_far_off_they_can_be(landscape: Landscape) -> None:
    label, surface = "Error of the estimates", landscape.surface
    assert not [found for found in figures(landscape) if found.label == label]
    surface.fields["train_loss_estimation_se"] = np.zeros(surface.grid.shape)
    for j, share, wanted in ((0, 0.01, "good"), (1, 0.1, "fair"), (2, 0.5, "poor")):
        surface.evaluated[j, 0] = Mark.ESTIMATED
        surface.fields["train_loss_estimation_se"][j, 0] = share * surface.values("train_loss")[j, 0]
        assert verdict(landscape, label) == wanted
        assert line(landscape, label).value.startswith(f"at most {100 * share:.2g} % of the loss")
    assert "an error of their own" in line(landscape, "Samples").meaning
