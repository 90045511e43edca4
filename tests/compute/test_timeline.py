"""Timeline: paths on one clock: by epoch where all know it, between checkpoints in proportion, and stepped through by moments."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.timeline import Timeline
from lossvista.compute.trajectory import Trajectory


def path(**columns) -> Trajectory:
    return Trajectory({name: np.array(values, float) for name, values in columns.items()})


times = st.lists(st.integers(0, 30), min_size=2, max_size=12).map(sorted).filter(lambda t: t[-1] > t[0])


def test_the_clock_is_the_first_that_all_paths_know() -> None:
    one, two = path(epoch=[0, 1, 2], step=[0, 9, 18]), path(epoch=[0, np.nan], step=[0, 7])
    assert Timeline.of({"a": one}).unit == "epoch"
    assert Timeline.of({"a": one, "b": two}).unit == "step"
    assert Timeline.of({"a": one, "b": path(alpha=[0, 1])}).unit == "checkpoint"
    assert Timeline.of({"a": path(epoch=[3, 2, 1], step=[0, 1, 2])}).unit == "step"  # time does not run back
    assert Timeline.of({"a": path(epoch=[1, 1], step=[4, 4])}).unit == "checkpoint"  # nor stand still
    assert list(Timeline.of({"a": one, "none": path()}).times) == ["a"]
    assert not Timeline.of({}) and Timeline.of({}).stepped(0, 1) == 0


@given(times, times, st.floats(-5, 40))
def test_places_are_where_the_times_are(first, second, time) -> None:
    line = Timeline.of({"a": path(epoch=first), "b": path(epoch=second)})
    assert line.start == min(first[0], second[0]) and line.end == max(first[-1], second[-1])
    for name, own in (("a", first), ("b", second)):
        at = line.place(name, time)
        assert 0 <= at <= len(own) - 1
        assert (
            np.interp(at, range(len(own)), own) == np.clip(time, own[0], own[-1])
            or abs(np.interp(at, range(len(own)), own) - np.clip(time, own[0], own[-1])) < 1e-9
        )
        reached = line.reached(name, time)
        assert own[reached] <= max(time, own[0]) and (reached + 1 == len(own) or own[reached + 1] > time)


@given(times, st.floats(-5, 40))
def test_steps_visit_every_moment_there_and_back(own, time) -> None:
    line = Timeline.of({"a": path(epoch=own)})
    forth, now = [], line.stepped(-100, -1)
    assert now == own[0]
    while now < line.end:
        forth.append(now)
        now = line.stepped(now, 1)
    assert [*forth, now] == sorted(set(own))
    for expected in reversed(forth):
        now = line.stepped(now, -1)
        assert now == expected
    after, before = line.stepped(time, 1), line.stepped(time, -1)
    assert after > time or after == line.end
    assert before < time or before == line.start
