"""Storage: landscapes as files. A file is the old or the complete new one; an acknowledged point is never lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..landscape import Landscape
from .disk import put
from .image import encode
from .journal import Journal, carry, is_unfinished, keep
from .reader import decode, load

__all__ = ["Journal", "carry", "identity_of", "is_unfinished", "keep", "load", "save"]


def save(landscape: Landscape, path: str | os.PathLike[str]) -> Path:
    """Save a landscape. The bytes are read back and checked against their hash before they take the old file's place.

    Returns where it went: another name beside it where another program held the old file. Raises LossvistaError, and
    OutOfSpace where the disk is full; the old file is then as it was."""
    data = encode(landscape)
    decode(data, os.fspath(path))
    return put(path, data)


def identity_of(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """The identity of the finished run that made a file; None where there is no file, or it is not a finished run's. Raises
    LossvistaError where the file is not a landscape."""
    if not os.path.lexists(path):
        return None
    identity = load(path).provenance.get("identity")
    return identity if isinstance(identity, dict) else None
