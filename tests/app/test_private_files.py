"""What is not whole yet is nobody else's to read: every writer of the program writes beside its target, into a file of its user's
alone, and the finished file has the permissions that new files get."""

import importlib.util
import os
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtGui import QImage

from lossvista.app.looks import write_style
from lossvista.app.panels.log import Log
from lossvista.app.panes.whole import render_panes
from lossvista.app.picture_dialog import Wanted
from lossvista.app.reopening import bookmark
from lossvista.app.reopening.shelter import Shelter
from lossvista.app.runs import Runs
from lossvista.app.scene.reel import film
from lossvista.app.scene.still import render
from lossvista.app.session import Session
from lossvista.app.settings import Settings
from lossvista.app.shelf import Preset, Shelf
from lossvista.app.snapshot import write_image
from lossvista.compute import desktop
from lossvista.compute.exporters import EXPORTERS, export
from lossvista.compute.exporters.table import write_study
from lossvista.compute.figures.figure import SUFFIXES, save_figure
from lossvista.compute.progress import drain
from lossvista.compute.storage import Journal, carry, save
from lossvista.compute.style import Style
from lossvista.compute.table import Table
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.resume import write_state

pytestmark = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
ROOT = Path(__file__).resolve().parents[2]
UMASK, WHOLE = 0o027, 0o640
GROWING = {
    "steps.jsonl",
    "curves.jsonl",
    "histograms.jsonl",
}  # of a recording: each line is whole, and read while it is written
SMALL = (96, 72)


def journal(landscape, folder):
    Journal.create(folder / "a.h5", landscape, {}).close()
    carry(folder / "a.h5", folder / "b.h5")
    Journal.resume(folder / "a.h5", {}).finish()


def study(landscape, folder):
    landscape.tables["found"] = Table({"step": np.array([1.0, 2.0])})
    write_study(landscape, "found", folder / "a.csv")


def recording(_landscape, folder):
    with Recorder(folder, torch.nn.Linear(2, 1)) as recorder:
        recorder.save(step=0, epoch=0.0, lr=0.1, loss=1.0)
    write_state(folder, {"marks": {}})


def shelter(landscape, folder):
    session = Session()
    assert Shelter(folder, Runs(session, Settings(folder))).keep(session.add(landscape), ended=True)


def log(_landscape, folder):
    Log().save_to(str(folder / "a.txt"))


def shelf(_landscape, folder):
    kept = Shelf(folder)
    kept.save("mine", Style())
    kept.export(Preset("mine", Style(), True), str(folder / "other"))


def installed(_landscape, folder, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setattr(desktop, "_look", lambda: None)  # the desktop's own tools write caches
    desktop.install()


def exported(suffix):
    return lambda landscape, folder: export(landscape, folder / f"a{suffix}")


def filmed(suffix):
    return lambda landscape, folder: drain(
        film(landscape, Style(), str(folder / f"a{suffix}"), size=SMALL, seconds=0.2)
    )


def drawn(suffix):
    return lambda landscape, folder: save_figure(landscape, Style(), folder / f"a{suffix}", (320, 240))


WRITERS = {
    **{f"export {suffix}": exported(suffix) for suffix in EXPORTERS},
    "export for ParaView": lambda landscape, folder: export(landscape, folder / "a.vtp", paraview=True),
    "table of a study": study,
    **{f"figure {suffix}": drawn(suffix) for suffix in SUFFIXES},
    "picture": lambda landscape, folder: render(landscape, Style(), SMALL, folder / "a.webp"),
    "picture of all panes": lambda landscape, folder: drain(
        render_panes([(landscape, Style())], (1, 1), Wanted(SMALL, str(folder / "a.png")))
    ),
    "picture of the screen": lambda _landscape, folder: write_image(
        QImage(8, 8, QImage.Format.Format_RGB32), folder / "a.png"
    ),
    "film .gif": filmed(".gif"),
    "film .mp4": filmed(".mp4"),
    "landscape": lambda landscape, folder: save(landscape, folder / "a.h5"),
    "journal": journal,
    "recording": recording,
    "look": lambda _landscape, folder: write_style(str(folder / "a.h5"), Style()),
    "preset": shelf,
    "settings": lambda _landscape, folder: Settings(folder).update(recent=("a.h5",)),
    "what was open": lambda _landscape, folder: bookmark.write(folder / "open.json", bookmark.Bookmark()),
    "unsaved landscape": shelter,
    "log": log,
    "menu of the desktop": installed,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_is_private_until_its_file_is_whole(name, qapp, small_landscape, tmp_path, monkeypatch):
    if name == "film .mp4" and importlib.util.find_spec("imageio_ffmpeg") is None:
        pytest.skip("imageio-ffmpeg is not installed")
    private, opened = set(), os.open

    def watched(path, flags, mode=0o777, **given):
        descriptor = opened(path, flags, mode, **given)
        if flags & os.O_CREAT and flags & os.O_EXCL and Path(path).is_relative_to(tmp_path):
            status = os.fstat(descriptor)
            assert status.st_mode & 0o777 == 0o600
            private.add((Path(path).parent, status.st_ino))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    before = os.umask(UMASK)
    try:
        given = (monkeypatch,) if name == "menu of the desktop" else ()
        WRITERS[name](small_landscape, tmp_path, *given)
    finally:
        os.umask(before)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files and {file.name: file.stat().st_mode & 0o777 for file in files} == {file.name: WHOLE for file in files}
    others = {file.name for file in files if (file.parent, file.stat().st_ino) not in private}
    assert others <= GROWING


def test_there_is_no_other_way_to_write_a_file():
    """So a writer that is added is private as well, or is named here."""
    ways = re.compile(
        r"""\bopen\([^)\n]*["'][wxa]b?["']|\.write_(text|bytes)\(|\.tofile\(|\.to_csv\(|O_CREAT|\btempfile\b|QSaveFile"""
    )
    files = [file for room in ("app", "compute") for file in (ROOT / room).rglob("*.py")]
    found = {str(file.relative_to(ROOT)) for file in files if ways.search(file.read_text("utf-8"))}
    assert found == {
        "app/carry_out.py",  # a folder of this user's alone, for what is dragged into another program
        "compute/doctor.py",  # names the folder of temporary files
        "compute/problem/sources/torchvision_sets.py",  # a folder of this user's alone, until what is fetched is whole
        "compute/storage/disk.py",
        "compute/storage/lock.py",  # holds a process's number and host, for others to read
        "compute/training/appender.py",  # lines of a recording, each whole
    }
