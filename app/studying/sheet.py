"""Sheet: one study in the panel: its choices, start and stop, how far it is, and what it has found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...compute.choices import Choices
from ...compute.studies import STUDIES
from ..desk import Desk
from ..editors import Paths
from ..elided import Elided
from ..fields import CHECKPOINTS
from ..forms import Form, checked
from ..language import tr
from ..pointing.points import names_network
from ..run import Run, time_left
from ..studies import Going
from .views import view_of

WIDTH = 330  # pixels, of the choices
FOREIGN = tr("This landscape does not say which network it is of. Those that Lossvista computed do.")


class Sheet(QWidget):
    """The choices on the left, what was found on the right."""

    def __init__(self, name: str, desk: Desk) -> None:
        super().__init__()
        self.name, self.desk, self.study = name, desk, STUDIES[name]
        own = {"weights": lambda: Paths("open", several=True, caption=tr("Networks"), filter=CHECKPOINTS)}
        self.form = Form(self.study.model, list(self.study.model.model_fields), own=own)
        self.form.show_values({n: f.get_default() for n, f in self.study.model.model_fields.items()})
        self.form.edited.connect(lambda _name, _dragging: self.refresh())
        self.out = Paths("save", caption=tr("Save the landscape"), filter=tr("Landscapes (*.h5)"))
        self.out.setToolTip(tr("The file of the landscape that is made"))
        self.out.call(tr("File"))
        self.out.edited.connect(lambda _dragging: self.refresh())
        self.go = QPushButton(tr("Start"), toolTip=tr(self.study.help))
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._go)
        stays = tr("the same choices and file go on with it") if self.study.makes else tr("what it has found stays")
        self.halt = QPushButton(tr("Stop"), toolTip=tr("End it here; {stays}", stays=stays))
        self.halt.clicked.connect(self._stop)
        if self.study.makes:
            for signal in (desk.runs.added, desk.runs.changed, desk.runs.finished):
                signal.connect(self._ran)
        self.bar = QProgressBar(textVisible=False)
        self.says = Elided()
        self.says.setProperty("quiet", True)
        self.view = view_of(name, desk)
        if {"alpha", "beta"} <= set(self.form.editors):  # a study of a point is of the one that was picked last
            desk.points.chosen_changed.connect(self._pick)
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        help = QLabel(tr(self.study.help), wordWrap=True)
        help.setProperty("quiet", True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(9)
        column.addWidget(help)
        column.addWidget(self.form)
        file = QWidget(visible=self.study.makes)
        named = QHBoxLayout(file, spacing=12)
        named.setContentsMargins(0, 0, 0, 0)
        named.addWidget(QLabel(tr("File")))
        named.addWidget(self.out, 1)
        column.addWidget(file)
        column.addStretch(1)
        choices = QScrollArea(widgetResizable=True)
        choices.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        choices.setWidget(inside)
        foot = QHBoxLayout(spacing=8)
        foot.addWidget(self.go)
        foot.addWidget(self.halt)
        foot.addWidget(self.bar, 1)
        left = QWidget()
        left.setFixedWidth(WIDTH)
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(7)
        side.addWidget(choices, 1)
        side.addLayout(foot)
        side.addWidget(self.says)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 10)
        row.setSpacing(16)
        row.addWidget(left)
        row.addWidget(self.view, 1)

    def fill(self, values: dict[str, Any], out: str = "") -> None:
        """Show these choices, as if they had been entered."""
        self.form.show_values(values)
        if out:
            self.out.show_value(out)
        self.refresh()

    @property
    def choices(self) -> tuple[Choices | None, str, set[str]]:
        """(what is chosen, "", {}), or (None, what is wrong, the fields)."""
        return checked(self.study.model, self.form.values())

    @property
    def _file(self) -> str:
        """The file to make, absolute, NAME.h5; "" where none is named."""
        text = str(self.out.value() or "").strip()
        if not text:
            return ""
        path = Path(text).expanduser()
        path = path if path.is_absolute() else self.desk.folder / path
        return str(path if path.suffix else path.with_suffix(".h5"))

    def _go(self) -> None:
        found, _, _ = self.choices
        if found is None:
            return
        if self.study.makes:
            self.desk.runs.make(self.study, found, self._file)
        else:
            self.desk.studies.start(self.name, self.desk.document, found)

    def _pick(self) -> None:
        alpha, beta = self.desk.points.chosen
        self.fill({"alpha": alpha, "beta": beta})

    @property
    def _going(self) -> Going | Run | None:
        """The study that is going on, or the run that makes its landscape."""
        if not self.study.makes:
            return self.desk.studies.going(self.name)
        return next((run for run in self.desk.runs.active if run.study == self.name), None)

    def _stop(self) -> None:
        going = self._going
        if isinstance(going, Run):
            self.desk.runs.pause(going)
        else:
            self.desk.studies.stop(self.name)

    def _ran(self, run: Run) -> None:
        if run.study == self.name and self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Show what can be done, how far it is, and what is known of the current landscape."""
        document, going = self.desk.session.current, self._going
        found, wrong, fields = self.choices
        self.form.mark(fields)
        foreign = document is not None and self.study.network and not names_network(document)
        lacking = "" if self._file or wrong else tr("Name the file of the landscape that is made.")
        if self.study.makes:
            able, why = bool(self._file), lacking
        else:
            able = document is not None and not foreign
            why = tr("Open a landscape first.") if document is None else FOREIGN if foreign else ""
        self.go.setEnabled(able and found is not None)
        self.halt.setEnabled(going is not None)
        self.bar.setVisible(going is not None)
        if going is not None:
            self.bar.setMaximum(going.last.total)
            self.bar.setValue(going.last.done)
            left = time_left(going.last.eta)
            self.says.show_text(wrong or ", ".join(filter(None, (going.last.stage, left))))
        else:
            self.says.show_text(wrong or why)
        self.view.show_document(document)

    def redraw_icons(self) -> None:
        """After a change of theme."""
        if hasattr(self.view, "redraw_icons"):
            self.view.redraw_icons()
