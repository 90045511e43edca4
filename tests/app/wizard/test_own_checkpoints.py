"""A folder of checkpoints from somebody's own training, in the dialog for a new landscape: it says nothing but weights."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lossvista.app.wizard.draft import Source
from lossvista.app.wizard.wizard import FOUND, NewLandscape

PATIENCE = 60_000

OWN = """
import torch
from lossvista import Problem

def make_problem():
    return Problem(torch.nn.Linear(3, 2), train=(torch.eye(3), torch.arange(3) % 2), loss=torch.nn.CrossEntropyLoss())
"""


@pytest.fixture
def folder(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    for epoch in range(3):
        torch.manual_seed(epoch)
        torch.save(torch.nn.Linear(3, 2).state_dict(), run / f"epoch_{epoch}.pt")
    (tmp_path / "own.py").write_text(OWN)
    return run


@pytest.fixture
def dialog(window, tmp_path):
    made = NewLandscape(window, tmp_path)
    made.show()
    made.choose(Source.RECORDED)
    yield made
    made.close()


def test_its_network_is_asked_for_and_never_guessed(dialog, gui, folder, tmp_path):
    page, line = dialog.source, dialog.editor("trajectory").line
    assert not page.more.isChecked()
    line.setFocus()
    QTest.keyClicks(line, str(folder))
    assert page.more.isChecked() and dialog.editor("problem").isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    gui.wait_for(lambda: dialog.looking.job is None, PATIENCE)
    assert dialog.found.currentWidget() is dialog.found.trouble
    assert "do not say which network" in dialog.found.sentence.text()
    dialog.go_back()
    QTest.keyClicks(dialog.editor("problem").line, str(tmp_path / "own.py"))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    gui.wait_for(lambda: dialog.looking.job is None, PATIENCE)
    assert dialog.pages.currentIndex() == FOUND and dialog.found.currentWidget() is dialog.found.result
    assert dialog.findings.paths == {"run": 3}
