"""The queue: jobs wait for one another, in an order that can be changed, and nothing that waits is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lossvista.app.job import State
from lossvista.app.run import Run
from lossvista.app.runs import COMPUTE
from lossvista.app.settings import Preferences
from lossvista.compute.recipe import Recipe


@pytest.fixture
def begin(window, tmp_path, monkeypatch, gui):
    """Starts a job that works until `end` is called with it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))

    def do(name: str) -> Run:
        run = Run("queue_targets:until", str(tmp_path / name))
        window.desk.runs.start(run)
        gui.settle()
        return run

    yield do
    for run in [*window.desk.runs.waiting]:
        window.desk.runs.forget(run)


def end(run: Run) -> None:
    Path(f"{run.out}.go").touch()


def click(button) -> None:
    assert button.isVisible() and button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def cards(window) -> list[str]:
    """The names of the cards' files, from top to bottom."""
    panel = window.docks["jobs"].panel
    shown = {panel.column.indexOf(card): Path(run.out).name for run, card in panel.cards.items()}
    return [shown[at] for at in sorted(shown)]


def test_one_after_the_other(window, begin, gui) -> None:
    runs = window.desk.runs
    first, second, third = (begin(name) for name in "abc")
    assert [run.state for run in (first, second, third)] == [State.RUNNING, State.WAITING, State.WAITING]
    assert cards(window) == ["a", "b", "c"] and runs.waiting == [second, third]
    panel = window.docks["jobs"].panel
    assert panel.line.text() == "1 running, 2 waiting"
    gui.wait_for(lambda: first.last.eta)
    assert panel.cards[second].says.whole == "next in line, starts in about 1 min"
    assert panel.cards[third].says.whole == "waiting, number 2 in line"
    end(first)
    gui.wait_for(lambda: second.state is State.RUNNING)
    assert first.state is State.DONE and third.state is State.WAITING and cards(window) == ["b", "c", "a"]
    end(second)
    end(third)
    gui.wait_for(lambda: third.state is State.DONE)
    assert window.desk.settings.values.unfinished == ()


def test_the_order_can_be_changed_and_waiting_jobs_removed(window, begin, gui) -> None:
    first, second, third = (begin(name) for name in "abc")
    panel = window.docks["jobs"].panel
    assert not panel.cards[second].up.isEnabled() and not panel.cards[third].down.isEnabled()
    click(panel.cards[third].up)
    assert window.desk.runs.waiting == [third, second] and cards(window) == ["a", "c", "b"]
    click(panel.cards[third].down)
    assert window.desk.runs.waiting == [second, third]
    click(panel.cards[second].forget)
    assert window.desk.runs.waiting == [third] and cards(window) == ["a", "c"]
    assert second.out not in [one.out for one in window.desk.settings.values.unfinished]
    click(panel.cards[first].cancel)
    gui.wait_for(lambda: third.state is State.RUNNING)
    assert first.state is State.PAUSED
    end(third)
    gui.wait_for(lambda: third.state is State.DONE)


def test_more_at_once(window, begin, gui) -> None:
    assert Preferences().parallel_jobs == 1
    first, second, third = (begin(name) for name in "abc")
    panel = window.docks["jobs"].panel
    click(panel.cards[third].now)
    assert third.state is State.RUNNING and second.state is State.WAITING
    panel.at_once.setValue(3)
    assert second.state is State.RUNNING and window.desk.settings.values.parallel_jobs == 3
    for run in (first, second, third):
        end(run)
    gui.wait_for(lambda: not window.desk.runs.active)


def test_what_waited_is_offered_at_the_next_start(no_leaks, gui, tmp_path, monkeypatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    window = gui.open(tmp_path / "settings")
    window.desk.runs.start(Run("queue_targets:until", str(tmp_path / "a")))
    waiting = window.desk.runs.compute(Recipe.of(weights=("w.pt",), seed=5), str(tmp_path / "b.h5"))
    assert waiting.waiting
    gui.end(window)
    assert waiting.job is None  # it did not begin when the other one ended
    window = gui.open(tmp_path / "settings")
    try:
        assert any("b.h5 still waited" in text for text in gui.notices(window))
        kept = {one.out: one for one in window.desk.settings.values.unfinished}[str(tmp_path / "b.h5")]
        assert kept.target == COMPUTE and Recipe.of(**kept.recipe).seed == 5
    finally:
        gui.end(window)
