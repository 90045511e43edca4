"""Job: an export as a generator, to run in a child process; large meshes take seconds."""

from __future__ import annotations

from pathlib import Path

from ..landscape import Landscape
from ..progress import Job, Progress
from ..style import Style
from . import export, export_series


def series_job(landscapes: list[Landscape], style: Style, path: str) -> Job[list[str]]:
    """Write several landscapes as the steps of one time series. Raises as `export_series` does."""
    yield Progress(f"writing {Path(path).name}")
    return [path, " ".join(export_series(landscapes, path, style, paraview=True))]


def export_job(landscape: Landscape, style: Style, path: str, paraview: bool = False) -> Job[list[str]]:
    """Write the landscape as it is seen; returns where it went, and what the format could not hold, in sentences. Raises as
    `export` does."""
    yield Progress(f"writing {Path(path).name}")
    return [path, " ".join(export(landscape, path, style, paraview=paraview))]
