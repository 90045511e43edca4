"""Views of minima: linked pictures and a table that choose together, a pin on the surface, boundaries as pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from lossvista.app.studying.numbers_table import NumbersTable
from lossvista.app.studying.scatter import Cloud, Scatter
from lossvista.compute.studies.added import Added
from lossvista.compute.table import Table


def minefield() -> Added:
    """Seven networks, as the tables of a small minefield hold them."""
    kinds = ["iterate", "iterate", "good", "bad", "bad", "unfit", "bad"]
    names = ["step 0", "step 9", "good 1", "bad 1", "bad 2", "bad 3", "bad 4"]
    test = np.array([0.1, 0.8, 0.97, 0.4, 0.5, 0.7, 0.45])
    columns = {
        "model": np.array(names, dtype=object),
        "kind": np.array(kinds, dtype=object),
        "train_accuracy": np.array([0.1, 0.9, 1, 1, 1, 0.9, 1]),
        "test_accuracy": test,
        "train_loss": 1 - test,
        "radius": np.array([np.nan, np.nan, 0.5, 0.2, 0.21, 0.3, 0.22]),
        "alpha": np.linspace(-0.9, 0.9, 7),
        "beta": np.linspace(0.5, -0.5, 7),
        "offset": np.arange(7.0),
        "distance": np.zeros(7),
    }
    random = np.random.default_rng(0)
    held = [name for name in names if name != "bad 4"]
    placed = {"model": np.array(held, dtype=object)}
    for method in ("tsne", "pca"):
        placed |= {f"{method}_1": random.normal(size=6), f"{method}_2": random.normal(size=6)}
    how = {"trust_tsne": 0.9, "trust_pca": 0.8, "explained": 0.7, "dropped": ["bad 4"]}
    return Added({"minima": Table(columns, {"choices": {}}), "embedding": Table(placed, how)})


@pytest.fixture
def view(window, small_landscape):
    document = window.desk.session.add(small_landscape)
    window.desk.session.enter(document, minefield())
    window.actions_made["study.minefield"].trigger()
    return window.docks["studies"].panel.sheet.view


def test_one_chosen_in_a_picture_is_marked_everywhere(view, window, gui) -> None:
    tsne, pca, umap = view.pictures.values()
    assert tsne.isVisible() and pca.isVisible() and not umap.isVisible()
    gui.wait_for(lambda: tsne.width() > 50)
    x, y = tsne.places()[3].round().astype(int).tolist()
    QTest.mouseClick(tsne, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    assert view.marked == tsne.marked == pca.marked == 3
    rows = {index.row() for index in view.table.selectionModel().selectedRows()}
    assert [view.table.item(row, 0).text() for row in rows] == ["bad 1"]
    (pin,) = window.desk.document.style.pins
    assert (pin.text, pin.alpha) == ("bad 1", pytest.approx(0.0)) and window.desk.points.chosen[0] == pytest.approx(0)
    view.choose(4)  # its pin takes the other's place, and nobody's own pin goes
    window.desk.probe.add(0.1, 0.1)
    view.choose(2)
    assert sorted(pin.text for pin in window.desk.document.style.pins) == ["1", "good 1"]
    window.desk.session.undo.undo()
    assert "bad 2" in {pin.text for pin in window.desk.document.style.pins}


def test_pointing_shows_it_on_the_surface(view, window, gui) -> None:
    pca = view.pictures["pca"]
    gui.wait_for(lambda: pca.width() > 50)
    x, y = pca.places()[2].round().astype(int).tolist()
    QTest.mouseMove(pca, QPoint(x, y))
    gui.wait_for(lambda: window.desk.probe.under is not None)
    assert window.desk.probe.under[1] == pytest.approx(-0.3) and view.pictures["tsne"].under == 2
    view.point(-1)
    assert window.desk.probe.under is None
    assert "97.0 % test" in pca.cloud.words[2] and "basin radius 0.5" in pca.cloud.words[2]
    assert "trustworthiness 0.800" in pca.cloud.note and "70 % var." in pca.cloud.note


def test_what_was_dropped_is_in_the_table_and_nowhere_else(view, window) -> None:
    assert not np.isfinite(view.pictures["tsne"].cloud.x[6])
    assert {view.table.item(j, 0).text() for j in range(7)} >= {"bad 4"}
    view.choose(6)
    assert view.pictures["tsne"].grab() and window.desk.document.style.pins[0].text == "bad 4"
    window.desk.session.close(window.desk.document)
    assert view.document is None and not view.table.isVisible() and view.pictures["tsne"].cloud.empty


def test_a_table_sorts_by_numbers_and_knows_its_rows(qtbot) -> None:
    table = NumbersTable("numbers")
    qtbot.addWidget(table)
    chosen = []
    table.chosen.connect(chosen.append)
    table.show_table(
        ("name", "x", "share"), [("a", 10.0, 0.5), ("b", 9.0, 1.0), ("c", float("nan"), 0.25)], percent=(2,)
    )
    table.sortItems(1, Qt.SortOrder.AscendingOrder)
    assert [table.item(j, 0).text() for j in range(3)] == ["b", "a", "c"] and table.item(0, 2).text() == "100.0 %"
    table.selectRow(0)
    table.choose(2)
    assert chosen == [1] and {i.row() for i in table.selectionModel().selectedRows()} == {2}


def test_a_scatter_keeps_its_proportions_and_finds_what_is_near(qtbot) -> None:
    scatter = Scatter("points")
    qtbot.addWidget(scatter)
    scatter.resize(400, 200)
    x, y = np.array([0.0, 1.0, 0.0, np.nan]), np.array([0.0, 0.0, 1.0, 0.0])
    scatter.show_cloud(Cloud(x, y, ("#ff0000",) * 4, ("circle", "triangle", "diamond", "dot"), ("",) * 4, equal=True))
    places = scatter.places()
    assert places[1, 0] - places[0, 0] == pytest.approx(places[0, 1] - places[2, 1])
    assert scatter.at(scatter.rect().topLeft().toPointF()) == -1
    assert not scatter.grab().isNull()


def test_a_boundary_is_a_picture_of_the_centre_and_the_point(window, small_landscape) -> None:
    document = window.desk.session.add(small_landscape)
    window.actions_made["study.boundary"].trigger()
    sheet = window.docks["studies"].panel.sheet
    window.desk.points.choose(0.5, -0.25)
    assert sheet.form.values()["alpha"] == 0.5 and sheet.form.values()["beta"] == -0.25
    x, y = (values.ravel() for values in np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5)))
    columns = {
        "which": np.repeat([0, 1], 25),
        "x": np.tile(x, 2),
        "y": np.tile(y, 2),
        "class": np.tile((y > 0).astype(int), 2),
        "confidence": np.full(50, 1.0),
    }
    held = {"x": np.array([0.0, 0.9]), "y": np.array([0.9, -0.9]), "class": np.array([1, 1]), "test": np.array([0, 1])}
    how = {"alpha": 0.5, "beta": -0.25, "accuracy": {"0": {"train": 1.0}, "1": {"train": 0.5}}}
    window.desk.session.enter(document, Added({"boundary": Table(columns, how), "boundary_samples": Table(held)}))
    image, _, points = sheet.view._images[1]
    assert list(points["wrong"]) == [False, True]
    assert image.pixelColor(2, 0) != image.pixelColor(2, 4)  # the upper half is another class
    assert not sheet.view.grab().isNull()


def test_the_ranking_shows_what_is_open_and_follows_it(window, small_landscape, tilted_landscape, gui) -> None:
    desk = window.desk
    for landscape, accuracy, radius in ((small_landscape, 0.9, 0.5), (tilted_landscape, 0.7, 0.2)):
        landscape.surface.fields["test_accuracy"] = np.full(landscape.surface.grid.shape, accuracy)
        how = {"alpha": 0.0, "beta": 0.0, "log_volume": -9.0}
        landscape.tables["basin"] = Table({"radius": np.full(3, radius)}, how)
        desk.session.add(landscape)
    window.actions_made["ranking"].trigger()
    page = window.docks["studies"].panel.sheet
    gui.wait_for(page.isVisible)
    assert page.found.names == ("A bowl with a path", "A tilted plane") and page.measure.currentData() == "radius"
    assert page.table.rowCount() == 2 and page.table.item(0, 1).text() == "10.0 %"
    assert "only 2 networks" in page.says.text() and "curvature" in page.says.text()
    page.table.selectRow(0)
    assert desk.document.landscape is small_landscape and page.picture.marked == 0
    desk.session.close(desk.document)
    assert page.found.names == ("A tilted plane",)
    desk.session.close(desk.document)
    assert page.picture.cloud.empty and page.table.rowCount() == 0


def test_a_basin_is_a_rose_and_a_histogram(window, small_landscape) -> None:
    document = window.desk.session.add(small_landscape)
    window.actions_made["study.basin"].trigger()
    view = window.docks["studies"].panel.sheet.view
    empty = view.picture.grab().toImage()
    radii = np.random.default_rng(0).uniform(0.2, 0.6, 50)
    columns = {"direction": np.arange(50), "radius": radii, "distance": 9 * radii, "open": (radii > 0.55).astype(int)}
    window.desk.session.enter(document, Added({"basin": Table(columns, {"rim_loss": 1.0, "log_volume": -3.0})}))
    assert view.picture.grab().toImage() != empty and "50 random directions" in view.says.text()
    assert (view.picture.open == (radii > 0.55)).all()
