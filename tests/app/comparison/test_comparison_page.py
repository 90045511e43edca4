"""Comparing in the window: what is chosen goes into one picture, with the sentence above it, and out to a file."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lossvista.app.window import Window
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.surface import Patch


@pytest.fixture(scope="module")
def shared(qapp, tmp_path_factory, gui) -> Iterator[Window]:
    """One window for all tests here."""
    made = gui.open(tmp_path_factory.mktemp("settings"))
    yield made
    gui.end(made)


@pytest.fixture
def window(shared, gui) -> Iterator[Window]:
    """The shared window, emptied afterwards."""
    yield shared
    shared.desk.notices.clear()
    for document in list(shared.desk.session.documents):
        shared.desk.session.close(document)
    gui.settle()


@pytest.fixture
def pair(window, small_landscape):
    """A plane and the same twice as steep, open in the window."""
    steep = deepcopy(small_landscape)
    steep.title = "A steep bowl"
    steep.surface.fields["train_loss"] *= 2
    return [window.desk.session.add(one) for one in (small_landscape, steep)]


def compare(window, gui):
    window.actions_made["compare.show"].trigger()
    gui.settle()
    return window.stage.comparison


def test_two_planes_stand_beside_one_another_on_one_scale(window, pair, gui):
    page = compare(window, gui)
    assert window.stage.page is page
    assert window.desk.session.compared == pair and window.actions_made["compare.show"].isChecked()
    titles = [panel.get_title() for panel in page.panels]
    assert titles == ["(a)  A bowl with a path", "(b)  A steep bowl"]
    assert page.panels[0].get_xlim() == page.panels[1].get_xlim()
    assert page.bar.verdict == "success" and "A fair comparison" in page.bar.text.text()


def test_the_bar_says_why_it_is_not_fair(window, pair, gui):
    pair[1].landscape.surface.grid = Grid(ticks(-3, 3, 11), ticks(-3, 3, 11))
    page = compare(window, gui)
    assert page.bar.verdict == "warning"
    assert page.bar.text.text() == "Not a fair comparison: reach: ±1 (a), ±3 (b)."
    assert "looks rougher" in page.bar.text.toolTip() and "A steep bowl" in page.bar.text.toolTip()


def test_the_look_of_the_current_one_is_that_of_all(window, pair, gui):
    page = compare(window, gui)
    before = [panel.collections[0].get_facecolor().tolist() for panel in page.panels]
    window.desk.session.restyle("Colour map", colormap="magma")
    gui.settle()
    assert [panel.collections[0].get_facecolor().tolist() for panel in page.panels] != before
    window.actions_made["edit.undo"].trigger()
    gui.settle()
    assert [panel.collections[0].get_facecolor().tolist() for panel in page.panels] == before


def test_it_ends_by_key_by_button_and_by_choosing_one(window, pair, gui):
    session = window.desk.session
    page = compare(window, gui)
    QTest.mouseClick(page.bar.close_button, Qt.MouseButton.LeftButton)
    assert session.compared == [] and window.stage.page is window.stage.view
    compare(window, gui)
    window.actions_made["compare.end"].trigger()
    assert session.compared == [] and not window.actions_made["compare.end"].isEnabled()
    compare(window, gui)
    window.actions_made["view.next"].trigger()
    assert session.compared == []
    compare(window, gui)
    panel = window.docks["landscapes"].panel
    at = panel.visualItemRect(panel.item(panel.currentRow())).center()
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert session.compared == []


def test_one_that_is_closed_leaves_the_picture(window, pair, small_landscape, gui):
    session = window.desk.session
    third = session.add(deepcopy(small_landscape))
    page = compare(window, gui)
    assert len(page.panels) == 3
    session.close(third)
    gui.settle()
    assert session.compared == pair and len(page.panels) == 2
    session.close(pair[0])
    gui.settle()
    assert session.compared == [] and window.stage.page is window.stage.view


def test_lines_among_planes_are_refused_where_they_were_chosen(window, pair, line_landscape, gui):
    line = window.desk.session.add(line_landscape)
    window.docks["landscapes"].panel.selectAll()
    compare(window, gui)
    assert window.desk.session.compared == []
    assert "Lines and planes cannot be compared in one picture" in gui.notices(window)[0]
    window.desk.session.activate(pair[0])
    compare(window, gui)  # nothing chosen but one: all that go with it
    assert window.desk.session.compared == pair and line not in window.desk.session.compared


def test_lines_lie_over_one_another(window, line_landscape, gui):
    for title in ("batch size 16", "batch size 512"):
        one = deepcopy(line_landscape)
        one.title = title
        window.desk.session.add(one)
    page = compare(window, gui)
    (axes,) = page.panels
    assert sum(len(line.get_xdata()) == 21 for line in axes.lines) == 2


def test_a_field_that_one_lacks_is_said_in_the_bar(window, pair, gui):
    page = compare(window, gui)
    del pair[0].landscape.surface.fields["train_accuracy"]
    window.desk.session.restyle("Field", relief_field="train_accuracy")
    gui.settle()
    assert page.bar.verdict == "error" and "no field called 'train_accuracy'" in page.bar.text.text()
    assert not page.bar.export_button.isEnabled()
    window.desk.session.restyle("Field", relief_field="")
    gui.settle()
    assert page.bar.verdict == "success" and len(page.panels) == 2


def test_the_value_under_the_pointer_is_named(window, pair, gui):
    page = compare(window, gui)
    page.hovered.emit(pair[1].landscape, 0.0, 0.0)
    assert window.under_pointer.text().startswith("A steep bowl:   α 0   β 0   train loss")
    assert window.desk.probe.under == (pair[1], 0.0, 0.0)


def test_what_is_pointed_at_is_marked_in_every_plane(window, pair, gui):
    page = compare(window, gui)
    page.hovered.emit(pair[1].landscape, 0.5, 0.0)
    assert [overlay.marker for overlay in page.overlays] == [(0.5, 0.0)] * 2
    page.canvas.draw()  # which lays the panels out
    first, second = (overlay._place(0.5, 0.0) for overlay in page.overlays)
    assert np.abs(second - first).max() > 80
    page.draw_now()  # as after a change of the look
    assert [overlay.marker for overlay in page.overlays] == [(0.5, 0.0)] * 2
    page.left.emit()
    assert [overlay.marker for overlay in page.overlays] == [None] * 2


def test_a_playback_runs_in_every_plane(window, pair, gui):
    page, playback = compare(window, gui), window.desk.playback
    playback.show_share(0.5)
    half = [overlay.ways[0] for overlay in page.overlays]
    assert len(half) == 2 and page.fading.faint
    playback.show_share(1.0)
    assert all(len(overlay.ways[0].points) >= len(way.points) for overlay, way in zip(page.overlays, half, strict=True))
    assert not np.array_equal(page.overlays[0].ways[0].points[-1], half[0].points[-1])
    page.draw_now()  # as after a change of the look: it goes on where it was
    assert all(overlay.ways for overlay in page.overlays) and page.fading.faint
    playback.rest()
    assert not any(overlay.ways for overlay in page.overlays) and not page.fading.faint


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_figure_is_exported(window, pair, gui, tmp_path, suffix):
    compare(window, gui)
    path = tmp_path / f"both{suffix}"
    gui.answer_file_dialog(window, "file.screenshot", str(path))
    assert f"Saved both{suffix}" in gui.notices(window)[0]
    if suffix == ".png":
        with Image.open(path) as picture:
            assert picture.size[0] > picture.size[1] > 500
    else:
        assert "(b)  A steep bowl" in path.read_text("utf-8")


def test_the_list_asks_for_it(window, pair, gui):
    panel = window.docks["landscapes"].panel
    panel.selectAll()
    panel.compare.emit()
    assert window.desk.session.compared == pair


def test_a_growing_one_grows_in_the_picture(window, pair, partly_landscape, gui):
    document = window.desk.session.add(partly_landscape)
    page = compare(window, gui)
    assert "points: all computed (a, b), unfinished (c)" in page.bar.text.text()
    left = partly_landscape.surface.missing
    window.desk.session.add_patch(document, Patch(left, {"train_loss": np.ones(len(left))}, samples=60))
    gui.wait_for(lambda: page.bar.verdict == "success")


def test_squeezed_between_panels_no_word_covers_another(window, pair, gui):
    from lossvista.compute.figures import squeeze

    page = compare(window, gui)
    before = window.size()
    widest = len(squeeze._words(page.figure, page.panels))
    docks = [window.docks[name] for name in ("landscapes", "look", "studies")]
    shown = [dock.isVisible() for dock in docks]
    for dock in docks:
        dock.show()
    try:
        for size in ((1300, 800), (1000, 600), (1900, 1100), (1300, 800)):
            window.resize(*size)
            gui.settle()
            gui.wait_for(lambda: not page._drawing.isActive())
            page.canvas.draw()
            width, height = page.figure.get_size_inches() * page.figure.dpi / page.canvas.device_pixel_ratio
            assert abs(width - page.canvas.width()) < 2 and abs(height - page.canvas.height()) < 2
            boxes = [text.get_window_extent().padded(-1.0) for text in squeeze._words(page.figure, page.panels)]
            assert len(boxes) <= widest or size == (1900, 1100)
            for k, box in enumerate(boxes):
                assert not any(box.overlaps(other) for other in boxes[:k]), size
    finally:
        window.resize(before)
        for dock, was in zip(docks, shown, strict=True):
            dock.setVisible(was)
