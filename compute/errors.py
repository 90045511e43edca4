"""Errors that speak to the person: what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
import re
import traceback
from collections.abc import Iterable


class LossvistaError(Exception):
    """A mistake or a fault that the user can act on. `message` says what is wrong and where, `hint` what to do.

    `details` holds what stands behind the sentence (a table, a traceback); `exit_code` is the command line's.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "", *, details: str = "") -> None:
        super().__init__(message, hint, details)
        self.message, self.hint, self.details = message, hint, details

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self):  # keyword-only arguments would be lost on the way out of a child process
        return _rebuilt, (type(self), self.message, self.hint, self.details), self.__dict__


def _rebuilt(kind: type[LossvistaError], message: str, hint: str, details: str) -> LossvistaError:
    return kind(message, hint, details=details)


class OutOfSpace(LossvistaError):
    """The disk or the memory is full; what was saved before is whole."""

    exit_code = 4


class NoDevice(LossvistaError):
    """A GPU that was asked for by name and is not on this machine: the CPU can be offered."""


class GpuLost(LossvistaError):
    """A GPU that reported a fault to its process, which cannot use it any more; what was saved before is whole."""


class Foreign(LossvistaError):
    """A file that is whole, and of another program: an importer may know it."""


class NoHeightField(LossvistaError):
    """A mesh that is whole, and no surface of a function over a grid."""


class Untrusted(LossvistaError):
    """A file that can run code when it is opened, and was not. path: that file, or the recording's folder that holds such files.
    sha256: of its content, where somebody may be asked and remembered (see `problem.consent`). runs: it is code, which running a network
    means to run, and no file that is merely opened."""

    path = ""
    sha256 = ""
    runs = False

    def at(self, path: object) -> Untrusted:
        """This error, with its file."""
        self.path = str(path)
        return self


_FULL = r"t allocate memory|CUDA error: out of memory"


def memory_is_full(error: BaseException) -> bool:
    """Whether that is what an error says: PyTorch has its own for it, on each device another one."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError)
        and (type(error).__name__ == "OutOfMemoryError" or re.search(_FULL, str(error)) is not None)
    )


def gpu_fault(error: BaseException) -> GpuLost | None:
    """The sentence, where an exception tells of a fault of the GPU: PyTorch has a class for it, which libraries do not use and the
    frames around it hide, and one way to begin its text."""
    fault = re.search(r"\b(?:CUDA|HIP) error: [^\n]*[^\s.]", str(error))
    if fault is None or memory_is_full(error):
        return None
    return GpuLost(
        f"The GPU reported a fault that the process which uses it does not survive ({fault.group()}).",
        "What was saved is safe; start again to go on. On the CPU (--device cpu) a mistake in a network or its targets says what it is.",
        details=getattr(error, "details", "") or "".join(traceback.format_exception(error)),
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The hint for an unknown name: the nearest known one, or the list of all."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join(known)}."
