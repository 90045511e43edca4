"""Recorded disk: every system call by which a writer changes a folder, and the files that a kill or a power cut between any
two of them may leave there.

The model of a power cut is that of ALICE (Pillai et al., OSDI 2014): what was not synced since may be there or not, each write
and each change of the folder by itself, a write also in part, page by page. `fsync` of a file makes its bytes safe, `fsync` of
the folder makes its names safe; a rename is atomic. That the recording is complete is checked by its end, which must be what
really lies in the folder, and by strace in tests/long/cuts.py."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PAGE = 4096
FOLDER = -1  # stands for the folder itself where others have an inode
Call = tuple[Any, ...]  # its kind, then what it is done to


class State:
    """What a disk holds. safe, names: bytes and names that outlive a power cut; late: writes and changes of names that may not,
    in their order."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.safe = dict(enumerate(files.values()))
        self.names = {name: inode for inode, name in enumerate(files)}
        self.late: list[Call] = []

    def step(self, call: Call) -> None:
        """One recorded call."""
        kind = call[0]
        if kind in ("link", "move", "unlink", "write", "truncate"):
            self.late.append(call)
        elif kind == "fsync":
            done = [late for late in self.late if _safe_by(late, call[1])]
            self.late = [late for late in self.late if not _safe_by(late, call[1])]
            for late in done:
                _carry_out(late, self.names, self.safe)

    def files(self, keep: Callable[[Call], Call | None] = lambda late: late) -> dict[str, bytes]:
        """Names and bytes after a kill (all that was late is there), or after a power cut that left what `keep` leaves of it."""
        names, held = dict(self.names), dict(self.safe)
        for late in filter(None, map(keep, self.late)):
            _carry_out(late, names, held)
        return {name: held.get(inode, b"") for name, inode in names.items()}


def _safe_by(late: Call, inode: int) -> bool:
    """Whether a call is safe once that inode (or the folder) is synced."""
    return (
        late[0] in ("write", "truncate") and late[1] == inode
        if inode != FOLDER
        else late[0] in ("link", "move", "unlink")
    )


def _carry_out(call: Call, names: dict[str, int], held: dict[int, bytes]) -> None:
    kind, what, *rest = call
    if kind == "write":
        at, new = rest
        data = held.get(what, b"")
        held[what] = data[:at].ljust(at, b"\0") + new + data[at + len(new) :]
    elif kind == "truncate":
        held[what] = held.get(what, b"")[: rest[0]].ljust(rest[0], b"\0")
    elif kind == "link":
        names[what] = rest[0]
    else:  # move, unlink
        names.pop(what, None)
        if kind == "move":
            names[rest[0]] = rest[1]


def power_cut(random_: random.Random, share: float) -> Callable[[Call], Call | None]:
    """What a power cut leaves of a late call: nothing, with this probability; else all, or of a write a part: up to some byte, or
    all but one page, which then is zeros."""

    def keep(late: Call) -> Call | None:
        if random_.random() < share:
            return None
        if late[0] == "write" and random_.random() < 0.5:
            kind, inode, at, data = late
            if random_.random() < 0.5 or len(data) < 2:
                return kind, inode, at, data[: random_.randrange(len(data) + 1)]
            first = random_.randrange(at // PAGE, (at + len(data) - 1) // PAGE + 1) * PAGE - at
            hole = slice(max(0, first), min(len(data), first + PAGE))
            return kind, inode, at, data[: hole.start] + bytes(hole.stop - hole.start) + data[hole.stop :]
        return late

    return keep


class Recorded:
    """While it is entered, `calls` gathers what this process does through `os` to the files in `folder`. `tell` puts a mark of the
    test's own between them: what was acknowledged by then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.before = {path.name: path.read_bytes() for path in sorted(self.folder.iterdir()) if path.is_file()}
        self.calls: list[Call] = []
        self._inodes = {name: inode for inode, name in enumerate(self.before)}
        self._made = len(self._inodes)
        self._held: dict[int, tuple[int, bool]] = {}  # descriptor → inode, whether it appends
        self._real: dict[str, Any] = {}

    def __enter__(self) -> Recorded:
        shims = {
            "open": self._open,
            "write": self._write,
            "ftruncate": self._truncate,
            "fsync": self._fsync,
            "close": self._close,
            "replace": self._move,
            "rename": self._move,
            "unlink": self._unlink,
        }
        self._real = {name: getattr(os, name) for name in shims}
        for name, shim in shims.items():
            setattr(os, name, shim)
        return self

    def __exit__(self, *_: object) -> None:
        for name, call in self._real.items():
            setattr(os, name, call)

    def tell(self, what: object) -> None:
        self.calls.append(("told", what))

    def states(self) -> Iterator[tuple[int, State]]:
        """(how many calls were done, what the disk holds then), from none to all."""
        state = State(self.before)
        yield 0, state
        for count, call in enumerate(self.calls, 1):
            state.step(call)
            yield count, state

    def told(self, count: int) -> list[Any]:
        """What was told within the first calls."""
        return [call[1] for call in self.calls[:count] if call[0] == "told"]

    def end(self) -> dict[str, bytes]:
        """What lies in the folder in the end, by the recording."""
        *_, (_, last) = self.states()
        return last.files()

    # --- the calls ---

    def _name(self, path: Any) -> str | None:
        whole = Path(os.fsdecode(path))
        return whole.name if whole.absolute().parent.resolve() == self.folder else None

    def _open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        name = self._name(path)
        there = os.path.lexists(path)
        descriptor = self._real["open"](path, flags, mode, **more)
        if name is not None:
            if not there:
                self._made += 1
                self._inodes[name] = self._made
                self.calls.append(("link", name, self._made))
            if flags & os.O_TRUNC:
                self.calls.append(("truncate", self._inodes[name], 0))
            self._held[descriptor] = self._inodes[name], bool(flags & os.O_APPEND)
        elif Path(os.fsdecode(path)).resolve() == self.folder:
            self._held[descriptor] = FOLDER, False
        return descriptor

    def _write(self, descriptor: int, data: Any) -> int:
        inode, appends = self._held.get(descriptor, (None, False))
        if inode is None:
            return self._real["write"](descriptor, data)
        at = os.fstat(descriptor).st_size if appends else os.lseek(descriptor, 0, os.SEEK_CUR)
        count = self._real["write"](descriptor, data)
        self.calls.append(("write", inode, at, bytes(data[:count])))
        return count

    def _truncate(self, descriptor: int, size: int) -> None:
        self._real["ftruncate"](descriptor, size)
        if descriptor in self._held:
            self.calls.append(("truncate", self._held[descriptor][0], size))

    def _fsync(self, descriptor: int) -> None:
        self._real["fsync"](descriptor)
        if descriptor in self._held:
            self.calls.append(("fsync", self._held[descriptor][0]))

    def _close(self, descriptor: int) -> None:
        self._held.pop(descriptor, None)
        self._real["close"](descriptor)

    def _move(self, source: Any, target: Any, **more: Any) -> None:
        self._real["replace"](source, target, **more)
        one, other = self._name(source), self._name(target)
        if one is not None and other is not None:
            self._inodes[other] = self._inodes.pop(one)
            self.calls.append(("move", one, other, self._inodes[other]))

    def _unlink(self, path: Any, **more: Any) -> None:
        self._real["unlink"](path, **more)
        name = self._name(path)
        if name is not None:
            self._inodes.pop(name, None)
            self.calls.append(("unlink", name))
