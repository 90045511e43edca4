"""A folder of checkpoints from somebody's own training, in the dialog for a new landscape: it says nothing but weights."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from lossvista.app.wizard.draft import Source
from lossvista.app.wizard.trouble import Trouble
from lossvista.app.wizard.wizard import FOUND, NewLandscape
from lossvista.compute.consent import revoke
from lossvista.compute.errors import Untrusted
from lossvista.compute.problem.consent import content_hash
from lossvista.compute.training.recorder import Recorder

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
    QTest.keyClicks(line, str(folder.parent))
    assert not page.more.isChecked()  # a folder on the way there
    QTest.keyClicks(line, f"/{folder.name}")
    assert page.more.isChecked() and dialog.editor("problem").isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    gui.wait_for(lambda: dialog.looking.job is None, PATIENCE)
    assert dialog.found.currentWidget() is dialog.found.trouble
    assert "do not say which network" in dialog.found.trouble.sentence.text()
    dialog.go_back()
    QTest.keyClicks(dialog.editor("problem").line, str(tmp_path / "own.py"))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    gui.wait_for(lambda: dialog.looking.job is None, PATIENCE)
    assert dialog.pages.currentIndex() == FOUND and dialog.found.currentWidget() is dialog.found.result
    assert dialog.findings.paths == {"run": 3}
    assert dialog.values()["directions"] == "pca" and dialog.recipe.out.value().endswith("run-pca.h5")


def test_directions_that_were_chosen_stay(dialog, gui, folder, tmp_path):
    dialog.editor("directions").edited.emit(False)  # the person has looked at them and left them as they are
    QTest.keyClicks(dialog.editor("trajectory").line, str(folder))
    QTest.keyClicks(dialog.editor("problem").line, str(tmp_path / "own.py"))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    gui.wait_for(lambda: dialog.looking.job is None, PATIENCE)
    assert dialog.findings.paths == {"run": 3} and dialog.values()["directions"] == "random"


def test_code_that_somebodys_recording_names_runs_when_the_person_agrees(dialog, gui, folder, tmp_path):
    own = tmp_path / "own.py"
    own.write_text(OWN + f"\nopen({str(tmp_path / 'ran')!r}, 'a').close()\n")
    Recorder(folder, torch.nn.Linear(3, 2), problem=f"{own}:make_problem").save()
    revoke()  # it was recorded elsewhere
    page, agreed = dialog.found, []
    dialog.consented.connect(agreed.append)
    QTest.keyClicks(dialog.editor("trajectory").line, str(folder))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    gui.wait_for(lambda: dialog.looking.job is None, PATIENCE)
    assert (
        page.currentWidget() is page.trouble
        and str(own) in page.trouble.agree.text()
        and not (tmp_path / "ran").exists()
    )
    assert (
        page.trouble.open_it.text() == "Run it"
        and not page.trouble.open_it.isEnabled()
        and "--trust" not in page.trouble.advice.text()
    )
    assert page.trouble.details.isVisible() and page.trouble.details.toPlainText() == own.read_text()
    QTest.mouseClick(page.trouble.agree, Qt.MouseButton.LeftButton, pos=QPoint(8, page.trouble.agree.height() // 2))
    QTest.mouseClick(page.trouble.open_it, Qt.MouseButton.LeftButton)
    gui.wait_for(lambda: dialog.looking.job is None, PATIENCE)
    assert page.currentWidget() is page.result and (tmp_path / "ran").exists()
    assert dialog.source.trusted == {str(own): content_hash(own)} and agreed == [content_hash(own)]
    assert dialog.values()["trust_pickle"] == (content_hash(own),)


def test_code_is_shown_as_far_as_it_is_what_was_asked_about(qtbot, tmp_path):
    page, file = Trouble(), tmp_path / "own.py"
    qtbot.addWidget(page)
    file.write_text("print('theirs')")
    error = Untrusted("It names code.").at(file)
    error.sha256, error.runs = content_hash(file), True
    page.tell(error)
    assert page.details.toPlainText() == "print('theirs')"
    file.write_text("print('changed since')")
    page.tell(error)
    assert page.details.toPlainText() == ""
    with file.open("wb") as large:
        large.truncate(1 << 40)  # nothing of it is read
    page.tell(error)
    assert "too large" in page.details.toPlainText()
