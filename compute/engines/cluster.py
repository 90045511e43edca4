"""Ray engine: workers on a cluster of machines, or on this one, as Ray's actors.

Ray places them and says when one has ended; it retries nothing, because it would retry a point that ends its worker for ever. What
is tried again, and when, is decided by `Dispatch`, as for all engines with workers."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import GpuLost, LossvistaError
from ..isolated_child import sentence
from ..surface import Patch
from .crew import Event, drive
from .task import Task
from .worker import begun, leave, timed

if TYPE_CHECKING:
    from ..blueprint import Blueprint

ANSWER_SECONDS = 5
_QUIET = {  # no report of the use to Ray's makers; no warning about a change of its own
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "1",
}


def cluster(blueprint: Blueprint, tasks: Iterable[Task | None]) -> Iterator[Patch | str | None]:
    """The engine (see `engines`)."""
    blueprint.release()
    return drive(Actors(blueprint), tasks)


@dataclass(frozen=True)
class Share:
    """What one worker gets of a machine. gpus: 1, or the part of one that it shares."""

    node: str
    threads: int
    cpus: float
    gpus: float = 0


def shares(nodes: Sequence[tuple[str, float, float]], workers: int, device: str) -> list[Share]:
    """nodes: (id, CPUs, GPUs). workers: 0 = one a device: each GPU, or where there is none, each machine's CPU with all of its
    cores. Any other number is spread over the machines by what they have.

    Raises LossvistaError where a GPU is asked for and there is none, or there is no machine."""
    with_gpus = [node for node in nodes if node[2] >= 1] if device != "cpu" else []
    if device.startswith("cuda") and not with_gpus:
        raise LossvistaError("No machine of the cluster has a GPU.", "Use --device cpu or --device auto.")
    usable = with_gpus or [node for node in nodes if node[1] >= 1]
    if not usable:
        raise LossvistaError("The cluster has no machine with a CPU to work on.", "Start one: ray start --address …")
    given = {node[0]: 0 if workers else int(node[2]) if with_gpus else 1 for node in usable}
    for _ in range(workers):
        given[max(usable, key=lambda node: (node[2] if with_gpus else node[1]) / (given[node[0]] + 1))[0]] += 1
    found = []
    for name, cpus, gpus in usable:
        here = given[name]
        if here:
            threads = max(1, int(cpus) // here)
            part = 1 / -(-here // int(gpus)) if with_gpus else 0.0
            found += [Share(name, threads, threads if cpus >= here else cpus / here, part)] * here
    return found


class Remote:
    """A worker, in a process of the cluster."""

    def begin(self, blueprint: Blueprint, device: str, threads: int) -> tuple[str, Any]:
        try:
            self.bench, note = begun(blueprint, device, threads)
        except GpuLost:
            _end()
        except Exception as error:  # not as Ray would wrap it: its class may be one that the driver does not know
            return "error", sentence(error)
        return "ready", note

    def evaluate(self, tile: Task) -> tuple[str, Any]:
        try:
            return "patch", timed(self.bench, tile)
        except GpuLost:
            _end()
        except Exception as error:
            return "error", sentence(error)


def _end() -> NoReturn:
    """End this process, whose GPU is lost to it; Ray then says that it has ended, and its log why."""
    traceback.print_exc()
    leave()


class Actors:
    """A crew of Ray's actors. Raises LossvistaError where Ray is not installed or does not answer, and as `shares` does."""

    def __init__(self, blueprint: Blueprint) -> None:
        recipe, self._ray = blueprint.recipe, _ray()
        self._actors: dict[Hashable, tuple[Any, Share]] = {}
        self._answers: dict[Any, Hashable] = {}  # that are awaited: Ray's reference → worker
        self._names = count()
        self._ours = not self._ray.is_initialized()
        if self._ours:
            connect(self._ray, recipe.address)
        try:
            self._free = shares(_nodes(self._ray), recipe.workers, recipe.device)
            self._blueprint = self._ray.put(blueprint)  # once for all workers
        except BaseException:
            self.close()
            raise
        self.size = len(self._free)

    def hire(self) -> Hashable:
        share, name = self._free.pop(0), next(self._names)
        there = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(share.node, soft=True)
        kind = self._ray.remote(
            num_cpus=share.cpus, num_gpus=share.gpus, max_restarts=0, max_task_retries=0, scheduling_strategy=there
        )(Remote)
        actor = kind.remote()
        self._actors[name] = actor, share
        device = "cuda" if share.gpus else "cpu"
        self._answers[actor.begin.remote(self._blueprint, device, share.threads)] = name
        return name

    def give(self, worker: Hashable, tile: Task) -> None:
        self._answers[self._actors[worker][0].evaluate.remote(tile)] = worker

    def events(self, patience: float) -> list[Event]:
        awaited = list(self._answers)
        ready, _ = self._ray.wait(awaited, num_returns=1, timeout=patience)
        if ready:
            ready, _ = self._ray.wait(awaited, num_returns=len(awaited), timeout=0)
        return [self._answer(reference) for reference in ready]

    def close(self) -> None:
        for actor, _ in self._actors.values():
            with suppress(Exception):  # it may be gone, or the cluster may
                self._ray.kill(actor)
        self._actors.clear()
        self._answers.clear()
        if self._ours:
            self._ray.shutdown()

    def _answer(self, reference: Any) -> Event:
        name = self._answers.pop(reference)
        try:
            return name, *self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:  # not the problem's: those come as values
            return (
                name,
                "error",
                LossvistaError(
                    "A worker of the cluster cannot work.",
                    "Install the same Python, Lossvista and PyTorch on all machines.",
                    details=str(error),
                ),
            )
        except self._ray.exceptions.RayError as error:
            self._free.append(self._actors.pop(name)[1])
            how = "ran out of memory" if isinstance(error, self._ray.exceptions.OutOfMemoryError) else "ended"
            return (
                name,
                "died",
                LossvistaError(
                    f"A worker of the cluster {how}.",
                    "What was saved is safe; start again to go on.",
                    details=str(error),
                ),
            )


def _nodes(ray: Any) -> list[tuple[str, float, float]]:
    """(id, CPUs, GPUs) of the machines that are there."""
    alive = [node for node in ray.nodes() if node["Alive"]]
    return [(node["NodeID"], node["Resources"].get("CPU", 0), node["Resources"].get("GPU", 0)) for node in alive]


def _ray() -> Any:
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray  # pyright: ignore[reportMissingImports]
        import ray.exceptions  # pyright: ignore[reportMissingImports, reportUnusedImport]
        import ray.util.scheduling_strategies  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise LossvistaError(
            f"The engine 'ray' needs Ray, which is not installed here ({error}).",
            "Install it (pip install 'lossvista[cluster]'), or use --engine child.",
        ) from None
    return ray


def connect(ray: Any, address: str) -> None:
    """To the cluster at this address; without one, start Ray on this machine, for as long as this job runs."""
    try:
        if address not in ("", "auto"):  # Ray itself would go on trying for minutes
            host, _, port = address.removeprefix("ray://").rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_SECONDS).close()
        here = {} if address else {"include_dashboard": False}
        ray.init(address=address or "local", log_to_driver=False, configure_logging=False, **here)
    except (OSError, RuntimeError, ValueError) as error:
        raise LossvistaError(
            f"No Ray cluster answers at '{address}'." if address else "Ray could not be started on this machine.",
            "Start one with `ray start --head`, and give its address (--address HOST:6379)." if address else "",
            details=str(error),
        ) from None
