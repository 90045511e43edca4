"""Dispatch, with workers that end whenever Hypothesis says so: no point is lost, none is done twice, only poison is given up."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.engines.dispatch import TILE_SECONDS, TRIES, Dispatch
from lossvista.compute.engines.task import Task


def tasks(sizes: list[int]) -> list[Task]:
    ends = np.cumsum([0, *sizes])
    return [
        Task(np.arange(a, b), np.zeros((b - a, 2)), "surface" if k % 2 == 0 else "path")
        for k, (a, b) in enumerate(itertools.pairwise(ends))
    ]


def work(dispatch: Dispatch, workers: int, random, poison: set[int], killed: float, seconds: float):
    """Workers that take tiles, and give them back or end, in a drawn order. Returns points done and given up, in order."""
    has: dict[int, Task] = {}
    names, idle = workers, list(range(workers))
    done, given_up = [], []
    while not dispatch.finished:
        for worker in list(idle):
            if (tile := dispatch.next(worker)) is not None:
                has[worker] = tile
                idle.remove(worker)
                assert len(tile) >= 1
                if dispatch.alone(worker):
                    assert len(has) == 1 and len(tile) == 1  # nothing else is worked on
        assert has, "nobody has anything to do, and the work is not finished"
        worker = random.choice(sorted(has))
        tile = has.pop(worker)
        if poison & set(map(int, tile.index)) or (not dispatch.alone(worker) and random.random() < killed):
            if (last := dispatch.lost(worker)) is not None:
                given_up += map(int, last.index)
            worker, names = names, names + 1  # another one in its place
        else:
            dispatch.done(worker, seconds * len(tile))
            done += map(int, tile.index)
        idle.append(worker)
    return done, given_up


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=4),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
    st.sets(st.integers(0, 100), max_size=4),
    st.floats(0, 0.5),
    st.sampled_from([1e-4, 0.05, 0.7, 30.0]),
)
def test_every_point_is_done_once_or_was_poison(sizes, workers, random, poison, killed, seconds) -> None:
    total = sum(sizes)
    done, given_up = work(Dispatch(tasks(sizes), workers), workers, random, poison, killed, seconds)
    assert sorted(done + given_up) == list(range(total))
    assert set(given_up) == {k for k in poison if k < total}


@given(st.integers(1, 200), st.sampled_from([1e-4, 0.05, 0.7, 30.0]))
def test_one_worker_gets_the_points_in_order(count: int, seconds: float) -> None:
    dispatch, seen = Dispatch(tasks([count]), 1), []
    while (tile := dispatch.next("w")) is not None:
        assert len(tile) == 1 or len(tile) * seconds <= TILE_SECONDS * (1 + 1e-9)
        seen += list(tile.index)
        dispatch.done("w", seconds * len(tile))
    assert seen == list(range(count)) and dispatch.finished


def test_tiles_grow_to_a_second_and_shrink_towards_the_end() -> None:
    dispatch = Dispatch(tasks([1000]), 2)
    sizes = []
    while (tile := dispatch.next("a")) is not None:
        sizes.append(len(tile))
        dispatch.done("a", 0.01 * len(tile))
    assert sizes[:3] == [1, 100, 100] and sizes[-1] == 1
    assert sizes[1:] == sorted(sizes[1:], reverse=True)


def test_a_point_is_given_up_after_its_last_try_alone() -> None:
    dispatch = Dispatch(tasks([1]), 1)
    dispatch.next(0)
    assert dispatch.lost(0) is None  # in its tile
    for tried in range(1, TRIES + 1):
        assert dispatch.next(tried) is not None and dispatch.alone(tried)
        given_up = dispatch.lost(tried)
        assert (given_up is None) == (tried < TRIES) and dispatch.finished == (tried == TRIES)


def test_a_worker_that_had_nothing_loses_nothing() -> None:
    dispatch = Dispatch(tasks([3]), 2)
    assert dispatch.lost("nobody") is None and not dispatch.finished
