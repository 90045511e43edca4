"""Drafting: where the processor draws, changes are rough at first, and good when they have stopped."""

from __future__ import annotations

import pytest

from lossvista.app.opengl import OpenGL


@pytest.fixture
def shown(window, gui, small_landscape):
    """A window's pane with a landscape in 3-D, drawn well."""
    window.desk.session.add(small_landscape)
    gui.settle()
    pane = window.stage.pane
    assert not pane.scene.draft and _smooth(pane)
    return window, pane


def _smooth(pane) -> bool:
    return pane.view.render_window.GetMultiSamples() > 0


def test_a_change_of_the_look_is_rough_until_no_other_follows(shown, gui):
    window, pane = shown
    frames = pane.view.frames
    for levels in (5, 6, 7):
        window.desk.session.restyle("Levels", levels=levels)
        assert pane.scene.draft and not _smooth(pane)
    gui.wait_for(lambda: not pane.scene.draft)
    assert _smooth(pane)
    gui.wait_for(lambda: pane.view.frames > frames)


def test_a_change_while_it_is_turned_stays_rough_until_the_release(shown, gui):
    window, pane = shown
    pane.drafting.hold(True)
    window.desk.session.restyle("Levels", levels=9)
    assert not pane.drafting._whole.isActive() and pane.scene.draft
    pane.drafting.hold(False)
    gui.wait_for(lambda: not pane.scene.draft and _smooth(pane))


def test_a_picture_of_the_screen_is_never_rough(shown):
    window, pane = shown
    window.desk.session.restyle("Levels", levels=4)
    assert pane.scene.draft
    assert not pane.grab_page().isNull()
    assert not pane.scene.draft and _smooth(pane)


def test_a_graphics_card_needs_none_of_it(no_leaks, tmp_path, gui, small_landscape):
    window = gui.open(tmp_path / "settings", OpenGL(version="4.6", renderer="A card"))
    window.desk.session.add(small_landscape)
    gui.settle()
    window.desk.session.restyle("Levels", levels=5)
    assert not window.stage.pane.scene.draft and _smooth(window.stage.pane)
    gui.end(window)


def test_a_pane_that_ends_meanwhile_takes_its_timer_along(shown, gui):
    window, _ = shown
    window.desk.session.places.arrange(1, 2)
    gui.settle()
    window.desk.session.restyle("Levels", levels=5)
    window.desk.session.places.arrange(1, 1)
    gui.settle()
    assert window.stage.pane.scene is not None
