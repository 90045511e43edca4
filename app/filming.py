"""Filming: the dialog that makes a film of the landscape in front: which motion, how long, how large, into which file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from ..compute.errors import LossvistaError
from ..compute.landscape import Landscape
from ..compute.progress import Progress
from ..compute.style import Style
from ..compute.timeline import Timeline
from .desk import Desk
from .editors import Choice, Paths
from .fields import unwritable
from .job import Job
from .run import time_left

FILM = "lossvista.app.scene.reel:film"
MOTIONS = {
    "turntable": "Turntable: once around it",
    "path": "The descent path being drawn",
    "flight": "Flight along the descent path",
    "growth": "The surface rising",
}
WITH_PATH = ("path", "flight")
SIZES = {
    (640, 480): "640 × 480 (small, for a web page)",
    (1280, 720): "1280 × 720 (slides)",
    (1920, 1080): "1920 × 1080 (large)",
}
RATES = {15: "15 a second", 25: "25 a second", 30: "30 a second", 60: "60 a second"}


class Filming(QDialog):
    """Not modal: one goes on working while it films. `done_filming` or `failed` follows; closing it gives the film up."""

    done_filming = Signal(str, str)  # path, a remark
    failed = Signal(object)  # LossvistaError

    def __init__(self, parent: QWidget, landscape: Landscape, style: Style, path: Path) -> None:
        super().__init__(parent, windowTitle="Film")
        self._what = landscape, style
        self.job: Job | None = None
        offered = {k: v for k, v in MOTIONS.items() if Timeline.of(landscape.trajectories) or k not in WITH_PATH}
        self.motion = Choice(offered)
        self.motion.show_value("turntable")
        self.seconds = QDoubleSpinBox(minimum=1, maximum=120, value=8, decimals=1, suffix=" s", accessibleName="Length")
        self.size_choice, self.rate = Choice(dict(SIZES)), Choice(dict(RATES))
        self.size_choice.show_value((1280, 720))
        self.rate.show_value(25)
        self.out = Paths("save", caption="Film", filter="Films (*.mp4 *.gif)")
        self.out.show_value(str(path))
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        for label, widget in (
            ("Motion", self.motion),
            ("Length", self.seconds),
            ("Size", self.size_choice),
            ("Pictures", self.rate),
            ("File", self.out),
        ):
            self.form.addRow(label, widget)
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("error", True)
        self.bar = QProgressBar(visible=False, textVisible=True, accessibleName="Progress of the film")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Film", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(10)
        layout.addLayout(self.form)
        layout.addWidget(self.wrong)
        layout.addWidget(self.bar)
        layout.addWidget(buttons)
        self.setMinimumWidth(520)

    def _try(self) -> None:
        path = Path(self.out.value())
        if not path.name:
            trouble = "Choose a file."
        elif path.suffix and path.suffix.lower() not in (".mp4", ".gif"):
            trouble = f"A film cannot be saved as {path.suffix}. Use .mp4 or .gif."
        else:
            path = path.with_suffix(path.suffix or ".mp4")
            trouble = unwritable(path.absolute().parent)
        self.wrong.setText(trouble or "")
        if trouble:
            self.out.mark(True)
            return
        self._film(path)

    def _film(self, path: Path) -> None:
        given = (str(path), self.motion.value(), self.size_choice.value(), self.seconds.value(), self.rate.value())
        self.job = Job(FILM, *self._what, *given, parent=self.parent())
        self.job.progressed.connect(self._progressed)
        self.job.succeeded.connect(self._succeeded)
        self.job.failed.connect(self._job_failed)
        self.job.finished.connect(self.job.deleteLater)
        for row in range(self.form.rowCount()):
            self.form.itemAt(row, QFormLayout.ItemRole.FieldRole).widget().setEnabled(False)
        self.go.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.job.start()

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job is self.job and progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.bar.setFormat(f"{progress.done} of {progress.total} pictures   {time_left(progress.eta)}")

    def _succeeded(self, job: Job, result: list[str]) -> None:
        if job is self.job:
            self.job = None
            self.done_filming.emit(*result)
            self.accept()

    def _job_failed(self, job: Job, error: LossvistaError) -> None:
        if job is self.job:
            self.job = None
            self.failed.emit(error)
            self.reject()

    def reject(self) -> None:
        """Give the film up."""
        self._stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)

    def _stop(self) -> None:
        if self.job is not None:
            self.job.stop()
            self.job = None


def film(desk: Desk) -> Filming:
    """Ask what film to make of the landscape in front, and make it in the background."""
    document = desk.document
    if document.landscape.surface.grid.line:
        raise LossvistaError("A landscape of one axis has no surface to film.", "Save a picture of it instead.")
    folder = Path(document.path).parent if document.path else desk.folder
    style = desk.session.style.replace(camera=desk.stage.camera)
    dialog = Filming(desk.window, document.landscape, style, folder / f"{document.stem}.mp4")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.done_filming.connect(desk.saved)
    dialog.failed.connect(desk.notices.fail)
    dialog.show()
    return dialog
