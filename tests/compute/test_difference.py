"""Differences: exact on shared nodes, bilinear between, never beyond both; what is missing in one is missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.difference import COLORMAP, difference_style, is_difference, subtract
from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.storage import load, save
from lossvista.compute.style import Style
from lossvista.compute.surface import FieldInfo, Mark, Surface

NAME = "train_loss_difference"


def plane(f, alpha: np.ndarray, beta: np.ndarray, title: str = "A", **trust: object) -> Landscape:
    a, b = np.meshgrid(alpha, beta)
    surface = Surface(
        Grid(alpha, beta), {"train_loss": f(a, b)}, info={"train_loss": FieldInfo("train", "nats", "loss")}
    )
    surface.evaluated[:], surface.samples[:] = Mark.EVALUATED, 60
    axes = [Axis(label, "random", 0, "filter") for label in "αβ"]
    return Landscape(surface, title, axes, trust={"samples": 60, **trust}, provenance={"weights_hash": title})


coefficients = st.tuples(*[st.floats(-3, 3)] * 4)
axes = st.tuples(st.floats(-2, -0.5), st.floats(0.5, 2), st.integers(3, 9))


def bilinear(c):
    return lambda a, b: c[0] + c[1] * a + c[2] * b + c[3] * a * b


@given(coefficients, coefficients, axes, axes, axes, axes)
def test_of_bilinear_surfaces_the_difference_is_exact_on_any_two_grids_that_overlap(c, d, x1, y1, x2, y2):
    one = plane(bilinear(c), ticks(*x1), ticks(*y1))
    other = plane(bilinear(d), ticks(*x2), ticks(*y2), "B")
    try:
        found = subtract(one, other)
    except LossvistaError as error:
        assert "overlap" in error.hint
        return
    grid = found.surface.grid
    a, b = np.meshgrid(grid.alpha, grid.beta)
    assert np.allclose(found.surface.fields[NAME], bilinear(c)(a, b) - bilinear(d)(a, b), atol=1e-9)
    for at, (first, second) in ((grid.alpha, (x1, x2)), (grid.beta, (y1, y2))):  # nothing beyond either of them
        assert at[0] >= max(first[0], second[0]) - 1e-6 and at[-1] <= min(first[1], second[1]) + 1e-6
    back = subtract(other, one)
    assert np.allclose(back.surface.fields[NAME], -found.surface.fields[NAME], atol=1e-12)


def test_on_one_grid_nothing_is_interpolated():
    axis = ticks(-1, 1, 7)
    found = subtract(plane(lambda a, b: a * a, axis, axis), plane(lambda a, b: b, axis, axis, "B"))
    a, b = np.meshgrid(axis, axis)
    assert np.array_equal(found.surface.fields[NAME], a * a - b)
    assert (found.surface.evaluated == Mark.EVALUATED).all() and (found.surface.samples == 60).all()


def test_points_between_nodes_are_marked_as_interpolated_and_only_these():
    fine, coarse = ticks(-1, 1, 9), ticks(-1, 1, 5)
    found = subtract(plane(lambda a, b: a, fine, fine), plane(lambda a, b: b, coarse, coarse, "B")).surface
    assert found.grid.shape == (9, 9)
    on = np.zeros((9, 9), bool)
    on[::2, ::2] = True
    assert np.array_equal(found.evaluated == Mark.EVALUATED, on)
    assert np.array_equal(found.evaluated == Mark.INTERPOLATED, ~on)


@pytest.mark.parametrize("mark", [Mark.NOT_YET, Mark.FAILED, Mark.BOUND])
def test_where_one_has_no_value_there_is_no_difference_and_its_neighbours_keep_theirs(mark):
    fine, coarse = ticks(-1, 1, 5), ticks(-1, 1, 3)
    one, other = plane(lambda a, b: a, fine, fine), plane(lambda a, b: b, coarse, coarse, "B")
    other.surface.evaluated[1, 1] = mark
    found = subtract(one, other).surface
    gone = np.zeros((5, 5), bool)
    gone[1:4, 1:4] = True  # all points to which the centre contributes
    assert np.array_equal(np.isnan(found.fields[NAME]), gone)
    assert np.array_equal(found.evaluated == Mark.FAILED, gone) and (found.samples[gone] == 0).all()


def test_a_value_that_is_not_a_number_stays_none_and_estimates_stay_estimates():
    axis = ticks(-1, 1, 3)
    one, other = plane(lambda a, b: a, axis, axis), plane(lambda a, b: b, axis, axis, "B")
    one.surface.fields["train_loss"][0, 0] = np.inf
    one.surface.evaluated[2, 2], one.surface.samples[2, 2] = Mark.ESTIMATED, 7
    found = subtract(one, other).surface
    assert np.isnan(found.fields[NAME][0, 0]) and np.isfinite(found.fields[NAME]).sum() == 8
    assert found.evaluated[2, 2] == Mark.ESTIMATED and found.samples[2, 2] == 7


def test_it_says_of_what_it_is_and_why_that_is_not_fair(tmp_path):
    axis = ticks(-1, 1, 5)
    one, other = plane(lambda a, b: a, axis, axis), plane(lambda a, b: b, axis, axis, "B", samples=600)
    found = subtract(one, other)
    assert found.title == "A − B" and is_difference(found) and not is_difference(one)
    kept = load(save(found, tmp_path / "d.h5")).provenance["difference"]
    assert (kept["a"]["weights_hash"], kept["b"]["weights_hash"]) == ("A", "B")
    assert "samples" in kept["unfair"][0]
    assert found.surface.info[NAME] == FieldInfo("train", "nats", "Δ loss")
    assert [axis.method for axis in found.axes] == ["random", "random"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=9, max_size=9))
def test_its_colours_are_centred_at_zero(values):
    axis = ticks(-1, 1, 3)
    zero = plane(lambda a, b: 0 * a, axis, axis, "B")
    found = subtract(plane(lambda a, b: np.array(values).reshape(3, 3), axis, axis), zero)
    style = difference_style(found, Style(colormap="magma"))
    relief = style.relief.resolved(found.surface.fields[NAME])
    assert style.colormap == COLORMAP and relief.low == -relief.high
    assert relief.share(np.array([0.0])) == pytest.approx(0.5)
    assert np.isfinite(relief.share(np.array(values))).all()


def test_lines_have_differences_too_but_none_with_planes():
    axis = ticks(-1, 1, 5)
    line = plane(lambda a, b: a, axis, np.zeros(1))
    line.surface.grid = Grid(axis, np.zeros(1), line=True)
    assert np.array_equal(subtract(line, line).surface.fields[NAME], np.zeros((1, 5)))
    with pytest.raises(LossvistaError, match="line and a plane"):
        subtract(line, plane(lambda a, b: a, axis, axis))


def test_what_cannot_be_subtracted_is_a_sentence():
    axis = ticks(-1, 1, 5)
    one = plane(lambda a, b: a, axis, axis)
    with pytest.raises(LossvistaError, match="along β one runs from -1 to 1, the other from 3 to 4"):
        subtract(one, plane(lambda a, b: a, axis, ticks(3, 4, 5)))
    other = plane(lambda a, b: a, axis, axis)
    other.surface.fields = {"test_loss": other.surface.fields["train_loss"]}
    with pytest.raises(LossvistaError, match="no field in common"):
        subtract(one, other)
    with pytest.raises(LossvistaError, match="no field called 'test_loss'"):
        subtract(one, other, "test_loss")
