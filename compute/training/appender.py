"""Appender: a file of lines that only grows, and never keeps a part of a line that did not reach the disk whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ..storage.disk import sync, trouble, write_whole


class Appender:
    """Opens the file with its first `size` bytes, and cuts off what stands behind them. Raises LossvistaError where it cannot be
    written, OutOfSpace for a full disk; what was appended before stays whole."""

    def __init__(self, path: Path, size: int = 0) -> None:
        self.path, self.size = path, size
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(path, flags, 0o666)
            os.ftruncate(self._descriptor, size)
        except OSError as error:
            raise trouble(error, path) from error

    def append(self, lines: bytes) -> None:
        """Whole lines. They outlive this process at once, and a power cut after `sync`."""
        try:
            write_whole(self._descriptor, lines)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            raise trouble(error, self.path) from error
        self.size += len(lines)

    def sync(self) -> None:
        try:
            sync(self._descriptor)
        except OSError as error:
            raise trouble(error, self.path) from error

    def close(self) -> None:
        """A second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
