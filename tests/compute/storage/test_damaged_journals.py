"""Damaged journals (faults 4, 11, 23): cut, changed, of a newer version or none at all; points may be lost, none is wrong."""

import random

import numpy as np
import pytest
from job_to_store import IDENTITY, beside, patch, start

from lossvista.compute.errors import LossvistaError
from lossvista.compute.storage import Journal, keep
from lossvista.compute.storage.records import VERSION
from lossvista.compute.surface import Mark


def test_cut_anywhere(path):
    """Fault 4: what was synced before the cut is there, and the journal can be written on."""
    with Journal.create(path, start(), IDENTITY) as journal:
        ends = [journal._end]
        for k in range(4):
            journal.add(patch(k))
            ends.append(journal._end)
    journal_file = path.parent / "a.h5.journal"
    data = journal_file.read_bytes()
    assert len(data) == ends[-1]
    near = {end + step for end in ends for step in (-1, 0, 1)} - {len(data) + 1}
    for cut in sorted({*range(0, ends[0], 997), *range(ends[0], len(data), 17), *near}):
        journal_file.write_bytes(data[:cut])
        if cut < ends[0]:
            with pytest.raises(LossvistaError, match="journal"):
                Journal.resume(path, IDENTITY)
            continue
        whole = sum(end <= cut for end in ends) - 1
        with Journal.resume(path, IDENTITY) as journal:
            assert 20 - len(journal.landscape.surface.missing) == whole
            assert bool(journal.notes) == (cut not in ends)
            journal.add(patch(19))
        with Journal.resume(path, IDENTITY) as journal:
            assert 20 - len(journal.landscape.surface.missing) == whole + 1
            assert not journal.notes


def test_flipped_bits_lose_points_but_never_change_one(path):
    with Journal.create(path, start(), IDENTITY) as journal:
        for k in range(20):
            journal.add(patch(k))
        first = len(journal_bytes := journal._file.read_bytes()) - 20 * 20
    journal_file, random_ = path.parent / "a.h5.journal", random.Random(1)
    lost = 0
    for _ in range(100):
        bad = bytearray(journal_bytes)
        at = random_.randrange(len(bad)) if random_.random() < 0.5 else random_.randrange(first - 1000, len(bad))
        bad[at] ^= 1 << random_.randrange(8)
        journal_file.write_bytes(bytes(bad))
        try:
            with Journal.resume(path, IDENTITY) as journal:
                surface = journal.landscape.surface
        except LossvistaError:
            continue
        there = surface.evaluated.ravel() == Mark.EVALUATED
        lost += int((~there).sum())
        np.testing.assert_array_equal(surface.fields["train_loss"].ravel()[there], np.flatnonzero(there) + 0.5)
        assert there.all() or journal.notes
    assert lost > 0


def test_one_damaged_record_costs_its_points_only(path):
    with Journal.create(path, start(), IDENTITY) as journal:
        ends = [journal._end]
        for k in range(4):
            journal.add(patch(k))
            ends.append(journal._end)
    journal_file = path.parent / "a.h5.journal"
    data = bytearray(journal_file.read_bytes())
    data[ends[2] - 1] ^= 1
    journal_file.write_bytes(bytes(data))
    with Journal.resume(path, IDENTITY) as journal:
        assert set(range(20)) - set(journal.landscape.surface.missing.tolist()) == {0, 2, 3}
        assert "1 damaged records" in journal.notes[0]


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"lossvista-journal \n", b"lossvista-journal x\n" + b"\0" * 99, b"\0" * 500]
)
def test_what_is_no_journal_is_refused(content, path):
    (path.parent / "a.h5.journal").write_bytes(content)
    for work in (lambda: Journal.resume(path, IDENTITY), lambda: keep(path)):
        with pytest.raises(LossvistaError, match=r"a\.h5\.journal is"):
            work()
    assert beside(path) == ["a.h5.journal"]


def test_a_newer_journal_is_refused(path):
    Journal.create(path, start(), IDENTITY).close()
    journal_file = path.parent / "a.h5.journal"
    journal_file.write_bytes(
        journal_file.read_bytes().replace(b"journal %d\n" % VERSION, b"journal %d\n" % (VERSION + 1), 1)
    )
    with pytest.raises(LossvistaError, match="newer version"):
        Journal.resume(path, IDENTITY)
