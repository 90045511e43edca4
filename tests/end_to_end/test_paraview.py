"""ParaView itself opens what is exported for it, finds the arrays by name and draws them. Runs where ParaView is installed
(Debian: python3-paraview)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lossvista.compute.exporters import export
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.style import Style
from lossvista.compute.surface import Surface
from lossvista.compute.trajectory import Trajectory

PVPYTHON = shutil.which("pvpython")
pytestmark = pytest.mark.skipif(PVPYTHON is None, reason="ParaView (pvpython) is not installed")

READ = (".vtp", ".vts", ".vtk", ".vtkhdf", ".ply")

LOOK = """
import json, sys
from paraview.simple import *
found = {}
for file in sys.argv[1:]:
    source = VTKHDFReader(FileName=[file]) if file.endswith(".vtkhdf") else OpenDataFile(file)
    source.UpdatePipeline()
    information = source.GetDataInformation()
    arrays = [source.PointData.GetArray(k) for k in range(source.PointData.GetNumberOfArrays())]
    found[file] = {"points": information.GetNumberOfPoints(), "arrays": {a.Name: a.GetRange(0) for a in arrays}}
print("FOUND " + json.dumps(found))
"""


def bowl() -> Landscape:
    grid = Grid(ticks(-1, 1, 21), ticks(-1, 1, 15))
    values = 0.2 + 3 * grid.alpha[None] ** 2 + grid.beta[:, None] ** 2
    made = Landscape(
        Surface(grid, {"train_loss": values}, np.ones(values.shape, np.uint8)), axes=[Axis("δ"), Axis("η")]
    )
    share = np.linspace(1, 0, 9)
    loss = 0.2 + 3 * (0.8 * share) ** 2 + (0.7 * share) ** 2
    made.trajectories["run"] = Trajectory({"alpha": 0.8 * share, "beta": 0.7 * share, "train_loss": loss})
    return made


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("paraview")
    for suffix in (".vtp", ".vts", ".vtk", ".vtkhdf", ".ply", ".pvd"):
        export(bowl(), folder / f"{suffix[1:]}{suffix}", Style().relieved(clip=2.0), paraview=True)
    return folder


def run(*arguments: str) -> str:
    done = subprocess.run([str(PVPYTHON), *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_finds_the_arrays_by_name(exported, tmp_path):
    script = tmp_path / "look.py"
    script.write_text(LOOK)
    files = [str(file) for file in sorted(exported.iterdir()) if file.suffix in READ]
    line = next(line for line in run(str(script), *files).splitlines() if line.startswith("FOUND "))
    found = {Path(file).name: what for file, what in json.loads(line[6:]).items()}
    for name in ("vtp.vtp", "vtk.vtk", "vtkhdf.vtkhdf"):
        assert found[name]["arrays"]["train_loss"] == pytest.approx([0.2, 2.0])
        assert {"plane_alpha", "plane_beta", "evaluated", "color"} <= found[name]["arrays"].keys()
    assert found["vts.vts"]["points"] == 21 * 15
    assert found["vtp-path.vtp"]["arrays"]["train_loss"][0] == pytest.approx(0.2)
    assert "train_loss" in found["vtp-contours.vtp"]["arrays"]
    assert any(name.lower().startswith("rgb") for name in found["ply.ply"]["arrays"])


@pytest.mark.parametrize("name", ["vtp", "vts", "vtk", "vtkhdf", "ply", "pvd"])
def test_the_script_draws_what_is_seen_here(exported, tmp_path, name):
    """The colours of the colour map are in the picture, on its white background."""
    picture = tmp_path / f"{name}.png"
    run(str(exported / f"{name}-paraview.py"), str(picture))
    pixels = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    assert (pixels[0, 0] > 250).all()
    coloured = np.ptp(pixels, axis=2) > 60
    assert 0.05 < coloured.mean() < 0.7
    green = (pixels[..., 1] > pixels[..., 0] + 40) & (pixels[..., 1] > pixels[..., 2] + 20)
    violet = (pixels[..., 2] > pixels[..., 1] + 30) & (pixels[..., 2] > pixels[..., 0])
    assert green.sum() > 500 and violet.sum() > 500
