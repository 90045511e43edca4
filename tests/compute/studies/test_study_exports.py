"""What studies found, as CSV and as figures: every value, how it was made, and sentences where there is nothing."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lossvista.compute import cli
from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters.table import write_study
from lossvista.compute.figures.studies import FIGURES, draw_study
from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.studies import STUDIES
from lossvista.compute.studies.studied import studied
from lossvista.compute.studies.weights import WeightChoices
from lossvista.compute.table import Table


@pytest.fixture(scope="module")
def measured(studied_file, tmp_path_factory):
    out = tmp_path_factory.mktemp("weights") / "w.h5"
    drain(studied(STUDIES["weights"], studied_file, WeightChoices(bins=5), out))
    return out


def test_a_table_as_csv_has_every_value_and_how_it_was_made(measured, tmp_path, capsys) -> None:
    assert cli.main(["export", str(measured), str(tmp_path / "w.csv"), "--table", "weights"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "w.csv")
    lines = (tmp_path / "w.csv").read_text("utf-8").splitlines()
    said = [line for line in lines if line.startswith("#")]
    assert "# bins = 5" in said and "weights of the landscape" in said[0]
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    table = load(measured).tables["weights"]
    assert [row["parameter"] for row in rows] == list(table["parameter"])
    assert [float(row["norm"]) for row in rows] == list(table["norm"])


def test_text_with_commas_and_strange_numbers_survive(small_landscape, tmp_path) -> None:
    columns = {"name": np.array(['a,"b"', "c"], dtype=object), "x": np.array([np.nan, -np.inf])}
    small_landscape.tables["odd"] = Table(columns, {"text": "line\nline", "number": 0.1})
    write_study(small_landscape, "odd", tmp_path / "odd.csv")
    lines = (tmp_path / "odd.csv").read_text("utf-8").splitlines()
    assert json.loads(lines[1].partition(" = ")[2]) == "line\nline"
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    assert rows == [["name", "x"], ['a,"b"', "nan"], ["c", "-inf"]]


def test_what_is_not_there_is_a_sentence(measured, tmp_path, capsys) -> None:
    for words, said in (
        (["export", str(measured), str(tmp_path / "a.csv"), "--table", "spectrum"], "has no table 'spectrum'. It has weights"),
        (["export", str(measured), str(tmp_path / "a.ply"), "--table", "weights"], "is written as CSV"),
        (["export", str(measured), str(measured), str(tmp_path / "a.csv"), "--table", "weights"], "of one landscape"),
        (["render", str(measured), str(tmp_path / "a.svg"), "--figure", "weihgts"], "Did you mean 'weights'?"),
        (["render", str(measured), str(tmp_path / "a.xyz"), "--figure", "weights"], "cannot be saved"),
    ):  # fmt: skip
        assert cli.main(words) == 2
        assert said in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_figure_is_rendered(measured, tmp_path, suffix) -> None:
    out = tmp_path / f"w{suffix}"
    assert cli.main(["render", str(measured), str(out), "--figure", "weights", "--theme", "dark", "--width", "85"]) == 0
    assert out.stat().st_size > 1000
    if suffix == ".svg":
        assert "of the tensor" in out.read_text("utf-8") and "#10141b" in out.read_text("utf-8")


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_refuses_a_landscape_that_has_not_been_studied(small_landscape, name) -> None:
    figure = Figure()
    FigureCanvasAgg(figure)
    with pytest.raises(LossvistaError, match=small_landscape.title):
        draw_study(figure, small_landscape, name)
