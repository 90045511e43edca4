"""Dispatch: which points come next, for which worker, and what becomes of those whose worker ended. Bookkeeping alone: no process,
no clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from .task import Task

TILE_SECONDS = (
    1.0  # of work in a tile: long enough to cost nothing to hand out, short enough to lose little with its worker
)
TRIES = 3  # of a point alone, before it is given up


@dataclass
class _Given:
    tile: Task
    tries: int = 0  # how often it was tried alone, this time included; 0: an ordinary tile


class Dispatch:
    """Cuts tasks into tiles, in order, for whoever asks: a fast worker asks more often (work stealing).

    The points of a tile whose worker ended are tried again one by one, when all others are done, and each alone: while no other
    worker has anything to do. So a point that ends its worker takes no neighbour with it, and one that needs a machine's whole
    memory gets it. What fails alone `TRIES` times is given up."""

    def __init__(self, tasks: Iterable[Task], workers: int) -> None:
        self.workers = workers
        self._open = deque(task for task in tasks if len(task))
        self._suspects: deque[tuple[Task, int]] = deque()
        self._given: dict[Hashable, _Given] = {}
        self._seconds: dict[tuple[Hashable, str], float] = {}  # a point takes: by worker and kind of point

    def add(self, tasks: Iterable[Task]) -> None:
        """Further tasks, after those that there are."""
        self._open += (task for task in tasks if len(task))

    @property
    def finished(self) -> bool:
        """Whether every point is done or given up."""
        return not (self._open or self._suspects or self._given)

    def next(self, worker: Hashable) -> Task | None:
        """Points for a worker that has none; None: nothing for now."""
        if self._open:
            task = self._open.popleft()
            size = self._size(worker, task)
            if size < len(task):
                self._open.appendleft(task.part(size, len(task)))
            self._given[worker] = _Given(task.part(0, size))
        elif self._suspects and not self._given:
            tile, tries = self._suspects.popleft()
            self._given[worker] = _Given(tile, tries + 1)
        else:
            return None
        return self._given[worker].tile

    def done(self, worker: Hashable, seconds: float) -> None:
        """The worker's points are evaluated; it took that long."""
        tile = self._given.pop(worker).tile
        for key in ((worker, tile.where), (None, tile.where)):
            before = self._seconds.get(key, seconds / len(tile))
            self._seconds[key] = (before + seconds / len(tile)) / 2

    def lost(self, worker: Hashable) -> Task | None:
        """The worker has ended. Returns the point that is given up, if this was its last try."""
        given = self._given.pop(worker, None)
        if given is None:
            return None
        if given.tries >= TRIES:
            return given.tile
        self._suspects += [(given.tile.part(k, k + 1), given.tries) for k in range(len(given.tile))]
        return None

    def alone(self, worker: Hashable) -> bool:
        """Whether what the worker has was lost before."""
        return worker in self._given and self._given[worker].tries > 0

    def _size(self, worker: Hashable, task: Task) -> int:
        """Points for about `TILE_SECONDS`, fewer towards the end, so that all workers end together."""
        seconds = self._seconds.get((worker, task.where), self._seconds.get((None, task.where)))
        if seconds is None:
            return 1
        left = len(task) + sum(map(len, self._open))
        fair = -(-left // (2 * self.workers)) if self.workers > 1 else left
        return max(1, min(int(TILE_SECONDS / max(seconds, 1e-9)), fair, len(task)))
