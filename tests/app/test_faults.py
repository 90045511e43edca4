"""Faults while a window is used, each one real: a full disk, another writer, a folder that is gone, a job that is let alone or left."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from lossvista.app.job import State
from lossvista.compute.errors import OutOfSpace
from lossvista.compute.recipe import Recipe
from lossvista.compute.storage import Journal

posix = pytest.mark.skipif(os.name == "nt", reason="disks and signals of POSIX")


def endless(recording: str) -> Recipe:
    """One that takes long enough to be stopped on the way."""
    return Recipe.of(model="mlp", trajectory=recording, resolution=301, batch_size=10)


@pytest.fixture
def tiny_disk(tmp_path):
    """A real file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("this user may not mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def button(window, text: str) -> QPushButton:
    """The button of a notice."""
    found = [b for card in window.desk.notices.cards for b in card.findChildren(QPushButton) if b.text() == text]
    assert found, [card.notice.text for card in window.desk.notices.cards]
    return found[-1]


@posix
def test_a_full_disk_stops_a_job_which_goes_on_when_there_is_room_or_elsewhere(
    window, gui, recording, tiny_disk, tmp_path, monkeypatch
):
    """Fault 5: the sentence tells the free space; no acknowledged point is lost."""
    out, runs = tiny_disk / "full.h5", window.desk.runs
    run = runs.compute(endless(recording), str(out))
    gui.wait_for(lambda: run.documents and window.desk.document.drawable)
    filler = tiny_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while True:
            try:
                if not file.write(b"x" * 4096):
                    break
            except OSError:
                break
    gui.wait_for(lambda: not run.active)
    assert run.state is State.FAILED and isinstance(run.error, OutOfSpace)
    assert "is full" in gui.notices(window)[-1] and "free there" in gui.notices(window)[-1]
    known = window.desk.document.landscape.surface.evaluated.copy()
    assert known.any()
    filler.unlink()
    button(window, "Go on").click()
    gui.wait_for(lambda: run.state is State.RUNNING and run.last.done > int((known != 0).sum()))
    assert (window.desk.document.landscape.surface.evaluated[known != 0] != 0).all()
    runs.pause(run)
    gui.wait_for(lambda: not run.active)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run.error, run.state = OutOfSpace("The disk is full again."), State.FAILED
    window.desk.runs.finished.emit(run)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(elsewhere))
    button(window, "Go on elsewhere…").click()
    gui.wait_for(lambda: run.state is State.RUNNING and run.last.done > int((known != 0).sum()))
    assert run.out == str(elsewhere / "full.h5") and Path(f"{run.out}.journal").exists()
    assert [one.out for one in window.desk.settings.values.unfinished] == [run.out]
    runs.pause(run)
    gui.wait_for(lambda: not run.active)


def test_a_folder_that_vanishes_stops_a_job_with_a_sentence(window, gui, recording, tmp_path):
    """Fault 7."""
    folder = tmp_path / "gone"
    folder.mkdir()
    run = window.desk.runs.compute(endless(recording), str(folder / "a.h5"))
    gui.wait_for(lambda: run.documents and window.desk.document.drawable)
    shutil.rmtree(folder)
    gui.wait_for(lambda: not run.active)
    assert run.state is State.FAILED and "was removed" in gui.notices(window)[-1]


def test_a_second_window_on_the_same_output_is_refused(window, gui, recording, tmp_path, small_landscape):
    """Fault 9: the writer is named; what is there can be looked at all the same."""
    out = tmp_path / "a.h5"
    with Journal.create(out, small_landscape, {"another": "run"}):
        run = window.desk.runs.compute(Recipe.of(model="mlp", trajectory=recording, resolution=5, samples=50), str(out))
        gui.wait_for(lambda: not run.active)
        assert run.state is State.FAILED
        assert f"is being written by process {os.getpid()}" in gui.notices(window)[-1]


def test_a_job_that_is_stopped_for_a_while_loses_nothing(window, gui, recording, tmp_path):
    """Fault 34: as when the machine sleeps: SIGSTOP to the computing process, later SIGCONT."""
    import signal

    out, runs = tmp_path / "a.h5", window.desk.runs
    run = runs.compute(endless(recording), str(out))
    gui.wait_for(lambda: run.documents and window.desk.document.drawable)
    children = {
        int(one) for task in Path("/proc/self/task").iterdir() for one in (task / "children").read_text().split()
    }
    pids = [one for one in children if b"python" in Path(f"/proc/{one}/cmdline").read_bytes()]
    assert pids and run.active
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    heard = []
    runs.changed.connect(lambda one: heard.append(one.last.done))
    gui.wait_for(lambda: len(heard) >= 3 and heard[-1] == heard[-2])  # in silence the job tells its last progress again
    before = heard[-1]
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    gui.wait_for(lambda: run.last.done > before)
    runs.pause(run)
    gui.wait_for(lambda: not run.active)
    assert run.state is State.PAUSED, run.error
    surface = window.desk.document.landscape.surface
    assert int((surface.evaluated != 0).sum()) >= run.last.done > before
    assert np.isfinite(surface.fields["train_loss"][surface.evaluated != 0]).all()


def test_a_window_comes_back_onto_a_screen_that_is_there(gui, tmp_path, no_leaks):
    """Fault 30: its monitor is gone."""
    window = gui.open(tmp_path / "settings", gui.NOWHERE)
    window.setGeometry(30_000, 20_000, 900, 600)
    gui.settle()
    gui.end(window)
    window = gui.open(tmp_path / "settings", gui.NOWHERE)
    try:
        there = window.screen().availableGeometry()
        assert there.intersects(window.frameGeometry()), (window.frameGeometry(), there)
        assert there.contains(window.frameGeometry().topLeft() + window.rect().center())
    finally:
        gui.end(window)
