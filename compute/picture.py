"""Picture: the style and size that flags ask for, and the demo's set of pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .choices import explain
from .errors import LossvistaError
from .progress import Job, Pace, Progress
from .style import Style

LARGEST = 16 * 2**20  # bytes of a style
VECTOR = (".svg", ".pdf", ".eps")  # files of lines and text, not of pixels


def style_of(
    file: Path | None,
    usual: Style | None = None,
    *,
    view: str | None = None,
    theme: str | None = None,
    colormap: str | None = None,
    color_field: str | None = None,
    **relief: Any,
) -> Style:
    """The style of a file, or the usual one, with what the flags change."""
    look = read_style(file) if file else usual or Style()
    if theme == "dark" and not colormap and not file and usual is None:
        colormap = "magma"  # the dark background's own
    changes = {"view": view, "theme": theme, "colormap": colormap, "color_field": color_field}
    look = look.replace(**{k: v for k, v in changes.items() if v is not None})
    relief = {k: v for k, v in relief.items() if v is not None}
    if relief.get("clip") is not None and look.relief.high is None:
        relief["high"] = relief["clip"]  # colours and height fill what is left
    return look.relieved(**relief) if relief else look


def read_style(file: Path) -> Style:
    """A style saved as JSON in a regular file. Raises LossvistaError where it is none."""
    from .storage.reader import read_file

    try:
        return Style.model_validate_json(read_file(file, LARGEST))
    except ValidationError as error:
        raise LossvistaError(f"{file} is no style. {explain(Style, error)}") from None


def size_of(text: str) -> tuple[int, int]:
    """ "1600x1200" → (1600, 1200). Raises LossvistaError for anything else."""
    width, _, height = text.lower().partition("x")
    if width.isdigit() and height.isdigit() and 16 <= int(width) <= 16384 and 16 <= int(height) <= 16384:
        return int(width), int(height)
    raise LossvistaError(
        f"'{text}' is no size.", "Write WIDTHxHEIGHT in pixels, each from 16 to 16384, as in 1600x1200."
    )


def pictures(files: list[str], draw: Callable[..., object]) -> Job[list[str]]:
    """PLY and pictures beside each landscape, drawn by the scene's `render`; returns their paths."""
    from .exporters import export as write
    from .storage import load

    made, pace = [], Pace(3 * len(files))
    for file in map(Path, files):
        landscape = load(file)
        for name in (".ply", "-surface.png", "-map.png"):
            yield Progress("drawing the pictures", len(made), 3 * len(files), pace.eta(len(made)))
            path = file.with_name(file.stem + name)
            if name == ".ply":
                write(landscape, path, Style())
            else:
                draw(landscape, Style(view="map" if "map" in name else "contours"), (1600, 1200), path)
            made.append(str(path))
    return made
