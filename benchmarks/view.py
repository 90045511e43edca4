"""View: what a change of the picture costs, without rasterising and as a whole frame, beside a bare VTK pipeline that shows the
same surface with the same contour lines.

    python benchmarks/view.py [--quick] [--sizes 51 251 501 1001]

Needs a display (or `xvfb-run -a`). Ours and VTK's runs alternate; the medians and the CPU seconds of this process are printed."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyvista
import vtkmodules
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkLookupTable
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPlane
from vtkmodules.vtkFiltersCore import vtkClipPolyData, vtkContourFilter, vtkPolyDataNormals
from vtkmodules.vtkFiltersGeneral import vtkWarpScalar
from vtkmodules.vtkFiltersGeometry import vtkImageDataGeometryFilter
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from lossvista.app.scene.scene import Scene
from lossvista.compute.colors import colormap
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.levels import contour_levels
from lossvista.compute.relief import Relief
from lossvista.compute.style import Camera, Style
from lossvista.compute.surface import Patch, Surface

SIZE = (1200, 900)
CHANGES = ("everything", "threshold", "colours", "camera")
MAPS = ("viridis", "magma")
CUTS = (2.0, 3.0)


def rough(count: int, phase: float) -> Landscape:
    """count × count points of a valley between waves, all evaluated."""
    grid = Grid(ticks(-1, 1, count), ticks(-1, 1, count))
    a, b = grid.alpha[None, :], grid.beta[:, None]
    waves = np.sin(4 * a + phase) * np.cos(5 * b - phase) + 0.3 * np.sin(11 * a * b + phase)
    losses = np.exp(1.8 * (a**2 + b**2) + 0.4 * waves) - 0.4
    surface = Surface(grid)
    surface.add(Patch(np.arange(grid.size), {"train_loss": losses.ravel()}, samples=1000))
    return Landscape(surface, "A valley between waves", axes=[Axis("α", "random"), Axis("β", "random")])


class Ours:
    """A scene, changed as the window changes it."""

    def __init__(self, landscapes: list[Landscape]) -> None:
        self.plotter = pyvista.Plotter(off_screen=True, window_size=list(SIZE), lighting="none")
        self.plotter.render = lambda: None  # as in the window, where nobody but the paint event draws
        self.scene = Scene(self.plotter)
        self.landscapes, self.at = landscapes, 0
        self.style = Style()
        self.scene.show(landscapes[0], self.style)
        self.home = self.scene.camera

    def change(self, what: str, k: int) -> None:
        if what == "everything":
            self.at = k % 2
        elif what == "threshold":
            self.style = self.style.relieved(clip=CUTS[k % 2])
        elif what == "colours":
            self.style = self.style.replace(colormap=MAPS[k % 2])
        if what == "camera":
            self.scene.look(turned(self.home, k))
        else:
            self.scene.show(self.landscapes[self.at], self.style)
        self.scene._frame()

    def frame(self) -> None:
        self.plotter.render_window.Render()
        self.plotter.render_window.WaitForCompletion()

    def close(self) -> None:
        self.scene.close()
        self.plotter.close()


class Bare:
    """What VTK's own filters make of it: image → warped mesh → normals, contour lines, clipped at the threshold."""

    def __init__(self, landscapes: list[Landscape]) -> None:
        relief = Relief().resolved(landscapes[0].surface.values("train_loss"))
        self.values = [np.log10(one.surface.values("train_loss")) for one in landscapes]
        count = len(landscapes[0].surface.grid.alpha)
        self.image = vtkImageData()
        self.image.SetDimensions(count, count, 1)
        self.image.SetSpacing(2 / (count - 1), 2 / (count - 1), 1)
        self.image.SetOrigin(-1, -1, 0)
        self._fill(0)
        geometry, self.warp, self.normals = vtkImageDataGeometryFilter(), vtkWarpScalar(), vtkPolyDataNormals()
        geometry.SetInputData(self.image)
        self.warp.SetInputConnection(geometry.GetOutputPort())
        self.normals.SetInputConnection(self.warp.GetOutputPort())
        self.plane, self.clip = vtkPlane(), vtkClipPolyData()
        self.plane.SetNormal(0, 0, -1)
        self.plane.SetOrigin(0, 0, 1e6)
        self.clip.SetClipFunction(self.plane)
        self.clip.SetInputConnection(self.normals.GetOutputPort())
        self.lines = vtkContourFilter()
        self.lines.SetInputConnection(self.clip.GetOutputPort())
        for k, level in enumerate(np.log10(contour_levels(relief, 20))):
            self.lines.SetValue(k, float(level))
        self.plotter = pyvista.Plotter(off_screen=True, window_size=list(SIZE))
        self.mappers = []
        for source, colored in ((self.clip, True), (self.lines, False)):
            mapper, actor = vtkPolyDataMapper(), vtkActor()
            mapper.SetInputConnection(source.GetOutputPort())
            mapper.SetScalarVisibility(colored)
            mapper.SetScalarRange(*relief.span)
            mapper.SetLookupTable(looked_up(MAPS[0]))
            actor.SetMapper(mapper)
            actor.GetProperty().SetColor(0.03, 0.07, 0.1)
            self.plotter.renderer.AddActor(actor)
            self.mappers.append(mapper)
        self.lines.Update()
        self.plotter.camera_position = "iso"
        self.plotter.reset_camera()
        camera = self.plotter.camera
        self.home = Camera(position=camera.position, focus=camera.focal_point, up=camera.up)

    def _fill(self, k: int) -> None:
        scalars = numpy_to_vtk(self.values[k].ravel().astype(np.float32), deep=True)
        self.image.GetPointData().SetScalars(scalars)
        self.image.Modified()

    def change(self, what: str, k: int) -> None:
        if what == "everything":
            self._fill(k % 2)
        elif what == "threshold":
            self.plane.SetOrigin(0, 0, float(np.log10(CUTS[k % 2])))
        elif what == "colours":
            self.mappers[0].SetLookupTable(looked_up(MAPS[k % 2]))
        else:
            to = turned(self.home, k)
            self.plotter.camera.position = to.position
            self.plotter.renderer.ResetCameraClippingRange()
        self.lines.Update()

    def frame(self) -> None:
        self.plotter.render_window.Render()
        self.plotter.render_window.WaitForCompletion()

    def close(self) -> None:
        self.plotter.close()


def looked_up(name: str) -> vtkLookupTable:
    """A colour map as VTK takes it."""
    table = vtkLookupTable()
    colors = (np.asarray(colormap(name).lut(256)) * 255).astype(np.uint8)
    table.SetNumberOfTableValues(256)
    table.SetTable(numpy_to_vtk(colors, deep=True, array_type=3))
    return table


def turned(home: Camera, k: int) -> Camera:
    """The k-th camera on a way round the scene."""
    x, y, z = np.subtract(home.position, home.focus)
    angle = 0.02 * k
    at = np.array([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y, z])
    return home.replace(position=tuple((at + home.focus).tolist()))


def timed(does: Callable[..., Any], *arguments: Any) -> tuple[float, float]:
    """Wall and CPU milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    does(*arguments)
    return 1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - cpu)


def compare(count: int, repeats: int, frames: bool) -> None:
    """Print the rows of one size: medians of ours and VTK's, in milliseconds."""
    landscapes = [rough(count, 0.0), rough(count, 0.7)]
    rivals = {"ours": Ours(landscapes), "VTK": Bare(landscapes)}
    for rival in rivals.values():
        rival.frame()
    for what in CHANGES:
        got: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
        whole: dict[str, list[float]] = {name: [] for name in rivals}
        for k in range(1, repeats + 2):
            for name, rival in rivals.items():
                spent = timed(rival.change, what, k)
                if k > 1:  # the first one warms up
                    got[name].append(spent)
                if frames:
                    whole[name].append(timed(rival.frame)[0])
        cells = [
            f"{statistics.median(w for w, _ in got[n]):.2f} ({statistics.median(c for _, c in got[n]):.2f})"
            for n in rivals
        ]
        if frames:
            cells += [f"{statistics.median(whole[n][1:]):.0f}" for n in rivals]
        print(f"| {count}² | {what} | {' | '.join(cells)} |", flush=True)
    for rival in rivals.values():
        rival.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=[51, 251, 501, 1001])
    chosen = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, ", end="")
    print(f"VTK {vtkmodules.__version__}, PyVista {pyvista.__version__}, NumPy {np.__version__}")
    print("| Points | Change | ours, ms wall (CPU) | VTK, ms wall (CPU) | frame ours, ms | frame VTK, ms |")
    print("|---|---|---|---|---|---|")
    for count in chosen.sizes:
        compare(count, 5 if chosen.quick else 15, frames=True)


if __name__ == "__main__":
    main()
