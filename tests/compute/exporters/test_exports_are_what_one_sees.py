"""A re-imported export has the points, values and counts that were seen: each format read back by readers that are not ours."""

import tempfile
from pathlib import Path

import numpy as np
import plyfile
import pytest
import pyvista
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import export
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.mesh import cut, height_field, triangulate
from lossvista.compute.relief import place
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Surface
from lossvista.compute.trajectory import Trajectory

LINEAR = Style().relieved(scale="linear")
VTK = (".vtk", ".vtkhdf", ".vtp")
MESHES = (".ply", *VTK)  # which hold the values, too; the others: test_spatial_formats.py


def landscape(values, **fields):
    values = np.asarray(values, float)
    ny, nx = values.shape
    grid = Grid(ticks(-1, 1, nx), ticks(-3, 1, ny) if ny > 1 else np.zeros(1), line=ny == 1)
    surface = Surface(grid, {"train_loss": values, **fields}, np.ones(values.shape, np.uint8))
    surface.samples[:] = 60
    return Landscape(surface, "Täst", [Axis("δ"), Axis("η")][: 1 if ny == 1 else 2])


def bowl(nx=13, ny=9):
    grid = Grid(ticks(-1, 1, nx), ticks(-3, 1, ny))
    return landscape(0.5 + grid.alpha[None] ** 2 * 3 + grid.beta[:, None] ** 2, accuracy=np.full((ny, nx), 0.25))


def read(path):
    """(points, triangles, values by name) by plyfile, or by pyvista."""
    if path.suffix in VTK:
        mesh = pyvista.read(path)
        flat = isinstance(mesh, pyvista.PolyData)
        return mesh.points, mesh.regular_faces if flat else mesh.cells.reshape(-1, 4)[:, 1:], dict(mesh.point_data)
    data = plyfile.PlyData.read(path)
    vertex, faces = data["vertex"], np.stack(data["face"]["vertex_indices"])
    names = [p.name for p in vertex.properties]
    return np.stack([vertex[k] for k in "xyz"], 1), faces, {name: np.asarray(vertex[name]) for name in names}


@pytest.fixture(params=MESHES)
def target(request, tmp_path):
    return tmp_path / f"out{request.param}"


def test_the_orientation_is_that_of_the_loss(target):
    """Invariant 32: L = x + 10 y with nx ≠ ny."""
    grid = Grid(ticks(-1, 1, 4), ticks(-3, 1, 7))
    ramp = landscape(100 + grid.alpha[None, :] + 10 * grid.beta[:, None])
    export(ramp, target, LINEAR, raw=True)
    points, _, values = read(target)
    assert len(points) == 28
    np.testing.assert_allclose(points[:, 2], 100 + points[:, 0] + 10 * points[:, 1], atol=2e-5)
    np.testing.assert_allclose(values["train_loss"], 100 + values["plane_alpha"] + 10 * values["plane_beta"], atol=1e-9)
    np.testing.assert_allclose(values["plane_alpha"], points[:, 0], atol=1e-6)


def test_a_whole_surface_is_the_scene_s_mesh(target):
    seen = bowl()
    export(seen, target)
    points, triangles, values = read(target)
    mesh = height_field(seen.surface.grid, seen.surface.fields["train_loss"], Style().relief)
    np.testing.assert_allclose(points, mesh.points, atol=1e-6)
    np.testing.assert_array_equal(triangles, mesh.triangles)
    np.testing.assert_array_equal(values["train_loss"], seen.surface.fields["train_loss"].ravel())
    np.testing.assert_array_equal(values["accuracy"], 0.25)
    np.testing.assert_array_equal(values["evaluated"], Mark.EVALUATED)
    np.testing.assert_array_equal(values["samples"], 60)


@given(
    arrays(float, (5, 6), elements=st.one_of(st.floats(0.01, 9), st.sampled_from([np.nan, np.inf, 0.0, -2.0, 4.0]))),
    st.floats(0.05, 8),
    st.sampled_from(["log", "linear", "symlog"]),
    st.booleans(),
    st.sampled_from([".ply", ".vtp"]),
)
@settings(deadline=None, max_examples=30)
def test_nothing_lies_above_the_threshold(values, clip, scale, raw, suffix):
    """Invariant 36, whatever the surface: cut along the iso-line, holes left out, all that is below still there."""
    seen, style = landscape(values), Style().relieved(scale=scale, clip=clip)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"out{suffix}"
        try:
            export(seen, target, style, raw)
        except LossvistaError as error:
            assert "nothing" in str(error).lower()
            return
        points, triangles, data = read(target)
    losses = data["train_loss"]
    on_line = data["evaluated"] == Mark.INTERPOLATED
    assert (losses <= clip).all()
    assert (losses[on_line] == clip).all()
    relief = style.relief.resolved(values)
    drawn = np.isfinite(values) if raw else np.isfinite(relief.transform(values))
    heights = values if raw else relief.heights(values)
    top = clip if raw else float(relief.heights(np.array(clip)))
    assert (points[:, 2] <= top).all() if suffix == ".ply" else (points[:, 2] <= top + 1e-12).all()
    cells = triangulate(np.where(drawn, heights, np.nan))
    below = [n for n in np.unique(cells) if values.flat[n] < clip]
    assert set(below) <= set(_nodes(seen.surface.grid, data)[~on_line].tolist())
    flat = values.ravel() if raw else relief.transform(values).ravel()
    assert len(triangles) == len(cut(flat, cells, clip if raw else float(relief.transform(clip))).cells)


def _nodes(grid, data):
    i = np.abs(grid.alpha[None] - data["plane_alpha"][:, None]).argmin(1)
    j = np.abs(grid.beta[None] - data["plane_beta"][:, None]).argmin(1)
    return j * len(grid.alpha) + i


def test_the_rim_is_the_iso_line(target):
    """On a cone cut at 1 the rim's points lie, in the plane of the picture, where the mesh's own edges reach 1."""
    grid = Grid(ticks(-1, 1, 41), ticks(-3, 1, 41))
    cone = landscape(np.hypot(grid.alpha[None, :], grid.beta[:, None]))
    export(cone, target, Style().relieved(scale="linear", clip=0.8), raw=True)
    points, triangles, values = read(target)
    rim = values["evaluated"] == Mark.INTERPOLATED
    np.testing.assert_allclose(np.hypot(points[rim, 0], points[rim, 1]), 0.8, atol=2e-2)  # a facet's sagitta
    np.testing.assert_allclose(points[rim, 2], 0.8, atol=1e-6)
    a, b, c = (points[triangles[:, k], :2].astype(float) for k in range(3))
    u, v = b - a, c - a
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    assert (area > -1e-9).all()  # all face up, slivers of rounding apart
    assert abs(area.sum() - np.pi * 0.8**2) < 0.02


def test_holes_and_what_is_not_evaluated_are_left_out_and_said(target):
    seen = bowl()
    seen.surface.fields["train_loss"][0, 0] = np.nan
    seen.surface.fields["train_loss"][2, 2] = 0.0
    seen.surface.evaluated[5, 5] = Mark.NOT_YET
    told = export(seen, target)
    assert len(read(target)[0]) == 13 * 9 - 3
    assert "1 of 117 points were not evaluated; they are left out." in told
    assert any("1 × NaN" in line and "1 × ≤ 0" in line for line in told)


def test_colours_are_those_of_the_colour_map(target):
    seen = bowl()
    export(seen, target, LINEAR.replace(colormap="gray"))
    _, _, values = read(target)
    red = values["color"][:, 0] if target.suffix in VTK else values["red"]
    order = np.argsort(values["train_loss"])
    assert (np.diff(red[order].astype(int)) >= 0).all()
    assert (red.min(), red.max()) == (0, 255)


def test_another_field_can_be_shown(target):
    seen = bowl()
    seen.surface.fields["accuracy"] = np.linspace(0, 1, 117).reshape(9, 13)
    export(seen, target, LINEAR.relieved(field="accuracy", clip=0.5), raw=True)
    points, _, values = read(target)
    assert values["accuracy"].max() == 0.5
    np.testing.assert_allclose(points[:, 2], values["accuracy"], atol=1e-6)


def with_path():
    seen = bowl()
    columns = {"alpha": np.linspace(0.9, 0, 12), "beta": np.linspace(0.8, 0, 12), "train_loss": np.linspace(6, 0.4, 12)}
    columns["step"] = np.arange(12.0)
    columns["train_loss"][6] = np.nan
    seen.trajectories["run"] = Trajectory(columns)
    return seen


def test_the_path_is_written_beside_at_its_true_loss(target):
    told = export(with_path(), target, LINEAR, raw=True)
    beside = target.with_name(f"out-path{target.suffix}")
    assert any(beside.name in line for line in told)
    losses = np.delete(np.linspace(6, 0.4, 12), 6)
    if target.suffix in VTK:
        path = pyvista.read(beside)
        np.testing.assert_allclose(np.sort(path.points[:, 2]), np.sort(losses), atol=1e-6)
        np.testing.assert_allclose(path["step"], np.delete(np.arange(12.0), 6))
        assert path.n_cells == 9  # broken where a loss is not known
    else:
        path = trimesh.load(beside)
        np.testing.assert_allclose(np.sort(path.vertices[:, 2]), np.sort(losses), atol=1e-6)
        assert len(path.entities) == 2


def test_the_path_ends_at_the_threshold(target):
    export(with_path(), target, LINEAR.relieved(clip=2.0), raw=True)
    beside = target.with_name(f"out-path{target.suffix}")
    points = pyvista.read(beside).points if target.suffix in VTK else trimesh.load(beside).vertices
    assert points[:, 2].max() == pytest.approx(2.0, abs=1e-6)


def test_a_hidden_path_is_not_written(target):
    export(with_path(), target, Style(path=False, axes=False))
    assert [p.name for p in target.parent.iterdir() if "contours" not in p.name] == [target.name]


def test_a_line_is_exported_as_one(target):
    seen = landscape([[3.0, 2.0, 1.0, 2.5, np.nan, 9.0]])
    export(seen, target, LINEAR, raw=True)
    if target.suffix in VTK:
        mesh = pyvista.read(target)
        assert (mesh.n_cells, mesh.n_points) == (3, 4)
        np.testing.assert_allclose(mesh["train_loss"], [3, 2, 1, 2.5])
        points = mesh.points
    else:
        points = trimesh.load(target).vertices
    np.testing.assert_allclose(sorted(points[:, 2]), [1, 2, 2.5, 3])
    np.testing.assert_allclose(points[:, 1], 0)


def test_trimesh_reads_the_ply_too(tmp_path):
    seen = bowl()
    export(seen, tmp_path / "a.ply")
    mesh = trimesh.load(tmp_path / "a.ply", process=False)
    assert len(mesh.vertices) == 117
    assert mesh.visual.kind == "vertex"
    assert mesh.visual.vertex_colors.shape == (117, 4)
    x, _ = place(seen.surface.grid)
    np.testing.assert_allclose(mesh.bounds[:, 0], [x[0], x[-1]], atol=1e-6)


def test_names_that_ply_cannot_hold_are_changed_and_said(tmp_path):
    seen = bowl()
    seen.surface.fields["Güte, in %"] = seen.surface.fields["train_loss"]
    seen.surface.fields["alpha"] = seen.surface.fields["train_loss"]
    told = export(seen, tmp_path / "a.ply")
    assert "The field 'Güte, in %' is called 'G_te__in__' in PLY." in told
    assert "The field 'alpha' is called 'alpha_' in PLY." in told
    assert {"G_te__in__", "alpha_"} <= read(tmp_path / "a.ply")[2].keys()
    export(seen, tmp_path / "a.vtp")
    assert {"Güte, in %", "alpha"} <= read(tmp_path / "a.vtp")[2].keys()


@pytest.mark.parametrize(
    ("values", "style", "words"),
    [
        (np.full((4, 4), np.nan), Style(), "no part of 'train_loss' can be drawn"),
        (-np.ones((4, 4)), Style(), "linear scale"),
        (np.ones((4, 4)), LINEAR.relieved(clip=0.5), "lowest value is 1"),
        (np.ones((4, 4)), Style().relieved(clip=0.0), "nothing lies below the threshold 0"),
        (np.ones((4, 4)), Style().relieved(field="hessian"), "no field called 'hessian'"),
        (np.ones((1, 1)), Style(), "no part"),
    ],
)
def test_where_there_is_nothing_to_draw_it_says_so(values, style, words, target):
    with pytest.raises(LossvistaError, match=words):
        export(landscape(values), target, style)
    assert not target.exists()


def test_values_too_large_for_single_precision(tmp_path):
    seen = bowl()
    seen.surface.fields["train_loss"][0, 0] = 1e300
    with pytest.raises(LossvistaError, match="too large for PLY"):
        export(seen, tmp_path / "a.ply", LINEAR, raw=True)
    export(seen, tmp_path / "a.vtp", LINEAR, raw=True)
    assert read(tmp_path / "a.vtp")[0][:, 2].max() == 1e300


def test_an_unknown_suffix_names_the_nearest(tmp_path):
    with pytest.raises(LossvistaError, match=r"no export format called '\.plyy'.*\.ply"):
        export(bowl(), tmp_path / "a.plyy")


@pytest.mark.parametrize("name", ["with space #1.ply", "-leading.vtp", "grün/é.PLY"])
def test_odd_names_work(name, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    export(bowl(), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000


def test_a_missing_folder_is_a_sentence(target):
    with pytest.raises(LossvistaError, match="no folder"):
        export(bowl(), target.parent / "gone" / target.name)


def test_the_landscape_is_not_changed(target):
    seen = with_path()
    before = {name: values.copy() for name, values in seen.surface.fields.items()}
    export(seen, target, Style().relieved(clip=1.5))
    for name, values in before.items():
        np.testing.assert_array_equal(values, seen.surface.fields[name])
