"""No acknowledged point is lost, none is computed twice, and two jobs never mix: with real kills, cuts and full disks."""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_to_store import IDENTITY, patch, start

from lossvista.compute.errors import LossvistaError, OutOfSpace
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.storage import Journal, carry, identity_of, keep, load, save
from lossvista.compute.storage.digest import digest
from lossvista.compute.storage.records import VERSION, decode_patch, encode_patch
from lossvista.compute.surface import Mark, Patch, Surface

posix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.h5"


def beside(path):
    return sorted(p.name for p in path.parent.iterdir())


def test_a_job_from_start_to_end(path):
    journal = Journal.create(path, start(), IDENTITY)
    for k in range(20):
        journal.add(patch(k))
    journal.add(Patch(np.array([1]), {"train_loss": np.array([7.0])}, where="run"))
    assert journal.landscape.surface.complete
    assert not path.exists()
    landscape = journal.finish()
    journal.close()
    assert beside(path) == ["a.h5"]
    assert digest(load(path)) == digest(landscape)
    assert identity_of(path) == IDENTITY
    np.testing.assert_array_equal(landscape.surface.fields["train_loss"].ravel(), np.arange(20) + 0.5)
    assert landscape.trajectories["run"]["train_loss"][1] == 7
    assert landscape.surface.info["train_loss"].units == "nats"


def test_a_stopped_job_goes_on_where_it_was(path):
    assert Journal.resume(path, IDENTITY) is None
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0, 7))
        before = digest(journal.landscape)
    assert beside(path) == ["a.h5.journal"]
    journal = Journal.resume(path, IDENTITY)
    assert digest(journal.landscape) == before
    assert set(journal.landscape.surface.missing.tolist()) == set(range(7, 20))
    assert journal.notes == []
    journal.add(patch(7, 13))
    assert journal.finish().surface.complete
    assert Journal.resume(path, IDENTITY) is None


def test_stop_and_keep_leaves_the_journal(path):
    with pytest.raises(LossvistaError, match="no unfinished run"):
        keep(path)
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0, 7))
        with pytest.raises(LossvistaError, match="being written by process"):
            keep(path)
    kept = keep(path)
    assert digest(load(path)) == digest(kept)
    assert len(kept.surface.missing) == 13
    assert identity_of(path) is None  # it is not the finished landscape
    with Journal.resume(path, IDENTITY) as journal:
        assert len(journal.landscape.surface.missing) == 13


@given(
    st.lists(st.integers(0, 2**60), max_size=5),
    st.dictionaries(st.text(max_size=5), st.floats(), max_size=3),
    st.sampled_from(list(Mark)),
    st.text(max_size=5),
)
@settings(deadline=None, max_examples=30)
def test_patches_come_back_bit_for_bit(index, fields, mark, where):
    sent = Patch(np.array(index, int), {k: np.full(len(index), v) for k, v in fields.items()}, 7, where, mark)
    back = decode_patch(encode_patch(sent))
    assert (back.samples, back.where, back.mark) == (7, where, mark)
    assert back.index.tolist() == index
    assert {k: v.tobytes() for k, v in back.fields.items()} == {k: v.tobytes() for k, v in sent.fields.items()}


def test_patches_that_do_not_fit_are_not_written(path):
    with Journal.create(path, start(), IDENTITY) as journal:
        size = journal._file.stat().st_size
        for bad in (
            patch(19, 2),
            patch(-1),
            Patch(np.array([0]), {}, where="other"),
            Patch(np.array([2]), {}, where="run"),
        ):
            with pytest.raises(ValueError, match="does not fit"):
                journal.add(bad)
        assert journal._file.stat().st_size == size


# Fault 10: another job's journal


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({**IDENTITY, "seed": 1}, "seed was 0, now 1"),
        ({**IDENTITY, "recipe": {"model": "cnn", "resolution": 9}}, "recipe.resolution was 5, now 9"),
        ({**IDENTITY, "new": [1]}, r"new was not set, now \[1\]"),
        ({**IDENTITY, "hash": "x" * 500}, 'hash was "ab", now "xxx'),
    ],
)
def test_the_journal_of_another_job_is_refused(other, words, path):
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0))
    before = (path.parent / "a.h5.journal").read_bytes()
    with pytest.raises(LossvistaError, match=words):
        Journal.resume(path, other)
    assert (path.parent / "a.h5.journal").read_bytes() == before
    assert beside(path) == ["a.h5.journal"]  # the lock is free again
    Journal.resume(path, IDENTITY).close()


def test_long_values_that_differ_in_the_middle_differ(path):
    Journal.create(path, start(), {"hash": "a" * 100 + "b" + "a" * 100}).close()
    with pytest.raises(LossvistaError, match="another job"):
        Journal.resume(path, {"hash": "a" * 100 + "c" + "a" * 100})


# Faults 4, 11, 23: cut, damaged, newer


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


# Fault 7 and what is in the way


def test_a_missing_folder_is_found_at_the_start(tmp_path):
    with pytest.raises(LossvistaError, match="no folder"):
        Journal.create(tmp_path / "gone" / "a.h5", start(), IDENTITY)
    assert Journal.resume(tmp_path / "gone" / "a.h5", IDENTITY) is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_found_at_the_start(path):
    path.parent.chmod(0o500)
    try:
        with pytest.raises(LossvistaError, match="cannot be written to"):
            Journal.create(path, start(), IDENTITY)
    finally:
        path.parent.chmod(0o700)


READ_ONLY = """
import os, sys
sys.path.insert(0, {here!r})
import job_to_store as t
os.setgid(65534); os.setuid(65534)
try:
    t.Journal.create({path!r}, t.start(), t.IDENTITY)
except t.LossvistaError as error:
    print(error)
"""


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else_is_found_at_the_start():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        done = run(READ_ONLY.format(here=HERE, path=f"{folder}/a.h5"))
        assert "cannot be written to" in done.stdout, done.stderr
        assert not list(Path(folder).iterdir())


def test_a_file_that_is_no_landscape_is_not_replaced(path):
    path.write_bytes(b"PK\x03\x04 a checkpoint")
    with pytest.raises(LossvistaError, match="would be replaced, but is not a landscape file"):
        Journal.create(path, start(), IDENTITY)
    assert path.read_bytes() == b"PK\x03\x04 a checkpoint"
    assert beside(path) == ["a.h5"]
    path.unlink()
    path.mkdir()
    with pytest.raises(LossvistaError, match="is a folder"):
        Journal.create(path, start(), IDENTITY)


def test_an_older_landscape_is_replaced_only_at_the_end(path):
    save(Landscape(start().surface, "old"), path)
    journal = Journal.create(path, start(), IDENTITY)
    journal.add(patch(0, 20))
    assert load(path).title == "old"
    journal.finish()
    assert load(path).title == "a job"


def test_a_journal_removed_while_it_is_written(path):
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0))
        (path.parent / "a.h5.journal").unlink()
        with pytest.raises(LossvistaError, match="was removed"):
            journal.add(patch(1))
        assert len(journal.landscape.surface.missing) == 19


def test_a_folder_that_vanishes_while_it_is_written_to(tmp_path):
    """Fault 7: said with the next point, and no point is acknowledged that nobody will find."""
    path = tmp_path / "there" / "a.h5"
    path.parent.mkdir()
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0))
        shutil.rmtree(path.parent)
        with pytest.raises(LossvistaError, match="was removed"):
            journal.add(patch(1))
        with pytest.raises(LossvistaError, match="There is no folder"):
            journal.finish()
        assert len(journal.landscape.surface.missing) == 19


def test_a_stopped_job_goes_on_in_another_folder(path, tmp_path):
    """Fault 5: with all points that it has; never over another one."""
    there = tmp_path / "elsewhere" / "a.h5"
    there.parent.mkdir()
    with pytest.raises(LossvistaError, match="no unfinished run"):
        carry(path, there)
    with Journal.create(path, start(), IDENTITY) as journal:
        journal.add(patch(0, 7))
        with pytest.raises(LossvistaError, match="being written"):
            carry(path, there)
    carry(path, there)
    with pytest.raises(LossvistaError, match="already"):
        carry(path, there)
    with Journal.resume(there, IDENTITY) as journal:
        assert set(journal.landscape.surface.missing.tolist()) == set(range(7, 20))


# Fault 9: two writers


def test_the_second_writer_is_refused(path):
    first = Journal.create(path, start(), IDENTITY)
    for second in (lambda: Journal.create(path, start(), IDENTITY), lambda: Journal.resume(path, IDENTITY)):
        with pytest.raises(LossvistaError, match=f"is being written by process {os.getpid()} on"):
            second()
    first.add(patch(0))
    first.close()
    first.close()
    Journal.resume(path, IDENTITY).close()


def test_a_link_to_the_output_is_the_same_output(path, tmp_path):
    (tmp_path / "link.h5").symlink_to(path)
    with (
        Journal.create(path, start(), IDENTITY),
        pytest.raises(LossvistaError, match="being written"),
    ):
        Journal.create(tmp_path / "link.h5", start(), IDENTITY)


def test_the_lock_of_another_host_is_respected(path):
    lock = path.parent / "a.h5.lock"
    lock.write_text(json.dumps({"pid": 1, "host": "some-other-host"}))
    with pytest.raises(LossvistaError, match=r"process 1 on some-other-host.*delete a\.h5\.lock"):
        Journal.create(path, start(), IDENTITY)


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"pid": 999999999, "host": "HERE"}'])
def test_a_lock_that_nobody_holds_is_taken_over(left, path):
    (path.parent / "a.h5.lock").write_bytes(left.replace(b"HERE", socket.gethostname().encode()))
    Journal.create(path, start(), IDENTITY).close()
    assert beside(path) == ["a.h5.journal"]


# Faults 5 and 6: a full disk, which is a limit on the size of a file in a child process

HERE = str(Path(__file__).parent)
FULL = """
import resource, sys
sys.path.insert(0, {here!r})
import job_to_store as t
journal = t.Journal.create(sys.argv[1], t.start(), t.IDENTITY)
journal.add(t.patch(0))
limit = journal._end + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
done = 1
try:
    for done in range(1, 20):
        journal.add(t.patch(done))
except t.OutOfSpace as error:
    assert journal._file.stat().st_size == journal._end, "the torn tail is cut off"
    print(error.exit_code, "is full" in str(error), "free there" in str(error), done, flush=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for k in range(done, int(sys.argv[3])):  # there is room again: the same calls go on
        journal.add(t.patch(k))
"""


def run(script, *arguments):
    return subprocess.run([sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True)


@posix
@pytest.mark.parametrize("room", [0, 1, 30, 200, 700])
def test_a_disk_that_fills_up_while_computing(room, path):
    done = run(FULL.format(here=HERE), path, room, 0)
    code, full, free, count = done.stdout.split()
    assert (code, full, free) == ("4", "True", "True"), done.stderr
    with Journal.resume(path, IDENTITY) as journal:
        assert 20 - len(journal.landscape.surface.missing) == int(count)
        assert not journal.notes


@posix
def test_there_is_room_again(path):
    done = run(FULL.format(here=HERE), path, 200, 20)
    assert done.returncode == 0, done.stderr
    with Journal.resume(path, IDENTITY) as journal:
        assert journal.landscape.surface.complete


FINAL = """
import resource, sys
sys.path.insert(0, {here!r})
import job_to_store as t
t.save(t.Landscape(t.start().surface, "old"), sys.argv[1])
journal = t.Journal.create(sys.argv[1], t.start(), t.IDENTITY)
journal.add(t.patch(0, 20))
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))
try:
    journal.finish()
except t.OutOfSpace as error:
    print(error)
"""


@posix
def test_a_disk_that_is_full_at_the_final_write(path):
    done = run(FINAL.format(here=HERE), path)
    assert "is full" in done.stdout, done.stderr
    assert beside(path) == ["a.h5", "a.h5.journal", "a.h5.lock"]  # no temporary file; the child did not close
    assert load(path).title == "old"
    journal = Journal.resume(path, IDENTITY)
    assert journal.finish().surface.complete
    assert load(path).title == "a job"
    assert beside(path) == ["a.h5"]


@pytest.fixture
def tiny_disk(tmp_path):
    """A real file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("this user may not mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full(tiny_disk):
    path = tiny_disk / "a.h5"
    with pytest.raises(OutOfSpace, match=r"needs .* free there") as caught:
        landscape = start()
        landscape.surface = Surface(Grid(ticks(-1, 1, 201), ticks(-1, 1, 201)))
        Journal.create(path, landscape, IDENTITY)
    assert caught.value.exit_code == 4
    assert beside(path) == []
    journal = Journal.create(path, start(), IDENTITY)
    (tiny_disk / "other").write_bytes(b"x" * (64 * 1024 - 40 * 1024))
    added = 0
    with pytest.raises(OutOfSpace):
        for _ in range(1000):
            journal.add(patch(0, 20))
            added += 1
    assert added > 0
    with pytest.raises(OutOfSpace):
        journal.finish()
    assert beside(path) == ["a.h5.journal", "a.h5.lock", "other"]
    (tiny_disk / "other").unlink()
    journal.finish()
    assert load(path).surface.complete
    assert beside(path) == ["a.h5"]


# Invariant 38: killed at any moment


@posix
def test_killed_at_any_moment():
    """50 times SIGKILL at random instants of runs that go on each time. `python tests/long/kills.py` does it 1,000 times."""
    script = Path(__file__).parents[2] / "long" / "kills.py"
    done = subprocess.run([sys.executable, script, "--count", "50", "--seed", "4"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout)
    assert counts["kills"] == 50 and counts["acknowledged points"] > 100
    assert counts["acknowledged points lost"] == counts["wrong numbers"] == counts["unreadable files"] == 0
    assert counts["computed twice"] == 0


SAVER = """
import sys
sys.path.insert(0, {here!r})
import job_to_store as t
print("ready", flush=True)
for k in range(10**9):
    t.save(t.Landscape(t.start().surface, str(k)), sys.argv[1])
"""


@posix
def test_a_file_is_the_old_or_the_new_one(path):
    """Killed while it saves over and over, the file is always whole; what the dead writer left is swept by the next run."""
    random_ = random.Random(5)
    for _ in range(4):
        saver = subprocess.Popen([sys.executable, "-c", SAVER.format(here=HERE), str(path)], stdout=subprocess.PIPE)
        saver.stdout.readline()
        while not path.exists():
            pass
        for _ in range(random_.randrange(20)):
            load(path)
        saver.kill()
        saver.wait()
        saver.stdout.close()
        assert load(path).title.isdigit()
    Journal.create(path, start(), IDENTITY).close()
    assert beside(path) == ["a.h5", "a.h5.journal"]


# Fault 8: the target is held by another program


def test_a_target_that_cannot_be_replaced_gets_a_new_name(path, monkeypatch):
    """A file that is a mount point cannot be replaced, just as one that is open on Windows cannot."""
    from lossvista.compute.storage import disk

    monkeypatch.setattr(disk, "PATIENCE", 0.2)
    save(Landscape(start().surface, "old"), path)
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    try:
        mounted = subprocess.run(["mount", "--bind", str(other), str(path)], capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("this user may not mount")
    try:
        assert save(Landscape(start().surface, "new"), path) == path.with_name("a (2).h5")
        journal = Journal.create(path, start(), IDENTITY)
        journal.finish()
        assert journal.path == path.with_name("a (3).h5")
        assert "saved as a (3).h5" in journal.notes[0]
    finally:
        subprocess.run(["umount", str(path)], check=True)
    assert load(path).title == "old"
    assert load(path.with_name("a (2).h5")).title == "new"
    assert beside(path) == ["a (2).h5", "a (3).h5", "a.h5", "other"]
