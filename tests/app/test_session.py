"""The session: documents, undo of looks, and looks beside their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.looks import read_style, style_path, write_style
from lossvista.app.session import Session
from lossvista.compute.errors import LossvistaError
from lossvista.compute.landscape import Landscape
from lossvista.compute.style import Camera, Style
from lossvista.compute.surface import Patch, Surface


@pytest.fixture
def session(qapp) -> Session:
    return Session()


def test_closing_brings_the_neighbour_to_the_front(session, small_landscape, tilted_landscape, line_landscape):
    a, b, c = (session.add(one) for one in (small_landscape, tilted_landscape, line_landscape))
    seen = []
    session.current_changed.connect(seen.append)
    session.activate(b)
    session.close(b)
    assert session.current is c
    session.close(c)
    session.close(a)
    assert seen == [b, c, a, None] and session.documents == []


def test_patches_reach_the_landscape_and_are_told(session, empty_landscape):
    document = session.add(empty_landscape)
    told = []
    session.values_changed.connect(told.append)
    session.add_patch(document, Patch(np.array([3]), {"train_loss": np.array([0.5])}, samples=10))
    assert told == [document] and document.field == "train_loss" and document.drawable


changes = st.lists(
    st.tuples(st.sampled_from(["levels", "relief_height", "view"]), st.integers(2, 9), st.booleans(), st.booleans()),
    max_size=12,
)


@given(changes)
def test_undo_goes_all_the_way_back_and_redo_all_the_way_forth(qapp, steps):
    session = Session()
    document = session.add(Landscape(Surface(grid=_grid())))
    first = document.style
    for name, value, dragging, settle in steps:
        given_value = ["surface", "contours", "wireframe", "lines", "map"][value % 5] if name == "view" else value
        session.restyle(name, dragging=dragging, **{name: given_value})
        if settle:
            session.settle()
    last = document.style
    while session.undo.canUndo():
        session.undo.undo()
    assert document.style == first
    while session.undo.canRedo():
        session.undo.redo()
    assert document.style == last


def _grid():
    from lossvista.compute.grid import Grid, ticks

    return Grid(ticks(-1, 1, 3), ticks(-1, 1, 3))


def test_a_change_that_changes_nothing_is_no_step(session, small_landscape):
    document = session.add(small_landscape)
    session.restyle("View", view=document.style.view)
    assert document.stack.count() == 0


def test_a_drag_that_comes_back_leaves_no_step(session, small_landscape):
    document = session.add(small_landscape)
    before = document.style.levels
    for levels in (30, 40, before):
        session.restyle("Lines", dragging=True, levels=levels)
    assert document.stack.count() == 0 and document.style.levels == before


def test_a_look_is_kept_beside_its_file(tmp_path):
    style = Style(view="lines", colormap="magma", camera=Camera(position=(1, 2, 3), focus=(0, 0, 0)))
    path = str(tmp_path / "a b.h5")
    assert read_style(path) is None
    assert write_style(path, style) == style_path(path) == Path(tmp_path / "a b.style.json")
    assert read_style(path) == style
    style_path(path).write_text('{"view": "spiral"}')
    with pytest.raises(LossvistaError, match="look"):
        read_style(path)


def test_a_look_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(LossvistaError, match="There is no folder"):
        write_style(str(tmp_path / "missing" / "a.h5"), Style())


def test_a_path_that_grows_takes_the_place_of_the_shorter_one(qapp, small_landscape):
    session, told = Session(), []
    session.values_changed.connect(told.append)
    document = session.add(small_landscape, "a.h5")
    path = small_landscape.trajectories["run"]
    longer = path.extended({"alpha": np.array([0.5]), "distance": np.array([9.0]), "offset": np.array([4.0])})
    session.grow(document, {"run": longer})
    assert document.landscape.trajectories["run"] is longer and told == [document] and document.unsaved
    assert document.landscape.trust["path_distance"] == 9.0 and document.landscape.trust["path_length"] == 4.0
    assert len(path) == len(longer) - 1 and np.isnan(longer["train_loss"][-1]) and longer["alpha"][-1] == 0.5
