"""Consent: which files may run code. A person says so, of each by its content, and is asked anew where that has changed; no file says so
of itself or of another. What was agreed to is kept from one start of the program to the next, for the window and the command line."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import platformdirs

from .errors import LossvistaError

# All, none, or those with these contents (SHA-256, as `problem.consent.content_hash` has it)
Trust = bool | tuple[str, ...]
KEPT = 500
LARGEST = 2**20  # bytes
_HASH = re.compile(r"[0-9a-f]{64}")


def agreed(folder: Path | None = None) -> tuple[str, ...]:
    """SHA-256 of the contents to which the person has agreed, the latest first. What is not one of them in the file is passed over, and
    a file that cannot be read holds none: then one is asked again. folder: of the settings, where it is not the usual one."""
    from .storage.reader import read_file  # here, because h5py is imported with it, and every command imports this

    with suppress(LossvistaError, UnicodeDecodeError):
        return tuple(filter(_HASH.fullmatch, read_file(_file(folder), LARGEST).decode().split()))
    return ()


def agree(sha256: str, folder: Path | None = None) -> None:
    """Remember that what has this content may run. A disk that refuses costs the memory of it, and one is asked again."""
    _write([sha256, *(other for other in agreed(folder) if other != sha256)][:KEPT], folder)


def revoke(folder: Path | None = None) -> None:
    """Forget all of it."""
    _write([], folder)


def _write(hashes: list[str], folder: Path | None) -> None:
    from .storage.disk import put

    file = _file(folder)
    with suppress(OSError, LossvistaError):
        file.parent.mkdir(parents=True, exist_ok=True)
        put(file, "".join(f"{one}\n" for one in hashes).encode(), rename=False)


def _file(folder: Path | None) -> Path:
    return (folder or Path(platformdirs.user_config_dir("lossvista", appauthor=False))) / "trusted.txt"
