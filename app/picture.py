"""Picture: the jobs that draw pictures, and write exports, in child processes."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ..compute.errors import LossvistaError
from ..compute.landscape import Landscape
from ..compute.progress import Progress
from ..compute.style import Style
from .job import Job
from .language import tr
from .picture_dialog import Wanted

RENDER = "lossvista.app.picture:render_picture"
PANES = "lossvista.app.panes.whole:render_panes"
EXPORT = "lossvista.compute.exporters.job:export_job"
SERIES = "lossvista.compute.exporters.job:series_job"


def render_picture(landscape: Landscape, style: Style, wanted: Wanted) -> Generator[Progress, None, list[str]]:
    """Draw a picture and write it; returns its path and no remark. Runs in a child: it may take seconds without a graphics card."""
    from .scene.draw import render

    yield Progress(tr("drawing {name}", name=Path(wanted.path).name))
    style = style.replace(view=style.view)  # chosen, also where it is the usual one
    render(landscape, wanted.path, style, wanted.size, width=wanted.width, transparent=wanted.transparent)
    return [wanted.path, ""]


class Pictures(QObject):
    """The pictures that are being drawn, and the exports that are being written."""

    done = Signal(str, str)  # path, a remark
    failed = Signal(object)  # LossvistaError
    started = Signal(object)  # Job

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: set[Job] = set()

    def draw(self, landscape: Landscape, style: Style, wanted: Wanted) -> None:
        """Draw one in a child process; `done` or `failed` follows."""
        self._start(Job(RENDER, landscape, style, wanted, parent=self))

    def draw_panes(
        self,
        cells: list[tuple[Landscape, Style] | None],
        shape: tuple[int, int],
        wanted: Wanted,
    ) -> None:
        """Draw several in one picture, row by row, in a child process; `done` or `failed` follows."""
        self._start(Job(PANES, cells, shape, wanted, parent=self))

    def export(self, landscape: Landscape, style: Style, path: str, paraview: bool = False) -> None:
        """Write for another program, in a child process; `done` or `failed` follows."""
        self._start(Job(EXPORT, landscape, style, path, paraview, parent=self))

    def export_series(self, landscapes: list[Landscape], style: Style, path: str) -> None:
        """Write several as the steps of one time series, in a child process; `done` or `failed` follows."""
        self._start(Job(SERIES, landscapes, style, path, parent=self))

    def _start(self, job: Job) -> None:
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        job.stopped.connect(self.jobs.discard)
        job.finished.connect(job.deleteLater)
        self.jobs.add(job)
        self.started.emit(job)  # before it may end
        job.start()

    def _succeeded(self, job: Job, result: list[str]) -> None:
        self.jobs.discard(job)
        self.done.emit(*result)

    def _failed(self, job: Job, error: LossvistaError) -> None:
        self.jobs.discard(job)
        self.failed.emit(error)

    def shut(self) -> None:
        """Stop drawing, and wait for it."""
        for job in self.jobs:
            job.stop()
        for job in self.jobs:
            job.wait()
        self.jobs.clear()
