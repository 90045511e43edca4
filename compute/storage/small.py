"""Small: one JSON object out of a small file that nobody vouches for: settings, looks, what was open."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ..errors import LossvistaError
from .reader import read_file

LARGEST = 16 * 2**20  # bytes


def read_object(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The object in a regular file of at most `LARGEST` bytes of UTF-8; so a pipe, a device or a flood never holds up or fills
    the program. Raises LossvistaError, one sentence."""
    name = Path(path).name
    try:
        found = json.loads(read_file(path, LARGEST).decode("utf-8-sig"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise LossvistaError(f"{name} holds no JSON ({error}).") from None
    if not isinstance(found, dict):
        raise LossvistaError(f"{name} holds a JSON {type(found).__name__}, not an object.")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Names that are text; half a letter in a value may be of a file's name, but in a name it is nothing."""
    for name, _ in pairs:
        name.encode()
    return dict(pairs)
