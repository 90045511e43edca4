"""Computations from the window: a real small network, in a real child process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication, QPushButton

from lossvista.app.job import Job, State
from lossvista.app.panels.jobs import says
from lossvista.app.runs import time_left
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import Progress
from lossvista.compute.recipe import Recipe
from lossvista.compute.storage import load
from lossvista.compute.storage.lock import Lock

SMALL = {"model": "mlp", "samples": 50, "resolution": 5}


@pytest.fixture
def recipe(recording) -> Recipe:
    return Recipe.of(**SMALL, trajectory=recording)


def long(recording: str) -> Recipe:
    """One that takes long enough to be stopped on the way."""
    return Recipe.of(model="mlp", trajectory=recording, resolution=301, batch_size=10)


def test_a_landscape_grows_and_is_finished(window, gui, recipe, tmp_path):
    runs, session, grown, threads = window.desk.runs, window.desk.session, [], set()

    def keep(document):
        threads.add(QThread.currentThread())
        grown.append(document.landscape.surface.fields["train_loss"].copy())

    session.values_changed.connect(keep)
    run = runs.compute(recipe, str(tmp_path / "out.h5"))
    job = run.job
    assert window.docks["jobs"].isVisible() and window.actions_made["job.cancel"].isEnabled()
    gui.wait_for(lambda: not run.active)
    assert run.state is State.DONE, run.error
    document = window.desk.document
    assert document.path == str(tmp_path / "out.h5") and not document.unsaved
    assert document.landscape.surface.complete and document.landscape.surface.grid.shape == (5, 5)
    assert len(document.landscape.trajectories) == 1
    assert len(session.documents) == 1
    assert window.desk.settings.values.unfinished == ()
    assert window.desk.settings.values.recent[0] == document.path
    assert window.stage.page is window.stage.view
    assert any("Loss at the centre" in line.label for line in window.docks["trust"].panel.lines)
    # What grew in the window, patch by patch, in its own thread, is what the file holds.
    assert np.array_equal(grown[-1], load(document.path).surface.fields["train_loss"])
    assert threads == {QApplication.instance().thread()}
    # What a job that is over still had in the queue is dropped.
    last = run.last
    runs._progressed(job, Progress("a ghost"))
    assert run.last is last


def test_cancel_and_resume(window, gui, recording, tmp_path):
    out, runs = tmp_path / "long.h5", window.desk.runs
    run = runs.compute(long(recording), str(out))
    gui.wait_for(lambda: run.documents and window.desk.document.drawable)
    window.actions_made["job.cancel"].trigger()
    gui.wait_for(lambda: not run.active)
    assert run.state is State.PAUSED and says(run).startswith("paused")
    assert Path(f"{out}.journal").exists() and not out.exists()
    assert not window.desk.document.landscape.surface.complete
    kept = window.desk.document.landscape.surface.evaluated.copy()
    (unfinished,) = window.desk.settings.values.unfinished
    assert unfinished.out == str(out)
    runs.resume(run)
    gui.wait_for(lambda: run.last.done > 0 and run.state is State.RUNNING)
    document = window.desk.document
    assert len(window.desk.session.documents) == 1
    assert (document.landscape.surface.evaluated[kept != 0] != 0).all()
    runs.pause(run)
    gui.wait_for(lambda: not run.active)


def test_stop_and_keep(window, gui, recording, tmp_path):
    out = tmp_path / "kept.h5"
    run = window.desk.runs.compute(long(recording), str(out))
    gui.wait_for(lambda: run.documents and window.desk.document.drawable)
    card = window.docks["jobs"].panel.cards[run]
    assert isinstance(card.keep, QPushButton) and card.keep.isVisible()
    card.keep.click()
    gui.wait_for(lambda: not run.active)
    assert run.state is State.KEPT, run.error
    document = window.desk.document
    assert document.path == str(out) and out.exists()
    assert 0 < int((document.landscape.surface.evaluated == 1).sum()) < document.landscape.surface.grid.size
    assert run.resumable and window.desk.settings.values.unfinished == ()


def test_closing_the_landscape_pauses_its_run(window, gui, recording, tmp_path):
    run = window.desk.runs.compute(long(recording), str(tmp_path / "closed.h5"))
    gui.wait_for(lambda: run.documents)
    window.actions_made["file.close"].trigger()
    gui.wait_for(lambda: not run.active)
    assert run.state is State.PAUSED


def test_closing_the_window_mid_run_is_safe_and_the_next_start_offers_to_resume(no_leaks, gui, recording, tmp_path):
    out = tmp_path / "window.h5"
    window = gui.open(tmp_path / "settings")
    run = window.desk.runs.compute(long(recording), str(out))
    gui.wait_for(lambda: run.documents and window.desk.document.drawable)
    job = run.job
    gui.end(window)
    assert Path(f"{out}.journal").exists()
    Lock(out).release()  # nobody holds it, also where the child had to be killed and left the small file behind
    del job
    window = gui.open(tmp_path / "settings")
    try:
        (text,) = gui.notices(window)
        assert "window.h5 was not finished" in text
        (card,) = window.desk.notices.cards
        resume = next(b for b in card.findChildren(QPushButton) if b.text() == "Resume")
        resume.click()
        gui.wait_for(lambda: window.desk.session.current is not None and window.desk.document.drawable)
        assert int((window.desk.document.landscape.surface.evaluated == 1).sum()) > 0
    finally:
        gui.end(window)


def test_a_run_that_was_begun_on_a_gpu_that_is_not_here_goes_on_with_the_cpu(no_leaks, gui, recording, tmp_path):
    """Fault 16: the settings and the journal come from another machine. It stays on offer until it is done or forgotten."""
    out = tmp_path / "gpu.h5"
    window = gui.open(tmp_path / "settings")
    run = window.desk.runs.compute(long(recording), str(out))
    gui.wait_for(lambda: run.documents and window.desk.document.drawable)
    window.desk.runs.pause(run)
    gui.wait_for(lambda: not run.active)
    settings = window.desk.settings
    (one,) = settings.values.unfinished
    theirs = one.model_copy(update={"recipe": one.recipe | {"device": "cuda:97"}})
    settings.update(unfinished=(theirs,))
    gui.end(window)
    window = gui.open(tmp_path / "settings")
    try:
        (card,) = window.desk.notices.cards
        next(b for b in card.findChildren(QPushButton) if b.text() == "Resume").click()
        (run,) = window.desk.runs.all
        gui.wait_for(lambda: not run.active)
        assert run.state is State.FAILED and "There is no GPU 'cuda:97' on this machine" in gui.notices(window)[-1]
        assert [one.out for one in window.desk.settings.values.unfinished] == [str(out)]
        offered = {b.text(): b for b in window.desk.notices.cards[-1].findChildren(QPushButton)}
        offered["Use the CPU"].click()
        (run,) = window.desk.runs.all
        gui.wait_for(lambda: run.documents and run.last.done > 0 and window.desk.document.drawable)
        assert run.recipe.device == "cpu" and run.state is State.RUNNING
        assert "points are known already" in window.docks["log"].panel.text()
        window.desk.runs.pause(run)
        gui.wait_for(lambda: not run.active)
        (again,) = window.desk.settings.values.unfinished
        assert again.recipe["device"] == "cpu"
    finally:
        gui.end(window)


def test_a_mistake_in_the_recipe_is_its_sentence_and_can_be_changed(window, gui, tmp_path):
    run = window.desk.runs.compute(Recipe.of(model="cnnn", weights=(str(tmp_path / "w.pt"),)), str(tmp_path / "a.h5"))
    gui.wait_for(lambda: not run.active)
    assert run.state is State.FAILED and isinstance(run.error, LossvistaError)
    (text,) = gui.notices(window)
    assert text == str(run.error) and "Traceback" not in text
    (card,) = window.desk.notices.cards
    next(b for b in card.findChildren(QPushButton) if b.text() == "Change the recipe…").click()
    dialog = QApplication.activeModalWidget()
    assert dialog.editor("model").value() == "cnnn"
    dialog.reject()
    assert window.desk.settings.values.unfinished == ()


def test_a_job_s_crash_is_a_sentence(qtbot):
    job = Job("os:abort")
    with qtbot.waitSignal(job.failed, timeout=60_000) as told:
        job.start()
    job.wait()
    assert isinstance(told.args[1], LossvistaError)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (4.4, "4 s left"), (65, "1 min 05 s left"), (3723, "1 h 02 min left"), (-1, "0 s left")],
)
def test_time_left(seconds, text):
    assert time_left(seconds) == text
