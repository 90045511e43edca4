"""Still: a landscape as a finished picture, drawn off-screen, also on a machine without a display."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyvista
from PIL import Image
from vtkmodules.vtkCommonCore import vtkLogger

from ...compute.errors import LossvistaError
from ...compute.landscape import Landscape
from ...compute.picture import VECTOR
from ...compute.storage.disk import put
from ...compute.style import Style
from .scene import Scene

# Drawn so many times larger each way, then reduced: smooth edges also with ambient occlusion, which ignores MSAA.
FINER = 2
# Sixteen samples, blurred: in colour within 0.2 of 255 (mean) of 192 samples, in a third of the time with software OpenGL.
OCCLUSION = {"radius": 0.22, "bias": 0.01, "kernel_size": 16, "blur": True}
SIDES = (16, 8192)
ROOMY = 175.0  # mm: in a narrower print words would be too small to read, so they are drawn larger
LARGEST = 2.2  # but not so large that no room is left for the surface


def render(
    landscape: Landscape,
    style: Style,
    size: tuple[int, int] = (1600, 1200),
    path: str | Path | None = None,
    *,
    print_width: float | None = None,
    transparent: bool = False,
) -> np.ndarray:
    """The picture (h, w, 3) uint8 RGB, or (h, w, 4) without a background (`transparent`); written to `path` too if one is given (the
    suffix says the format; print_width: of SVG, PDF and EPS, in mm). The flat map, and a landscape of one axis, are drawn by matplotlib.
    Raises LossvistaError for a size or a suffix that cannot be."""
    width, height = size
    if not all(SIDES[0] <= side <= SIDES[1] for side in size):
        raise LossvistaError(
            f"A picture of {width} × {height} pixels cannot be made.", f"Each side may have {SIDES[0]} to {SIDES[1]}."
        )
    flat = style.flat or landscape.surface.grid.line
    if flat:
        picture = _flat(landscape, style, size, transparent)
    else:
        larger = 1.0 if print_width is None else min(max(ROOMY / print_width, 1.0), LARGEST)
        plain = style if larger == 1 else style.replace(title=False)  # a caption says it
        picture = _solid(landscape, plain, size, transparent, larger)
    if path is not None:
        write_picture(Image.fromarray(picture), path, width=print_width, title=landscape.title)
    return picture


def write_picture(picture: Image.Image, path: str | Path, *, width: float | None = None, title: str = "") -> None:
    """Write it whole or not at all; the suffix says the format. SVG, PDF and EPS hold its pixels, unchanged, on a print `width` mm
    wide. Raises LossvistaError for another suffix, and as `put` does."""
    if Path(path).suffix.lower() in VECTOR:
        _print(picture, path, width, title)
        return
    kept, kind = io.BytesIO(), Image.registered_extensions().get(Path(path).suffix.lower())
    if kind not in Image.SAVE:
        raise LossvistaError(f"'{path}' has no suffix of a picture.", "Use .png, .jpg, .tiff or .webp.")
    picture.save(kept, kind)
    put(path, kept.getvalue(), rename=False)


def _print(picture: Image.Image, path: str | Path, width: float | None, title: str) -> None:
    from ...compute.figures import prints, write_figure

    inches, dots = prints(picture.size, width)

    def draw_on(figure: Any) -> None:
        paper = figure.add_axes((0, 0, 1, 1))
        paper.set_axis_off()
        paper.imshow(np.asarray(picture), interpolation="none", aspect="auto")

    write_figure(draw_on, path, inches, dots, title, transparent=picture.mode == "RGBA")


def _solid(landscape: Landscape, style: Style, size: tuple[int, int], transparent: bool, larger: float) -> np.ndarray:
    with off_screen(size, larger) as (plotter, scene):
        plotter.enable_ssao(**OCCLUSION)
        scene.show(landscape, style)
        drawn = np.asarray(plotter.screenshot(return_img=True, transparent_background=transparent))
    return reduced(drawn)


@contextmanager
def off_screen(size: tuple[int, int], larger: float = 1.0) -> Iterator[tuple[Any, Scene]]:
    """A plotter without a window, FINER times as large as `size` (width, height), and the scene that it draws, its words and lines so
    many times larger than usual."""
    width, height = size
    with without_warnings():
        plotter = pyvista.Plotter(off_screen=True, window_size=[FINER * width, FINER * height], lighting="none")
    try:
        window: Any = plotter.render_window
        window.SetMultiSamples(0)
        window.SetDPI(round(72 * FINER * max(0.5, larger * min(width / 1180, height / 880))))
        scene = Scene(plotter, still=True)
        try:
            yield plotter, scene
        finally:
            scene.close()
    finally:
        plotter.close()


@contextmanager
def without_warnings() -> Iterator[None]:
    """VTK warns that there is no display, and then does without one."""
    before = vtkLogger.GetCurrentVerbosityCutoff()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)
    try:
        yield
    finally:
        vtkLogger.SetStderrVerbosity(before)


def reduced(drawn: np.ndarray) -> np.ndarray:
    """The mean of each FINER × FINER block; of pictures with opacity, of what covers it."""
    if drawn.shape[2] == 3:
        return np.asarray(Image.fromarray(drawn).reduce(FINER))
    return np.asarray(Image.fromarray(drawn).convert("RGBa").reduce(FINER).convert("RGBA"))


def _flat(landscape: Landscape, style: Style, size: tuple[int, int], transparent: bool) -> np.ndarray:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from ...compute.figures import draw

    width, height = size
    dpi = 100 * min(width / 800, height / 600)
    figure = Figure(figsize=(width / dpi, height / dpi), dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    draw(figure, landscape, style)
    if transparent:
        figure.set_facecolor("none")
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())
    return drawn.copy() if transparent else drawn[..., :3].copy()
