"""Worker: the child's side of the `child` engine: builds its bench once, then evaluates tile after tile until its driver ends.

It reads from the start, before torch is loaded, so that its driver need not wait for that."""

from __future__ import annotations

import faulthandler
import os
import pickle
import queue
import select
import signal
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, NoReturn

from ..child import PATIENCE, message, receive
from ..errors import GpuLost
from ..isolated_child import private_pipes, sentence

if TYPE_CHECKING:
    from ..blueprint import Blueprint
    from ..surface import Patch
    from .bench import Bench
    from .task import Task


def main() -> None:
    """What the process runs. First come (device, threads) and the blueprint, then tiles; each is answered.
    After "lost" it ends, and whatever it started."""
    commands, results = private_pipes()
    faulthandler.enable()
    tiles: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(commands, tiles, os.getppid()), daemon=True).start()
    with suppress(BrokenPipeError):  # nobody is there to be told
        for kind, value in _answers(tiles):
            results.write(message(kind, value))
            results.flush()
            if kind == "lost":
                leave()


def _answers(tiles: queue.SimpleQueue[bytes]) -> Iterator[tuple[str, Any]]:
    try:
        device, threads = pickle.loads(tiles.get())
        bench, note = begun(pickle.loads(tiles.get()), device, threads)
        yield "ready", note
        while True:
            yield "patch", timed(bench, pickle.loads(tiles.get()))
    except GpuLost as error:
        yield "lost", error
    except BaseException as error:
        yield "error", sentence(error)


def begun(blueprint: Blueprint, device: str, threads: int) -> tuple[Bench, str]:
    """This worker's bench, and a line about it for the log."""
    import torch

    torch.set_num_threads(threads)
    if ":" in device:
        torch.cuda.set_device(device)  # or some of its calls would open the first GPU as well
    with telling_lost():
        bench = blueprint.on(device).bench
    return bench, bench.evaluator.note


def timed(bench: Bench, tile: Task) -> tuple[Patch, float]:
    """The tile's values, and the seconds that they took. Raises GpuLost: then this process must end, so that another one takes its
    place."""
    start = time.monotonic()
    with telling_lost():
        patch = bench.patch(tile)
    return patch, time.monotonic() - start


@contextmanager
def telling_lost() -> Generator[None]:
    """Whatever says that the GPU is lost to this process becomes GpuLost."""
    try:
        yield
    except Exception as error:
        from .lost import lost

        if (told := lost(error)) is not None:
            raise told from None
        raise


def leave() -> NoReturn:
    """End this process at once, with all that it started."""
    if os.name != "nt" and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _listen(commands: IO[bytes], tiles: queue.SimpleQueue[bytes], parent: int) -> None:
    """Queue what the driver sends. When it closes its end, or ends, leave, in the middle of a tile too."""
    while True:
        while os.name != "nt" and not select.select([commands], [], [], PATIENCE / 4)[0]:
            if os.getppid() != parent:  # a process that it forked may hold its end of the pipe open
                leave()
        data = receive(commands)
        if data is None:
            leave()
        tiles.put(data)
