"""Crashes: writers whose every system call is recorded, and what must hold of the files that a kill or a power cut leaves.

Used by test_crashes.py with a few power cuts a call, and by tests/long/cuts.py with many."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from job_to_store import IDENTITY, Journal, Landscape, LossvistaError, patch, save, start
from recorded_disk import Recorded, State, power_cut

from lossvista.compute.storage import keep, load
from lossvista.compute.storage.digest import digest

POINTS = 20
KILL = "kill"  # rather than a power cut: all calls that were made are carried out


def compute(folder: Path, recorded: Recorded) -> None:
    """A run over an older file: journal, eight patches, one of them twice, a stop that keeps what there is, the rest, the end."""
    path = folder / "a.h5"
    with Journal.create(path, start(), IDENTITY) as journal:
        for at, size in ((0, 1), (1, 3), (4, 1), (5, 2)):
            journal.add(patch(at, size))
            recorded.tell(at + size)
    keep(path)
    journal = Journal.resume(path, IDENTITY)
    assert journal is not None
    for at, size in ((7, 6), (13, 1), (14, 6)):
        journal.add(patch(at, size))
        recorded.tell(at + size)
    journal.finish()
    recorded.tell("finished")


def record(folder: Path, work: Callable[[Path, Recorded], None]) -> Recorded:
    """The recording of a writer; raises AssertionError where it is not what lies in the folder then."""
    with Recorded(folder) as recorded:
        work(folder, recorded)
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert recorded.end() == there, (sorted(recorded.end()), sorted(there))
    return recorded


def old_file(folder: Path) -> None:
    """What `compute` replaces."""
    save(Landscape(start().surface, "old"), folder / "a.h5")


def after_crashes(recorded: Recorded, room: Path, check: Callable[..., None], cuts: int, seed: int = 0) -> Counter[str]:
    """Rebuild the files as they are after each call: killed, killed in the middle of a write, nothing late kept, and after `cuts`
    random power cuts. Each is put into `room` and given to check(folder, what was told by then, what happened, counts)."""
    random_, counts = random.Random(seed), Counter[str]()
    for count, state in recorded.states():
        if recorded.calls[count : count + 1] and recorded.calls[count][0] == "told":
            continue  # the same files, of which more is promised, come next
        counts["calls"] += 1
        for what, files in _crashes(state, cuts, random_):
            shutil.rmtree(room, ignore_errors=True)
            room.mkdir()
            for name, data in files.items():
                (room / name).write_bytes(data)
            counts[what] += 1
            check(room, recorded.told(count), what, counts)
    return counts


def _crashes(state: State, cuts: int, random_: random.Random):
    yield KILL, state.files()
    if state.late and state.late[-1][0] == "write":
        last = state.late[-1]
        part = last[3][: random_.randrange(len(last[3]))]
        yield KILL, state.files(lambda late: (*late[:3], part) if late is last else late)
    if state.late:
        yield "power cut", state.files(lambda late: None)
        for _ in range(cuts):
            yield "power cut", state.files(power_cut(random_, random_.choice([0.2, 0.5, 0.8])))


def check_run(folder: Path, told: list, what: str, counts: Counter[str], *, every: int = 10) -> None:
    """After a crash of `compute`: the file is the old one, what was kept, or the whole new one; all acknowledged points are
    there with their values; the run can go on, and every so many times does so to its end."""
    path = folder / "a.h5"
    file = load(path)
    assert file.title in ("old", "a job")
    _values_are_right(file)
    acknowledged = max((one for one in told if one != "finished"), default=0)
    counts["acknowledged points"] += acknowledged
    if "finished" in told:
        assert file.surface.complete
    if file.surface.complete and file.title == "a job":
        (folder / "a.h5.journal").unlink(missing_ok=True)
        return
    journal = Journal.resume(path, IDENTITY)
    if journal is None:
        assert not acknowledged and file.title == "old"
        return
    with journal:
        there = set(range(POINTS)) - set(journal.landscape.surface.missing.tolist())
        assert set(range(acknowledged)) <= there
        _values_are_right(journal.landscape)
        counts["resumed"] += 1
        if counts["resumed"] % every == 0:
            for k in set(range(POINTS)) - there:
                journal.add(patch(k))
            journal.finish()
            counts["finished"] += 1
            assert digest(load(path)) == digest(journal.landscape)


def _values_are_right(landscape: Landscape) -> None:
    surface = landscape.surface
    known = np.flatnonzero(surface.evaluated)
    if len(known):
        np.testing.assert_array_equal(surface.fields["train_loss"].ravel()[known], known + 0.5)
        np.testing.assert_array_equal(surface.fields["train_accuracy"].ravel()[known], known / 20)


def old_or_new(old: bytes | None, new: bytes, name: str) -> Callable[..., None]:
    """A check for a file that is replaced: it is what it was (None: not there), or what it shall be; once told, the latter."""

    def check(folder: Path, told: list, what: str, counts: Counter[str]) -> None:
        found = None
        with suppress(FileNotFoundError):
            found = (folder / name).read_bytes()
        assert found == new or (found == old and not told), (what, found and len(found))

    return check


__all__ = [
    "LossvistaError", "after_crashes", "check_run", "compute", "old_file", "old_or_new", "record",
]  # fmt: skip
