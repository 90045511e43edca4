"""Reading, pins and measuring: stored values at nodes, bilinear ones between, slopes, distances, and the highest point on the way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.measure import bilinear, crest, measure
from lossvista.compute.pins import MOST, Pin, changed, pinned, without
from lossvista.compute.reading import length, read
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Patch, Surface

values = st.lists(st.floats(-50, 50), min_size=20, max_size=20)
place = st.tuples(st.floats(-1, 2), st.floats(-1, 1))


def drawn(losses) -> Surface:
    surface = Surface(Grid(ticks(-1, 2, 5), ticks(-1, 1, 4)))
    surface.add(Patch(np.arange(20), {"train_loss": np.array(losses, float)}, 60))
    return surface


@given(values, st.integers(0, 3), st.integers(0, 4))
def test_a_node_reads_what_is_stored_there(losses, j, i) -> None:
    surface = drawn(losses)
    reading = read(Landscape(surface), "train_loss", float(surface.grid.alpha[i]), float(surface.grid.beta[j]))
    assert reading is not None and reading.at_node
    assert reading.main.value == surface.fields["train_loss"][j, i]
    assert reading.mark == Mark.EVALUATED and reading.samples == 60


def test_between_nodes_it_is_the_bilinear_value_and_says_so(tilted_landscape) -> None:
    reading = read(tilted_landscape, "train_loss", 0.13, -0.41)
    assert reading is not None and not reading.at_node
    assert reading.main.value == pytest.approx(12 + 0.13 - 4.1)
    assert reading.slope == pytest.approx((1.0, 10.0))
    assert [v.name for v in reading.values] == ["train_loss", "train_accuracy"]
    assert read(tilted_landscape, "train_loss", 2.01, 0.0) is None
    assert read(tilted_landscape, "nothing", 0.0, 0.0) is None


def test_at_nodes_and_rims_the_slope_is_that_of_a_plane_too(tilted_landscape) -> None:
    grid = tilted_landscape.surface.grid
    for alpha, beta in ((-1.0, -1.0), (2.0, 1.0), (float(grid.alpha[2]), float(grid.beta[3])), (0.1, 0.0)):
        reading = read(tilted_landscape, "train_loss", alpha, beta)
        assert reading is not None and reading.slope == pytest.approx((1.0, 10.0))


def test_the_least_certain_node_decides_and_only_those_that_count(small_landscape) -> None:
    surface = small_landscape.surface
    surface.evaluated[5, 6] = Mark.INTERPOLATED
    near, on_the_edge = (read(small_landscape, "train_loss", 0.1, beta) for beta in (0.05, 0.2))
    assert near is not None and near.mark == Mark.INTERPOLATED
    assert on_the_edge is not None and on_the_edge.mark == Mark.EVALUATED


def test_a_line_is_read_along_its_axis(line_landscape) -> None:
    reading = read(line_landscape, "train_loss", 0.5, 7.0)
    assert reading is not None and reading.beta == 0.0 and reading.distance == 0.5
    assert math.isnan(reading.slope[1]) and reading.slope[0] > 0
    assert reading.length == pytest.approx(0.75)  # the axis's norm is 1.5


@pytest.mark.parametrize("cosine", [0.0, 0.5, -1.0])
def test_lengths_in_weight_space_take_norms_and_angle(small_landscape, cosine) -> None:
    small_landscape.axes = [Axis("α", norm=3.0), Axis("β", norm=2.0)]
    small_landscape.trust["cosine"] = cosine
    gram = np.array([[9.0, 6 * cosine], [6 * cosine, 4.0]])
    step = np.array([0.7, -0.4])
    assert length(small_landscape, *step) == pytest.approx(math.sqrt(step @ gram @ step))
    del small_landscape.trust["cosine"]
    assert math.isnan(length(small_landscape, *step)) and length(small_landscape, 0.7, 0.0) == pytest.approx(2.1)
    assert math.isnan(length(Landscape(small_landscape.surface), 0.7, 0.0))


@given(values, place, place)
def test_the_highest_point_on_the_way_is_no_lower_than_any_other(losses, first, second) -> None:
    surface = drawn(losses)
    highest, at, whole = crest(surface, "train_loss", first, second)
    share = np.linspace(0, 1, 101)
    along = [
        surface.probe(*(np.array(first) + t * np.subtract(second, first)).tolist(), "train_loss")[0] for t in share
    ]
    slack = 1e-9 * (1 + np.abs(losses).max())
    assert whole and highest >= max(along) - slack
    there = (np.array(first) + at * np.subtract(second, first)).clip([-1, -1], [2, 1]).tolist()
    assert surface.probe(*there, "train_loss")[0] == pytest.approx(highest, abs=1e-6 * (1 + np.abs(losses).max()))


def test_the_top_within_a_cell_is_found_exactly() -> None:
    surface = Surface(Grid(np.array([0.0, 1.0]), np.array([0.0, 1.0])))
    surface.add(Patch(np.arange(4), {"train_loss": np.array([0.0, 4.0, 4.0, 0.0])}, 1))  # 4(α + β) − 8αβ
    assert crest(surface, "train_loss", (0.0, 0.0), (1.0, 1.0)) == pytest.approx((2.0, 0.5, True))


def test_two_pins_measure(small_landscape) -> None:
    first, second = Pin(alpha=-0.5, beta=0.25), Pin(alpha=0.5, beta=-0.5)
    told = measure(small_landscape, "train_loss", first, second)
    surface = small_landscape.surface
    assert (told.d_alpha, told.d_beta, told.distance) == (1.0, -0.75, 1.25)
    assert told.first == surface.probe(-0.5, 0.25, "train_loss")[0]
    assert told.difference == told.second - told.first and told.ratio == told.second / told.first
    assert told.highest >= max(told.first, told.second) and told.barrier >= 0
    same = measure(small_landscape, "train_loss", first, first)
    assert same.distance == same.difference == same.barrier == 0 and same.ratio == 1


def test_a_hole_on_the_way_is_said(holed_landscape) -> None:
    told = measure(holed_landscape, "train_loss", Pin(alpha=-0.6, beta=-0.6), Pin(alpha=0.2, beta=-0.4))
    assert not told.whole and math.isfinite(told.highest)
    outside = measure(holed_landscape, "train_loss", Pin(alpha=-3), Pin(alpha=0.0))
    assert math.isnan(outside.first) and not outside.whole


def test_pins_are_numbered_renamed_moved_and_taken_out() -> None:
    pins = pinned(pinned((), 0.1, 0.2), 0.3)
    assert [pin.text for pin in pins] == ["1", "2"]
    pins = changed(pins, 0, text="minimum")
    assert [pin.text for pin in pinned(pins, 0, 0)] == ["minimum", "2", "1"]
    assert changed(pins, 1, alpha=-1.0)[1] == Pin(alpha=-1.0, text="2")
    assert without(pins, [0]) == pins[1:]
    many: tuple[Pin, ...] = ()
    for _ in range(MOST + 3):
        many = pinned(many, 0, 0)
    assert len({pin.text for pin in many}) == len(many) == MOST
    with pytest.raises(LossvistaError):
        changed(pins, 0, alpha=math.nan)


def test_pins_are_written_and_read_with_the_look() -> None:
    style = Style(pins=(Pin(alpha=0.5, beta=-0.25, text="a\tname"),))
    assert Style.model_validate_json(style.model_dump_json(exclude_defaults=True)) == style


@given(values, st.lists(place, min_size=1, max_size=6))
def test_many_points_are_probed_as_one_is(losses, places) -> None:
    losses[7] = math.nan
    surface = drawn(losses)
    spots = np.array([*places, *surface.grid.points(np.arange(20)), (2.5, 0.0)])
    found = bilinear(surface, "train_loss", *spots.T)
    expected = [surface.probe(a, b, "train_loss")[0] for a, b in spots[:-1].tolist()]
    np.testing.assert_allclose(found[:-1], expected, rtol=1e-12, atol=1e-9)
    assert math.isnan(found[-1])
