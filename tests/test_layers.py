"""Arrows only fall: no Qt in the headless half, no torch in the looking half or the window; rooms stay small."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lossvista

ROOT = Path(__file__).resolve().parents[1]
QT = ("PySide6", "superqt", "pyvistaqt", "qtpy", "shiboken6")
LIMIT = 300  # lines


def modules(room: str) -> list[str]:
    """Full names of all modules of a room."""
    names = []
    for file in sorted((ROOT / room).rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        names.append(".".join(("lossvista", *(parts[:-1] if parts[-1] == "__init__" else parts))))
    return names


def loaded_after(run_python, imports: list[str]) -> set[str]:
    """Top-level packages in a fresh interpreter after these imports."""
    script = "\n".join(
        [
            "import importlib, sys",
            f"for name in {imports!r}: importlib.import_module(name)",
            "print(*{name.partition('.')[0] for name in sys.modules})",
        ]
    )
    return set(run_python(script).split())


def looking_half() -> list[str]:
    """The modules of `compute` that the contract in pyproject.toml calls the looking half."""
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (c for c in contracts if c["name"].startswith("The looking half"))
    return contract["source_modules"]


def test_no_qt_after_importing_all_of_compute(run_python) -> None:
    loaded = loaded_after(run_python, modules("compute"))
    assert "torch" in loaded  # else this test would not have imported what it thinks
    assert not loaded & set(QT)


def test_no_torch_and_no_qt_after_importing_the_looking_half(run_python) -> None:
    loaded = loaded_after(run_python, looking_half())
    assert not loaded & {"torch", "torchvision", "vtk", "vtkmodules", *QT}


def test_no_torch_after_importing_the_window(run_python) -> None:
    loaded = loaded_after(run_python, modules("app"))
    assert "PySide6" in loaded
    assert not loaded & {"torch", "torchvision"}


def test_importing_the_package_or_the_command_line_is_cheap(run_python) -> None:
    heavy = {"torch", "torchvision", "vtk", "vtkmodules", "pyvista", "h5py", "sklearn", *QT}
    assert not loaded_after(run_python, ["lossvista"]) & (heavy | {"numpy"})
    assert not loaded_after(run_python, ["lossvista.compute.cli"]) & heavy


def test_the_layers_contract_is_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONWARNINGS": ""}
    done = subprocess.run([program, "--no-cache"], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout[done.stdout.find("Broken contracts") :]


def test_every_public_name_resolves() -> None:
    for name in lossvista.__all__:
        assert getattr(lossvista, name) is not None
    assert set(lossvista.__all__) <= set(dir(lossvista))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = lossvista.nothing


@pytest.mark.parametrize("room", ["app", "compute"])
def test_every_module_opens_with_what_it_is(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        if file.read_text(encoding="utf-8").strip():
            assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), f"{file} has no opening sentence"


def test_rooms_stay_small() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for room in ("app", "compute")
        for file in (ROOT / room).rglob("*.py")
    }
    assert not {name for name, length in lengths.items() if length > LIMIT}


def test_nothing_in_the_house_names_the_workshop() -> None:
    """No path of somebody's machine in what ships."""
    for room in ("app", "compute", "docs", "packaging", "resources"):
        for file in (ROOT / room).rglob("*"):
            if file.is_file() and file.suffix in (".py", ".md", ".json", ".svg", ""):
                text = file.read_text(encoding="utf-8")
                assert "/home/" not in text, file
                assert "/root/" not in text, file
