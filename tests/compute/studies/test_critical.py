"""Critical points of a landscape: the tables, how they are kept, told and asked for; a line, holes and points not computed yet."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossvista.compute.cli import main
from lossvista.compute.critical import shown
from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures import draw
from lossvista.compute.figures.studies import draw_study
from lossvista.compute.merging import merging
from lossvista.compute.progress import drain
from lossvista.compute.storage import load, save
from lossvista.compute.studies.critical import critical
from lossvista.compute.studies.topology import POINTS, TREE, TopologyChoices, counted, lines, points_of, tree_of
from lossvista.compute.style import Style


def test_two_wells(critical_landscape) -> None:
    landscape = critical_landscape
    table, tree = landscape.tables[POINTS], landscape.tables[TREE]
    assert counted(table) == "2 minima, 1 saddle, 0 maxima"
    assert table["alpha"][:1] == pytest.approx(0.5) and table["beta"][0] == pytest.approx(0)
    second = next(k for k, row in enumerate(table.rows()) if row["kind"] == "minimum" and k)
    assert table["alpha"][second] == pytest.approx(-0.5)
    saddle = int(table["partner"][second])
    assert table["kind"][saddle] == "saddle" and table["partner"][saddle] == second
    assert table["persistence"][second] == table["value"][saddle] - table["value"][second]
    assert table["persistence_log"][second] == pytest.approx(np.log10(table["value"][saddle] / table["value"][second]))
    assert np.isinf(table["persistence"][0]) and table["share"][0] == 1
    for row in table.rows():
        assert landscape.surface.probe(row["alpha"], row["beta"], "train_loss")[0] == pytest.approx(row["value"])
    assert tree["leaf"].sum() == 2 and (tree["value"] == table["value"][tree["point"]]).all()


def test_the_points_are_the_same_in_either_scale_and_fewer_above_a_threshold(critical_landscape) -> None:
    landscape = critical_landscape
    landscape.surface.fields["train_loss"] += np.random.default_rng(0).normal(0, 0.05, (21, 41))
    log, linear = (drain(critical(landscape, TopologyChoices(scale=s))).tables[POINTS] for s in ("log", "linear"))
    assert sorted(log["value"]) == sorted(linear["value"])
    for table in (log, linear):
        assert (np.diff(table["share"]) <= 0).all()
    few = drain(critical(landscape, TopologyChoices(scale="linear", least=0.3))).tables[POINTS]
    assert 0 < len(few) < len(linear) and (few["share"] >= 0.3).all()
    most = drain(critical(landscape, TopologyChoices(scale="linear", most=3)))
    assert 3 <= len(most.tables[POINTS]) <= 6 and most.tables[TREE]["leaf"].sum() <= 3


def test_every_kind_of_landscape(any_landscape, tmp_path) -> None:
    added = drain(critical(any_landscape, TopologyChoices()))
    added.into(any_landscape)
    table, tree = (any_landscape.tables[name] for name in (POINTS, TREE))
    assert set(tree["point"].tolist()) <= set(range(len(table)))
    save(any_landscape, tmp_path / "it.h5")
    again = load(tmp_path / "it.h5").tables[POINTS]
    assert again.how == table.how and again["kind"].tolist() == table["kind"].tolist()
    assert lines(any_landscape)[0].startswith("train_loss: ")


def test_points_not_computed_yet_are_no_minima(partly_landscape) -> None:
    table = drain(critical(partly_landscape, TopologyChoices())).tables[POINTS]
    assert partly_landscape.surface.evaluated[table["j"], table["i"]].all()


def test_the_command(critical_landscape, tmp_path, capsys) -> None:
    save(critical_landscape, tmp_path / "it.h5")
    assert main(["critical", str(tmp_path / "it.h5"), "--least", "0.01"]) == 0
    assert "2 minima, 1 saddle, 0 maxima" in capsys.readouterr().out
    assert load(tmp_path / "it.h5").tables[POINTS].how["least"] == 0.01
    assert main(["critical", str(tmp_path / "it.h5"), "--field", "nothing"]) == 2
    with pytest.raises(LossvistaError, match="no field called"):
        drain(critical(critical_landscape, TopologyChoices(field="nothing")))


@pytest.mark.parametrize("column", ["kind", "partner", "share", "value", "multiplicity"])
@pytest.mark.parametrize("how", ["gone", "text", "wild"])
def test_tables_that_somebody_else_wrote_do_no_harm(critical_landscape, column, how) -> None:
    table = critical_landscape.tables[POINTS]
    if how == "gone":
        del table.columns[column]
    else:
        wild = np.full(len(table), np.nan if column != "partner" else 1e9)
        table.columns[column] = np.array(["x"] * len(table), dtype=object) if how == "text" else wild
    sound = column in ("share", "value") and how == "wild"  # NaN is a value
    assert (points_of(critical_landscape) is not None) is sound
    assert (shown(critical_landscape, Style()) is not None) is sound
    lines(critical_landscape)
    merging(critical_landscape)
    draw(Figure(), critical_landscape, Style(view="map"))


@pytest.mark.parametrize(("column", "value"), [("parent", 0), ("lowest", 7e9), ("point", -3), ("leaf", 0)])
def test_a_tree_that_turns_in_a_circle_is_none(critical_landscape, column, value) -> None:
    tree = critical_landscape.tables[TREE]
    tree.columns[column] = np.full(len(tree), value)
    assert tree_of(critical_landscape) is None and merging(critical_landscape) is None
    with pytest.raises(LossvistaError, match="not one of ours"):
        draw_study(Figure(), critical_landscape, "merge-tree")
