"""Playback in the scene: the ball is at the path's place, what was reached is drawn, what is ahead is faint, and all comes back."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.app.scene.playback import BALL
from lossvista.compute.style import Style
from lossvista.compute.timeline import Timeline
from lossvista.compute.trajectory import Trajectory


def ball(scene) -> np.ndarray:
    """The middle of the (only) ball."""
    low, high = np.array(scene.playback.balls.GetBounds()).reshape(3, 2).T
    return (low + high) / 2


def test_the_ball_is_where_the_path_is(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style())
    route = scene._sheet.route(small_landscape.trajectories["run"])[0]
    scene.playback.show("epoch", 1.5)  # checkpoint 3
    np.testing.assert_allclose(ball(scene), route[3], atol=0.02 * BALL)
    scene.playback.show("epoch", 1.625)
    np.testing.assert_allclose(ball(scene), (3 * route[3] + route[4]) / 4, atol=0.02 * BALL)
    assert scene.playback.tube.GetBounds()[1] == pytest.approx(ball(scene)[0], abs=0.02)


def test_the_way_ahead_is_faint_until_it_rests(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style())
    whole = draw()
    pictures = []
    for time in (0.0, 1.0, 2.5, 4.0):
        scene.playback.show("epoch", time)
        pictures.append(draw().tobytes())
    assert len(set(pictures)) == 4
    scene.playback.rest()
    np.testing.assert_array_equal(draw(), whole)


def test_it_hides_with_the_path_and_returns_with_it(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style())
    scene.playback.show("epoch", 2.0)
    scene.show(small_landscape, Style(path=False))
    assert not scene.playback.balls.GetVisibility()
    scene.show(small_landscape, Style().relieved(clip=0.001))  # a message in place of the picture
    assert scene.message and not scene.playback.balls.GetVisibility()
    scene.show(small_landscape, Style())
    assert scene.playback.balls.GetVisibility()
    scene.show(small_landscape, Style().relieved(clip=0.001))
    scene.show(small_landscape, Style())
    assert scene.playback.balls.GetVisibility()


def test_several_paths_run_by_one_clock(scene, small_landscape) -> None:
    path = small_landscape.trajectories["run"]
    late = {name: column[:5].copy() for name, column in path.columns.items()}
    late["alpha"] = -late["alpha"]
    small_landscape.trajectories["late"] = Trajectory(late)
    scene.show(small_landscape, Style())
    timeline, courses = scene.playback.courses(scene.shot)
    scene.playback.show("epoch", 4.0)  # the second has ended at 2
    ends = {name: course.at(timeline.place(name, 4.0)) for name, course in courses.items()}
    np.testing.assert_allclose(ends["late"], scene._sheet.route(Trajectory(late))[0][-1])
    x0, x1 = scene.playback.balls.GetBounds()[:2]
    assert x0 == pytest.approx(min(e[0] for e in ends.values()) - BALL, abs=1e-3)
    assert x1 == pytest.approx(max(e[0] for e in ends.values()) + BALL, abs=1e-3)


def test_another_clock_leaves_the_paths_whole(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style())
    whole = draw()
    scene.playback.show("step", 20.0)
    np.testing.assert_array_equal(draw(), whole)


def test_losses_that_are_unknown_are_passed_over(scene, draw, small_landscape) -> None:
    path = small_landscape.trajectories["run"]
    path.columns["train_loss"][3:5] = np.nan
    scene.show(small_landscape, Style())
    route = scene._sheet.route(path)[0]
    scene.playback.show("epoch", 1.75)  # between checkpoints 3 and 4, of which neither has a loss
    draw()
    np.testing.assert_allclose(ball(scene), (route[2] + route[5]) / 2, atol=0.02 * BALL)


def test_a_path_that_grows_runs_on(scene, small_landscape) -> None:
    path = small_landscape.trajectories["run"]
    scene.show(small_landscape, Style())
    scene.playback.show("epoch", 4.0)
    before = ball(scene)
    more = {name: np.array([v]) for name, v in (("alpha", 0.5), ("beta", 0.5), ("epoch", 5.0), ("train_loss", 1.0))}
    small_landscape.trajectories["run"] = path.extended(more)
    scene.refresh()
    np.testing.assert_allclose(ball(scene), before, atol=1e-6)
    assert Timeline.of(small_landscape.trajectories).end == 5.0
    scene.playback.show("epoch", 5.0)
    assert np.linalg.norm(ball(scene) - before) > 0.3


@pytest.mark.parametrize("look", [{"path_color": "one"}, {"path_color": "name"}, {"path_shape": "line"}])
def test_what_was_reached_is_drawn_as_the_path_is(scene, draw, small_landscape, look) -> None:
    path = small_landscape.trajectories["run"]
    small_landscape.trajectories["other"] = Trajectory({**path.columns, "alpha": -path["alpha"]})
    style = Style(**look, floor=False)
    scene.show(small_landscape, style)
    whole = draw().astype(int)
    scene.playback.show("epoch", 4.0)  # all of it: but for the balls, the picture is nearly the same
    differ = np.abs(draw().astype(int) - whole).max(axis=2) > 60
    assert 0 < differ.sum() < 900
    mapper, like = (part.tube.GetMapper() for part in (scene.playback, scene.playback._path))
    assert mapper.GetLookupTable() is like.GetLookupTable()
    assert scene.playback._tube.GetPointData().GetScalars().GetRange() == pytest.approx(
        scene.playback._path._tube.GetPointData().GetScalars().GetRange(), abs=1e-6
    )
