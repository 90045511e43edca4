"""Language: every text of the window can be translated, and where it is, the window speaks it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lossvista.app import language

ROOT = Path(__file__).parents[2]
# What looks like a text and is none: (of file, a part of it)
NO_TEXTS = {
    ("action.py", "Entry"),
    ("docking.py", ""),
    ("help.py", "   "),
    ("help.py", "opengl"),
    ("help.py", "python "),
    ("language.py", "English"),
    ("opengl.py", "Could not load"),
    ("opengl.py", "could not connect"),
    ("opengl.py", "sudo apt"),
    ("playback.py", "checkpoint 000"),  # how wide it may get
    ("forms.py", "There is no editor for"),  # a programmer's mistake
    ("view.py", "Setting a new default"),
    ("view.py", "RenderEvent"),
    ("theme.py", "Fusion"),
    ("aids.py", "from lossvista"),  # code to copy
    ("trouble.py", " Or, only if you made"),  # a message of `compute` is cut there
    ("trouble.py", "\nOr, only if you made"),
    ("recipe.py", "Plane"),  # headings, translated by `Section`
    ("recipe.py", "Grid"),
    ("recipe.py", "Evaluation"),
    ("dialog.py", "Network and data"),
    ("dialog.py", "Training"),
    ("", "Lossvista"),
}
STYLE = re.compile(r"[{;:]\s|font-family|color: ")  # of a style sheet
KEYS = re.compile(r"(Ctrl|Alt|Shift|Esc|Home|Space|Return|Delete)\b")


@pytest.fixture(scope="module")
def tool():
    """packaging/translations, as a module."""
    loader = SourceFileLoader("translations", str(ROOT / "packaging" / "translations"))
    module = module_from_spec(spec_from_loader("translations", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def invented(tool, tmp_path, monkeypatch):
    """A folder with a language in which every text is in brackets, and the program's way to it."""
    monkeypatch.setattr(tool, "LOCALE", tmp_path)
    path = tool.update("eo")
    tree = ElementTree.parse(path)
    for message in tree.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        translation.text = f"⟦{message.findtext('source')}⟧"
        translation.attrib.pop("type", None)
    tree.write(path, encoding="utf-8", xml_declaration=True)
    assert tool.compile_all(tmp_path) == [tmp_path / "lossvista_eo.qm"]
    monkeypatch.setenv(language.VARIABLE, str(tmp_path))
    yield tool
    language.speak("en")


def test_every_text_of_the_window_goes_through_tr():
    missed = []
    for file in sorted((ROOT / "app").rglob("*.py")):
        if file.relative_to(ROOT / "app").parts[0] in ("scene", "console"):
            continue  # the command line's as well; what is typed in Python
        tree = ast.parse(file.read_text(encoding="utf-8"))
        above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                text = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if not _text(text) or isinstance(above[node], ast.JoinedStr | ast.Expr):
                continue
            parent = above[node]
            call = parent.func if isinstance(parent, ast.Call) else None
            if getattr(call, "id", getattr(call, "attr", "")) in ("tr", "choice"):
                continue
            if not any(file.name.startswith(name) and part in text for name, part in NO_TEXTS):
                missed.append(f"{file.relative_to(ROOT)}:{node.lineno}: {text[:60]!r}")
    assert not missed, "give these to tr(), or say in NO_TEXTS why not"


def _text(text: str) -> bool:
    """Whether people are meant to read this: several words, or one that begins with a capital."""
    if KEYS.match(text) or (
        STYLE.search(text) and ("px" in text or "font" in text or "color:" in text) and "<" not in text
    ):
        return False
    return bool(
        re.search(r"[A-Za-z]{2}", text) and (" " in text.strip() or re.match(r"[A-Z][a-z]{2,}", text.replace("&", "")))
    )


def test_what_is_translated_is_spoken_and_what_is_not_stays_english(invented):
    assert language.tr("Nothing yet") == "Nothing yet"
    assert language.languages() == {"en": "English", "eo": "Esperanto"}
    assert language.speak("eo") == "eo"
    assert language.tr("Nothing yet") == "⟦Nothing yet⟧"
    assert language.tr("{count} pins", count=3) == "⟦3 pins⟧"
    assert language.tr("never written") == "never written"
    assert language.speak("xx") == "en" and language.tr("Nothing yet") == "Nothing yet"


def test_a_translation_that_asks_for_an_unknown_value_is_left_out(tool, tmp_path, monkeypatch):
    (tmp_path / "lossvista_eo.ts").write_text(
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="eo"><context><name>lossvista</name><message>'
        "<source>{count} pins</source><translation>{nombro} pingloj</translation></message></context></TS>",
        encoding="utf-8",
    )
    tool.compile_all(tmp_path)
    monkeypatch.setenv(language.VARIABLE, str(tmp_path))
    language.speak("eo")
    try:
        assert language.tr("{count} pins", count=3) == "3 pins"
    finally:
        language.speak("en")


def test_a_translation_keeps_what_was_translated(invented, tmp_path):
    path = tmp_path / "lossvista_eo.ts"
    before = path.read_text(encoding="utf-8")
    invented.update("eo")
    messages = list(ElementTree.parse(path).iter("message"))
    assert len(messages) > 1000 and before.count("⟦") == len(messages)
    assert all(message.find("translation").text.startswith("⟦") for message in messages)


SHOWN = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QLabel, QAbstractButton
from lossvista.app import language
assert language.speak("eo") == "eo"
from lossvista.app.opengl import OpenGL
from lossvista.app.settings import Settings
from lossvista.app.window import Window
app = QApplication(["lossvista"])
language.install(app)
window = Window(Settings(Path(sys.argv[1])), OpenGL("no pictures in this test"))
for action in window.actions_made.values():
    print(action.text().partition("\\t")[0])
for menu in window.menuBar().actions():
    print(menu.text())
for widget in window.findChildren(QLabel) + window.findChildren(QAbstractButton):
    if len(widget.text()) > 3 and any(letter.isalpha() for letter in widget.text()):
        print(widget.text().strip().partition("\\n")[0])
"""


def test_a_window_in_another_language_has_no_english_left(invented, tmp_path):
    run = subprocess.run([sys.executable, "-c", SHOWN, str(tmp_path / "settings")], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    names = {"Momentum", "Nesterov", "Adam", "RMSprop"}
    english = [line for line in lines if "⟦" not in line and re.search(r"[A-Za-z]{4}", line) and line not in names]
    assert len(lines) > 200
    assert english == [], "\n".join(english)
