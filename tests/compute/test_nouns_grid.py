"""Grid: exact centre, mirror symmetry, orientation, and an order that is coarse to fine and complete."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.grid import Grid, through_zero, ticks

COUNTS = st.integers(1, 24)


@given(reach=st.floats(1e-9, 1e9), half=st.integers(1, 500))
def test_an_odd_symmetric_axis_holds_exactly_zero_and_is_its_own_mirror_image(reach: float, half: int) -> None:
    axis = ticks(-reach, reach, 2 * half + 1)
    assert axis[half] == 0.0
    assert np.array_equal(axis, -axis[::-1])
    assert (axis[0], axis[-1]) == (-reach, reach)
    assert (np.diff(axis) > 0).all()


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), count=st.integers(2, 400))
def test_ticks_are_even_increasing_and_end_where_they_should(low: float, width: float, count: int) -> None:
    axis = ticks(low, low + width, count)
    assert len(axis) == count
    assert np.allclose([axis[0], axis[-1]], [low, low + width], rtol=0, atol=1e-11 * (abs(low) + width))
    assert np.allclose(np.diff(axis), width / (count - 1), rtol=1e-6, atol=1e-9 * (abs(low) + width))


@given(low=st.floats(-1e3, 0), high=st.floats(0, 1e3), count=st.integers(3, 200))
def test_a_range_around_zero_is_widened_to_hold_it_by_about_a_step_at_most(low: float, high: float, count: int) -> None:
    if high - low < 1e-6:
        return
    wide_low, wide_high = through_zero(low, high, count)
    step = (wide_high - wide_low) / (count - 1)
    assert 0.0 in ticks(wide_low, wide_high, count)
    assert wide_low <= low + 1e-9 * step
    assert wide_high >= high - 1e-9 * step
    assert (wide_high - wide_low) - (high - low) <= 1.5 * step


def test_a_single_tick_is_the_low_end() -> None:
    assert ticks(-1.0, 1.0, 1).tolist() == [-1.0]


@given(nx=COUNTS, ny=COUNTS)
def test_coarse_to_fine_visits_every_point_once(nx: int, ny: int) -> None:
    grid = Grid(ticks(-1, 1, nx), ticks(-1, 1, ny))
    order = grid.coarse_to_fine()
    assert np.array_equal(np.sort(order), np.arange(grid.size))


@given(nx=st.integers(3, 24), ny=st.integers(3, 24))
def test_the_first_points_are_the_corners_and_the_lattices_are_nested(nx: int, ny: int) -> None:
    grid = Grid(ticks(-1, 1, nx), ticks(-1, 1, ny))
    corners = {0, nx - 1, (ny - 1) * nx, ny * nx - 1}
    assert set(grid.coarse_to_fine()[:4].tolist()) == corners
    for (rows, columns), (more_rows, more_columns) in zip(grid.levels, grid.levels[1:], strict=False):
        assert set(rows) <= set(more_rows)
        assert set(columns) <= set(more_columns)
    rows, columns = grid.levels[-1]
    assert (len(rows), len(columns)) == grid.shape


def test_the_centre_of_an_odd_grid_comes_with_the_second_lattice() -> None:
    grid = Grid(ticks(-1, 1, 51), ticks(-1, 1, 51))
    assert 25 * 51 + 25 in grid.coarse_to_fine()[:9]


@given(nx=COUNTS, ny=COUNTS, data=st.data())
def test_points_are_row_major_with_alpha_along_the_row(nx: int, ny: int, data: st.DataObject) -> None:
    grid = Grid(ticks(-1, 2, nx), ticks(-3, 5, ny))
    i, j = data.draw(st.integers(0, nx - 1)), data.draw(st.integers(0, ny - 1))
    assert grid.points(np.array([j * nx + i])).tolist() == [[grid.alpha[i], grid.beta[j]]]
    flat = grid.points(np.arange(grid.size))
    losses = (flat[:, 0] + 10 * flat[:, 1]).reshape(grid.shape)
    assert np.array_equal(losses, grid.alpha[None, :] + 10 * grid.beta[:, None])


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 120))
def test_a_sparse_choice_has_no_more_than_asked_and_even_steps(nx: int, ny: int, most: int) -> None:
    chosen = Grid(ticks(-1, 1, nx), ticks(-1, 1, ny)).sparse(most)
    rows, columns = chosen.any(axis=1), chosen.any(axis=0)
    assert 1 <= rows.sum() <= most and 1 <= columns.sum() <= most and chosen[0, 0]
    assert (chosen == (rows[:, None] & columns[None, :])).all()
    assert len(set(np.diff(np.flatnonzero(columns)))) <= 1
