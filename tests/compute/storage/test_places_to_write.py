"""Places to write (faults 7 and 8): folders that are gone or not ours, and files in the way, found at the start or with the next point."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from child_scripts import HERE, posix, run
from job_to_store import IDENTITY, beside, patch, start

from lossvista.compute.errors import LossvistaError
from lossvista.compute.landscape import Landscape
from lossvista.compute.storage import Journal, load, save


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
