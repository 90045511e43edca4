"""Tail: what was appended to a file of lines since it was last looked at, in whole lines, and never more than is asked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ..errors import LossvistaError

_REMEMBERED = 1024  # bytes before our place in the file by which it is known again


class Tail:
    """path: the file, which need not be there yet. max_file, max_line, at_once: bytes. number: the lines read so far.
    behind: whether the last look left something for the next."""

    def __init__(self, path: Path, max_file: int, max_line: int, at_once: int) -> None:
        self.path, self.number, self.behind = path, 0, False
        self._max_file, self._max_line, self._at_once = max_file, max_line, at_once
        self._offset, self._last = 0, b""

    def look(self) -> list[bytes]:
        """The next whole lines. A last one without its end is still being written, or was cut off: it is left for later. Where
        the file no longer is the one that was read (it was taken back to an earlier state), `number` is 0 and all begins anew.
        Raises LossvistaError for what is no regular file or too large."""
        with opened(self.path) as descriptor:
            if descriptor is None or read_at(descriptor, self._offset - len(self._last), len(self._last)) != self._last:
                self.number, self._offset, self._last = 0, 0, b""
            if descriptor is None:
                self.behind = False
                return []
            size = os.fstat(descriptor).st_size
            if size > self._max_file:
                raise LossvistaError(
                    f"'{self.path}' is larger ({size / 2**20:,.0f} MiB) than what is read ({self._max_file / 2**20:,.0f} MiB).",
                    "It is not of a training, or of one that told too much.",
                )
            data = read_at(descriptor, self._offset, self._at_once)
            if b"\n" not in data:
                data += read_at(descriptor, self._offset + len(data), self._max_line + 1 - len(data))
        self.behind = self._offset + len(data) < size and b"\n" in data
        *lines, rest = data.split(b"\n")
        if max(map(len, [*lines, rest])) > self._max_line:
            raise LossvistaError(
                f"'{self.path}' holds a line of more than {self._max_line / 2**10:,.0f} KiB.",
                "It is damaged, or not of a training.",
            )
        return lines

    def advance(self, line: bytes) -> None:
        """The next of the lines was used."""
        self._offset, self.number = self._offset + len(line) + 1, self.number + 1
        self._last = (self._last + line + b"\n")[-_REMEMBERED:]


@contextmanager
def opened(path: Path) -> Generator[int | None]:
    """A descriptor of a regular file, None where there is none. Links and pipes are refused: a recording reads no other file, and
    nobody waits for it."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        yield None
        return
    except OSError as error:
        raise LossvistaError(
            f"'{path}' cannot be read ({error.strerror or error}).", "A recording holds plain files."
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise LossvistaError(f"'{path}' is no regular file.", "A recording holds plain files.")
        yield descriptor
    finally:
        os.close(descriptor)


def read_at(descriptor: int, offset: int, count: int) -> bytes:
    """Up to `count` bytes from `offset` on; fewer at the file's end."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    parts = []
    while count > 0 and (part := os.read(descriptor, count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
