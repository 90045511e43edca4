"""The gallery: the quick scripts still draw what the manual shows; the others can be imported, and each has its picture on the page."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from lossvista.compute.likeness import expect_like

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "gallery"
PICTURES = ROOT / "docs" / "images" / "gallery"
AIDS = {"render", "shared", "stacked"}
SCRIPTS = sorted(file.stem for file in FOLDER.glob("*.py") if file.stem not in AIDS)
QUICK = ("contours", "trajectory")  # flat, nothing trained: a few seconds together
LENGTH = 70  # lines: a script is short


def test_every_script_is_short_has_its_picture_and_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    for name in SCRIPTS:
        text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        tree = ast.parse(text)
        assert ast.get_docstring(tree) and len(text.splitlines()) <= LENGTH, name
        assert (PICTURES / f"{name}.png").exists(), f"python examples/gallery/render.py {name}"
        assert f"(../examples/gallery/{name}.py)" in page and f"(images/gallery/{name}.png)" in page, name
    assert {file.stem for file in PICTURES.glob("*.png")} == set(SCRIPTS)


def test_every_script_can_be_imported(run_python) -> None:
    run_python(f"import sys; sys.path.insert(0, {str(FOLDER)!r})\nfor name in {SCRIPTS!r}: __import__(name)")


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_script_draws_the_picture_of_the_manual(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, FOLDER / f"{name}.py", "new.png"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    expect_like(tmp_path / "new.png", PICTURES / f"{name}.png")
