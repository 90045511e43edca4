"""Flight: the camera goes with the ball, without a jerk, and never through the surface, whatever path and surface are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.scene.camera import ANGLE
from lossvista.app.scene.drape import drape
from lossvista.app.scene.flight import STEPS, between, cameras, ease, flight, smooth
from lossvista.app.scene.sheet import Sheet
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.relief import Relief
from lossvista.compute.style import Camera
from lossvista.compute.surface import Patch, Surface

heights = st.lists(st.floats(0.01, 100.0), min_size=36, max_size=36)
spots = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-0.3, 1.2)), min_size=1, max_size=9)


def sheet_of(losses, height: float = 1.0) -> Sheet:
    surface = Surface(Grid(ticks(-1, 1, 6), ticks(-1, 1, 6)))
    surface.add(Patch(np.arange(36), {"train_loss": np.array(losses)}))
    return Sheet(Landscape(surface), Relief(height=height))


@given(heights, spots)
def test_no_eye_is_below_the_surface_on_its_way(losses, points) -> None:
    sheet = sheet_of(losses)
    flown = flight(sheet, np.array(points), np.arange(float(len(points))))
    shares = np.linspace(0, 1, 4 * STEPS)
    eyes = np.stack([np.interp(shares, flown.shares, column) for column in flown.eyes.T], axis=1)
    ground = drape(sheet, eyes[:, 0], eyes[:, 1])
    over = np.isfinite(ground)
    assert (eyes[over, 2] > ground[over]).all()


@given(heights, spots)
def test_the_way_of_the_eye_has_no_jerks(losses, points) -> None:
    sheet = sheet_of(losses)
    flown = flight(sheet, np.array(points), np.arange(float(len(points))))
    assert np.isfinite(flown.eyes).all() and np.isfinite(flown.focuses).all()
    steps = np.linalg.norm(np.diff(flown.eyes, axis=0), axis=1)
    assert steps.max() < 0.35  # of a floor 2 wide, in 1/240 of the way
    away = np.linalg.norm((flown.eyes - flown.focuses)[:, :2], axis=1)
    assert away.min() > 0.5  # it looks ahead, never straight down


def test_it_follows_the_ball_from_behind() -> None:
    sheet = sheet_of(np.ones(36))
    points = np.stack([np.linspace(-0.9, 0.9, 7), np.zeros(7), np.zeros(7)], axis=1)
    flown = flight(sheet, points, np.arange(7.0))
    for share in (0.2, 0.5, 0.8):
        camera = flown.at(share)
        x = -0.9 + 1.8 * share
        assert camera.focus[0] == pytest.approx(x, abs=0.1) and camera.angle == ANGLE
        assert camera.position[0] < x - 1 and camera.position[2] > 0.5


def test_a_wall_between_makes_it_rise_and_what_is_cut_away_does_not() -> None:
    losses = np.ones((6, 6))
    losses[:, 2] = 50.0  # a ridge across the way, behind the ball when that has passed
    sheet = sheet_of(losses.ravel(), height=2.0)
    points = np.stack([np.linspace(0.4, 0.9, 5), np.zeros(5), np.zeros(5)], axis=1)
    over, through = (flight(sheet, points, np.arange(5.0), top=top) for top in (np.inf, 0.1))
    assert over.eyes[:, 2].max() > through.eyes[:, 2].max() + 0.3


def test_smooth_runs_through_all_points_without_overshooting() -> None:
    points = np.array([[0, 0, 1.0], [0.5, 0, 0.2], [0.5, 0, 0.2], [0.6, 0.1, 0.0]])
    way = smooth(points, np.array([0.0, 1.0, 1.0, 2.0]))
    assert len(way) == STEPS and way[:, 2].min() >= 0 and way[:, 2].max() <= 1
    np.testing.assert_allclose(way[[0, -1]], points[[0, -1]])
    np.testing.assert_array_equal(smooth(points[:1], np.zeros(1)), np.repeat(points[:1], STEPS, axis=0))


def test_films_start_and_stop_softly() -> None:
    points = np.stack([np.linspace(-0.9, 0.9, 7), np.zeros(7), np.zeros(7)], axis=1)
    flown = flight(sheet_of(np.ones(36)), points, np.arange(7.0))
    taken = cameras(flown, 60)
    assert len(taken) == 60 and taken[0] == flown.at(0.0) and taken[-1] == flown.at(1.0)
    moved = np.linalg.norm(np.diff([c.position for c in taken], axis=0), axis=1)
    assert moved[0] < 0.3 * moved[30] and moved[-1] < 0.3 * moved[30]
    np.testing.assert_allclose(ease(np.array([-1, 0, 0.5, 1, 2])), [0, 0, 0.5, 1, 1])


def test_between_two_cameras() -> None:
    first = Camera(position=(0, 0, 1), focus=(0, 0, 0), angle=20)
    second = Camera(position=(2, 0, 1), focus=(0, 1, 0), angle=30)
    half = between(first, second, 0.5)
    assert half.position == (1, 0, 1) and half.focus == (0, 0.5, 0) and half.angle == 25
    assert between(first, second, 0) == first and between(first, second, 1) == second
