"""The page of faults and promises: every test that it names is there, and what it says of clocks holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "faults.md").read_text("utf-8")
CODE = [file for room in ("app", "compute") for file in (ROOT / room).rglob("*.py")]


def found_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 60
    held = {file: found_in(ROOT / "tests" / file) for file in {file for file, _ in named}}
    assert not [f"{file}::{name}" for file, name in named if name not in held[file]]


def test_every_fault_and_promise_names_a_test() -> None:
    faults = [
        line for line in PAGE.partition("## Faults")[2].partition("## Longer")[0].splitlines() if line.startswith("| ")
    ][1:]
    promises = re.findall(r"^\*\*.*?(?=^\*\*|^Nothing is asked)", PAGE, re.MULTILINE | re.DOTALL)
    assert (len(faults), len(promises)) == (40, 6)
    assert all("::test_" in one for one in [*faults, *promises])


def test_every_command_that_is_named_exists() -> None:
    commands = re.findall(r"`python ([\w/]+\.py)`", PAGE)
    assert commands and all((ROOT / file).is_file() for file in commands)


def test_no_time_is_counted_by_a_clock_that_can_jump() -> None:
    """Fault 34: durations come from time.monotonic and the like, never from the time of day."""
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            clock = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "time"
            assert not (clock and node.attr in ("time", "time_ns")), f"{file}:{node.lineno}"
