"""Journal: what a job has computed so far, on disk before anybody is told; a killed job goes on from there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LossvistaError
from ..landscape import Landscape
from ..surface import Patch
from .disk import put, real, sweep, sync, trouble, write_whole
from .image import encode
from .layout import FILE_LIMIT
from .lock import Lock
from .reader import decode, load, read_file
from .records import decode_patch, encode_patch, fits, frame, frames, opening


class Journal:
    """An append-only file `NAME.h5.journal` beside `NAME.h5`, no easier to read than that. Made by `create` or `resume`;
    ended by `finish` or `close`.

    landscape: the start and all patches so far. each: flat index → losses of single samples that its patch brought. path: where
    `finish` writes, and afterwards, where it wrote. notes: lines for the log. As a context manager it closes, and so keeps the
    journal, unless it was finished."""

    def __init__(self, lock: Lock, path: Path, landscape: Landscape, identity: dict[str, Any], end: int) -> None:
        self.landscape, self.path, self.identity, self.notes = landscape, path, identity, list[str]()
        self.each: dict[int, np.ndarray] = {}
        self._lock, self._end, self._file = lock, end, journal_of(path)
        try:
            self._descriptor = os.open(self._file, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise trouble(error, self._file) from error

    @classmethod
    def create(cls, path: str | os.PathLike[str], start: Landscape, identity: Mapping[str, Any]) -> Journal:
        """A new journal, in place of an older one. `start` has axes and grid but no values, `identity` is what must match on
        resume, as JSON values. Raises LossvistaError where the folder is missing or not writable, another run writes there, or
        `path` is a file that is no landscape (OutOfSpace where the disk is full)."""
        target = real(path)
        lock = Lock(target)
        try:
            _free_to_write(target)
            sweep(target)
            image, identity = encode(start), _plain(identity)
            data = opening(identity, image)
            put(journal_of(target), data, rename=False, like=target)
            return cls(lock, target, decode(image, target.name), identity, len(data))
        except BaseException:
            lock.release()
            raise

    @classmethod
    def resume(cls, path: str | os.PathLike[str], identity: Mapping[str, Any]) -> Journal | None:
        """The journal of a stopped run, with all that it had acknowledged; a torn tail is dropped. None: there is none. Raises
        LossvistaError that names what differs where it belongs to another job, or is damaged at its start."""
        target = real(path)
        if not journal_of(target).exists():
            return None
        lock = Lock(target)
        try:
            if not journal_of(target).exists():  # finished by another run in the meantime
                lock.release()
                return None
            sweep(target)
            landscape, found, end, notes, each = _read(target)
            _agree(found, _plain(identity), target)
            journal = cls(lock, target, landscape, found, end)
            journal.notes += notes
            journal.each |= each
            journal._cut()
            return journal
        except BaseException:
            lock.release()
            raise

    def add(self, patch: Patch) -> None:
        """Write a patch and wait until it is on the disk; only then it is in `landscape`. Raises OutOfSpace (what was acknowledged
        is safe; the same call may be repeated when there is room) or LossvistaError."""
        if not fits(patch, self.landscape):
            raise ValueError(f"the patch for '{patch.where}' does not fit the landscape")
        data = frame(b"PTCH", encode_patch(patch))
        try:
            os.lseek(self._descriptor, self._end, os.SEEK_SET)
            write_whole(self._descriptor, data)
            sync(self._descriptor)
        except OSError as error:
            self._cut()
            raise trouble(error, self._file, len(data)) from error
        if not self._found():  # a file that was removed takes bytes that nobody will find
            raise LossvistaError(f"{self._file} was removed while it was being written.", "Start the run again.")
        self._end += len(data)
        self.landscape.add(patch)
        self.each |= _each(patch)

    def finish(self) -> Landscape:
        """Save the landscape as the finished one, then remove the journal. Raises as `save` does; the journal is then kept, and
        the call may be repeated."""
        self.landscape.provenance["identity"] = self.identity
        self.path = _save(self.landscape, self.path, self.notes)
        self._close_file()
        self._file.unlink(missing_ok=True)
        self._lock.release()
        return self.landscape

    def close(self) -> None:
        """Keep the journal for later and let others write. A second call, or one after `finish`, does nothing."""
        self._close_file()
        self._lock.release()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _close_file(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _found(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._file.stat())
        except OSError:
            return False

    def _cut(self) -> None:
        """Drop what follows the last acknowledged frame."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, self._end)


def is_unfinished(path: str | os.PathLike[str]) -> bool:
    """Whether a run was begun for this output that can go on, or be kept as it is."""
    return journal_of(real(path)).exists()


def keep(path: str | os.PathLike[str]) -> Landscape:
    """Stop and keep: save what the journal of a stopped run holds as `path`. The journal stays, so that the run can go on.
    Raises LossvistaError where there is no journal or its run still writes, and as `save` does."""
    target = real(path)
    if not is_unfinished(target):
        raise LossvistaError(f"There is no unfinished run for {target}.", "Nothing was changed.")
    lock = Lock(target)
    try:
        _free_to_write(target)
        landscape, *_ = _read(target)
        landscape.provenance.pop("identity", None)  # that is a finished run's
        _save(landscape, target, [])
        return landscape
    finally:
        lock.release()


def carry(path: str | os.PathLike[str], to: str | os.PathLike[str]) -> None:
    """Copy the journal of a stopped run to another output, where the run can go on; the old one stays. Raises LossvistaError where
    there is none, its run still writes, or the other place has one already, and OutOfSpace."""
    source, target = real(path), real(to)
    if is_unfinished(target):
        raise LossvistaError(f"There is an unfinished run for {target} already.", "Choose another folder.")
    if not is_unfinished(source):
        raise LossvistaError(f"There is no unfinished run for {source}.", "Start it again.")
    lock = Lock(source)
    try:
        put(journal_of(target), read_file(journal_of(source), FILE_LIMIT), rename=False, like=journal_of(source))
    finally:
        lock.release()


def journal_of(path: Path) -> Path:
    """The journal's name beside a landscape file's."""
    return path.with_name(path.name + ".journal")


def _save(landscape: Landscape, path: Path, notes: list[str]) -> Path:
    data = encode(landscape)
    decode(data, path.name)
    went = put(path, data)
    if went != path:
        notes.append(f"{path.name} is held by another program; the landscape was saved as {went.name}.")
    return went


def _each(patch: Patch) -> dict[int, np.ndarray]:
    return {} if patch.each is None else {int(k): table for k, table in zip(patch.index, patch.each, strict=True)}


def _read(target: Path) -> tuple[Landscape, dict[str, Any], int, list[str], dict[int, np.ndarray]]:
    """(landscape with all patches, identity, where the last whole frame ends, lines for the log, losses of single samples)."""
    name = journal_of(target).name
    data = read_file(journal_of(target), FILE_LIMIT)
    notes, landscape, identity, end, lost = list[str](), None, None, 0, 0
    each: dict[int, np.ndarray] = {}
    broken = LossvistaError(f"{name} is damaged.", "Delete it to start again.")
    for tag, content, upto in frames(data, name):
        end = upto
        try:
            if content is None:
                lost += 1
            elif tag == b"IDEN":
                identity = json.loads(content)
            elif tag == b"STRT":
                landscape = decode(content, name)
            elif landscape is not None and fits(patch := decode_patch(content), landscape):
                landscape.add(patch)
                each |= _each(patch)
            else:
                raise broken
        except (ValueError, KeyError, TypeError, OverflowError):
            raise broken from None
    if landscape is None or not isinstance(identity, dict):
        raise broken
    if lost:
        notes.append(f"{lost} damaged records of {name} are left out; their points are computed again.")
    if end < len(data):
        notes.append(f"{len(data) - end} bytes at the end of {name} were not written to their end and are dropped.")
    return landscape, identity, end, notes, each


def _agree(found: dict[str, Any], wanted: dict[str, Any], target: Path) -> None:
    """Refuse to mix two jobs, and say what differs."""
    old, new = _flat(found), _flat(wanted)
    differ = [
        f"{key} was {_short(old, key)}, now {_short(new, key)}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]
    if differ:
        more = f" and {len(differ) - 4} more" if len(differ) > 4 else ""
        raise LossvistaError(
            f"{journal_of(target).name} belongs to another job: {'; '.join(differ[:4])}{more}.",
            f"Choose another output, repeat the old command to go on with it, or delete {journal_of(target)} to start again.",
        )


def _flat(values: Any, prefix: str = "") -> dict[str, str]:
    """Nested names → values as words, so that two can be compared."""
    if isinstance(values, dict):
        return {k: v for key, below in values.items() for k, v in _flat(below, f"{prefix}{key}.").items()}
    return {prefix.rstrip("."): json.dumps(values, ensure_ascii=False)}


def _short(flat: dict[str, str], key: str) -> str:
    text = flat.get(key, "not set")
    return text if len(text) <= 70 else f"{text[:32]}…{text[-32:]}"


def _plain(identity: Mapping[str, Any]) -> dict[str, Any]:
    """As it will read after a trip through the file."""
    return json.loads(json.dumps(identity))


def _free_to_write(target: Path) -> None:
    """Refuse to take the place of a file that is not a landscape, such as a checkpoint named by mistake."""
    if not os.path.lexists(target):
        return
    try:
        load(target)
    except LossvistaError as error:
        raise LossvistaError(
            f"{target} is there already and would be replaced, but {error.message.removeprefix(str(target)).strip()}",
            "Choose another output, or remove that file.",
        ) from None
