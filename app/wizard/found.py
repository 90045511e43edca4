"""Found: the second step: what the network, its checkpoint and its data turned out to be, and one forward pass."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...compute.amounts import size
from ...compute.errors import LossvistaError
from ...compute.findings import Findings, said
from ...compute.inspected import tried
from ...compute.progress import Progress
from ...compute.recipe import Recipe
from .. import theme
from ..language import tr
from .layers import Layers
from .tile import Tile
from .trouble import Trouble


class FoundPage(QStackedWidget):
    """`try_asked`: a forward pass is asked for. `trust_asked(sha256)`: the person lets this content run code. `back_asked`."""

    try_asked = Signal()
    trust_asked = Signal(str)
    back_asked = Signal()
    cancel_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.findings: Findings | None = None
        self.error: LossvistaError | None = None
        self.waiting, self.result, self.trouble = self._waiting(), self._result(), Trouble()
        self.trouble.trust_asked.connect(self.trust_asked)
        self.trouble.back_asked.connect(self.back_asked)
        for page in (self.waiting, self.result, self.trouble):
            self.addWidget(page)

    # --- the three faces ---

    def _waiting(self) -> QWidget:
        page = QWidget()
        self.stage = QLabel(tr("Looking at the network …"), alignment=Qt.AlignmentFlag.AlignHCenter)
        bar = QProgressBar(maximum=0, textVisible=False)
        bar.setFixedWidth(260)
        hint = QLabel(tr("In a process of its own; this window stays free."), alignment=Qt.AlignmentFlag.AlignHCenter)
        hint.setProperty("quiet", True)
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self.stage)
        column.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(hint)
        column.addStretch(3)
        return page

    def _result(self) -> QWidget:
        page = QWidget()
        self.heading = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = self.heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(font.Weight.DemiBold)
        self.heading.setFont(font)
        self.tiles = {name: Tile(name) for name in (tr("Parameters"), tr("Perturbed"), tr("Samples"), tr("Weights"))}
        tiles = QHBoxLayout(spacing=10)
        for tile in self.tiles.values():
            tiles.addWidget(tile, 1)
        self.remarks = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.layers = Layers()
        self.try_button = QPushButton(tr("Try one forward pass"), icon=theme.icon("resume"))
        self.try_button.setToolTip(tr("Evaluate the centre: its loss, and how long one point of the landscape takes"))
        self.try_button.setAutoDefault(False)
        self.try_button.clicked.connect(self._try_or_cancel)
        self.verdict = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.picture = QLabel()
        self.picture.setFixedSize(18, 18)
        self.trying = QProgressBar(maximum=0, textVisible=False, visible=False)
        box = QFrame(objectName="card")
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 10, 14, 10)
        row.setSpacing(12)
        row.addWidget(self.try_button)
        row.addWidget(self.picture)
        words = QVBoxLayout(spacing=6)
        words.addStretch(1)
        words.addWidget(self.verdict)
        words.addWidget(self.trying)
        words.addStretch(1)
        row.addLayout(words, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 18, 28, 12)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addLayout(tiles)
        column.addWidget(self.remarks)
        column.addWidget(self.layers, 1)
        column.addWidget(box)
        return page

    # --- what is shown ---

    def wait(self) -> None:
        """The first look has begun."""
        self.findings = self.error = None
        self.stage.setText(tr("Looking at the network …"))
        self.setCurrentWidget(self.waiting)

    def show_progress(self, progress: Progress) -> None:
        """How far a look, or a forward pass, is."""
        text = progress.stage[:1].upper() + progress.stage[1:] + " …"
        self.stage.setText(text)
        if not self.trying.isHidden():
            self.verdict.setText(text)

    def show_findings(self, findings: Findings, recipe: Recipe) -> None:
        """What was found."""
        self.findings, self.error = findings, None
        every, moved = findings.parameters, findings.perturbed(recipe)
        self.heading.setText(findings.name)
        self.tiles[tr("Parameters")].say(
            f"{every:,}", tr("{model}, {layers} tensors", model=findings.model, layers=len(findings.layers))
        )
        left = (
            tr("all of them")
            if moved == every
            else tr("{moved:.1%} of them; the others stay", moved=moved / max(every, 1))
        )
        self.tiles[tr("Perturbed")].say(f"{moved:,}", left)
        train = findings.splits[0]
        tests = "".join(tr(", {used:,} for testing", used=s.used(recipe)) for s in findings.splits[1:])
        self.tiles[tr("Samples")].say(
            f"{train.used(recipe):,}",
            tr("of {available:,}, each {shape}{tests}", available=train.available, shape=train.shape, tests=tests),
        )
        self.tiles[tr("Weights")].say(*_weights(findings))
        told = [f"{remark}" for one in findings.checkpoints for remark in one.remarks]
        told += findings.notes
        if findings.batch_norms:
            policy = recipe.statistics
            many = tr("layers; their") if findings.batch_norms > 1 else tr("layer; its")
            told.append(
                tr(
                    "{batch_norms} batch-norm {many} statistics: {policy}.",
                    batch_norms=findings.batch_norms,
                    many=many,
                    policy=policy,
                )
            )
        self.remarks.setText("\n".join(f"•  {text}" for text in told))
        self.remarks.setVisible(bool(told))
        self.layers.show_findings(findings, recipe)
        self.show_trial(findings)
        self.setCurrentWidget(self.result)

    def show_trial(self, findings: Findings) -> None:
        """The forward pass, where there was one."""
        c, trial = theme.colors(), findings.trial
        self.trying.hide()
        self.redraw_icons()
        self.try_button.setText(tr("Try one forward pass") if trial is None else tr("Try again"))
        if trial is None:
            self.picture.setPixmap(theme.draw("info", 18, c.soft, self.devicePixelRatioF()))
            self.verdict.setText(
                tr("Does the network work on this data? One forward pass says its loss, and how long a point takes.")
            )
            return
        name, tint = ("success", c.good) if trial.same else ("warning", c.fair)
        self.picture.setPixmap(theme.draw(name, 18, tint, self.devicePixelRatioF()))
        words = tried(findings)
        self.verdict.setText(f"{said(trial.fields).capitalize()}.\n{words[0].upper()}{words[1:]}")

    def show_trying(self) -> None:
        """A forward pass has begun."""
        self.try_button.setText(tr("Stop"))
        self.try_button.setIcon(theme.icon("cancel"))
        self.verdict.setText(tr("Evaluating the centre …"))
        self.trying.show()

    def fail(self, error: LossvistaError) -> None:
        """It did not work: say why, and what to do."""
        self.error = error
        self.trouble.tell(error)
        self.setCurrentWidget(self.trouble)

    def redraw_icons(self) -> None:
        """In the theme's colours."""
        self.try_button.setIcon(theme.icon("resume"))

    # --- inside ---

    def _try_or_cancel(self) -> None:
        (self.cancel_asked if not self.trying.isHidden() else self.try_asked).emit()


def _weights(findings: Findings) -> tuple[str, str]:
    """(value, line) of the tile."""
    norm = tr("length ‖θ‖ {weight_norm:.4g}", weight_norm=findings.weight_norm)
    path = "".join(
        tr("{count} checkpoints of “{name}”, ", count=count, name=name) for name, count in findings.paths.items()
    )
    if not findings.checkpoints:
        return (
            (tr("{values} recorded", values=sum(findings.paths.values())), norm)
            if path
            else (tr("as made"), tr("by your file, {norm}", norm=norm))
        )
    first = findings.checkpoints[0]
    count = (
        tr("{checkpoints} files", checkpoints=len(findings.checkpoints))
        if len(findings.checkpoints) > 1
        else size(first.bytes)
    )
    return count, tr(
        "{kind}, {tensors} tensors, {path}{norm}", kind=first.kind, tensors=first.tensors, path=path, norm=norm
    )
