"""Every format is read back by a reader that is not ours: orientation, counts, values, closedness, what is said to be lost."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import pyvista
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import EXPORTERS, export, export_series
from lossvista.compute.exporters.stl import solid
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.mesh import compact, cut, triangulate
from lossvista.compute.relief import place
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Surface
from lossvista.compute.trajectory import Trajectory

LINEAR = Style().relieved(scale="linear")
ALONE = LINEAR.replace(view="surface", path=False, axes=False)  # nothing beside the surface
SPATIAL = (".ply", ".vtp", ".vts", ".vtk", ".vtkhdf", ".obj", ".glb", ".gltf")


def ramp(nx: int = 4, ny: int = 7) -> Landscape:
    """Invariant 32: L = 100 + x + 10 y, nx ≠ ny."""
    grid = Grid(ticks(-1, 1, nx), ticks(-3, 1, ny))
    surface = Surface(grid, {"train_loss": 100 + grid.alpha[None, :] + 10 * grid.beta[:, None]})
    surface.evaluated[:], surface.samples[:] = Mark.EVALUATED, 60
    return Landscape(surface, "Täst, a ramp", [Axis("δ"), Axis("η")])


def descent(made: Landscape, count: int = 6) -> Landscape:
    share = np.linspace(0, 1, count)
    columns = {"alpha": 0.9 - 0.9 * share, "beta": 0.8 - 0.8 * share, "train_loss": 109 - 9 * share, "step": 10 * share}
    made.trajectories["run, 1"] = Trajectory(columns)
    return made


def points_of(path) -> np.ndarray:
    """(n, 3), by pyvista or trimesh, z upwards."""
    if path.suffix in (".glb", ".gltf"):
        scene = trimesh.load(path)
        transform, name = scene.graph["surface"]
        points = trimesh.transformations.transform_points(scene.geometry[name].vertices, transform)
        return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1)  # glTF's y is up
    if path.suffix in (".obj", ".ply"):
        return np.asarray(trimesh.load(path, process=False).vertices)
    return np.asarray(pyvista.read(path).points)


@pytest.mark.parametrize("suffix", SPATIAL)
def test_the_orientation_is_that_of_the_loss(suffix, tmp_path):
    target = tmp_path / f"out{suffix}"
    export(ramp(), target, ALONE, raw=True)
    points = points_of(target)
    assert len(points) == 28
    np.testing.assert_allclose(points[:, 2], 100 + points[:, 0] + 10 * points[:, 1], atol=2e-5)
    assert sorted(set(np.round(points[:, 0], 4))) == [-1, -0.3333, 0.3333, 1]


@pytest.mark.parametrize("suffix", SPATIAL)
def test_nothing_but_the_file_where_nothing_else_is_seen(suffix, tmp_path):
    export(descent(ramp()), tmp_path / f"out{suffix}", ALONE)
    assert [file.name for file in tmp_path.iterdir()] == [f"out{suffix}"]


def test_a_structured_grid_hides_what_is_cut_and_what_is_a_hole(tmp_path):
    made = ramp()
    made.surface.fields["train_loss"][0, 0] = np.nan
    made.surface.evaluated[3, 1] = Mark.NOT_YET
    told = export(made, tmp_path / "a.vts", LINEAR.relieved(clip=95.0).replace(view="surface"))
    grid = pyvista.read(tmp_path / "a.vts")
    assert grid.dimensions == (4, 7, 1)
    hidden = np.asarray(grid["vtkGhostType"]).reshape(7, 4) > 0
    losses = made.surface.fields["train_loss"]
    expected = ~(losses <= 95)
    expected[3, 1] = True
    np.testing.assert_array_equal(hidden, expected)
    assert np.isfinite(grid.points).all()
    assert any("hidden, not cut" in line for line in told)


@pytest.mark.parametrize("suffix", [".ply", ".vtp", ".vts", ".vtk"])
def test_text_holds_what_binary_holds(suffix, tmp_path):
    for name, text in (("a", True), ("b", False)):
        export(descent(ramp()), tmp_path / f"{name}{suffix}", LINEAR, ascii=text)
    np.testing.assert_allclose(points_of(tmp_path / f"a{suffix}"), points_of(tmp_path / f"b{suffix}"), atol=1e-6)
    assert (tmp_path / f"a{suffix}").read_bytes().isascii()


def test_vtkhdf_needs_no_vtk(tmp_path):
    export(ramp(), tmp_path / "a.vtkhdf", ALONE)
    with h5py.File(tmp_path / "a.vtkhdf") as file:
        assert file["VTKHDF"].attrs["Type"] == b"UnstructuredGrid" and file.attrs["title"] == "Täst, a ramp"
        np.testing.assert_array_equal(file["VTKHDF/PointData/train_loss"], ramp().surface.fields["train_loss"].ravel())
    assert pyvista.read(tmp_path / "a.vtkhdf").active_scalars_name == "train_loss"


def test_contour_lines_go_along_in_the_views_that_have_them(tmp_path):
    made = ramp()
    told = export(made, tmp_path / "a.vtp", LINEAR.replace(levels=5), raw=True)
    assert any("a-contours.vtp" in line for line in told)
    lines = pyvista.read(tmp_path / "a-contours.vtp")
    assert len(np.unique(lines["train_loss"])) == 5
    np.testing.assert_allclose(lines.points[:, 2], lines["train_loss"])
    np.testing.assert_allclose(100 + lines.points[:, 0] + 10 * lines.points[:, 1], lines["train_loss"], atol=1e-9)
    segments = lines.lines.reshape(-1, 3)[:, 1:]
    assert (lines["train_loss"][segments[:, 0]] == lines["train_loss"][segments[:, 1]]).all()


@pytest.mark.parametrize("raw", [True, False])
def test_the_axes_go_along_below_the_surface(raw, tmp_path):
    made = ramp()
    told = export(made, tmp_path / "a.vtp", LINEAR, raw=raw)
    assert "The axes are in a-axes.vtp." in told
    lines, surface = pyvista.read(tmp_path / "a-axes.vtp"), pyvista.read(tmp_path / "a.vtp")
    assert (lines.points[:, 2] <= surface.points[:, 2].min() + 1e-12).all()
    feet = lines.lines.reshape(-1, 3)[:, 1]
    x, y = (made.surface.grid.alpha, made.surface.grid.beta) if raw else place(made.surface.grid)
    for axis, values, scene in ((0, made.surface.grid.alpha, x), (1, made.surface.grid.beta, y)):
        own = feet[lines["axis"][feet] == axis]
        assert len(own) > 3
        np.testing.assert_allclose(lines.points[own, axis], np.interp(lines["tick"][own], values, scene), atol=1e-12)
    export(made, tmp_path / "b.vtp", LINEAR.replace(axes=False))
    assert not (tmp_path / "b-axes.vtp").exists()


def test_what_paraview_does_not_read_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(LossvistaError, match=r"does not read \.obj"):
        export(ramp(), tmp_path / "a.obj", paraview=True)
    assert not list(tmp_path.iterdir())


def test_separate_pieces_of_a_contour_line_are_not_joined(tmp_path):
    grid = Grid(ticks(-1, 1, 41), ticks(-1, 1, 21))
    wells = np.minimum(
        np.hypot(grid.alpha[None] - 0.5, grid.beta[:, None]), np.hypot(grid.alpha[None] + 0.5, grid.beta[:, None])
    )
    made = Landscape(Surface(grid, {"train_loss": wells}, np.ones(wells.shape, np.uint8)), axes=[Axis("δ"), Axis("η")])
    export(made, tmp_path / "a.vtp", LINEAR.relieved(low=0.0, high=0.6).replace(levels=2), raw=True)
    lines = pyvista.read(tmp_path / "a-contours.vtp")
    segments = lines.lines.reshape(-1, 3)[:, 1:]
    lengths = np.linalg.norm(np.diff(lines.points[segments], axis=1)[:, 0], axis=1)
    assert lengths.max() < 0.2  # a join would be half the plane long


def test_a_series_shows_the_path_growing(tmp_path):
    told = export(descent(ramp()), tmp_path / "a.pvd", LINEAR)
    assert any("6 steps" in line for line in told)
    entries = ElementTree.parse(tmp_path / "a.pvd").getroot().iter("DataSet")
    lengths = {}
    for entry in entries:
        file = tmp_path / entry.get("file")
        assert file.exists()
        if "path" in file.name:
            lengths[int(entry.get("timestep"))] = pyvista.read(file).n_lines
    assert lengths == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}
    reader = pyvista.PVDReader(tmp_path / "a.pvd")
    assert reader.time_values == [0, 1, 2, 3, 4, 5]
    with pytest.raises(LossvistaError, match="needs a descent path"):
        export(ramp(), tmp_path / "b.pvd", LINEAR)


def test_several_landscapes_are_the_steps_of_one_series(tmp_path):
    steps = [ramp(), ramp(5, 4), ramp()]
    steps[1].surface.fields["train_loss"] += 50
    for one, name in zip(steps, ("early", "later", "late"), strict=True):
        one.title = name
    told = export_series(steps, tmp_path / "a.pvd", LINEAR, paraview=True)
    assert any("0 = early; 1 = later; 2 = late" in line for line in told)
    reader = pyvista.PVDReader(tmp_path / "a.pvd")
    assert reader.time_values == [0, 1, 2]
    tops = []
    for time, one in enumerate(steps):
        reader.set_active_time_value(time)
        surface = reader.read()[0]
        np.testing.assert_array_equal(np.sort(surface["train_loss"]), np.sort(one.surface.fields["train_loss"].ravel()))
        tops.append(surface.points[:, 2].max())
    assert tops[1] > tops[0] == tops[2]  # one range for all heights
    compile((tmp_path / "a-paraview.py").read_text("utf-8"), "script", "exec")
    with pytest.raises(LossvistaError, match="holds one landscape, not 3"):
        export_series(steps, tmp_path / "a.ply")


def test_a_glb_is_a_scene_of_named_matt_parts_with_values(tmp_path):
    export(descent(ramp()), tmp_path / "a.glb", LINEAR)
    scene = trimesh.load(tmp_path / "a.glb", process=False)
    assert set(scene.geometry) == {"surface", "path", "contours", "axes"}
    raw = (tmp_path / "a.glb").read_bytes()
    assert raw[:4] == b"glTF"
    tree = json.loads(raw[20 : 20 + int.from_bytes(raw[12:16], "little")])
    assert tree["materials"][0]["pbrMetallicRoughness"]["metallicFactor"] == 0
    assert all("COLOR_0" in p["attributes"] for mesh in tree["meshes"] for p in mesh["primitives"])
    assert any("_train_loss" in p["attributes"] for mesh in tree["meshes"] for p in mesh["primitives"])


def test_an_obj_has_its_colours(tmp_path):
    export(ramp(), tmp_path / "a.obj", ALONE.replace(colormap="gray"))
    mesh = trimesh.load(tmp_path / "a.obj", process=False)
    red = mesh.visual.vertex_colors[:, 0].astype(int)
    assert (red.min(), red.max()) == (0, 255)
    assert (np.diff(red[np.argsort(mesh.vertices[:, 2])]) >= 0).all()


# --- the solid ---


@given(
    arrays(float, (5, 6), elements=st.one_of(st.floats(0.1, 9), st.just(np.nan))),
    st.one_of(st.none(), st.floats(0.5, 8)),
)
@settings(deadline=None, max_examples=60)
def test_every_solid_is_closed_whatever_the_holes(values, clip):
    triangles = triangulate(values)
    x, y = np.meshgrid(np.arange(6.0), np.arange(5.0))
    left = cut(np.nan_to_num(values).ravel(), triangles, clip)
    if not len(left.cells):
        return
    points = left.carry(np.stack([x.ravel(), y.ravel(), np.nan_to_num(values).ravel()], axis=1))
    body = solid(points + np.array([0, 0, 1]), left.cells)
    edges = np.sort(body.edges, axis=1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert (counts == 2).all()
    flat = points[left.cells]
    u, v = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    assert body.volume == pytest.approx(float((area * (flat[:, :, 2].mean(1) + 1)).sum()), rel=1e-6, abs=1e-9)


def test_a_stl_is_one_hundred_millimetres_of_closed_bodies(tmp_path):
    told = export(ramp(), tmp_path / "a.stl", ALONE)
    mesh = trimesh.load(tmp_path / "a.stl")
    assert mesh.is_watertight and mesh.volume > 0
    x, y = place(ramp().surface.grid)
    assert mesh.bounds[0, 2] == 0 and np.ptp(mesh.bounds[:, 0]) == pytest.approx(100 * np.ptp(x) / 2, abs=1e-3)
    assert mesh.bounds[1, 1] == pytest.approx(100 * np.ptp(y) / 2, abs=1e-3)
    assert any("plinth" in line for line in told)


def test_a_curve_cannot_be_printed(tmp_path):
    grid = Grid(ticks(-1, 1, 5), np.zeros(1), line=True)
    made = Landscape(Surface(grid, {"train_loss": np.ones((1, 5))}, np.ones((1, 5), np.uint8)), axes=[Axis("δ")])
    with pytest.raises(LossvistaError, match="no surface to print"):
        export(made, tmp_path / "a.stl", LINEAR)
    for suffix in sorted({*EXPORTERS} - {".stl", ".pvd"}):  # all others take it
        export(made, tmp_path / f"a{suffix}", LINEAR)
        assert (tmp_path / f"a{suffix}").stat().st_size > 0


# --- tables ---


def odd() -> Landscape:
    made = descent(ramp())
    made.surface.fields["train_loss"].flat[:5] = [np.nan, np.inf, -np.inf, 0.0, 1e-300]
    made.surface.fields["Güte, in %"] = np.random.default_rng(0).normal(size=(7, 4))
    return made


def test_csv_is_exact_and_led_by_names(tmp_path):
    made = odd()
    export(made, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 28
    for name in ("train_loss", "Güte, in %"):
        np.testing.assert_array_equal([float(row[name]) for row in rows], made.surface.fields[name].ravel())
    np.testing.assert_array_equal([float(row["alpha"]) for row in rows], np.tile(made.surface.grid.alpha, 7))
    np.testing.assert_array_equal([float(row["beta"]) for row in rows], np.repeat(made.surface.grid.beta, 4))
    with (tmp_path / "a-path.csv").open(newline="", encoding="utf-8") as file:
        path = list(csv.DictReader(file))
    assert {row["path"] for row in path} == {"run, 1"}
    np.testing.assert_array_equal([float(row["train_loss"]) for row in path], made.trajectories["run, 1"]["train_loss"])


def test_npz_is_exact_and_needs_no_pickle(tmp_path):
    made = odd()
    export(made, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as found:
        np.testing.assert_array_equal(found["train_loss"], made.surface.fields["train_loss"])
        np.testing.assert_array_equal(found["beta"], made.surface.grid.beta)
        np.testing.assert_array_equal(found["path/run, 1/step"], made.trajectories["run, 1"]["step"])
        assert str(found["title"]) == "Täst, a ramp"


def test_the_summary_names_files_without_their_folders(tmp_path):
    made = replace(
        odd(),
        recipe={
            "weights": ["/home/somebody/secret/run.pt", "C:\\Users\\somebody\\w.pt"],
            "data": "imagefolder:/home/somebody/images",
            "problem": "../mine/own.py:problem",
            "directions": "random",
            "seed": 3,
        },
    )
    export(made, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text("utf-8")
    assert "somebody" not in text and "mine" not in text
    recipe = json.loads(text)["recipe"]
    assert recipe == {
        "weights": ["run.pt", "w.pt"],
        "data": "imagefolder:images",
        "problem": "own.py:problem",
        "directions": "random",
        "seed": 3,
    }


# --- ParaView ---


@pytest.mark.parametrize("suffix", [".ply", ".vtp", ".vts", ".vtk", ".vtkhdf", ".pvd"])
def test_a_script_for_paraview_goes_beside(suffix, tmp_path):
    export(descent(ramp()), tmp_path / f"a b{suffix}", Style(), paraview=True)
    script = (tmp_path / "a b-paraview.py").read_text("utf-8")
    compile(script, "script", "exec")
    assert f"'a b{suffix}'" in script


def test_no_script_for_what_paraview_does_not_read(tmp_path):
    with pytest.raises(LossvistaError, match="does not read"):
        export(ramp(), tmp_path / "a.obj", LINEAR, paraview=True)


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {here!r})
import test_exports_for_other_programs as t
made = t.descent(t.ramp(40, 30))
resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))
for suffix in t.EXPORTERS:
    try:
        t.export(made, Path(sys.argv[1]) / f"out{{suffix}}")
    except t.LossvistaError as error:
        print(suffix, error.exit_code, error)
"""


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE")
def test_a_full_disk_is_a_sentence_and_leaves_the_old_files(tmp_path):
    for suffix in EXPORTERS:
        (tmp_path / f"out{suffix}").write_bytes(b"old")
    script = FULL.format(here=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    said = {line.split()[0]: line.split(" ", 1)[1] for line in done.stdout.splitlines()}
    assert said.keys() == set(EXPORTERS), done.stderr
    assert all(line.startswith("4 The disk") for line in said.values())
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert files == {f"out{suffix}": b"old" for suffix in EXPORTERS}


def test_what_is_seen_is_compact(tmp_path):
    """No points that no cell uses."""
    export(ramp(), tmp_path / "a.vtp", ALONE.relieved(clip=90.0))
    mesh = pyvista.read(tmp_path / "a.vtp")
    used, _ = compact(mesh.regular_faces)
    assert len(used) == mesh.n_points
