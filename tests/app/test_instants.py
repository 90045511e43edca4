"""At any instant: a job of the window is paused, stopped and kept, or left by closing the window, at moments that are drawn."""

from __future__ import annotations

import random
import time

import numpy as np

from lossvista.app.job import State
from lossvista.app.run import COMPUTE
from lossvista.compute.isolated import isolated
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.storage import load

LATEST = 4.0  # seconds: from the start of the computing process to the saved file


def test_a_job_that_is_left_at_drawn_instants_ends_with_the_same_numbers(no_leaks, gui, recording, tmp_path):
    draw, out = random.Random(1), tmp_path / "left.h5"
    recipe = Recipe.of(model="mlp", trajectory=recording, resolution=41, samples=60)
    wanted = drain(isolated(COMPUTE, recipe)).surface.fields["train_loss"]  # in a child: this process needs no torch
    window, left = gui.open(tmp_path / "settings"), None
    for how in draw.sample(["pause", "keep", "close"] * 2, 5):
        runs = window.desk.runs
        if left is None or left not in runs.all:
            left = runs.compute(recipe, str(out))
        elif left.resumable:
            runs.resume(left)
        instant = time.monotonic() + draw.uniform(0, LATEST)
        gui.wait_for(lambda instant=instant: time.monotonic() >= instant)
        if how == "close":
            gui.end(window)
            window = gui.open(tmp_path / "settings")
        else:
            (runs.keep if how == "keep" and left.keepable else runs.pause)(left)
            gui.wait_for(lambda left=left: not left.active)
            assert left.state is not State.FAILED, left.error
        if out.exists():  # whole, or what was kept: a landscape, and no wrong number in it
            there = load(out).surface
            known = there.evaluated == 1
            np.testing.assert_allclose(there.fields["train_loss"][known], wanted[known], rtol=1e-6)
    runs = window.desk.runs
    if left in runs.all and left.resumable:
        runs.resume(left)
    elif left not in runs.all:
        left = runs.compute(recipe, str(out))
    gui.wait_for(lambda: not left.active)
    assert left.state is State.DONE, left.error
    np.testing.assert_allclose(load(out).surface.fields["train_loss"], wanted, rtol=1e-6)
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith("left")} == {"left.h5"}
    gui.end(window)


def test_stop_and_keep_before_the_first_point_pauses(window, gui, recording, tmp_path):
    run_ = window.desk.runs.compute(
        Recipe.of(model="mlp", trajectory=recording, resolution=5), str(tmp_path / "early.h5")
    )
    window.desk.runs.keep(run_)
    gui.wait_for(lambda: not run_.active)
    assert (run_.state, run_.error) == (State.PAUSED, None) and run_.resumable


def test_stop_and_keep_after_the_last_point_is_the_finished_file(window, gui, recording, tmp_path):
    """The wish may come when all is saved, and nobody was told yet."""
    runs = window.desk.runs
    run_ = runs.compute(Recipe.of(model="mlp", trajectory=recording, resolution=5), str(tmp_path / "late.h5"))
    gui.wait_for(lambda: not run_.active)
    run_.state = State.PAUSED
    runs.keep(run_)
    gui.wait_for(lambda: not run_.active and run_.state is not State.PAUSED)
    assert run_.state is State.DONE and load(run_.out).surface.evaluated.all()
