"""Child: a new interpreter in a process of its own, its pipes turned into events and lines. Not a fork, and the caller's main
script is not imported again."""

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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from .errors import LossvistaError

PATIENCE = 0.8  # seconds that a child has to end when it is asked to
LINES = 20  # of the child's output that are passed on at a time; the newest ones
TAIL = 50  # lines that go into the details of a crash
LENGTH = struct.Struct("<Q")
# The child gets our module path; its own would start with the current folder, where a user may have a `random.py`.
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {module} import {function}; {function}()"


class Child:
    """Runs `main` ("module:function") in a process, which gets `first` by its stdin and answers with messages (`message`) on its
    stdout. name: of its threads. bell: set whenever there is an event. environment: what differs from ours. path: its module path,
    ours by default. Two threads turn the pipes into a queue and lines. Raises LossvistaError where no process can be started."""

    def __init__(
        self,
        main: str,
        first: bytes,
        name: str = "",
        bell: threading.Event | None = None,
        environment: Mapping[str, str] | None = None,
        path: Sequence[str] | None = None,
    ) -> None:
        group: dict[str, Any] = (  # so that Ctrl-C in the terminal reaches us alone: we decide what the child does
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS}  # pyright: ignore[reportAttributeAccessIssue]
            if os.name == "nt"
            else {"start_new_session": True}
        )
        pipe = subprocess.PIPE
        module, function = main.split(":")
        boot = _BOOT.format(module=module, function=function)
        command = [sys.executable, "-P", "-c", boot, json.dumps([p for p in path or sys.path if isinstance(p, str)])]
        group["env"] = {**os.environ, **(environment or {})}
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
        self._lock, self._bell = threading.Lock(), bell or threading.Event()
        self._threads = [
            threading.Thread(target=work, daemon=True, name=f"child {name} {work.__name__}")
            for work in (self._results, self._output)
        ]
        for thread in self._threads:
            thread.start()
        with suppress(OSError):  # a child that died at once is told of by its end
            self.send(first)

    def next(self, patience: float) -> tuple[str, Any]:
        """Its next message (kind, value), ("silence", None) after `patience` seconds, or at its end ("died", exit code)."""
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

    def hear_out(self) -> None:
        """Wait for what a child that is about to end has printed; not for long, since a process that it left behind may keep
        the pipe open."""
        self._threads[1].join(PATIENCE / 2)

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
            self.kill()
            self.process.wait()
        for thread in self._threads:
            thread.join(0.5)
        for stream in (self.process.stdout, self.process.stderr):
            if not any(thread.is_alive() for thread in self._threads):
                stream.close()  # pyright: ignore[reportOptionalMemberAccess]

    def kill(self) -> None:
        """End the child at once, with all that it started. `end` then cleans up."""
        self._closing = True
        if os.name != "nt":
            with suppress(OSError):  # its session: data loaders' workers too
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()

    def send(self, data: bytes) -> None:
        """One message to the child. Raises OSError where it has ended."""
        rest = memoryview(LENGTH.pack(len(data)) + data)
        while rest:
            rest = rest[self.process.stdin.write(rest) :]  # pyright: ignore[reportOptionalMemberAccess]

    def _results(self) -> None:
        while True:
            self._reading = True
            data = receive(self.process.stdout)  # pyright: ignore[reportArgumentType]
            self._reading = False
            if data is None:
                self._bell.set()
                return
            try:
                event = pickle.loads(data)
            except Exception as error:
                event = ("error", LossvistaError(f"The job's answer cannot be read: {type(error).__name__}: {error}."))
            while not self._closing:
                with suppress(queue.Full):
                    self._events.put(event, timeout=0.1)
                    break
            self._bell.set()

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


def message(kind: str, value: Any) -> bytes:
    """An event as the bytes that its parent reads."""
    data = pickle.dumps((kind, value), protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


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


def died(code: int, tail: str) -> LossvistaError:
    """The sentence about a child that ended by itself. code: its exit code, below 0 a signal. tail: what it printed last."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return LossvistaError(
            "The process was ended because it computed for longer than it may.",
            "A file that is read for so long is most likely damaged: get it again.",
            details=tail,
        )
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
