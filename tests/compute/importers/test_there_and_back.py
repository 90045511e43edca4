"""There and back: what was exported comes back, with all fields, gaps and marks, and from tables to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import pyvista
from ramp_to_import import ALONE, ALPHA, BETA, RAMP, is_the_ramp, ramp

from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import export
from lossvista.compute.grid import Grid
from lossvista.compute.importers.arrays import read_npz
from lossvista.compute.importers.csv_table import read_csv
from lossvista.compute.importers.mesh import read_mesh
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.surface import Mark, Surface


@pytest.mark.parametrize("suffix", [".vtp", ".vtk", ".vtkhdf", ".vts", ".ply"])
@pytest.mark.parametrize("raw", [True, False])
def test_our_meshes_come_back_with_all_fields(suffix, raw, tmp_path):
    export(ramp(), tmp_path / f"a{suffix}", ALONE, raw=raw)
    found = read_mesh(tmp_path / f"a{suffix}").landscape.surface
    is_the_ramp(found)
    np.testing.assert_array_equal(found.fields["train_loss"], RAMP)  # values are kept in full precision
    np.testing.assert_array_equal(found.fields["train_accuracy"], RAMP / 200)
    assert (found.evaluated == Mark.EVALUATED).all() and (found.samples == 60).all()


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
