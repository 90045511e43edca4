"""Files that nobody vouches for: read in a child process, without other files and without code, and a sentence where they are damaged."""

from __future__ import annotations

import builtins
import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from ramp_to_import import ALONE, is_the_ramp, li_surface, ramp

from lossvista.compute.child import died
from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import export
from lossvista.compute.importers import IMPORTERS, body
from lossvista.compute.importers.arrays import read_npz
from lossvista.compute.importers.job import import_landscape
from lossvista.compute.importers.mesh import read_mesh


def test_a_child_reads_and_the_errors_come_back(tmp_path):
    export(ramp(), tmp_path / "a.vtp", ALONE)
    is_the_ramp(import_landscape(tmp_path / "a.vtp").landscape.surface)
    is_the_ramp(import_landscape(li_surface(tmp_path / "s.hdf5")).landscape.surface)
    (tmp_path / "weights.pkl").write_bytes(pickle.dumps({"loss": 1}))
    with pytest.raises(LossvistaError, match="a pickle, which can run code"):
        import_landscape(tmp_path / "weights.pkl")
    with pytest.raises(LossvistaError, match="no format to import called"):
        (tmp_path / "a.docx").write_bytes(b"x")
        import_landscape(tmp_path / "a.docx")


def test_a_mesh_reads_no_other_file(tmp_path, monkeypatch):
    """trimesh opens the materials that an OBJ names and the texture that a PLY names, VTK the files that a VTKHDF links to."""
    opened = []
    (tmp_path / "secret.mtl").write_text("newmtl m\nmap_Kd secret.png\n")
    read = io.open
    monkeypatch.setattr(
        builtins, "open", lambda file, *rest, **more: (opened.append(str(file)), read(file, *rest, **more))[1]
    )
    for suffix, line in ((".obj", "mtllib secret.mtl\nusemtl m\n"), (".ply", "comment TextureFile secret.mtl\n")):
        export(ramp(), tmp_path / f"a{suffix}", ALONE, ascii=True)
        text = (tmp_path / f"a{suffix}").read_text()
        start = text.index("\n", text.index("format")) + 1 if suffix == ".ply" else 0
        (tmp_path / f"a{suffix}").write_text(text[:start] + line + text[start:])
        assert read_mesh(tmp_path / f"a{suffix}").landscape.surface.fields
        assert body._by_trimesh(tmp_path / f"a{suffix}").triangles.size
    assert not [name for name in opened if "secret" in name]
    export(ramp(), tmp_path / "a.vtkhdf", ALONE)
    with h5py.File(tmp_path / "a.vtkhdf", "r+") as file:
        file["theirs"] = h5py.ExternalLink("secret.h5", "/x")
    for read_one in (read_mesh, body._by_vtk):
        with pytest.raises(LossvistaError, match="link to another file"):
            read_one(tmp_path / "a.vtkhdf")


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_reader_that_loops_is_ended_with_a_sentence():
    child = "import sys; from lossvista.compute.importers import job; job.SECONDS = 0; job.limit([])\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", child])
    assert "computed for longer than it may" in str(died(done.returncode, ""))


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path("exploded"),))


def test_pickled_arrays_are_not_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("a.npz", alpha=np.array([Bomb()], dtype=object))
    with pytest.raises(LossvistaError, match="pickled objects"):
        read_npz(Path("a.npz"))
    assert not Path("exploded").exists()


@pytest.mark.parametrize("suffix", sorted(IMPORTERS))
def test_damaged_files_are_a_sentence(suffix, tmp_path):
    """Cut files and files with flipped bytes of every kind, through the child: a landscape or a sentence, never a crash of ours."""
    whole = tmp_path / f"whole{suffix}"
    li_surface(whole) if suffix == ".h5" else export(ramp(), whole, ALONE)
    data = whole.read_bytes()
    draw = np.random.default_rng(0)
    for number in range(3):
        broken = bytearray(data[: len(data) // 2] if number == 0 else data)
        for place in draw.integers(0, len(broken), 12 if number else 0):
            broken[place] = int(draw.integers(256))
        file = tmp_path / f"broken{number}{suffix}"
        file.write_bytes(broken)
        try:
            found = import_landscape(file)
        except LossvistaError as error:
            assert str(error)
        else:
            assert found.landscape.surface.fields


@pytest.mark.parametrize("make", [lambda p: p.mkdir(), lambda p: None, lambda p: p.touch()])
def test_no_file_a_folder_an_empty_one(make, tmp_path):
    make(tmp_path / "a.ply")
    with pytest.raises(LossvistaError, match=r"no file|no regular file|is empty"):
        import_landscape(tmp_path / "a.ply")
