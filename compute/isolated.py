"""Isolated: run a generator in a child process of its own, and drain it here as if it ran here.

A crash in native code, a GPU fault or a user's `sys.exit` then ends a child, not us, and memory comes back with its end. The
child is a plain new interpreter (see `isolated_child`), not a fork, and it does not import the caller's main script again."""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import IO, Any

from .errors import LossvistaError
from .progress import Progress

PATIENCE = 1.0  # seconds that a child has to end when it is asked to
HEARTBEAT = 0.25  # seconds of silence after which the last progress is yielded again, so that a drain never hangs
LINES = 20  # of the child's output that are passed on in one heartbeat; the newest ones
TAIL = 50  # lines that go into the details of a crash
LENGTH = struct.Struct("<Q")
# The child gets our module path; its own would start with the current folder, where a user may have a `random.py`.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from lossvista.compute.isolated_child import main; main()"
)


def isolated(target: str, *args: Any, **kwargs: Any) -> Generator[Any, None, Any]:
    """Run the generator function `target` ("module:function") in a child process: yields what it yields, returns what it
    returns. All of that, and the arguments, must pickle.

    Between those it yields `Progress` of its own: each line that the child prints as `note`, and in silence the last progress
    again, four times a second, so that whoever drains it can stop at any time. `close()` closes the child's generator, so that
    its `finally`s run; after `PATIENCE` the child is killed. The child ends by itself when this process does.

    Raises LossvistaError: the child's own as it is; any other exception as "… failed: last line", with the traceback as
    details; a child that was killed or crashed in a sentence that says so.
    """
    child = _Child(target, args, kwargs)
    last, told = Progress("starting"), time.monotonic()
    try:
        while True:
            kind, value = child.next(HEARTBEAT)
            if time.monotonic() - told >= HEARTBEAT or kind in ("return", "error", "died"):
                for line in child.lines():
                    yield replace(last, note=line)
                told = time.monotonic()
            if kind == "yield":
                if isinstance(value, Progress):
                    last = replace(value, patch=None, start=None, note="", figures=None)
                yield value
            elif kind == "silence":
                yield last
            elif kind == "return":
                return value
            else:
                raise value if kind == "error" else _died(value, child.tail())
    finally:
        child.end()


class _Child:
    """The process, and three threads that turn its pipes into a queue and lines."""

    def __init__(self, target: str, args: tuple, kwargs: dict[str, Any]) -> None:
        try:
            task = pickle.dumps((target, args, kwargs))
        except Exception as error:
            raise LossvistaError(f"The job cannot be handed to another process: {error}.") from error
        group: dict[str, Any] = (  # so that Ctrl-C in the terminal reaches us alone: we decide what the child does
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS}  # pyright: ignore[reportAttributeAccessIssue]
            if os.name == "nt"
            else {"start_new_session": True}
        )
        pipe = subprocess.PIPE
        command = [sys.executable, "-P", "-c", _BOOT, json.dumps([p for p in sys.path if isinstance(p, str)])]
        try:
            # Unbuffered: a thread that waits in a buffered pipe holds a lock, which ends in a crash at our own exit.
            process: Any = subprocess.Popen(command, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, **group)
        except OSError as error:
            raise LossvistaError(f"No process could be started for the job: {error.strerror or error}.") from error
        self.process: subprocess.Popen[bytes] = process
        self._events: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=16)  # a child does not run far ahead of us
        self._waiting: deque[str] = deque(maxlen=LINES)
        self._last: deque[str] = deque(maxlen=TAIL)
        self._printed = self._shown = 0
        self._closing = self._reading = False
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=work, daemon=True, name=f"isolated {target} {work.__name__}")
            for work in (self._results, self._output)
        ]
        for thread in self._threads:
            thread.start()
        with suppress(OSError):  # a child that died at once is told of by its end
            self._send(task)

    def next(self, patience: float) -> tuple[str, Any]:
        """("yield" | "return" | "error", value), ("silence", None) after `patience` seconds, or ("died", exit code)."""
        try:
            return self._events.get(timeout=patience)
        except queue.Empty:
            if self.process.poll() is None:
                return "silence", None
        # What it said last may still be on the way, or wait for a module to be imported. But a process that it started and
        # left behind may hold its end of the pipe open: that one we do not wait for.
        reader, patient_until = self._threads[0], time.monotonic() + PATIENCE
        while reader.is_alive() and not (self._reading and time.monotonic() > patient_until):
            with suppress(queue.Empty):
                return self._events.get(timeout=0.05)
        with suppress(queue.Empty):
            return self._events.get_nowait()
        self._threads[1].join(PATIENCE)
        return "died", self.process.returncode

    def lines(self) -> Iterator[str]:
        """What was printed since the last call: the newest `LINES`, and how many were left out."""
        with self._lock:
            fresh = list(self._waiting)
            left_out = self._printed - self._shown - len(fresh)
            self._shown = self._printed
            self._waiting.clear()
        if left_out:
            yield f"… {left_out} lines left out"
        yield from fresh

    def tail(self) -> str:
        return "\n".join(self._last)

    def end(self) -> None:
        """Ask the child to stop, wait, then kill it with all that it started; leave nothing open."""
        self._closing = True
        with suppress(queue.Empty):  # a reader that waits for room in the queue goes on, and reads the pipe empty
            while True:
                self._events.get_nowait()
        with suppress(OSError, ValueError):
            self.process.stdin.close()  # pyright: ignore[reportOptionalMemberAccess]
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            _kill(self.process)
            self.process.wait()
        for thread in self._threads:
            thread.join(0.5)
        for stream in (self.process.stdout, self.process.stderr):
            if not any(thread.is_alive() for thread in self._threads):
                stream.close()  # pyright: ignore[reportOptionalMemberAccess]

    def _send(self, data: bytes) -> None:
        rest = memoryview(LENGTH.pack(len(data)) + data)
        while rest:
            rest = rest[self.process.stdin.write(rest) :]  # pyright: ignore[reportOptionalMemberAccess]

    def _results(self) -> None:
        while True:
            self._reading = True
            data = receive(self.process.stdout)  # pyright: ignore[reportArgumentType]
            self._reading = False
            if data is None:
                return
            try:
                event = pickle.loads(data)
            except Exception as error:
                event = ("error", LossvistaError(f"The job's answer cannot be read: {type(error).__name__}: {error}."))
            while not self._closing:
                with suppress(queue.Full):
                    self._events.put(event, timeout=0.1)
                    break

    def _output(self) -> None:
        rest = b""
        stream = self.process.stderr
        while data := os.read(stream.fileno(), 1 << 16):  # pyright: ignore[reportOptionalMemberAccess]
            *whole, rest = (rest + data).replace(b"\r", b"\n").split(b"\n")
            self._enter(whole)
            if len(rest) > 1 << 16:  # a line without an end
                self._enter([rest])
                rest = b""
        self._enter([rest])

    def _enter(self, lines: list[bytes]) -> None:
        texts = [line[:2000].decode("utf-8", "replace").rstrip() for line in lines if line.strip()]
        with self._lock:
            self._waiting.extend(texts)
            self._last.extend(texts)
            self._printed += len(texts)


def receive(stream: IO[bytes]) -> bytes | None:
    """One message: its length, then its bytes. None at the end of the stream, also in the middle of a message."""
    head = _exactly(stream, LENGTH.size)
    return None if head is None else _exactly(stream, *LENGTH.unpack(head))


def _exactly(stream: IO[bytes], count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = stream.read(min(count - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if os.name != "nt":
        with suppress(OSError):  # its session: data loaders' workers too
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _died(code: int, tail: str) -> LossvistaError:
    try:
        how = "was killed" if code == -9 else f"crashed ({signal.Signals(-code).name})" if code < 0 else ""
    except ValueError:
        how = f"was ended by signal {-code}"
    return LossvistaError(
        f"The computing process {how or f'ended without a word (exit code {code})'}.",
        "Most often the memory was used up: try fewer samples or a smaller batch. What was saved is safe; start again to go on."
        if code == -9
        else "What was saved is safe; start again to go on.",
        details=tail,
    )
