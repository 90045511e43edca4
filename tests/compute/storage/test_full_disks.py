"""Full disks (faults 5 and 6): a real file system of 64 KiB, or a limit on the size of a file in a child process."""

import subprocess

import pytest
from child_scripts import HERE, posix, run
from job_to_store import IDENTITY, beside, patch, start

from lossvista.compute.errors import OutOfSpace
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.storage import Journal, load
from lossvista.compute.surface import Surface

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
