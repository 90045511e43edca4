"""The child's side of `isolated`: runs one generator and tells the parent what it yields, until it is told to stop."""

from __future__ import annotations

import _thread
import faulthandler
import importlib
import os
import pickle
import select
import signal
import sys
import threading
import traceback
from collections.abc import Generator
from contextlib import closing, suppress
from typing import IO

from .child import PATIENCE, message, receive
from .edition import lacking
from .errors import LossvistaError, OutOfSpace, gpu_fault, memory_is_full


def main() -> None:
    """What the child process runs. Commands come by stdin, whose end means stop; results leave by what was stdout. Whatever
    the target prints goes to stderr, and what it tries to read is empty."""
    commands, results = private_pipes()
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(5)
    task = receive(commands)
    stop = threading.Event()
    if task is None:
        return
    threading.Thread(target=_watch, args=(commands, stop, os.getppid()), daemon=True).start()
    # A broken pipe: nobody is there to be told. An interrupt, from _watch: stopped in the middle of a step.
    with suppress(BrokenPipeError, KeyboardInterrupt), closing(_events(task, stop)) as events:
        for event in events:
            results.write(event)
            results.flush()


def _events(task: bytes, stop: threading.Event) -> Generator[bytes, None, None]:
    """The messages to the parent."""
    try:
        target, args, kwargs = pickle.loads(task)
        module, function = target.split(":")
        generator = getattr(importlib.import_module(module), function)(*args, **kwargs)
        with closing(generator):
            while not stop.is_set():
                try:
                    item = next(generator)
                except StopIteration as end:
                    yield message("return", end.value)
                    return
                yield message("yield", item)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        yield message("error", sentence(error))


def sentence(error: BaseException) -> LossvistaError:
    """What a person is told about an exception; ours as they are."""
    if isinstance(error, LossvistaError):
        return error
    if (told := lacking(error)) is not None:
        return told
    details = "".join(traceback.format_exception(error))
    if memory_is_full(error):
        return OutOfSpace(
            "The memory is used up.", "Try fewer samples, a smaller batch or a coarser grid.", details=details
        )
    if (told := gpu_fault(error)) is not None:
        return told
    last = traceback.format_exception_only(error)[-1].strip()
    return LossvistaError(f"The computation failed: {last}", details=details)


def _watch(commands: IO[bytes], stop: threading.Event, parent: int) -> None:
    """Wait for the parent to close its end, or to end. Then: ask; interrupt; leave, all within `PATIENCE`."""
    if os.name == "nt":
        commands.read(1)
    else:  # a process that the parent forked may hold its end of the pipe open
        while not select.select([commands], [], [], PATIENCE / 4)[0] and os.getppid() == parent:
            pass
    stop.set()
    done = threading.Event()  # never set: the end of the process ends this thread
    done.wait(PATIENCE / 3)
    if os.name == "nt":
        _thread.interrupt_main()
    else:  # a real signal also ends a wait in the operating system
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    done.wait(PATIENCE / 3)
    os._exit(130)


def private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Our ends of the pipes, moved away from where the target's prints and reads would hit them."""
    commands, results = os.dup(0), os.dup(1)
    if os.name == "nt":
        import msvcrt

        for descriptor in (commands, results):
            msvcrt.setmode(descriptor, os.O_BINARY)  # pyright: ignore[reportAttributeAccessIssue]
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    with suppress(OSError):
        os.close(nothing)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # pyright: ignore[reportAttributeAccessIssue]
    # unbuffered: `select` knows nothing of what a buffer holds
    return os.fdopen(commands, "rb", buffering=0), os.fdopen(results, "wb")
