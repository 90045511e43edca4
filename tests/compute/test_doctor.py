"""Doctor: it sees what is installed, survives what is broken, and knows what to do about it."""

from __future__ import annotations

import json

import pytest

from lossvista.compute import doctor


@pytest.fixture(scope="module")
def found() -> dict:
    return doctor.examine()


def test_it_sees_this_installation(found: dict) -> None:
    import numpy

    assert found["packages"]["numpy"] == numpy.__version__
    assert found["torch"]["version"]
    assert found["torch"]["torchvision"]
    assert found["opengl"]["renderer"]
    assert found["advice"] == []
    assert json.loads(json.dumps(found)) == found


def test_the_report_holds_every_finding_on_a_line_of_its_own(found: dict) -> None:
    lines = doctor.report(found).splitlines()
    for name, version in found["packages"].items():
        assert f"  {name:<20} {version}" in lines
    assert any(found["opengl"]["renderer"] in line for line in lines)
    assert lines[-1] == "  Nothing is wrong that could be seen from here."


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        (
            "torch",
            {"version": "2.9.0+cpu", "torchvision_error": "RuntimeError: operator torchvision::nms does not exist"},
            "pip install --force-reinstall torch torchvision",
        ),
        (
            "torch",
            {"error": "ModuleNotFoundError: No module named 'torch'"},
            "Nothing can be computed until that is mended",
        ),
        (
            "opengl",
            {"error": "the process ended with code -11"},
            "sudo apt-get install libx11-6 libegl1 libgl1-mesa-dri",
        ),
        ("packages", {"h5py": ""}, "Not installed: h5py"),
    ],
)
def test_known_troubles_get_one_sentence(found: dict, part: str, value: dict, sentence: str) -> None:
    (advice,) = doctor._advice(found | {part: value})
    assert sentence in advice
    assert sentence in doctor.report(found | {part: value, "advice": [advice]})


def test_the_viewer_is_not_told_to_install_what_it_does_without(found: dict) -> None:
    without = {"packages": found["packages"] | {"torch": ""}, "torch": {"error": "ModuleNotFoundError: …"}}
    (advice,) = doctor._advice(found | without | {"frozen": True})
    assert "Lossvista Viewer" in advice and "pip" not in advice


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "the process ended with code -11"),
        ("import no_such_module_anywhere", "ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        ("print('no json')", "the process ended with code 0"),
        ("", "the process ended with code 0"),
    ],
)
def test_a_child_that_crashes_is_a_finding_not_a_crash(script: str, error: str) -> None:
    assert doctor._ask(script) == {"error": error}


def test_a_child_that_hangs_is_given_up() -> None:
    assert doctor._ask("import time; time.sleep(600)", patience=0.5) == {"error": "no answer within 0.5 seconds"}
