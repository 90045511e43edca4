"""The log: search, copy, save."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog


@pytest.fixture
def log(window):
    panel = window.docks["log"].panel
    panel.clear()
    for text, severity in (("Saved a.h5.", "success"), ("b.h5 cannot be read.", "error"), ("Saved c.h5.", "success")):
        window.desk.notices.say(text, severity)
    return panel


def test_what_is_said_is_written_down_with_the_time(log):
    lines = log.page.toPlainText().splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == ["Saved a.h5.", "b.h5 cannot be read.", "Saved c.h5."]


def test_search_shows_what_fits_and_keeps_the_rest(log):
    log.search.setText("saved C")
    assert log.page.toPlainText().endswith("Saved c.h5.") and log.page.blockCount() == 1
    log.add("Saved cd.h5.")
    log.add("another thing")
    assert log.page.blockCount() == 2
    log.search.clear()
    assert log.page.blockCount() == 5


def test_copy_and_save(log, tmp_path, monkeypatch, gui, window):
    log.copy_button.click()
    assert QGuiApplication.clipboard().text() == log.page.toPlainText()
    target = tmp_path / "log.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    shown = log.page.toPlainText()
    log.save_button.click()
    assert target.read_text() == shown + "\n"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "no" / "log.txt"), ""))
    log.save_button.click()
    assert "There is no folder" in gui.notices(window)[-1]
