"""What ships: the package list, the wheel, the set-up script."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("app", "compute", "resources")  # the folders that ship


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_package_list_is_the_tree() -> None:
    found = {"lossvista"}
    for room in ROOMS:
        for source in (ROOT / room).rglob("*.py"):
            assert (source.parent / "__init__.py").exists(), f"{source.parent} holds modules but no __init__.py"
            found.add(".".join(["lossvista", *source.parent.relative_to(ROOT).parts]))
    assert sorted(project()["tool"]["setuptools"]["packages"]) == sorted(found)


def test_packaging_and_tests_are_no_packages() -> None:
    """An __init__.py in packaging/ would hide the real `packaging` library from everybody who runs from the root."""
    assert not (ROOT / "packaging" / "__init__.py").exists()
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this tree, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "__init__.py", *ROOMS):
        (tree / name).symlink_to(ROOT / name)  # so that no build folder is left in the repository
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*command, "-w", str(folder), str(tree)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_source_and_resource_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    kept = {".pyc", ".pyo"}
    expected = {"lossvista/__init__.py"}
    for room in ROOMS:
        for file in (ROOT / room).rglob("*"):
            shipped = file.suffix == ".py" or room == "resources"
            if file.is_file() and shipped and file.suffix not in kept and "__pycache__" not in file.parts:
                expected.add(f"lossvista/{file.relative_to(ROOT).as_posix()}")
    assert held == expected


def test_the_wheel_starts_the_command_line_and_carries_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        points = next(name for name in names if name.endswith("entry_points.txt"))
        assert "lossvista = lossvista.compute.cli:main" in archive.read(points).decode()
        assert any(name.endswith("licenses/LICENSE") for name in names)
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    version = metadata.split("\nVersion: ")[1].split("\n")[0]
    from lossvista import __version__

    assert version == __version__
    assert "License-Expression: BSD-3-Clause" in metadata


def test_the_changelog_opens_with_this_version() -> None:
    from lossvista import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def committed() -> list[str]:
    """What git knows of this tree; nothing outside a clone."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone, so nobody knows what belongs to it")
    done = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).exists()]


def test_the_source_distribution_holds_what_is_committed_and_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    build = "from setuptools import build_meta as b; import sys; print(getattr(b, 'build_' + sys.argv[1])(sys.argv[2]))"

    def made(kind: str, tree: Path) -> Path:
        done = subprocess.run(
            [sys.executable, "-c", build, kind, str(tmp_path)], capture_output=True, text=True, cwd=tree
        )
        assert done.returncode == 0, done.stderr
        return tmp_path / done.stdout.splitlines()[-1]

    tree = tmp_path / "tree"
    tree.mkdir()
    tracked = committed()
    for name in {name.split("/")[0] for name in tracked}:
        (tree / name).symlink_to(ROOT / name)
    with tarfile.open(made("sdist", tree)) as archive:
        archive.extractall(tmp_path, filter="data")
        (root,) = {name.split("/")[0] for name in archive.getnames()}
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert not {name for name in tracked if not name.startswith(".git")} - held
    assert not {name for name in held if re.search(r"__pycache__|\.pyc$|^\.venv|^build|\.journal$", name)}
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(made("wheel", tmp_path / root)) as other:
        assert set(one.namelist()) == set(other.namelist())


# --- the frozen program and releases ----------------------------------------------------------------------------------


def loaded(name: str):
    """A script of packaging/ as a module; those without a suffix are called as commands."""
    loader = SourceFileLoader(name.replace("-", "_").removesuffix(".py"), str(ROOT / "packaging" / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-P", "-c", "import sys; print(sys.argv)", "a", "-m"], "['-c', 'a', '-m']"),
        (["-c", "import sys; print(__name__, len(sys.argv))"], "__main__ 1"),
        (["-m", "json.tool", "--help"], "usage"),
        (["info", "nothing.h5"], "There is no file"),
    ],
)
def test_the_frozen_program_is_the_command_line_and_a_python_for_its_children(arguments: list[str], said: str) -> None:
    command = [sys.executable, str(ROOT / "packaging" / "frozen.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "packaging")
    assert said in done.stdout + done.stderr and "Traceback" not in done.stderr


def test_the_viewer_takes_everything_but_what_computes(wheel: Path) -> None:
    freeze = loaded("freeze")
    names = [re.match(r"[\w.-]+", line).group().lower() for line in freeze.needed(wheel, freeze.NOT_IN_THE_VIEWER)]  # type: ignore[union-attr]
    every = [re.match(r"[\w.-]+", line).group().lower() for line in freeze.needed(wheel, set())]  # type: ignore[union-attr]
    assert set(every) - set(names) == freeze.NOT_IN_THE_VIEWER
    assert {"vtk", "h5py", "networkx", "matplotlib"} <= set(names) and not {"ray", "timm", "sphinx"} & set(every)


def test_a_release_finds_the_version_wherever_it_stands_and_changes_nothing_when_dry() -> None:
    command = [sys.executable, str(ROOT / "packaging" / "release"), "99.0.0", "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == list(
        loaded("release").changed("1.2.3", "2030-01-01")
    )
    from lossvista import __version__

    assert f'__version__ = "{__version__}"' in (ROOT / "__init__.py").read_text(encoding="utf-8")
    release = loaded("release")
    texts = release.changed("99.0.0", "2030-01-01").values()
    assert all("99.0.0" in text and text.count(__version__) == (text.count(f"[{__version__}]")) for text in texts)


# --- packaging/system-libraries ---------------------------------------------------------------------------------------


@pytest.fixture
def script():
    return loaded("system-libraries")


needs_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the script looks after Debian and Ubuntu"
)


@needs_linux
def test_all_libraries_are_here_and_the_script_says_nothing() -> None:
    environment = os.environ | {"LOSSVISTA_NO_APT": "1"}
    command = [sys.executable, str(ROOT / "packaging" / "system-libraries"), "--tests"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_linux
@pytest.mark.parametrize(
    ("lacking", "arguments", "code", "said"),
    [
        (("libnothing-of-the-window.so.9", "WINDOW", ["libxcb-cursor0"]), [], 0, "the window will not open until then"),
        (
            ("libnothing-of-drawing.so.9", "DRAWING", ["libegl1"]),
            [],
            1,
            "Missing to draw pictures: libnothing-of-drawing",
        ),
        (("libnothing-of-the-window.so.9", "WINDOW", ["libxcb-cursor0"]), ["--tests"], 1, "Missing for the window"),
        (("nothing-to-run", "TESTS", ["xvfb"]), ["--tests"], 1, "Missing for the tests: nothing-to-run."),
        (("nothing-to-run", "TESTS", ["xvfb"]), [], 0, ""),
    ],
)
def test_what_is_missing_is_named_with_the_one_command_to_type(
    script, monkeypatch, capsys, lacking, arguments, code, said
) -> None:
    """The one untrue thing here is the table: a library that exists nowhere. Loading it really fails."""
    name, kind, packages = lacking
    monkeypatch.setattr(script, "NEEDS", [*script.NEEDS, (name, getattr(script, kind), packages)])
    monkeypatch.setenv("LOSSVISTA_NO_APT", "1")
    assert script.main(arguments) == code
    error = capsys.readouterr().err
    assert said in error
    if said and script.shutil.which("apt-get"):
        assert f"apt-get install -y --no-install-recommends {packages[0]}\n" in error
    elif not said:
        assert error == ""


def test_make_help_names_the_commands() -> None:
    done = subprocess.run(["make", "-s", "help"], capture_output=True, text=True, cwd=ROOT, env=_plain_make())
    assert done.returncode == 0
    for name in ("run", "test", "lint", "clean"):
        assert f"make {name}\t" in done.stdout


def test_an_old_or_absent_python_is_a_sentence() -> None:
    command = ["make", "-s", "python", "PYTHON="]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=_plain_make())
    assert done.returncode != 0
    assert "Lossvista needs Python 3.11 or newer" in done.stderr


def _plain_make() -> dict[str, str]:
    """The environment without what an outer `make test` hands down."""
    return {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
