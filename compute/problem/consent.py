"""Consent: a file that can run code when it is opened is known again by its content, so that a person is asked once for each, and anew
where it has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..errors import LossvistaError
from .checkpoint_kind import SUFFIXES
from .parts import parted


def content_hash(path: str | Path) -> str:
    """SHA-256, as hex digits, of a file (FILE:PART: of the file), or of all checkpoint files in a folder with their names. Raises
    LossvistaError where one cannot be read."""
    file = parted(Path(path).expanduser())[0]
    hashed = hashlib.sha256()
    try:
        files = [file] if file.is_file() else sorted(filter(_holds_weights, file.iterdir()))
        for one in files:
            with one.open("rb") as data:
                own = hashlib.file_digest(data, "sha256")
            hashed.update(b"" if one == file else one.name.encode("utf-8", "surrogateescape") + b"\0")
            hashed.update(own.digest())
    except OSError as error:
        raise LossvistaError(f"'{path}' cannot be read: {error.strerror}.", "Check its permissions.") from None
    return hashed.hexdigest()


def _holds_weights(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()
