"""Series and scripts for ParaView: a path that grows, several landscapes as steps, and a script that draws what was exported."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import pyvista
from ramp_to_export import LINEAR, descent, ramp

from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters import export, export_series
from lossvista.compute.style import Style


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


def test_what_paraview_does_not_read_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(LossvistaError, match=r"does not read \.obj"):
        export(ramp(), tmp_path / "a.obj", paraview=True)
    assert not list(tmp_path.iterdir())
