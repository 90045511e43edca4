"""Critical points in exports: points with their values where a format holds them, small solids where it holds triangles only."""

from __future__ import annotations

import numpy as np
import pytest
import pyvista
import trimesh

from lossvista.compute.exporters import export
from lossvista.compute.studies.topology import POINTS
from lossvista.compute.style import Style

LOOK = Style(critical_least=0.0)


@pytest.mark.parametrize("suffix", ["vtp", "vtk", "vtkhdf"])
def test_vtk_holds_points_and_their_columns(critical_landscape, tmp_path, suffix) -> None:
    told = export(critical_landscape, tmp_path / f"it.{suffix}", LOOK, raw=True)
    assert f"The critical points are in it-critical.{suffix}." in told
    read = pyvista.read(tmp_path / f"it-critical.{suffix}")
    table = critical_landscape.tables[POINTS]
    np.testing.assert_allclose(read.points, np.stack([table[n] for n in ("alpha", "beta", "value")], 1), rtol=1e-6)
    np.testing.assert_array_equal(read["persistence"], table["persistence"])
    assert read.n_cells == len(table) and sorted(set(read["kind"].tolist())) == [0, 1]


def test_ply_holds_points_and_glb_and_obj_solids(critical_landscape, tmp_path) -> None:
    for suffix in ("ply", "glb", "obj"):
        export(critical_landscape, tmp_path / f"it.{suffix}", LOOK)
    assert len(trimesh.load(tmp_path / "it-critical.ply").vertices) == len(critical_landscape.tables[POINTS])
    assert trimesh.load(tmp_path / "it.glb").geometry["critical"].faces.shape[1] == 3
    assert trimesh.load(tmp_path / "it-critical.obj").faces.shape[1] == 3


def test_what_the_look_hides_is_not_exported(critical_landscape, tmp_path) -> None:
    export(critical_landscape, tmp_path / "it.vtp", LOOK.replace(critical=False))
    assert not (tmp_path / "it-critical.vtp").exists()
    export(critical_landscape, tmp_path / "it.vtp", LOOK.relieved(clip=3.0))
    assert pyvista.read(tmp_path / "it-critical.vtp").n_points == 1
