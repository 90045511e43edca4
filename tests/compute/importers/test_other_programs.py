"""Files of other programs and tables of anybody: the right way round, with what is doubtful in them."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import pyvista
from ramp_to_import import ALPHA, BETA, RAMP, is_the_ramp, li_surface

from lossvista.compute.errors import LossvistaError
from lossvista.compute.importers.arrays import read_npz
from lossvista.compute.importers.csv_table import read_csv
from lossvista.compute.importers.li import read_li, with_path
from lossvista.compute.importers.mesh import read_mesh
from lossvista.compute.surface import Mark


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
