"""Series and scales: smoothing keeps what is constant, thinning keeps what is extreme, ticks lie within their axis."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.training.scale import Scale, spanning
from lossvista.app.training.series import Series, drops, smoothed, thinned

values = st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=3, max_size=60).map(np.array)


@given(values, st.integers(2, 30))
def test_a_smoothed_line_stays_between_its_lowest_and_highest_value(y, width):
    smooth = smoothed(y, width)
    known = y[np.isfinite(y)]
    assert len(smooth) == len(y)
    if not len(known):
        assert np.isnan(smooth).all()
        return
    room = 1e-6 * max(1.0, np.abs(known).max())
    inside = smooth[np.isfinite(smooth)]
    assert ((inside >= known.min() - room) & (inside <= known.max() + room)).all()


def test_smoothing_is_a_mean_of_neighbours_and_not_of_the_past():
    y = np.zeros(101)
    y[50] = 1.0
    smooth = smoothed(y, 5)
    assert smooth.sum() == pytest.approx(1.0) and np.allclose(smooth, smooth[::-1]) and 0.1 < smooth[50] < 0.3
    assert np.array_equal(smoothed(y, 1), y)


@given(st.integers(1, 40), st.integers(0, 10**6))
def test_thinning_keeps_ends_and_extremes(columns, seed):
    rng = np.random.default_rng(seed)
    x, y = np.cumsum(rng.random(2000) + 1e-3), rng.normal(size=2000)
    y[rng.random(2000) < 0.1] = np.nan
    few_x, few_y = thinned(x, y, columns)
    assert len(few_x) <= 4 * columns and (np.diff(few_x) > 0).all()
    assert few_x[0] == x[0] and few_x[-1] == x[-1]
    assert np.nanmin(few_y) == np.nanmin(y) and np.nanmax(few_y) == np.nanmax(y)


def test_a_short_line_is_not_thinned():
    x = np.arange(10.0)
    assert thinned(x, x, 100)[0] is x


@pytest.mark.parametrize("log", [False, True])
@given(st.floats(1e-8, 1e8), st.floats(1.001, 1e9), st.integers(2, 9))
def test_ticks_are_few_and_within_the_axis(log, low, factor, count):
    scale = Scale(low, low * factor, log)
    ticks = [value for value, _ in scale.ticks(count)]
    assert len(ticks) <= 2 * count + 2 and ticks == sorted(set(ticks))
    room = 1e-6 * (scale.high - scale.low)
    back = [scale.at(float(scale.place(np.array([value]))[0])) for value in ticks]
    assert np.allclose(back, ticks, rtol=1e-6, atol=room)
    assert all(scale.low * (1 - 1e-6) - room <= value <= scale.high * (1 + 1e-6) + room for value in ticks)


def test_a_narrow_axis_has_two_numbers():
    assert [words for _, words in Scale(0.57, 1.02).ticks(3)] == ["0.6", "0.8", "1"]


def test_a_scale_spans_what_can_be_drawn():
    assert spanning([np.array([np.nan]), np.zeros(0)]) is None
    assert spanning([np.array([-1.0, 0.0])], log=True) is None
    scale = spanning([np.array([0.0, 1e-3, 10.0, np.inf])], log=True)
    assert scale is not None and 0 < scale.low < 1e-3 and 10 < scale.high < 100
    flat = spanning([np.array([2.0, 2.0])])
    assert flat is not None and flat.low < 2 < flat.high


def test_drops_are_falls_and_not_a_smooth_decline():
    x = np.arange(9.0)
    assert drops(x, np.array([1, 1, 1, 0.1, 0.1, 0.1, 0.01, np.nan, 0.01])).tolist() == [3, 6]
    assert not len(drops(x, np.linspace(1, 0.7, 9)))
    assert not len(drops(x[:1], np.ones(1)))


def test_the_value_at_a_place_is_the_nearest_known_one():
    series = Series("loss", np.array([0.0, 1.0, 2.0]), np.array([5.0, np.nan, 7.0]))
    assert series.at(0.9) == 5.0 and series.at(1.1) == 7.0 and series.last == 7.0
    assert math.isnan(Series("none", np.zeros(0), np.zeros(0)).at(1.0))
