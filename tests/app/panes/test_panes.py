"""Panes: the centre in one to six parts, each with a landscape in a view of its own."""

from __future__ import annotations

import gc
import warnings
from collections import Counter
from copy import deepcopy

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lossvista.app import paning
from lossvista.app.pairing import Pairing
from lossvista.app.panes.carrying import LANDSCAPES, PANE, pack, unpack
from lossvista.app.panes.links import same
from lossvista.app.panes.menu import make_menu
from lossvista.app.picture_dialog import Wanted
from lossvista.app.scene.trajectory import path_span
from lossvista.compute.surface import Patch


@pytest.fixture
def two(window, small_landscape, tilted_landscape):
    """A window with two landscapes open, the second in front."""
    for one in (small_landscape, tilted_landscape):
        window.desk.session.add(one)
    return window


def test_a_split_shows_what_is_open_and_then_other_views_of_it(two):
    session, panes = two.desk.session, two.stage.panes
    first, second = session.documents
    session.places.arrange(1, 2)
    assert [place.document for place in session.places.all] == [second, first]
    assert session.current is second and not panes.all[0].header.isHidden()
    session.places.arrange(2, 2)
    shown = [(place.document, place.style.view) for place in session.places.all]
    assert len(set(shown)) == 4 and {document for document, _ in shown} == {first, second}
    session.places.arrange(1, 1)
    assert session.current is second and panes.all[0].header.isHidden() and len(panes.of) == 1


def test_a_click_into_a_pane_makes_it_the_active_one(two, gui):
    session, panes = two.desk.session, two.stage.panes
    session.places.arrange(1, 2)
    gui.wait_for(lambda: all(pane.view and pane.view.frames for pane in panes.all))
    left, right = panes.all
    QTest.mouseClick(right.view, Qt.MouseButton.LeftButton)
    assert session.current is right.document and two.stage.scene is right.scene
    assert right.header.active and not left.header.active
    QTest.mouseClick(left.header, Qt.MouseButton.LeftButton)
    assert session.current is left.document and two.stage.scene is left.scene


def test_one_landscape_in_two_panes_has_a_view_in_each_and_undo_goes_back_step_by_step(two, gui):
    session = two.desk.session
    session.close(session.documents[0])
    (document,) = session.documents
    session.restyle("View", view="surface")
    session.places.arrange(1, 2)
    one, other = session.places.all
    assert (one.style.view, other.style.view) == ("surface", "contours")
    session.places.focus(other)
    two.actions_made["view.map"].trigger()
    assert (one.style.view, other.style.view) == ("surface", "map") and two.stage.page is two.stage.flat
    assert two.actions_made["view.map"].isChecked()
    session.restyle("Colour map", colormap="magma")
    assert {place.style.colormap for place in (one, other)} == {"magma"}
    two.actions_made["edit.undo"].trigger()
    assert {place.style.colormap for place in (one, other)} == {document.style.colormap} != {"magma"}
    two.actions_made["edit.undo"].trigger()
    assert (one.style.view, other.style.view) == ("surface", "contours")
    two.actions_made["edit.redo"].trigger()
    assert (one.style.view, other.style.view) == ("surface", "map")


def test_closing_a_landscape_empties_its_pane(two):
    session = two.desk.session
    session.places.arrange(1, 2)
    gone, left = (place.document for place in session.places.all)
    session.close(gone)
    assert [place.document for place in session.places.all] == [None, left] and session.current is left
    session.places.focus(session.places.all[0])
    assert session.current is None and two.stage.page is two.stage.message
    assert not two.actions_made["file.save"].isEnabled()
    session.activate(left)
    assert [place.document for place in session.places.all] == [left, left]
    session.close(left)
    assert session.places.shape == (1, 1) and two.stage.page is two.stage.welcome


def test_splits_leave_nothing_behind(two, gui):
    session, panes = two.desk.session, two.stage.panes

    def count() -> tuple[int, Counter[str]]:
        for _ in range(3):
            QApplication.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        known = Counter(type(o).__name__ for o in gc.get_objects() if type(o).__name__.startswith("vtk"))
        return len(two.findChildren(QWidget)), known

    session.places.arrange(2, 2)
    session.places.arrange(1, 1)
    widgets, before = count()
    for _ in range(4):
        session.places.arrange(2, 2)
        gui.wait_for(lambda: all(pane.view is None or pane.view.frames for pane in panes.all))
        session.places.arrange(1, 1)
    after_widgets, after = count()
    assert after_widgets == widgets
    assert not after - before


def test_cameras_are_linked_until_they_are_let_go(two, gui):
    session, panes = two.desk.session, two.stage.panes
    session.restyle("View", view="surface")
    session.places.arrange(1, 2)
    left, right = panes.all
    gui.wait_for(lambda: left.view.frames and right.view.frames)
    assert same(left.camera, right.camera)
    two.actions_made["camera.top"].trigger()
    assert same(left.camera, right.camera) and left.camera.parallel
    session.places.focus(session.places.all[1])
    session.restyle("View", view="map")
    session.places.arrange(1, 3)  # the active pane is flat: those beside it turn
    solid = [pane for pane in panes.all if pane.solid]
    assert len(solid) == 2 and not panes.active.solid
    left, right = solid
    two.actions_made["camera.front"].trigger()
    assert same(left.camera, right.camera) and not left.camera.parallel
    left.scene.look(left.camera.replace(position=(3.0, -2.0, 2.0)))  # as the mouse does it: the scene alone knows
    gui.wait_for(lambda: same(left.camera, right.camera))
    two.actions_made["panes.cameras"].trigger()
    left.scene.look(left.camera.replace(position=(1.0, -4.0, 2.0)))
    frames = left.view.frames
    gui.wait_for(lambda: left.view.frames > frames)
    assert not same(left.camera, right.camera)
    two.actions_made["panes.cameras"].trigger()


def test_what_is_compared_shares_levels_range_scale_and_threshold(two):
    session = two.desk.session
    small, tilted = session.documents
    session.restyle("Threshold", relief_clip=11.0)
    session.places.arrange(1, 2)
    assert small.style.relief.clip == 11.0  # what comes beside the current one takes its scale
    session.restyle("Scale", relief_scale="linear", levels=7, colormap="magma")
    for place in session.places.all:
        seen = session.seen(place)
        assert (seen.relief.scale, seen.relief.clip, seen.levels, seen.colormap) == ("linear", 11.0, 7, "magma")
    ranges = {(seen.relief.low, seen.relief.high) for seen in map(session.seen, session.places.all)}
    values = [one.landscape.surface.fields["train_loss"] for one in (small, tilted)]
    assert ranges == {(min(map(np.min, values)), max(map(np.max, values)))}
    two.actions_made["edit.undo"].trigger()
    assert {one.style.relief.scale for one in (small, tilted)} == {"log"}
    two.actions_made["panes.scale"].trigger()
    session.restyle("Scale", relief_scale="linear")
    assert {one.style.relief.scale for one in (small, tilted)} == {"log", "linear"}
    assert session.seen().relief.low is None


def test_paths_that_are_compared_have_one_scale_of_colours(window, small_landscape):
    session, other = window.desk.session, deepcopy(small_landscape)
    other.trajectories["run"].columns["train_loss"] *= 3.0
    documents = [session.add(one) for one in (small_landscape, other)]
    session.restyle("View", view="surface")
    session.places.arrange(1, 2)
    losses = [one.landscape.trajectories["run"]["train_loss"] for one in documents]
    span = (min(map(np.nanmin, losses)), max(map(np.nanmax, losses)))
    assert {session.seen(place).path_span for place in session.places.all} == {span}
    shots = [pane.scene.shot for pane in window.stage.panes.all]
    assert {path_span(shot) for shot in shots} == {tuple(shots[0].sheet.relief.transform(np.array(span)).tolist())}
    session.places.arrange(1, 1)
    assert session.seen().path_span is None


def test_panes_that_are_coloured_by_one_field_have_one_range_of_it(two, gui):
    session, panes = two.desk.session, two.stage.panes
    small, tilted = session.documents
    fields = [one.landscape.surface.fields["train_accuracy"] for one in (small, tilted)]
    span = (min(map(np.min, fields)), max(map(np.max, fields)))
    session.restyle("View", view="surface")
    session.places.arrange(1, 2)
    session.restyle("Coloured by", color_field="train_accuracy")
    assert {one.style.color_field for one in (small, tilted)} == {"train_accuracy"}
    gui.wait_for(lambda: all(pane.scene and pane.scene.shot for pane in panes.all))
    assert {pane.scene.shot.sheet.painted_span for pane in panes.all} == {span}  # of each alone it would be another
    session.restyle("View", view="map")
    assert {(seen.color_low, seen.color_high) for seen in map(session.seen, session.places.all)} == {span}
    session.restyle("Colours to", color_high=0.5)
    assert {(seen.color_low, seen.color_high) for seen in map(session.seen, session.places.all)} == {(span[0], 0.5)}
    two.actions_made["edit.undo"].trigger()
    assert {one.style.color_high for one in (small, tilted)} == {None}
    two.actions_made["panes.scale"].trigger()
    assert session.seen().color_low is None and session.seen().color_high is None
    session.restyle("Coloured by", color_field="")
    assert {one.style.color_field for one in (small, tilted)} == {"", "train_accuracy"}


def test_a_landscape_without_the_field_of_the_colours_keeps_its_own(two):
    session = two.desk.session
    small, tilted = session.documents
    tilted.landscape.surface.fields["ratio"] = tilted.landscape.surface.fields["train_accuracy"] - 1.0
    session.places.arrange(1, 2)
    session.restyle("Coloured by", color_field="train_accuracy")
    session.restyle("Coloured by", color_field="ratio")
    assert (tilted.style.color_field, small.style.color_field) == ("ratio", "train_accuracy")
    assert all(session.seen(place).color_low is None for place in session.places.all)


def test_the_pointer_tells_the_values_of_all(two, gui):
    session, panes = two.desk.session, two.stage.panes
    session.restyle("View", view="map")
    session.places.arrange(1, 2)
    panes.all[0].hovered.emit(0.5, 0.5)
    text = two.under_pointer.text()
    assert text.startswith("α 0.5   β 0.5   train loss 17.5") and "      A bowl with a path: " in text
    panes.all[0].left.emit()
    assert two.under_pointer.text() == ""


def test_an_unfair_comparison_is_said_in_words_until_it_is_closed(two):
    session, bar = two.desk.session, two.stage.panes.bar
    assert bar.isHidden()
    session.places.arrange(1, 2)
    assert not bar.isHidden() and bar.text.text().startswith("Not a fair comparison: ") and "reach" in bar.text.text()
    bar.close_button.click()
    assert bar.isHidden()
    session.places.focus(session.places.all[1])
    session.places.focus(session.places.all[0])
    assert bar.isHidden()
    session.places.arrange(1, 1)
    assert bar.isHidden()


def drop(onto, **data: bytes | list[str]) -> QMimeData:
    """Drag something over a pane and let it go there."""
    carried = QMimeData()
    for kind, what in data.items():
        if kind == "files":
            carried.setUrls([QUrl.fromLocalFile(path) for path in what])
        else:
            carried.setData({"landscapes": LANDSCAPES, "pane": PANE}[kind], what)
    how = (Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings(action="ignore"):  # QPoint is deprecated from 6.12, QPointF unknown before
        enter = QDragEnterEvent(QPoint(5, 5), *how)
    QApplication.sendEvent(onto, enter)
    assert enter.isAccepted() and not onto.glow.isHidden()
    QApplication.sendEvent(onto, QDropEvent(QPointF(5, 5), *how))
    assert onto.glow.isHidden()
    return carried


def test_landscapes_files_and_panes_are_dropped_onto_panes(two, saved, line_landscape):
    session, panes = two.desk.session, two.stage.panes
    first, second = session.documents
    session.places.arrange(2, 2)
    drop(panes.all[3], landscapes=pack([first.key]))
    assert session.places.all[3].document is first and session.current is first
    drop(panes.all[0], files=[saved(line_landscape, "line.h5")])
    assert session.places.all[0].document is session.documents[2] and len(session.documents) == 3
    drop(panes.all[0], files=["/nowhere/missing.h5"])
    assert session.places.all[0].document is session.documents[2]
    before = list(session.places.all)
    widgets = panes.all
    drop(panes.all[1], pane=pack([2]))
    assert session.places.all == [before[0], before[2], before[1], before[3]]
    assert panes.all == [widgets[0], widgets[2], widgets[1], widgets[3]]
    drop(panes.all[1], landscapes=pack([second.key, first.key]))  # several fill this pane and those after it
    assert [place.document for place in session.places.all[1:3]] == [first, second]


def test_a_row_of_the_list_carries_its_landscape(two):
    panel = two.docks["landscapes"].panel
    data = panel.mimeData([panel.item(1)])
    assert unpack(data, LANDSCAPES) == [two.desk.session.documents[1].key]


def test_a_pane_is_closed_enlarged_and_given_another_landscape_by_its_header(two):
    session, panes = two.desk.session, two.stage.panes
    places = session.places
    places.arrange(2, 2)
    menu = make_menu(panes.all[1], session, places.all[1])
    entries = {action.text(): action for action in menu.actions()}
    entries["Flat map"].trigger()
    assert places.active is places.all[1] and places.active.style.view == "map"
    entries["Enlarge"].trigger()
    assert [pane.isHidden() for pane in panes.all] == [True, False, True, True]
    panes.all[1].header.enlarged.emit()
    assert not any(pane.isHidden() for pane in panes.all)
    panes.all[0].header.close_button.click()
    assert places.shape == (1, 3) and len(panes.of) == 3
    entries["Close this pane"].trigger()
    assert places.shape == (1, 2)
    menu.deleteLater()


def test_the_difference_is_a_landscape_of_its_own(two, small_landscape, gui):
    session = two.desk.session
    small, tilted = session.documents
    two.actions_made["compare.difference"].trigger()
    made = session.current
    assert made.name == "A tilted plane − A bowl with a path" and made.unsaved and not made.path
    assert made.style.relief.low == -made.style.relief.high
    assert "Not a fair comparison: " in gui.notices(two)[0]
    dialog = paning.difference(two.desk)  # three are open: it asks
    assert isinstance(dialog, Pairing)
    dialog.first.show_value(dialog.documents.index(small))
    dialog.second.show_value(dialog.documents.index(small))
    dialog.go.click()
    assert not dialog.wrong.isHidden()
    dialog.second.show_value(dialog.documents.index(tilted))
    dialog.swap.click()
    dialog.swap.click()
    dialog.go.click()
    assert session.current.name == "A bowl with a path − A tilted plane"
    assert np.array_equal(
        session.current.landscape.surface.fields["train_loss_difference"],
        -made.landscape.surface.fields["train_loss_difference"],
        equal_nan=True,
    )


def test_a_difference_beside_others_keeps_its_colours_and_takes_their_background(two):
    session = two.desk.session
    two.actions_made["compare.difference"].trigger()
    made = session.current
    own = made.style
    session.places.arrange(2, 2)
    session.activate(session.documents[0])
    session.restyle("Colour map", colormap="magma", theme="dark")
    assert (made.style.colormap, made.style.relief, made.style.theme) == (own.colormap, own.relief, "dark")
    assert session.documents[1].style.colormap == "magma"


def test_the_table_has_a_row_for_each_of_two_and_one_for_one(two):
    session, small = two.desk.session, two.desk.session.documents[0]
    two.actions_made["compare.table"].trigger()
    shown = [(place.document, place.style.view) for place in session.places.all]
    assert session.places.shape == (2, 3) and [view for _, view in shown] == ["map", "lines", "surface"] * 2
    assert len({document for document, _ in shown[:3]}) == 1 and len({document for document, _ in shown}) == 2
    session.close(session.documents[1])
    two.actions_made["compare.table"].trigger()
    assert session.places.shape == (1, 3) and {place.document for place in session.places.all} == {small}


def test_all_panes_are_saved_as_one_picture(two, tmp_path, gui):
    session, panes = two.desk.session, two.stage.panes
    session.places.arrange(1, 2)
    gui.wait_for(lambda: all(pane.view.frames for pane in panes.all))
    paning.picture_to(two.desk, Wanted((0, 0), str(tmp_path / "screen.png")))
    image = QImage(str(tmp_path / "screen.png"))
    assert image.width() == panes.area.width() * image.devicePixelRatio() and image.height() > 100
    paning.picture_to(two.desk, Wanted((640, 240), str(tmp_path / "drawn.png")))
    gui.wait_for(lambda: not two.desk.pictures.jobs)
    image = QImage(str(tmp_path / "drawn.png"))
    assert (image.width(), image.height()) == (640, 240)
    for half in (range(0, 300, 7), range(340, 640, 7)):
        assert len({image.pixel(x, y) for x in half for y in range(0, 240, 7)}) > 20
    paning.picture_to(two.desk, Wanted((100, 40), str(tmp_path / "small.png")))
    gui.wait_for(lambda: not two.desk.pictures.jobs)
    assert "too small" in gui.notices(two)[-1]


def test_a_growing_landscape_grows_in_all_its_panes(window, small_landscape, gui):
    session = window.desk.session
    document = session.add(small_landscape)
    session.places.fill(1, 2, [(document, "surface"), (document, "lines")])
    scenes = [pane.scene for pane in window.stage.panes.all]
    before = [scene.rebuilt["sheet"] for scene in scenes]
    session.add_patch(session.current, Patch(np.array([60]), {"train_loss": np.array([99.0])}, samples=60))
    gui.wait_for(lambda: all(scene.rebuilt["sheet"] > was for scene, was in zip(scenes, before, strict=True)))
