"""The console's panel: landscapes by name, looks that can be undone, keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


@pytest.fixture
def console(window, gui):
    assert window.docks["console"].panel.interpreter is None  # not at the start
    window.actions_made["dock.console"].trigger()
    gui.settle()
    return window.docks["console"].panel


def said(console, line: str) -> str:
    before = len(console.output.toPlainText())
    QTest.keyClicks(console.line, line)
    QTest.keyClick(console.line, Qt.Key.Key_Return)
    return console.output.toPlainText()[before:]


def test_it_knows_what_is_open(window, console, small_landscape, tilted_landscape):
    assert "None" in said(console, "print(current)")
    window.desk.session.add(small_landscape)
    window.desk.session.add(tilted_landscape)
    assert "'A tilted plane'" in said(console, "current.title")
    assert "2" in said(console, "len(landscapes)").splitlines()[-1]
    mean = float(tilted_landscape.surface.fields["train_loss"].mean())
    assert said(console, "float(np.mean(current.surface.fields['train_loss']))").splitlines()[-1] == str(mean)


def test_a_look_changed_here_can_be_undone(window, console, small_landscape):
    window.desk.session.add(small_landscape)
    said(console, "restyle(colormap='magma', relief_clip=3.0)")
    style = window.desk.document.style
    assert (style.colormap, style.relief.clip) == ("magma", 3.0)
    window.actions_made["edit.undo"].trigger()
    assert window.desk.document.style.colormap == "viridis"
    assert "LossvistaError" in said(console, "restyle(colormap=3)")


def test_a_landscape_made_here_is_shown(window, console, small_landscape):
    window.desk.session.add(small_landscape)
    said(console, "import copy; other = copy.deepcopy(current); show(other, 'Mine')")
    assert window.desk.document.name == "Mine" and window.desk.document.unsaved
    revision = window.desk.document.revision
    said(console, "current.surface.fields['train_loss'] *= 2; redraw()")
    assert window.desk.document.revision == revision + 1
    assert "takes a landscape" in said(console, "show(3)")


def test_keys(window, console):
    said(console, "abc = 5")
    QTest.keyClick(console.line, Qt.Key.Key_Up)
    assert console.line.text() == "abc = 5"
    QTest.keyClick(console.line, Qt.Key.Key_Down)
    assert console.line.text() == ""
    QTest.keyClicks(console.line, "print(ab")
    QTest.keyClick(console.line, Qt.Key.Key_Tab)  # abc or abs: both are listed
    assert console.line.text() == "print(ab" and "abc   abs" in console.output.toPlainText()
    QTest.keyClicks(console.line, "c")
    QTest.keyClick(console.line, Qt.Key.Key_Escape)
    assert console.line.text() == "" and window.focusWidget() is console.line


def test_pasted_lines_are_entered_one_by_one(console):
    QApplication.clipboard().setText("for k in range(2):\n    print('line', k)\n\nprint('end')")
    QTest.keyClick(console.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "line 0\nline 1" in console.output.toPlainText() and console.line.text() == "print('end')"


def test_it_imports_no_torch(run_python):
    script = (
        "import sys\nfrom lossvista.app.console import helpers, interpreter, panel\n"
        "interpreter.Interpreter({}).complete('a')\nprint('torch' in sys.modules)"
    )
    assert run_python(script).strip() == "False"
