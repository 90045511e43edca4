"""Copying: picture, values, caption and file, for other programs."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QGuiApplication

from lossvista.app.copying import table
from lossvista.compute.surface import Mark


def clipboard():
    return QGuiApplication.clipboard()


def test_the_picture_is_what_is_on_the_screen(window, small_landscape, gui):
    window.desk.session.add(small_landscape)
    window.actions_made["view.map"].trigger()
    gui.settle()
    window.actions_made["copy.picture"].trigger()
    image = clipboard().image()
    assert image.size() == window.stage.grab_page().size()
    assert len({image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)}) > 10


def test_the_values_are_those_of_the_grid(window, tilted_landscape):
    window.desk.session.add(tilted_landscape)
    window.actions_made["copy.values"].trigger()
    rows = [line.split("\t") for line in clipboard().text().splitlines()]
    grid, values = tilted_landscape.surface.grid, tilted_landscape.surface.fields["train_loss"]
    assert [float(cell) for cell in rows[0][1:]] == grid.alpha.tolist()
    assert [float(row[0]) for row in rows[1:]] == grid.beta.tolist()
    assert np.array_equal(np.array([row[1:] for row in rows[1:]], float), values)


def test_every_kind_of_value_reads_back(any_landscape):
    surface = any_landscape.surface
    rows = [
        line.split("\t") for line in table(surface.grid, surface.values("train_loss"), surface.evaluated).splitlines()
    ]
    cells = [row[1:] for row in rows[1:]]
    if surface.grid.line:
        cells = [[row[1] for row in rows[1:]]]
    for text, value, mark in zip(
        np.ravel(cells), surface.values("train_loss").ravel(), surface.evaluated.ravel(), strict=True
    ):
        assert (text == "") if mark == Mark.NOT_YET else np.array_equal(float(text), value, equal_nan=True)


def test_the_caption_states_the_recipe(window, small_landscape):
    window.desk.session.add(small_landscape)
    window.actions_made["copy.caption"].trigger()
    assert "cnn on digits along two random directions" in clipboard().text()


def test_the_file_is_a_path_and_a_file(window, saved, small_landscape):
    window.desk.session.add(small_landscape)
    assert not window.actions_made["copy.link"].isEnabled()  # it is in no file yet
    path = saved(small_landscape, "with space # and ü.h5")
    window.desk.open(path)
    window.actions_made["copy.link"].trigger()
    data = clipboard().mimeData()
    assert data.text() == path and [url.toLocalFile() for url in data.urls()] == [path]


def test_a_row_drags_its_file(window, saved, small_landscape):
    path = saved(small_landscape)
    window.desk.open(path)
    panel = window.docks["landscapes"].panel
    data = panel.mimeData([panel.item(0)])
    assert [url.toLocalFile() for url in data.urls()] == [path]
