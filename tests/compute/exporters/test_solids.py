"""Solids to print: closed whatever the holes, a hundred millimetres wide, and of surfaces only."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from ramp_to_export import ALONE, LINEAR, ramp

from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import EXPORTERS, export
from lossvista.compute.exporters.stl import solid
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.mesh import cut, triangulate
from lossvista.compute.relief import place
from lossvista.compute.surface import Surface


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
