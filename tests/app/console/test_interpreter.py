"""The interpreter: what it prints, what it remembers, what it survives."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.console.interpreter import MOST, Interpreter


@pytest.fixture
def python() -> Interpreter:
    return Interpreter({"value": 7})


@given(st.integers(), st.integers())
def test_an_expression_prints_its_value_and_is_remembered(a, b):
    python = Interpreter({})
    assert python.push(f"{a} + {b}") == f"{a + b}\n"
    assert python.push("_") == f"{a + b}\n"


def test_a_command_of_several_lines_runs_at_its_empty_line(python):
    assert python.push("for k in range(3):") == "" and python.waiting
    assert python.push("    print(k)") == "" and python.waiting
    assert python.push("") == "0\n1\n2\n" and not python.waiting


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1/0", "ZeroDivisionError"),
        ("(", ""),
        ("a b", "SyntaxError"),
        ("exit()", "stays"),
        ("raise KeyboardInterrupt", "Keyb"),
    ],
)
def test_mistakes_are_shown_and_nothing_ends(python, line, said):
    assert said in python.push(line)
    python.drop()
    assert python.push("value") == "7\n"


def test_an_endless_loop_is_stopped():
    python = Interpreter({}, seconds=0.2)
    assert "stopped after 0.2 s" in python.push("while True: pass\n")
    assert python.push("1") == "1\n" and sys.gettrace() is None


def test_output_has_an_end(python):
    said = python.push("print('x' * 10_000_000)")
    assert len(said) < MOST + 100 and "left out" in said


def test_streams_are_given_back(python):
    before = sys.stdout, sys.stderr, sys.displayhook
    python.push("import sys; print('out'); print('err', file=sys.stderr)")
    assert (sys.stdout, sys.stderr, sys.displayhook) == before


def test_completion(python):
    assert python.complete("val") == ["value"]
    assert "value.real" in python.complete("value.re")
    assert not any("._" in name for name in python.complete("value."))
    assert "value.__add__" in python.complete("value.__ad")
