"""Names of files: odd, long, relative and linked ones work, and a file that is replaced keeps its permissions."""

import os

import pytest

from lossvista.compute.storage import disk, load, save


@pytest.mark.parametrize(
    "name",
    [
        "with space.h5",
        "grün-日本.h5",
        "#1.h5",
        "-leading.h5",
        "no suffix",
        "a" * 250 + ".h5",
        "per%cent.h5",
        "a.b.c.h5",
    ],
)
def test_odd_file_names_work(name, landscape, tmp_path):
    path = tmp_path / name
    assert save(landscape, path) == path
    assert load(path).title == landscape.title
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_long_path_works(landscape, tmp_path):
    folder = tmp_path / ("x" * 100) / ("y" * 100) / ("z" * 100)
    folder.mkdir(parents=True)
    save(landscape, folder / "a.h5")
    assert load(str(folder / "a.h5")).title == landscape.title


def test_a_link_stays_a_link(landscape, tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.h5"
    link.symlink_to(tmp_path / "real" / "a.h5")
    save(landscape, link)
    assert link.is_symlink()
    assert load(tmp_path / "real" / "a.h5").title == load(link).title


def test_relative_names_work(landscape, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(landscape, "-a.h5")
    assert load("-a.h5").title == landscape.title


def test_new_files_have_the_usual_permissions(landscape, tmp_path):
    (tmp_path / "other").write_text("")
    save(landscape, tmp_path / "a.h5")
    assert (tmp_path / "a.h5").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_private_file_stays_private_and_so_is_its_temporary_one(landscape, tmp_path, monkeypatch):
    path, seen = tmp_path / "a.h5", []
    save(landscape, path)
    path.chmod(0o600)
    written = disk.write_whole
    monkeypatch.setattr(
        disk, "write_whole", lambda fd, data: (seen.append(os.fstat(fd).st_mode & 0o777), written(fd, data))
    )
    save(landscape, path)
    assert seen == [0o600] and path.stat().st_mode & 0o777 == 0o600
