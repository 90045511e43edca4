"""Reopening: what was open comes back, with looks that were not saved; what is missing, changed or damaged costs only itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from lossvista.app.reopening.bookmark import Bookmark, Leaf, read, write
from lossvista.app.window import Window


@pytest.fixture
def start(no_leaks, tmp_path, gui) -> Iterator[Callable[..., Window]]:
    """Opens windows one after the other with the same settings; the one before is closed."""
    windows: list[Window] = []

    def again(*files: str) -> Window:
        while windows:
            gui.end(windows.pop())
        windows.append(gui.open(tmp_path / "settings", gui.NOWHERE, files))
        window = windows[-1]
        for card in list(window.desk.notices.cards):
            if "3-D views cannot be drawn" in card.notice.text:
                card.dismiss()
        return window

    yield again
    for window in windows:
        gui.end(window)


@pytest.fixture
def two(start, saved, small_landscape, tilted_landscape) -> tuple[Window, str, str]:
    """A window in which two landscapes are open, the first in front, in a look that is not saved."""
    window = start()
    paths = saved(small_landscape, "a.h5"), saved(tilted_landscape, "b.h5")
    for path in paths:
        window.desk.open(path)
    window.desk.session.activate(window.desk.session.documents[0])
    window.desk.session.restyle("Colour map", colormap="magma", relief_clip=3.0)
    return window, *paths


def test_what_was_open_is_open_again_as_it_looked(start, two, gui):
    window = start()
    session = window.desk.session
    assert [document.path for document in session.documents] == list(two[1:])
    assert session.current is session.documents[0]
    assert session.current.style.colormap == "magma" and session.current.style.relief.clip == 3.0
    assert gui.notices(window) == []


def test_the_panes_come_back(start, two):
    session = two[0].desk.session
    session.places.arrange(2, 2)
    places = session.places
    session.places.put(session.documents[1], places.all[3])
    session.restyle("View", view="lines")
    places.link(cameras=False)
    before = [(place.document.path, place.style.view) for place in places.all]
    session = start().desk.session
    assert (session.places.linked, session.places.shared) == (False, True)
    assert session.places.shape == (2, 2) and session.places.active is session.places.all[3]
    assert [(place.document.path, place.style.view) for place in session.places.all] == before


def test_closing_all_is_remembered_too(start, two):
    session = two[0].desk.session
    for document in list(session.documents):
        session.close(document)
    assert start().desk.session.documents == []


def test_files_that_are_asked_for_are_opened_alone_and_the_others_offered(start, two, gui):
    window = start(two[2])
    assert [document.path for document in window.desk.session.documents] == [two[2]]
    (card,) = window.desk.notices.cards
    assert card.notice.text == "2 landscapes were open last time."
    card.notice.buttons["Open again"]()
    assert {document.path for document in window.desk.session.documents} == set(two[1:])


def test_it_can_be_switched_off(start, two, gui):
    two[0].actions_made["file.reopen"].trigger()
    window = start()
    assert not window.actions_made["file.reopen"].isChecked() and window.desk.session.documents == []
    assert gui.notices(window) == ["2 landscapes were open last time."]


def test_what_is_missing_is_kept_until_it_is_located(start, two, tmp_path, monkeypatch, gui):
    moved = tmp_path / "elsewhere" / "moved.h5"
    moved.parent.mkdir()
    two[0].keeper.end()
    Path(two[1]).replace(moved)
    for _ in range(2):  # it stays missing over several starts
        window = start()
        assert [document.path for document in window.desk.session.documents] == [two[2]]
        assert "Not found" in gui.notices(window)[0]
        (row,) = window.missing.rows
        assert row.name.whole == "a" and window.missing.isVisibleTo(window)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(moved), ""))
    row.locate_button.click()
    assert window.desk.document.path == str(moved) and window.desk.document.style.colormap == "magma"
    assert window.keeper.missing == [] and not window.missing.isVisibleTo(window)
    window = start()
    assert {document.path for document in window.desk.session.documents} == {two[2], str(moved)}


def test_what_is_missing_can_be_forgotten(start, two):
    two[0].keeper.end()
    Path(two[1]).unlink()
    window = start()
    window.missing.rows[0].forget_button.click()
    assert window.missing.rows == [] and start().missing.rows == []


def test_a_file_with_another_content_is_said(start, two, tilted_landscape, saved, gui):
    two[0].keeper.end()
    tilted_landscape.title = "Another one"
    saved(tilted_landscape, "a.h5")
    window = start()
    assert gui.notices(window) == ["Changed since it was last open: a.h5."]
    assert len(window.desk.session.documents) == 2


def test_a_new_title_is_no_other_content(start, two, gui):
    session = two[0].desk.session
    two[0].keeper.write()
    session.rename(session.current, "Renamed")
    window = start()
    assert gui.notices(window) == [] and window.desk.document.name == "Renamed"


def test_after_a_kill_it_is_all_there_and_said(start, two, tmp_path, gui):
    two[0].keeper.end()
    path = two[0].keeper.path
    write(path, read(path)[0].replace(ended=False))
    window = start()
    assert len(window.desk.session.documents) == 2
    assert "ended unexpectedly" in gui.notices(window)[0]


def test_what_ended_the_window_while_it_opened_is_not_tried_again(start, two, gui):
    two[0].keeper.end()
    path = two[0].keeper.path
    write(path, read(path)[0].replace(opening=True, ended=False))
    window = start()
    assert window.desk.session.documents == [] and "did not try again" in gui.notices(window)[0]


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b"null"])
def test_a_damaged_bookmark_is_set_aside(tmp_path, content):
    path = tmp_path / "session.json"
    path.write_bytes(content)
    bookmark, trouble = read(path)
    assert bookmark == Bookmark() and "session.bad" in trouble
    assert (tmp_path / "session.bad").read_bytes() == content and not path.exists()


def test_of_a_bookmark_the_whole_leaves_are_kept(tmp_path):
    path = tmp_path / "session.json"
    leaf = Leaf(path="/a.h5", look={"colormap": "magma"})
    given = {"leaves": [leaf.model_dump(), 7, {"path": 3}], "current": 0, "ended": False, "future": 1}
    path.write_text(json.dumps(given))
    bookmark, trouble = read(path)
    assert bookmark == Bookmark(leaves=(leaf,), ended=False) and "2 entries" in trouble


def test_a_look_of_a_newer_version_costs_only_itself(start, two):
    two[0].keeper.end()
    path = two[0].keeper.path
    kept = json.loads(path.read_text())
    kept["leaves"][0]["look"] = {"hologram": True}
    path.write_text(json.dumps(kept))
    assert len(start().desk.session.documents) == 2


def test_what_is_in_no_file_comes_back_too(start, small_landscape, tmp_path):
    session = start().desk.session
    session.add(small_landscape, unsaved=True)
    session.restyle("Colour map", colormap="magma")
    for _ in range(2):
        session = start().desk.session
        (document,) = session.documents
        assert document.unsaved and document.path == "" and document.style.colormap == "magma"
        values = document.landscape.surface.fields["train_loss"]
        assert (values == small_landscape.surface.fields["train_loss"]).all()
    session.save(document, str(tmp_path / "saved.h5"))
    assert [document.path for document in start().desk.session.documents] == [str(tmp_path / "saved.h5")]
    assert list((tmp_path / "settings" / "unsaved").iterdir()) == []


KILLED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import lossvista.app.main as main
import lossvista.app.window as window
begin = window.Window.begin
def begun(self, *given):
    begin(self, *given)
    self.desk.session.restyle("Colour map", colormap="magma")
    ready = lambda: print("written", flush=True) if '"magma"' in self.keeper.path.read_text() else None
    self.poll = QTimer(self, interval=50, timeout=ready)
    self.poll.start()
window.Window.begin = begun
main.main(sys.argv[1:])
"""


def test_a_real_kill_loses_nothing(qapp, tmp_path, saved, small_landscape):
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    path = saved(small_landscape)
    child = subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout.readline() == "written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    bookmark, trouble = read(tmp_path / "config" / "lossvista" / "session.json")
    assert not trouble and not bookmark.ended
    assert [(leaf.path, leaf.style.colormap) for leaf in bookmark.leaves] == [(path, "magma")]


def test_a_second_window_leaves_the_first_ones_bookmark_alone(start, two, tmp_path, gui):
    two[0].keeper.write()
    before = two[0].keeper.path.read_bytes()
    second = gui.open(tmp_path / "settings", gui.NOWHERE)
    assert second.desk.session.documents == []
    gui.end(second)
    assert two[0].keeper.path.read_bytes() == before


def test_a_name_that_is_no_utf_8_comes_back(start, saved, small_landscape, tmp_path, gui):
    path = saved(small_landscape, "a.h5")
    odd = os.fsdecode(os.fsencode(str(tmp_path)) + b"/caf\xe9 \xff.h5")
    Path(path).rename(odd)
    start().desk.open(odd)
    assert [document.path for document in start().desk.session.documents] == [odd]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_pipes_in_place_of_small_files_do_not_hold_up_the_start(start, saved, small_landscape, tmp_path, gui):
    """Settings, what was open, a preset and the look beside a landscape: to read a pipe would wait for ever."""
    path = saved(small_landscape, "a.h5")
    (tmp_path / "settings" / "looks").mkdir(parents=True)
    for name in ("settings/settings.json", "settings/session.json", "settings/looks/mine.style.json", "a.style.json"):
        os.mkfifo(tmp_path / name)
    window = start(path)
    assert [document.path for document in window.desk.session.documents] == [path]
    said = " ".join(gui.notices(window))
    assert "settings could not be read" in said and "open last time" in said and "look saved in" in said


def test_what_was_asked_for_by_name_is_not_offered_again(start, saved, gui, small_landscape):
    path = saved(small_landscape)
    start().desk.open(path)
    window = start(path)
    assert len(window.desk.session.documents) == 1 and gui.notices(window) == []
