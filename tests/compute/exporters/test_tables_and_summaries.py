"""Tables and summaries: exact to the last bit, readable without a pickle, and without folders of the person."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
from ramp_to_export import descent, ramp

from lossvista.compute.exporters import export
from lossvista.compute.landscape import Landscape


def odd() -> Landscape:
    made = descent(ramp())
    made.surface.fields["train_loss"].flat[:5] = [np.nan, np.inf, -np.inf, 0.0, 1e-300]
    made.surface.fields["Güte, in %"] = np.random.default_rng(0).normal(size=(7, 4))
    return made


def test_csv_is_exact_and_led_by_names(tmp_path):
    made = odd()
    export(made, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 28
    for name in ("train_loss", "Güte, in %"):
        np.testing.assert_array_equal([float(row[name]) for row in rows], made.surface.fields[name].ravel())
    np.testing.assert_array_equal([float(row["alpha"]) for row in rows], np.tile(made.surface.grid.alpha, 7))
    np.testing.assert_array_equal([float(row["beta"]) for row in rows], np.repeat(made.surface.grid.beta, 4))
    with (tmp_path / "a-path.csv").open(newline="", encoding="utf-8") as file:
        path = list(csv.DictReader(file))
    assert {row["path"] for row in path} == {"run, 1"}
    np.testing.assert_array_equal([float(row["train_loss"]) for row in path], made.trajectories["run, 1"]["train_loss"])


def test_npz_is_exact_and_needs_no_pickle(tmp_path):
    made = odd()
    export(made, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as found:
        np.testing.assert_array_equal(found["train_loss"], made.surface.fields["train_loss"])
        np.testing.assert_array_equal(found["beta"], made.surface.grid.beta)
        np.testing.assert_array_equal(found["path/run, 1/step"], made.trajectories["run, 1"]["step"])
        assert str(found["title"]) == "Täst, a ramp"


def test_the_summary_names_files_without_their_folders(tmp_path):
    made = replace(
        odd(),
        recipe={
            "weights": ["/home/somebody/secret/run.pt", "C:\\Users\\somebody\\w.pt"],
            "data": "imagefolder:/home/somebody/images",
            "problem": "../mine/own.py:problem",
            "directions": "random",
            "seed": 3,
        },
    )
    export(made, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text("utf-8")
    assert "somebody" not in text and "mine" not in text
    recipe = json.loads(text)["recipe"]
    assert recipe == {
        "weights": ["run.pt", "w.pt"],
        "data": "imagefolder:images",
        "problem": "own.py:problem",
        "directions": "random",
        "seed": 3,
    }
