"""Child engine: worker processes on this machine, one a device, fed by their pipes."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, cycle, islice
from typing import TYPE_CHECKING

import torch

from ..child import Child, died
from ..device import device_of
from ..errors import GpuLost
from ..problem.usercode import module_path
from ..surface import Patch
from .crew import Event, drive
from .task import Task

if TYPE_CHECKING:
    from ..blueprint import Blueprint

MAIN = "lossvista.compute.engines.worker:main"


def child(blueprint: Blueprint, tasks: Iterable[Task | None]) -> Iterator[Patch | str | None]:
    """The engine (see `engines`)."""
    blueprint.release()
    return drive(Processes(blueprint, seats(blueprint.recipe.device, blueprint.recipe.workers)), tasks)


@dataclass(frozen=True)
class Seat:
    """What one worker may use."""

    device: str
    threads: int


def seats(device: str, workers: int) -> list[Seat]:
    """workers: 0 = one a device: each GPU, or the CPU with all its threads. More share the GPUs in turn, or divide the threads."""
    chosen = device_of(device)
    if chosen.type == "cuda":
        names = [f"cuda:{k}" for k in range(torch.cuda.device_count())] if ":" not in device else [device]
    else:
        names = ["cpu"]
    number = workers or len(names)
    return [Seat(name, max(1, torch.get_num_threads() // number)) for name in islice(cycle(names), number)]


class Processes:
    """A crew of child processes."""

    def __init__(self, blueprint: Blueprint, seats: list[Seat]) -> None:
        self.size = len(seats)
        self._blueprint = pickle.dumps(blueprint, protocol=pickle.HIGHEST_PROTOCOL)  # once for all workers
        self._free = list(seats)
        self._workers: dict[Hashable, tuple[Child, Seat]] = {}
        self._lost: dict[Hashable, GpuLost] = {}
        self._bell = threading.Event()
        self._names = count()

    @property
    def pids(self) -> list[int]:
        """Of the workers that live, the newest last."""
        return [worker.process.pid for worker, _ in self._workers.values()]

    def hire(self) -> Hashable:
        seat, name = self._free.pop(0), next(self._names)
        # set before torch is loaded: OpenMP and BLAS make their threads once
        threads = {name: str(seat.threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        worker = Child(
            MAIN, pickle.dumps((seat.device, seat.threads)), f"worker {name}", self._bell, threads, module_path()
        )
        self._workers[name] = worker, seat
        with suppress(OSError):  # one that ended at once is told of by its end
            worker.send(self._blueprint)
        return name

    def give(self, worker: Hashable, tile: Task) -> None:
        with suppress(OSError):
            self._workers[worker][0].send(pickle.dumps(tile))

    def events(self, patience: float) -> list[Event]:
        self._bell.wait(patience)
        self._bell.clear()
        found: list[Event] = []
        for name, (worker, seat) in list(self._workers.items()):
            kind, value = worker.next(0)
            while kind not in ("silence", "died"):
                if kind == "lost":
                    self._lost[name] = value  # why its end, which follows, will have come
                else:
                    found.append((name, kind, value))
                kind, value = worker.next(0)
            found += [(name, "line", line) for line in worker.lines()]
            if kind == "died":
                found.append((name, "died", self._lost.pop(name, None) or died(value, worker.tail())))
                del self._workers[name]
                self._free.append(seat)
                worker.end()
        return found

    def close(self) -> None:
        for worker, _ in self._workers.values():
            worker.kill()
        for worker, _ in self._workers.values():
            worker.end()
        self._workers.clear()
