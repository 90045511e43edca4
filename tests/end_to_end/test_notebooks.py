"""The notebooks run from the first cell to the last, each in a folder and a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "examples" / "notebooks").glob("*.ipynb"))

RUNNER = """
import ast, json, pathlib, sys
sys.path.insert(0, "")
names = {"__name__": "__main__"}
for number, cell in enumerate(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["cells"]):
    text = "".join(cell["source"])
    if cell["cell_type"] != "code":
        continue
    if text.startswith("%%writefile "):
        first, rest = text.split("\\n", 1)
        pathlib.Path(first.split()[1]).write_text(rest, encoding="utf-8")
        continue
    tree = ast.parse(text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, f"cell {number}", "exec"), names)
    if last is not None:
        shown = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
        assert shown is not None, number
"""


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUNNER, str(notebook)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    written = [*tmp_path.glob("*.png"), *tmp_path.glob("*.vtp")]
    assert max(path.stat().st_size for path in written) > 20_000


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(notebook: Path) -> None:
    held = json.loads(notebook.read_text(encoding="utf-8"))
    assert held["nbformat"] == 4 and len({cell["id"] for cell in held["cells"]}) == len(held["cells"])
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in held["cells"])
