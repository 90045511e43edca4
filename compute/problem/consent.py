"""Consent to what a recipe names: pickles that can run code when they are opened, and code. Each is known by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from ..consent import Trust, agree
from ..errors import LossvistaError, Untrusted
from .checkpoint_kind import SUFFIXES
from .parts import parted
from .usercode import has_run, is_file_spec, source_of

T = TypeVar("T")


def with_consent(path: str | Path, trust: Trust, read: Callable[[bool], T]) -> T:
    """What `read(whether it may run code)` makes of a file or folder: first it may not; then, where that is not enough and `trust` covers
    the content, it may. Raises Untrusted, with that content's hash, where it does not."""
    if trust is True:
        return read(True)
    try:
        return read(False)
    except Untrusted as error:
        error.sha256 = content_hash(path)
        if not trust or error.sha256 not in trust:
            raise
    return read(True)


def expect_consent(who: str, specs: Iterable[str], trust: Trust) -> None:
    """Raises Untrusted, with its hash, for code that `specs`, names of problems and models, name where nobody has agreed to run it; what
    this process has run already needs no consent. who: names it, as in "The landscape 'resnet56'"."""
    for spec in filter(is_file_spec, specs):
        source = source_of(spec)
        sha256 = content_hash(source)
        if trust is True or (trust and sha256 in trust) or has_run(source):
            continue
        error = Untrusted(
            f"{who} names code, '{spec}', which was not run: nobody has agreed to it as it is now.",
            "Only if you wrote it, or know who did: --trust",
        ).at(source)
        error.sha256, error.runs = sha256, True
        raise error


def agree_to_code(*specs: str) -> None:
    """The person has named this code, as problems and models, himself, which may then run also where a landscape or a recording names it.
    Raises LossvistaError where there is no such file."""
    for spec in filter(is_file_spec, specs):
        agree(content_hash(source_of(spec)))


def content_hash(path: str | Path) -> str:
    """SHA-256, as hex digits, of a file (FILE:PART: of the file), or of all checkpoint files in a folder with their names. Raises
    LossvistaError where one cannot be read."""
    file = parted(Path(path).expanduser())[0]
    try:
        if file.is_file():
            return _digest(file).hex()
        hashed = hashlib.sha256()
        for one in sorted(filter(_holds_weights, file.iterdir())):
            hashed.update(one.name.encode("utf-8", "surrogateescape") + b"\0" + _digest(one))
    except OSError as error:
        raise LossvistaError(f"'{path}' cannot be read: {error.strerror}.", "Check its permissions.") from None
    return hashed.hexdigest()


def _digest(file: Path) -> bytes:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").digest()


def _holds_weights(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()
