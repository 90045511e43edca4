"""Lessons: every step can be taken, the player waits for what takes time, and the panel leads through the pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lossvista.app.actions import ACTIONS
from lossvista.app.examples import names
from lossvista.app.lessons import LESSONS
from lossvista.app.lessons.lesson import Compute, Do, Drop, Lesson, Look, Make, Measure, Page, Panes, Train
from lossvista.compute.descent.choices import Descent
from lossvista.compute.recipe import Recipe
from lossvista.compute.studies import STUDIES
from lossvista.compute.style import Style
from lossvista.compute.training.recipe import Training
from lossvista.compute.trajectory import BALL

STEPS = [(name, step) for name, lesson in LESSONS.items() for page in lesson.pages for step in page.steps]


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_every_step_can_be_taken(name, step) -> None:
    """Its choices are valid, and what it opens is made before it by a step of the same lesson, or comes with the program."""
    lesson = LESSONS[name]
    made = {one.name for page in lesson.pages for one in page.steps if isinstance(one, Compute | Make)}
    match step:
        case Train(_, choices):
            Training.of(**choices)
        case Compute(_, choices):
            Recipe.of(**choices)
        case Make(study, _, choices) | Measure(study, choices):
            STUDIES[study].model.of(**choices)
        case Panes(rows, columns, shown):
            assert len(shown) <= rows * columns
            assert all(one in made or one.removeprefix("example:") in names() for one in shown)
        case Look(_, values):
            Style().restyled(**values)
        case Do(action):
            assert action in ACTIONS
        case Drop(choices, on):
            Descent.of(**choices)
            assert on in ("slice", "weights")


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_explains_and_ends_with_something_to_change(name) -> None:
    lesson = LESSONS[name]
    assert lesson.summary.endswith(".") and lesson.pages[-1].title == "Change something"
    assert "<b>Try:</b>" in lesson.pages[-1].text and "<b>See:</b>" in lesson.pages[-1].text
    assert all(page.title and page.text.count("<p>") == page.text.count("</p>") > 0 for page in lesson.pages)


TINY = {"model": "mlp", "samples": 60, "epochs": 2, "lr": 0.05}
PLANE = {"trajectory": "{lessons}/t/run", "directions": "pca", "resolution": 3, "samples": 40}
LESSON = Lesson(
    "Tiny",
    "For the test.",
    (
        Page("One", "<p>a</p>", (Train("t/run", TINY), Compute("t/plane", PLANE), Look("View", {"view": "map"}))),
        Page("Two", "<p>b</p>", (Measure("weights"), Drop({"optimizers": ("sgd",), "steps": 3}))),
        Page("Three", "<p>c</p>", (Compute("t/none", {"trajectory": "{lessons}/nowhere"}), Do("view.surface"))),
    ),
)


def test_a_lesson_from_page_to_page(window, gui, monkeypatch) -> None:
    monkeypatch.setitem(LESSONS, "descent", LESSON)
    desk, panel = window.desk, window.docks["lesson"].panel
    window.actions_made["lesson.descent"].trigger()
    assert panel.isVisible() and panel.title.text() == "One" and not panel.back.isEnabled()
    QTest.mouseClick(panel.go, Qt.MouseButton.LeftButton)
    assert desk.player.playing and panel.halt.isVisible() and not panel.go.isEnabled()
    gui.wait_for(lambda: not desk.player.playing)
    assert panel.go.text().endswith("✓") and not panel.trouble.isVisible()
    assert desk.document.landscape.surface.grid.shape == (3, 3) and desk.session.style.view == "map"
    assert not any("is done" in text for text in gui.notices(window))

    computed = desk.document.path
    panel.go.click()  # all of it is there: nothing is computed again
    assert not desk.player.playing and desk.document.path == computed and len(desk.session.documents) == 1

    QTest.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    panel.go.click()
    gui.wait_for(lambda: not desk.player.playing)
    assert "weights" in desk.document.landscape.tables
    gui.wait_for(lambda: not desk.balls.rolling)
    ball = next(p for p in desk.document.landscape.trajectories.values() if BALL in p.how)
    walk = next(p for p in desk.document.landscape.trajectories.values() if BALL not in p.how)
    assert ball["alpha"][0] == pytest.approx(walk["alpha"][0])

    panel.next.click()
    panel.go.click()
    gui.wait_for(lambda: not desk.player.playing)
    assert panel.trouble.isVisible() and "nowhere" in panel.trouble.text()
    assert desk.session.style.view == "map"  # what comes after is not done
    assert not panel.next.isEnabled()
    panel.back.click()
    assert not panel.trouble.isVisible()


def test_stopping_and_turning_the_page_pause_what_is_computed(window, gui, monkeypatch) -> None:
    slow = Page("Slow", "<p>a</p>", (Train("s/run", TINY | {"epochs": 5000, "samples": 0}),))
    monkeypatch.setitem(LESSONS, "descent", Lesson("Slow", "For the test.", (slow, slow)))
    panel, runs = window.docks["lesson"].panel, window.desk.runs
    window.actions_made["lesson.descent"].trigger()
    for leave in (panel.halt.click, panel.next.click):
        panel.go.click()
        gui.wait_for(lambda: any(run.last.done for run in runs.active))
        leave()
        assert not window.desk.player.playing
        gui.wait_for(lambda: not runs.active)
        assert panel.go.isEnabled()
