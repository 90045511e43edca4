"""Picture: the dialog that asks for a screenshot's size and file, and the jobs that draw it, and write exports, in child processes."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..compute.errors import LossvistaError
from ..compute.landscape import Landscape
from ..compute.progress import Progress
from ..compute.style import Style
from .editors import Choice, Paths
from .fields import unwritable
from .job import Job
from .language import tr

SIZES = {
    (0, 0): tr("As on the screen"),
    (1600, 1200): tr("1600 × 1200 (paper, 4:3)"),
    (1920, 1080): tr("1920 × 1080 (slides, 16:9)"),
    (3200, 2400): tr("3200 × 2400 (print)"),
    (-1, -1): tr("Other…"),
}
RENDER = "lossvista.app.picture:render_picture"
PANES = "lossvista.app.panes.whole:render_panes"
EXPORT = "lossvista.compute.exporters.job:export_job"
SERIES = "lossvista.compute.exporters.job:series_job"
SUFFIXES = (".png", ".jpg", ".jpeg", ".tiff", ".webp")


def render_picture(
    landscape: Landscape, style: Style, size: tuple[int, int], path: str
) -> Generator[Progress, None, list[str]]:
    """Draw a still and write it to `path`; returns the path and no remark. Runs in a child: it may take seconds without a graphics card."""
    from .scene.still import render

    yield Progress(tr("drawing {name}", name=Path(path).name))
    render(landscape, style, size, path)
    return [path, ""]


class Pictures(QObject):
    """The pictures that are being drawn, and the exports that are being written."""

    done = Signal(str, str)  # path, a remark
    failed = Signal(object)  # LossvistaError
    started = Signal(object)  # Job

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: set[Job] = set()

    def draw(self, landscape: Landscape, style: Style, size: tuple[int, int], path: str) -> None:
        """Draw one in a child process; `done` or `failed` follows."""
        self._start(Job(RENDER, landscape, style, size, path, parent=self))

    def draw_panes(
        self,
        cells: list[tuple[Landscape, Style] | None],
        shape: tuple[int, int],
        size: tuple[int, int],
        path: str,
    ) -> None:
        """Draw several in one picture, row by row, in a child process; `done` or `failed` follows."""
        self._start(Job(PANES, cells, shape, size, path, parent=self))

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
        job.start()
        self.started.emit(job)

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


class Picture(QDialog):
    """`chosen(size, path)`: size (0, 0) is what is on the screen."""

    chosen = Signal(object, str)

    def __init__(self, parent: QWidget, path: Path) -> None:
        super().__init__(parent, windowTitle=tr("Screenshot"))
        self.size_choice = Choice(dict(SIZES))
        self.size_choice.show_value((1600, 1200))
        self.width_spin = QSpinBox(minimum=16, maximum=8192, value=1600, suffix=" px")
        self.height_spin = QSpinBox(minimum=16, maximum=8192, value=1200, suffix=" px")
        self.width_spin.setAccessibleName(tr("Width in pixels"))
        self.height_spin.setAccessibleName(tr("Height in pixels"))
        self.own = QWidget()
        row = QHBoxLayout(self.own)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.width_spin)
        row.addWidget(QLabel("×"))
        row.addWidget(self.height_spin)
        row.addStretch()
        self.out = Paths("save", caption=tr("Picture"), filter=tr("Pictures (*.png *.jpg *.tiff *.webp)"))
        self.out.show_value(str(path))
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("error", True)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.form.addRow(tr("Size"), self.size_choice)
        self.form.addRow("", self.own)
        self.form.addRow(tr("File"), self.out)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(tr("Save picture"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(10)
        layout.addLayout(self.form)
        layout.addWidget(self.wrong)
        layout.addWidget(buttons)
        self.setMinimumWidth(520)
        self.size_choice.edited.connect(lambda _dragging: self._sized())
        self._sized()

    def _sized(self) -> None:
        self.form.setRowVisible(self.own, self.size_choice.value() == (-1, -1))

    def _try(self) -> None:
        path = Path(self.out.value())
        if not path.name:
            trouble = tr("Choose a file.")
        elif path.suffix and path.suffix.lower() not in SUFFIXES:
            trouble = tr("A picture cannot be saved as {suffix}. Use .png, .jpg, .tiff or .webp.", suffix=path.suffix)
        else:
            path = path.with_suffix(path.suffix or ".png")
            trouble = unwritable(path.absolute().parent)
        if trouble:
            self.out.mark(True)
            self.wrong.setText(trouble)
            return
        size = self.size_choice.value()
        self.accept()
        self.chosen.emit((self.width_spin.value(), self.height_spin.value()) if size == (-1, -1) else size, str(path))
