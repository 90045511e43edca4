"""While a file is being written nobody else can read it; whole, it has the permissions of the user's other files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lossvista import save
from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import EXPORTERS, export
from lossvista.compute.figures.figure import SUFFIXES, save_figure
from lossvista.compute.landscape import Landscape
from lossvista.compute.storage import disk
from lossvista.compute.storage.journal import Journal, journal_of
from lossvista.compute.style import Style

pytestmark = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """The user's mask lets everybody read new files."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def _mode(status: os.stat_result) -> int:
    return stat.S_IMODE(status.st_mode)


def _write(landscape: Landscape, path: Path) -> None:
    if path.suffix in SUFFIXES:
        save_figure(landscape, Style(), path)
    else:
        export(landscape, path)


def test_a_file_for_a_writer_that_wants_a_name_is_private_and_goes_with_an_error(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    with disk.beside(target) as temporary:
        assert temporary.parent == tmp_path and _mode(temporary.stat()) == 0o600
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"new" and _mode(target.stat()) == 0o644
    with pytest.raises(KeyError), disk.beside(target) as temporary:
        temporary.write_bytes(b"half")
        raise KeyError
    assert target.read_bytes() == b"new" and list(tmp_path.iterdir()) == [target]


def test_the_journal_of_a_private_landscape_is_private(small_landscape: Landscape, tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    save(small_landscape, path)
    path.chmod(0o600)
    with Journal.create(path, small_landscape, {}):
        assert _mode(journal_of(path).stat()) == 0o600


@pytest.mark.parametrize("suffix", [*EXPORTERS, *SUFFIXES])
def test_a_landscape_with_gaps_in_its_path_is_exported_too(landscape: Landscape, tmp_path: Path, suffix: str) -> None:
    """Its paths have no β, its values are infinite in places: the file says so, or the program in a sentence; no other error."""
    with suppress(LossvistaError):
        _write(landscape, tmp_path / f"a{suffix}")
        assert (tmp_path / f"a{suffix}").stat().st_size
