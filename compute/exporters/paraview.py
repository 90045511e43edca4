"""ParaView script: a Python file next to an export that shows it in ParaView as one sees it here."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..colors import rgb
from ..errors import LossvistaError
from ..storage.disk import put
from ..surface import Mark
from .seen import Seen
from .shape import resolved
from .tubes import RADIUS

READ = (".vtp", ".vts", ".vtk", ".vtkhdf", ".ply", ".pvd")
COLORS = 64
BALLS = {"critical": 0.02, "pins": 0.02}  # radii, in scene units
SIDE, UP = np.deg2rad((238.0, 36.0))  # azimuth and elevation of the usual view
AWAY = 6.2  # of the camera, in halves of the plane's longer side

_SCRIPT = '''"""Shows {name} in ParaView as Lossvista did: paraview --script={script}, or pvpython {script} PICTURE.png"""

import os
import sys

from paraview.simple import *  # noqa: F403

here = os.path.dirname(os.path.abspath(__file__)) if "__file__" in globals() else os.getcwd()
view = GetActiveViewOrCreate("RenderView")
view.UseColorPaletteForBackground = 0
view.BackgroundColorMode = "Single Color"
view.Background = {background}
view.ViewSize = [1600, 1200]
view.OrientationAxesVisibility = 0



def opened(name):
    """A file beside this one. ParaView before 5.12 does not know what .vtkhdf is, but has its reader."""
    path = os.path.join(here, name)
    return VTKHDFReader(FileName=[path]) if name.endswith(".vtkhdf") else OpenDataFile(path)


surface = opened({file!r})
shown = Show(surface, view)
shown.SetRepresentationType({representation!r})
field = {field!r}
if surface.PointData.GetArray(field) is not None:
    ColorBy(shown, ("POINTS", field))
    colors = GetColorTransferFunction(field)
    colors.AutomaticRescaleRangeMode = "Never"
    colors.ColorSpace = "RGB"
    colors.UseLogScale = 0
    colors.RGBPoints = {points}
    colors.UseLogScale = {log}
    bar = GetScalarBar(colors, view)
    bar.Title = {title!r}
    bar.ComponentTitle = ""
    bar.TitleColor = bar.LabelColor = {ink}
    shown.SetScalarBarVisibility(view, True)
else:
    names = [surface.PointData.GetArray(k).Name for k in range(surface.PointData.GetNumberOfArrays())]
    own = [name for name in names if name.lower() in ("rgba", "rgb", "color")]
    if own:
        ColorBy(shown, ("POINTS", own[0]))
        shown.MapScalars = 0
shown.LineWidth = 3
shown.Ambient, shown.Diffuse, shown.Specular = 0.32, 0.81, 0.15

for name, radius in {lines}:
    if os.path.exists(os.path.join(here, name)):
        line = Show(Tube(Input=ExtractSurface(Input=opened(name)), Radius=radius), view)
        ColorBy(line, ("POINTS", "color"))
        line.MapScalars = 0

for name, radius in {marks}:
    if os.path.exists(os.path.join(here, name)):
        balls = Glyph(Input=opened(name), GlyphType="Sphere", GlyphMode="All Points", ScaleFactor=2 * radius)
        balls.ScaleArray, balls.OrientationArray = ["POINTS", "No scale array"], ["POINTS", "No orientation array"]
        marks = Show(balls, view)
        ColorBy(marks, ("POINTS", "color"))
        marks.MapScalars = 0

view.CameraParallelProjection = {parallel}
view.CameraFocalPoint, view.CameraPosition, view.CameraViewUp, view.CameraViewAngle = {camera}
if {fit}:
    ResetCamera(view)
if {series}:
    ColorBy(shown, ("POINTS", "color"))  # the path and the contour lines have colours of their own
    shown.MapScalars = 0
    shown.LineWidth, shown.RenderLinesAsTubes = 5, 1
    GetAnimationScene().UpdateAnimationUsingDataTimeSteps()
    GetAnimationScene().GoToLast()
Render(view)
if len(sys.argv) > 1 and sys.argv[-1].endswith(".png"):
    SaveScreenshot(sys.argv[-1], view)
'''


def expect_readable(target: Path) -> None:
    """Raises LossvistaError for a format that ParaView does not read."""
    suffix = target.suffix.lower()
    if suffix not in READ:
        raise LossvistaError(
            f"ParaView does not read {suffix}, so nothing was written.", f"It reads {', '.join(READ)}."
        )


def write_script(seen: Seen, target: Path) -> list[str]:
    """NAME-paraview.py."""
    script = target.with_name(f"{target.stem}-paraview.py")
    put(script, script_of(seen, target, script.name).encode())
    return [f"In ParaView: File → Load… → {target.name}, or run the script {script.name}."]


def script_of(seen: Seen, target: Path, name: str) -> str:
    """The script's text."""
    suffix = target.suffix.lower()
    style, surface = seen.style, seen.landscape.surface
    field = style.relief.field or surface.main
    there = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED))
    relief = resolved(style.relief, np.where(there, surface.values(field), np.nan), surface.evaluated)
    shares = np.linspace(0, 1, COLORS)
    low, high = relief.span
    values = relief.inverse(low + (high - low) * shares)
    table = np.c_[values, rgb(style.colormap, shares, style.reverse) / 255.0]
    dark = style.theme == "dark"
    size = float(np.ptp(seen.shape.points, axis=0)[:2].max()) / 2 or 1.0
    beside = target.with_suffix(".vtp") if suffix == ".vts" else target
    lines, marks = (
        [
            (beside.with_name(f"{beside.stem}-{part}{beside.suffix}").name, radius * size)
            for part, radius in radii.items()
            if part in seen.beside and suffix not in (".ply", ".pvd")
        ]
        for radii in (RADIUS, BALLS)
    )
    camera = style.camera if not seen.raw else None
    if camera is None:
        focus = (seen.shape.points.min(0) + seen.shape.points.max(0)) / 2
        away = np.array([np.cos(UP) * np.cos(SIDE), np.cos(UP) * np.sin(SIDE), np.sin(UP)])
        shot = (focus.tolist(), (focus + AWAY * size * away).tolist(), [0, 0, 1], 27.0)
    else:
        shot = (list(camera.focus), list(camera.position), list(camera.up), camera.angle)
    return _SCRIPT.format(
        name=target.name,
        script=name,
        file=target.name,
        field=field,
        title=f"{field.replace('_', ' ')}",
        representation="Wireframe" if style.view == "wireframe" else "Surface",
        points=[round(float(value), 9) for value in table.ravel()],
        log=int(relief.scale == "log"),
        background=[0.063, 0.078, 0.106] if dark else [1.0, 1.0, 1.0],
        ink=[0.9, 0.92, 0.95] if dark else [0.1, 0.12, 0.16],
        lines=lines,
        marks=marks,
        parallel=int(camera is not None and camera.parallel),
        camera=shot,
        fit=camera is None,
        series=suffix == ".pvd",
    )
