"""The files as they are after every system call of a write, killed there, or with the power cut there: in SQLite's manner.

`python tests/long/cuts.py` does the same with many more power cuts, and holds the recording against strace's."""

from __future__ import annotations

import pytest
from crashes import LossvistaError, after_crashes, check_run, compute, old_file, old_or_new, record

from lossvista.app.looks import write_style
from lossvista.app.reopening import bookmark
from lossvista.app.settings import Settings
from lossvista.app.shelf import Shelf
from lossvista.compute.storage import disk, journal
from lossvista.compute.storage.disk import put
from lossvista.compute.style import Style


def test_no_acknowledged_point_is_lost(tmp_path):
    """Killed after any call, and in the middle of one, or with the power cut there: the file is whole, and the run goes on."""
    folder = tmp_path / "run"
    folder.mkdir()
    old_file(folder)
    counts = after_crashes(record(folder, compute), tmp_path / "crashed", check_run, cuts=1)
    assert counts["calls"] > 40 and counts["power cut"] > 50 and counts["resumed"] > 50 and counts["finished"] > 5


@pytest.mark.parametrize("forgotten", ["sync", "sync_folder"])
def test_a_forgotten_sync_would_be_found(forgotten, tmp_path, monkeypatch):
    """The test before this one is no formality."""
    folder = tmp_path / "run"
    folder.mkdir()
    old_file(folder)
    for module in (disk, journal):
        monkeypatch.setattr(module, forgotten, lambda _: None, raising=False)
    recorded = record(folder, compute)
    with pytest.raises((AssertionError, LossvistaError)):
        after_crashes(recorded, tmp_path / "crashed", check_run, cuts=3)


@pytest.mark.parametrize("name", ["a.bin", "settings.json", "session.json", "a.style.json", "mine.style.json"])
def test_a_file_is_either_the_old_or_the_complete_new_one(name, tmp_path):
    """Landscapes and exports (through `put`), settings, bookmark, looks."""
    folder = tmp_path / "kept"
    folder.mkdir()
    writers = {
        "a.bin": lambda size: put(folder / name, b"x" * size),
        "settings.json": lambda size: Settings(folder).update(recent=("x" * size,)),
        "session.json": lambda size: bookmark.write(
            folder / name, bookmark.Bookmark(leaves=(bookmark.Leaf(path="x" * size),))
        ),
        "a.style.json": lambda size: write_style(str(folder / "a.h5"), Style(levels=3 + size % 17)),
        "mine.style.json": lambda size: Shelf(folder).save("mine", Style(levels=3 + size % 17)),
    }
    for old in (None, 5000):
        if old is not None:
            writers[name](old)
        before = (folder / name).read_bytes() if old else None
        recorded = record(folder, lambda _, recorded: (writers[name](9001), recorded.tell("written")))
        after = (folder / name).read_bytes()
        assert after != before
        counts = after_crashes(recorded, tmp_path / "crashed", old_or_new(before, after, name), cuts=10)
        assert counts["power cut"] > 10
        (folder / name).unlink()
