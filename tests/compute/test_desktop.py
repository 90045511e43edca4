"""Desktop: the files that `lossvista install-desktop` writes, judged by the desktop's own tools where they are installed."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import h5py
import pytest

from lossvista import __version__
from lossvista.compute import desktop
from lossvista.compute.cli import main

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a desktop of freedesktop.org")
EXAMPLE = str(files("lossvista.resources") / "examples" / "resnet56.h5")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data of mine"))
    return tmp_path / "data of mine"


def test_it_comes_and_goes_whole(home: Path, capsys) -> None:
    home.mkdir()
    (home / "applications").mkdir()
    theirs = home / "applications" / "theirs.desktop"
    theirs.write_text("[Desktop Entry]\n")
    assert main(["install-desktop"]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert len(written) == 5 and all(path.is_relative_to(home) and path.stat().st_size for path in written)
    assert main(["install-desktop", "--remove"]) == 0
    assert [Path(line) for line in capsys.readouterr().out.splitlines()] == written
    assert theirs.exists() and not any(path.exists() for path in written)
    assert main(["install-desktop", "--remove"]) == 0 and capsys.readouterr().out == ""


def test_the_entry_starts_this_very_installation(home: Path) -> None:
    desktop.install()
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment]
    entry.read(home / "applications" / "lossvista.desktop", "utf-8")
    words = shlex.split(entry["Desktop Entry"]["Exec"])
    assert Path(words[0]).exists() and words[-1] == "%F"
    done = subprocess.run([*words[:-1], "info", EXAMPLE], capture_output=True, text=True)
    assert done.returncode == 0 and "ResNet-56" in done.stdout


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="needs desktop-file-utils")
def test_the_validator_finds_nothing_in_the_entry(home: Path) -> None:
    desktop.install()
    command = ["desktop-file-validate", str(home / "applications" / "lossvista.desktop")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        ("/opt/my apps/lossvista", '"/opt/my apps/lossvista"'),
        ("/opt/50%/lossvista", '"/opt/50%%/lossvista"'),
        ('/a"b`c$d', r'"/a\\"b\\`c\\$d"'),
        ("/a\\b", r'"/a\\\\b"'),
    ],
)
def test_a_path_is_quoted_as_the_specification_has_it(path: str, quoted: str) -> None:
    assert desktop._quoted(path) == quoted


@pytest.mark.skipif(
    not shutil.which("update-mime-database") or not shutil.which("gio"), reason="needs shared-mime-info and gio"
)
def test_a_landscape_is_known_by_its_content_and_other_hdf5_files_stay_what_they_are(
    home: Path, tmp_path: Path
) -> None:
    desktop.install()
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = [1.0]
    shutil.copy(EXAMPLE, tmp_path / "mine.h5")
    shutil.copy(EXAMPLE, tmp_path / "renamed")

    def kind(name: str) -> str:
        command = ["gio", "info", "-a", "standard::content-type", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.split("standard::content-type:")[1].split()[0]

    assert kind("mine.h5") == kind("renamed") == desktop.KIND
    assert kind("other.h5") == "application/x-hdf"


def test_the_metainfo_names_this_version_and_is_valid() -> None:
    metainfo = files("lossvista.resources") / "desktop" / "lossvista.metainfo.xml"
    assert f'<release version="{__version__}"' in metainfo.read_text("utf-8")
    if tool := shutil.which("appstreamcli"):
        done = subprocess.run([tool, "validate", "--no-net", str(metainfo)], capture_output=True, text=True)
        told = [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:"))]
        assert all("cid-desktopapp-is-not-rdns" in line for line in told), told  # we have no domain to be named after
