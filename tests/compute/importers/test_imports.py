"""Importers: what was exported comes back; files of other programs come in the right way round, with what is doubtful in them."""

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
import pyvista
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.child import died
from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import export
from lossvista.compute.exporters.stl import solid
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.importers import IMPORTERS, body
from lossvista.compute.importers.arrays import read_npz
from lossvista.compute.importers.csv_table import read_csv
from lossvista.compute.importers.heights import grid_of
from lossvista.compute.importers.job import import_landscape
from lossvista.compute.importers.li import read_li, with_path
from lossvista.compute.importers.mesh import read_mesh
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.mesh import triangulate
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Surface
from lossvista.compute.trajectory import Trajectory

ALONE = Style(view="surface", path=False).relieved(scale="linear")
ALPHA, BETA = ticks(-1, 1, 4), ticks(-3, 1, 7)
RAMP = 100 + ALPHA[None, :] + 10 * BETA[:, None]  # (7, 4): invariant 32


def ramp() -> Landscape:
    surface = Surface(Grid(ALPHA, BETA), {"train_loss": RAMP.copy(), "train_accuracy": RAMP / 200})
    surface.evaluated[:], surface.samples[:] = Mark.EVALUATED, 60
    made = Landscape(surface, "A ramp", [Axis("δ"), Axis("η")])
    share = np.linspace(0, 1, 5)
    made.trajectories["run/1"] = Trajectory({"alpha": 0.9 * share, "beta": -share, "train_loss": 3 - share})
    return made


def is_the_ramp(surface: Surface, name: str = "train_loss", tolerance: float = 1e-5) -> None:
    assert surface.grid.shape == (7, 4)
    np.testing.assert_allclose(surface.grid.alpha, ALPHA, atol=tolerance)
    np.testing.assert_allclose(surface.grid.beta, BETA, atol=tolerance)
    np.testing.assert_allclose(surface.fields[name], RAMP, atol=tolerance * 100)


# --- there and back ---


@pytest.mark.parametrize("suffix", [".vtp", ".vtk", ".vtkhdf", ".vts", ".ply"])
@pytest.mark.parametrize("raw", [True, False])
def test_our_meshes_come_back_with_all_fields(suffix, raw, tmp_path):
    export(ramp(), tmp_path / f"a{suffix}", ALONE, raw=raw)
    found = read_mesh(tmp_path / f"a{suffix}").landscape.surface
    is_the_ramp(found)
    np.testing.assert_array_equal(found.fields["train_loss"], RAMP)  # values are kept in full precision
    np.testing.assert_array_equal(found.fields["train_accuracy"], RAMP / 200)
    assert (found.evaluated == Mark.EVALUATED).all() and (found.samples == 60).all()


@pytest.mark.parametrize("kind", ["sheet.obj", "sheet.stl", "solid.stl"])
def test_bare_meshes_come_in_as_heights(kind, tmp_path):
    x, y = np.tile(ALPHA, 7), np.repeat(BETA, 4)
    points, triangles = np.stack([x, y, RAMP.ravel()], axis=1), triangulate(RAMP)
    body = solid(points, triangles) if kind == "solid.stl" else trimesh.Trimesh(points, triangles, process=False)
    body.export(tmp_path / kind)
    found = read_mesh(tmp_path / kind)
    is_the_ramp(found.landscape.surface, "height")
    assert any("height" in line for line in found.said)


@pytest.mark.parametrize("suffix", [".vtp", ".ply"])
def test_a_cut_mesh_comes_back_with_gaps(suffix, tmp_path):
    export(ramp(), tmp_path / f"a{suffix}", ALONE.relieved(clip=95.0))
    found = read_mesh(tmp_path / f"a{suffix}")
    surface = found.landscape.surface
    there = surface.evaluated == Mark.EVALUATED
    wanted = RAMP[: len(surface.grid.beta)] <= 95
    np.testing.assert_array_equal(there, wanted)
    np.testing.assert_array_equal(surface.fields["train_loss"][there], RAMP[: len(surface.grid.beta)][wanted])
    assert any("no grid points" in line for line in found.said)


def test_marks_that_are_none_of_ours_are_not_taken_over(tmp_path):
    """They would end in an exception under the pointer."""
    export(ramp(), tmp_path / "a.vtp", ALONE)
    mesh = pyvista.read(tmp_path / "a.vtp")
    mesh["evaluated"], mesh["samples"] = np.full(28, 200, np.uint8), np.full(28, -5, np.int32)
    mesh.save(tmp_path / "b.vtp")
    surface = read_mesh(tmp_path / "b.vtp").landscape.surface
    assert (surface.evaluated == Mark.EVALUATED).all() and (surface.samples == 0).all()


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_tables_come_back_to_the_last_bit(suffix, tmp_path):
    made = ramp()
    made.surface.fields["train_loss"].flat[:5] = [np.nan, np.inf, -np.inf, 0.0, 1e-300]
    made.surface.evaluated[3, 2] = Mark.ESTIMATED
    made.surface.samples[3, 2] = 7
    export(made, tmp_path / f"a{suffix}")
    found = (read_csv if suffix == ".csv" else read_npz)(tmp_path / f"a{suffix}").landscape
    np.testing.assert_array_equal(found.surface.grid.alpha, ALPHA)
    np.testing.assert_array_equal(found.surface.grid.beta, BETA)
    for name, values in made.surface.fields.items():
        np.testing.assert_array_equal(found.surface.fields[name], values)
    np.testing.assert_array_equal(found.surface.evaluated, made.surface.evaluated)
    np.testing.assert_array_equal(found.surface.samples, made.surface.samples)
    if suffix == ".npz":
        assert found.title == "A ramp"
        for name, column in made.trajectories["run/1"].columns.items():
            np.testing.assert_array_equal(found.trajectories["run/1"][name], column)


@pytest.mark.parametrize("suffix", [".csv", ".npz", ".vtp"])
def test_a_curve(suffix, tmp_path):
    surface = Surface(Grid(ALPHA, np.zeros(1), True), {"train_loss": ALPHA[None] ** 2})
    surface.evaluated[:] = Mark.EVALUATED
    made = Landscape(surface, axes=[Axis("δ")])
    if suffix == ".vtp":  # points in a row are no height field
        export(made, tmp_path / "a.vtp", ALONE)
        with pytest.raises(LossvistaError, match="rows and columns"):
            read_mesh(tmp_path / "a.vtp")
        return
    export(made, tmp_path / f"a{suffix}")
    found = (read_csv if suffix == ".csv" else read_npz)(tmp_path / f"a{suffix}").landscape
    assert found.surface.grid.line
    np.testing.assert_array_equal(found.surface.fields["train_loss"], ALPHA[None] ** 2)


@given(
    arrays(float, (4, 5), elements=st.floats(-1e6, 1e6)),
    st.floats(1e-3, 1e3),
    st.floats(-100, 100),
    st.integers(0, 2**16),
)
@settings(deadline=None)
def test_any_height_field_is_recognised_in_any_order(heights, scale, shift, seed):
    x, y = np.linspace(-1, 1, 5) * scale + shift, np.linspace(0, 1, 4) ** 2 * scale - shift
    points = np.stack([np.tile(x, 4), np.repeat(y, 5), heights.ravel()], axis=1)
    order = np.random.default_rng(seed).permutation(20)
    alpha, _, index, there = grid_of(points[order].astype(np.float32).astype(float), "m")
    assert there.all() and index.shape == (4, 5)
    np.testing.assert_array_equal(order[index], np.arange(20).reshape(4, 5))
    np.testing.assert_allclose(alpha, x, rtol=1e-5, atol=1e-5 * scale + 1e-6 * abs(shift))


def test_a_sphere_is_no_height_field(tmp_path):
    trimesh.creation.icosphere(subdivisions=3).export(tmp_path / "ball.ply")
    with pytest.raises(LossvistaError, match="rows and columns"):
        read_mesh(tmp_path / "ball.ply")


@pytest.mark.parametrize("faces", [[[0, 1, 9]], [[0, 1, -1]], np.zeros((0, 3), int)])
def test_faces_between_points_that_there_are_not_are_refused(faces):
    with pytest.raises(LossvistaError, match=r"damaged|no faces"):
        body._checked(body.Body(np.zeros((3, 3)), np.array(faces)), "a.ply")


def test_faces_without_a_place_go(tmp_path):
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [np.nan, 0, 0]], float)
    made = body._checked(body.Body(points, np.array([[0, 1, 2], [1, 2, 3]]), {"v": np.arange(4)}), "a")
    assert made.triangles.tolist() == [[0, 1, 2]] and made.values["v"].tolist() == [0, 1, 2]


def test_a_grid_of_pyvistas(tmp_path):
    x, y = np.meshgrid(ALPHA, BETA)
    grid = pyvista.StructuredGrid(x[..., None], y[..., None], RAMP[..., None])
    grid["wells"] = RAMP.ravel(order="F")
    grid.save(tmp_path / "a.vts")
    found = read_mesh(tmp_path / "a.vts").landscape.surface
    is_the_ramp(found, "height")
    is_the_ramp(found, "wells")


# --- Li et al. ---


def li_surface(path: Path, nx: int = 4, ny: int = 7, missing: int = 0) -> Path:
    """As their code fills it: declared (nx, ny), filled in the order of a raveled meshgrid (ny, nx)."""
    alpha, beta = ticks(-1, 1, nx), ticks(-3, 1, ny)
    x, y = np.meshgrid(alpha, beta)
    losses, accuracies = -np.ones((nx, ny)), -np.ones((nx, ny))
    for k in range(nx * ny - missing):
        losses.ravel()[k] = 100 + x.ravel()[k] + 10 * y.ravel()[k]
        accuracies.ravel()[k] = 50.0
    with h5py.File(path, "w") as file:
        file["dir_file"] = "/home/somebody/nets/direction.h5"
        file["xcoordinates"], file["ycoordinates"] = alpha, beta
        file["train_loss"], file["train_acc"] = losses, accuracies
    return path


def test_a_surface_of_li_lies_the_right_way_round(tmp_path):
    found = read_li(li_surface(tmp_path / "s.h5", missing=3))
    surface = found.landscape.surface
    there = surface.evaluated == Mark.EVALUATED
    assert (~there).sum() == 3 and not there[-1, -3:].any()
    np.testing.assert_allclose(surface.fields["train_loss"][there], RAMP[there])
    np.testing.assert_allclose(surface.fields["train_accuracy"][there], 0.5)
    assert np.isnan(surface.fields["train_loss"][~there]).all()
    assert any("3 of 28" in line for line in found.said) and any(
        "laid out as they were filled" in line for line in found.said
    )
    assert found.landscape.provenance["direction_file"] == "direction.h5"  # and not whose


def test_a_line_of_li(tmp_path):
    with h5py.File(tmp_path / "s.h5", "w") as file:
        file["xcoordinates"] = ALPHA
        file["train_loss"], file["test_loss"] = ALPHA**2, ALPHA**2 + 1
    surface = read_li(tmp_path / "s.h5").landscape.surface
    assert surface.grid.line
    np.testing.assert_array_equal(surface.fields["test_loss"], ALPHA[None] ** 2 + 1)


def test_losses_of_exactly_zero_are_no_gaps(tmp_path):
    with h5py.File(tmp_path / "s.h5", "w") as file:
        file["xcoordinates"] = ALPHA
        file["train_loss"] = np.array([0.0, -1.0, 0.0, 2.0])
    found = read_li(tmp_path / "s.h5")
    assert found.landscape.surface.evaluated.tolist() == [[1, 0, 1, 1]]
    assert any("exactly 0" in line for line in found.said)


def test_a_trajectory_of_li_goes_onto_its_surface(tmp_path):
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["proj_xcoord"], file["proj_ycoord"] = np.array([0.5, 0.0]), np.array([0.25, 0.0])
    found = with_path(read_li(li_surface(tmp_path / "s.h5")), tmp_path / "t.h5")
    assert found.landscape.trajectories["t"]["alpha"].tolist() == [0.5, 0.0]
    assert any("doubtful" in line for line in found.said)
    with pytest.raises(LossvistaError, match="without its surface"):
        read_li(tmp_path / "t.h5")


def test_other_hdf5_files_are_said_to_be_what_they_are(tmp_path):
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file["xdirection/0"] = np.ones(3)
    with pytest.raises(LossvistaError, match=r"direction file.*--directions file:d\.h5"):
        read_li(tmp_path / "d.h5")
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["model_weights"] = np.ones(3)
    with pytest.raises(LossvistaError, match="it holds model_weights"):
        read_li(tmp_path / "k.h5")


def test_a_vtp_of_li(tmp_path):
    """Their converter writes quads over x, y, z and the point data zvalue, in text."""
    x, y = np.meshgrid(ALPHA, BETA)
    grid = pyvista.StructuredGrid(x[..., None], y[..., None], RAMP[..., None]).extract_surface(algorithm=None)
    mesh = pyvista.PolyData(grid.points, grid.faces)
    mesh["zvalue"] = mesh.points[:, 2]
    mesh.save(tmp_path / "s.h5_train_loss.vtp", binary=False)
    found = read_mesh(tmp_path / "s.h5_train_loss.vtp").landscape.surface
    is_the_ramp(found, "zvalue")


# --- Garipov et al., Landscaper ---


def test_curve_and_plane_of_garipov(tmp_path):
    ts = np.linspace(0, 1, 5)
    np.savez(tmp_path / "curve.npz", ts=ts, tr_nll=ts**2, tr_loss=ts**2 + 1, tr_acc=100 - ts, te_nll=ts, dl=ts)
    curve = read_npz(tmp_path / "curve.npz")
    assert curve.landscape.surface.grid.line
    np.testing.assert_array_equal(curve.landscape.surface.fields["train_loss"], ts[None] ** 2)
    np.testing.assert_allclose(curve.landscape.surface.fields["train_accuracy"], (100 - ts[None]) / 100)
    grid = np.stack(np.meshgrid(ALPHA, BETA, indexing="ij"), axis=-1)
    values = 100 + grid[..., 0] + 10 * grid[..., 1]
    np.savez(
        tmp_path / "plane.npz",
        ts=ts,
        alphas=ALPHA / 2,
        betas=BETA / 3,
        grid=grid,
        tr_nll=values,
        te_nll=values + 1,
        bend_coordinates=np.array([[0.0, 0.0], [1.0, 0.0], [0.4, 0.9]]),
    )
    plane = read_npz(tmp_path / "plane.npz")
    is_the_ramp(plane.landscape.surface)
    assert plane.landscape.trajectories["ends and bend"]["beta"].tolist() == [0.0, 0.0, 0.9]
    assert any("augmentation" in line for line in plane.said)


def test_a_landscape_of_landscaper(tmp_path):
    places = np.stack([np.linspace(-1, 1, 5), np.linspace(-2, 0, 5)])
    loss = places[0][:, None] + 10 * places[1][None, :]
    np.savez(tmp_path / "l.npz", loss=loss, coordinates=places)
    found = read_npz(tmp_path / "l.npz").landscape.surface
    np.testing.assert_allclose(found.fields["train_loss"], found.grid.alpha[None] + 10 * found.grid.beta[:, None])


# --- tables of anybody ---


def test_a_table_with_gaps_semicolons_and_words(tmp_path):
    (tmp_path / "a.csv").write_text("x;y;Loss;note\n0;0;1.5;start\n1;0;2.5;\n0;1;nan;x\n", "utf-8")
    found = read_csv(tmp_path / "a.csv")
    surface = found.landscape.surface
    assert surface.evaluated.tolist() == [[1, 1], [1, 0]] and list(surface.fields) == ["Loss"]
    np.testing.assert_array_equal(surface.fields["Loss"], [[1.5, 2.5], [np.nan, np.nan]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,loss\n", "no rows"),
        ("u,v\n1,2\n", "no column called alpha"),
        ("x,y,l\n0,0,1\n0,0,2\n", "several rows for one place"),
        ("x,y,l\n0,0\n", "2 cells; its first row names 3"),
        ("x,y,l\n,0,1\n", "without a place"),
        ("x,y\n0,0\n1,1\n", "no values"),
        ("x,y,l\n" + "".join(f"{k},{k},1\n" for k in range(30)), "rows and columns"),
    ],
)
def test_tables_that_are_none(text, words, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(LossvistaError, match=words):
        read_csv(tmp_path / "a.csv")


# --- from outside, in a child process ---


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
