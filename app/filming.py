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
from .language import tr
from .run import time_left

FILM = "lossvista.app.scene.reel:film"
MOTIONS = {
    "turntable": tr("Turntable: once around it"),
    "path": tr("The descent path being drawn"),
    "flight": tr("Flight along the descent path"),
    "growth": tr("The surface rising"),
}
WITH_PATH = ("path", "flight")
SIZES = {
    (640, 480): tr("640 × 480 (small, for a web page)"),
    (1280, 720): tr("1280 × 720 (slides)"),
    (1920, 1080): tr("1920 × 1080 (large)"),
}
RATES = {15: tr("15 a second"), 25: tr("25 a second"), 30: tr("30 a second"), 60: tr("60 a second")}


class Filming(QDialog):
    """Not modal: one goes on working while it films. `done_filming` or `failed` follows; closing it gives the film up."""

    done_filming = Signal(str, str)  # path, a remark
    failed = Signal(object)  # LossvistaError

    def __init__(self, parent: QWidget, landscape: Landscape, style: Style, path: Path) -> None:
        super().__init__(parent, windowTitle=tr("Film"))
        self._what = landscape, style
        self.job: Job | None = None
        offered = {k: v for k, v in MOTIONS.items() if Timeline.of(landscape.trajectories) or k not in WITH_PATH}
        self.motion = Choice(offered)
        self.motion.show_value("turntable")
        self.seconds = QDoubleSpinBox(
            minimum=1, maximum=120, value=8, decimals=1, suffix=" s", accessibleName=tr("Length")
        )
        self.size_choice, self.rate = Choice(dict(SIZES)), Choice(dict(RATES))
        self.size_choice.show_value((1280, 720))
        self.rate.show_value(25)
        self.out = Paths("save", caption=tr("Film"), filter=tr("Films (*.mp4 *.gif)"))
        self.out.show_value(str(path))
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        for label, widget in (
            (tr("Motion"), self.motion),
            (tr("Length"), self.seconds),
            (tr("Size"), self.size_choice),
            (tr("Pictures"), self.rate),
            (tr("File"), self.out),
        ):
            self.form.addRow(label, widget)
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("error", True)
        self.bar = QProgressBar(visible=False, textVisible=True, accessibleName=tr("Progress of the film"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(tr("Film"), QDialogButtonBox.ButtonRole.AcceptRole)
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
            trouble = tr("Choose a file.")
        elif path.suffix and path.suffix.lower() not in (".mp4", ".gif"):
            trouble = tr("A film cannot be saved as {suffix}. Use .mp4 or .gif.", suffix=path.suffix)
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
            self.bar.setFormat(
                tr(
                    "{done} of {total} pictures   {time_left}",
                    done=progress.done,
                    total=progress.total,
                    time_left=time_left(progress.eta),
                )
            )

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
        raise LossvistaError(tr("A landscape of one axis has no surface to film."), tr("Save a picture of it instead."))
    folder = Path(document.path).parent if document.path else desk.folder
    style = desk.session.style.replace(camera=desk.stage.camera)
    dialog = Filming(desk.window, document.landscape, style, folder / f"{document.stem}.mp4")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.done_filming.connect(desk.saved)
    dialog.failed.connect(desk.notices.fail)
    dialog.show()
    return dialog
