"""Playback: it plays to the end, loops, steps, rests, keeps each landscape's place, and goes along with a path that grows."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest

from lossvista.app.playing.playback import LENGTH, Playback
from lossvista.app.session import Session


@pytest.fixture
def session(qapp, small_landscape) -> Session:
    made = Session()
    made.add(small_landscape)
    return made


@pytest.fixture
def playback(session) -> Playback:
    return Playback(session)


def test_a_landscape_starts_at_rest_with_its_paths_whole(playback) -> None:
    assert playback.timeline.unit == "epoch" and playback.timeline.end == 4.0
    assert playback.time == 4.0 and not playback.active and not playback.playing


def test_it_plays_from_the_start_to_the_end_at_its_speed(playback, qtbot) -> None:
    playback.toggle()
    assert playback.playing and playback.active and playback.time == 0.0
    playback.advance(LENGTH / 4)
    assert playback.time == pytest.approx(1.0)
    playback.choose(speed=2.0)
    playback.advance(LENGTH / 4)
    assert playback.time == pytest.approx(3.0)
    playback.toggle()
    assert not playback.playing and playback.share == pytest.approx(0.75)
    playback.toggle()
    with qtbot.waitSignal(playback.changed):
        playback.advance(LENGTH)
    assert playback.time == 4.0 and not playback.playing and playback.active
    playback.play()  # from the end: again
    assert playback.time == 0.0


def test_it_loops(playback) -> None:
    playback.choose(loop=True)
    playback.play()
    playback.advance(2 * LENGTH)
    assert playback.time == 0.0 and playback.playing
    playback.pause()


def test_the_timer_really_plays(playback, qtbot) -> None:
    playback.choose(speed=8.0)
    playback.play()
    qtbot.waitUntil(lambda: playback.time > 0.2, timeout=20_000)
    playback.pause()


def test_steps_go_from_checkpoint_to_checkpoint(playback) -> None:
    playback.step(-1)
    assert playback.time == 3.5 and playback.active
    playback.show(3.2)
    playback.step(1)
    assert playback.time == 3.5
    playback.rest()
    assert playback.time == 4.0 and not playback.active


def test_each_landscape_keeps_its_place(playback, session, small_landscape) -> None:
    first = session.current
    playback.show(1.5)
    session.add(deepcopy(small_landscape))
    assert playback.time == 4.0 and not playback.active
    session.activate(first)
    assert playback.time == 1.5 and playback.active
    session.close(first)
    session.close(session.current)
    assert not playback.timeline
    playback.play()
    playback.step(1)
    assert not playback.active and not playback.playing


def more(path, epochs) -> dict:
    known = {"alpha": 0.1, "beta": 0.1, "train_loss": 0.5}
    return {"epoch": np.array(epochs, float), **{name: np.full(len(epochs), v) for name, v in known.items()}}


@pytest.mark.parametrize(("stick", "at", "then"), [(True, 4.0, 6.0), (False, 4.0, 4.0), (True, 2.0, 2.0)])
def test_it_sticks_to_the_end_of_a_path_that_grows_if_it_is_there(playback, session, stick, at, then) -> None:
    path = session.current.landscape.trajectories["run"]
    playback.choose(stick=stick)
    playback.show(0.0)
    playback.show(at)
    session.grow(session.current, {"run": path.extended(more(path, [5, 6]))})
    assert playback.timeline.end == 6.0 and playback.time == then
