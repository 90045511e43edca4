"""Lock: one writer a file. A small file beside it names the writer's process and host, and an operating-system lock on that
small file ends with the process, however it ends."""

from __future__ import annotations

import errno
import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import LossvistaError
from .disk import alive, real, trouble

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
_FAR = 1 << 30  # Windows locks bytes against reading too: one far behind the text


class Lock:
    """Held from its making until `release`. Raises LossvistaError where another writer, here or on another host, holds it; the
    lock of a process of this host that has ended is taken over."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        target = real(path)
        self.path = target.with_name(target.name + ".lock")
        self.descriptor = self._acquire(target)

    def release(self) -> None:
        """Give the lock up. A second call does nothing."""
        if self.descriptor < 0:
            return
        descriptor, self.descriptor = self.descriptor, -1
        if os.name == "nt":  # an open file cannot be removed there
            os.close(descriptor)
            descriptor = -1
        with suppress(OSError):
            self.path.unlink()
        if descriptor >= 0:
            os.close(descriptor)

    def _acquire(self, target: Path) -> int:
        while True:
            try:
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            except OSError as error:
                raise trouble(error, self.path) from error
            held = False
            try:
                exclusive = _lock(descriptor)
                there = _writer(descriptor)
                if exclusive is False or self._busy(there, exclusive):
                    raise self._refusal(target, there)
                # The last holder may have removed the file between our opening and locking it.
                if not _same(descriptor, self.path):
                    continue
                _sign(descriptor)
                held = True
                return descriptor
            except OSError as error:
                raise trouble(error, self.path) from error
            finally:
                if not held:
                    os.close(descriptor)

    def _busy(self, there: dict[str, Any], exclusive: bool | None) -> bool:
        if not there:
            return False
        if there.get("host") != socket.gethostname():
            return True  # a shared disk: nobody here can tell whether that process lives
        return exclusive is None and isinstance(there.get("pid"), int) and alive(there["pid"])

    def _refusal(self, target: Path, there: dict[str, Any]) -> LossvistaError:
        who = f"process {there['pid']} on {there['host']}" if {"pid", "host"} <= there.keys() else "another process"
        return LossvistaError(
            f"{target} is being written by {who}.",
            f"Wait for it, or choose another output. If it is surely gone, delete {self.path.name}.",
        )


def _lock(descriptor: int) -> bool | None:
    """True: locked; False: somebody else has it; None: this file system has no locks."""
    try:
        if os.name == "nt":
            import msvcrt

            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in _UNSUPPORTED else False
    return True


def _writer(descriptor: int) -> dict[str, Any]:
    """Who signed the lock file; empty where nobody did, or not to the end."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        found = json.loads(os.read(descriptor, 4096))
    except (ValueError, OSError):
        return {}
    return found if isinstance(found, dict) else {}


def _sign(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())


def _same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False
