"""Train a network: the dialog that makes a training. Its form is the training's fields; what is wrong is said beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...compute.there import is_there
from ...compute.training.presets import PRESETS
from ...compute.training.recipe import Training
from .. import theme
from ..editors import Choice, Editor, Line, Paths, Spin
from ..fields import OWN, unwritable
from ..forms import Form, Section, checked
from ..language import tr
from ..numbers import from_number, to_number
from .recording import Told, told
from .schedule import Schedule

MAIN = {
    "Network and data": ["problem", "model", "data", "test_data", "samples"],
    "Training": [
        "optimizer",
        "lr",
        "momentum",
        "weight_decay",
        "batch_size",
        "epochs",
        "lr_drops",
        "lr_factor",
        "augment",
        "seed",
    ],
}
SHOWN = {name for names in MAIN.values() for name in names}
OPTIMIZERS = {"sgd": "SGD", "nesterov": tr("SGD with Nesterov momentum"), "adam": tr("Adam"), "adamw": tr("AdamW")}


def _number() -> Line:
    return Line(to_number, from_number)


TRAINING_OWN: dict[str, Any] = {
    **{name: OWN[name] for name in ("model", "data", "problem", "samples")},
    "optimizer": lambda: Choice(dict(OPTIMIZERS)),
    "histogram_every": lambda: Spin(0, 10**9, zero=tr("once an epoch")),
    "test_every": lambda: Spin(0, 100_000, zero=tr("only at the end")),
    "lr": _number,
    "weight_decay": _number,
    "batch_size": lambda: Spin(1, 10**6),
    "epochs": lambda: Spin(1, 100_000),
    "record_every": lambda: Spin(0, 10**9, zero=tr("once an epoch")),
}


class TrainNetwork(QDialog):
    """`start(training, folder)` tells what was decided. folder: where new recordings are proposed. values: what to fill in;
    out: the recording's folder, where it is known already (to go on with it)."""

    start = Signal(object, str)

    def __init__(self, parent: QWidget, folder: Path, values: dict[str, Any] | None = None, out: str = "") -> None:
        super().__init__(parent, windowTitle=tr("Train a network"))
        self.folder = folder
        self.forms: list[Form] = []
        self.schedule = Schedule()
        self.preset = Choice({"": tr("None"), **{name: tr(preset.label) for name, preset in PRESETS.items()}})
        self.about_preset = QLabel(wordWrap=True)
        self.about_preset.setProperty("quiet", True)
        self.out = Paths("folder", caption=tr("Folder for the recording"))
        self.out.setToolTip(tr("The recording's folder: its checkpoints, curves and histograms are written there."))
        self.state = QLabel(wordWrap=True)
        self.state.setProperty("quiet", True)
        self.wrong = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.wrong.setProperty("error", True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = self.buttons.addButton(tr("Train"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        self.go.setToolTip(tr("Start the training (Enter)"))
        self.buttons.accepted.connect(self._try)
        self.buttons.rejected.connect(self.reject)
        self.area = self._page()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 14)
        layout.addWidget(self.area, 1)
        foot = QVBoxLayout(spacing=8)
        foot.setContentsMargins(20, 4, 20, 0)
        foot.addWidget(self.wrong)
        foot.addWidget(self.buttons)
        layout.addLayout(foot)
        self.resize(600, 800)
        self._named = bool(out)  # whether the folder was chosen, not proposed
        self.show_training(values or {})
        if out:
            self.out.show_value(out)
        self.out.edited.connect(self._out_edited)
        self.preset.edited.connect(self._preset_chosen)
        self._look_at_folder()

    def _page(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        preset = QFormLayout()
        preset.setHorizontalSpacing(12)
        preset_label = QLabel(tr("Preset"), toolTip=tr("The settings of a source, to start from"))
        preset.addRow(preset_label, self.preset)
        preset.addRow("", self.about_preset)
        column.addLayout(preset)
        for title, names in MAIN.items():
            column.addWidget(Section(title, self._form(names)))
        column.addWidget(self.schedule)
        self.more = Section(tr("More"), self._form([n for n in Training.model_fields if n not in SHOWN]), open=False)
        column.addWidget(self.more)
        line = QFrame(frameShape=QFrame.Shape.HLine)
        line.setStyleSheet(f"color: {theme.colors().line};")
        column.addWidget(line)
        file = QFormLayout()
        file.setHorizontalSpacing(12)
        file.addRow(QLabel(tr("Recording"), toolTip=self.out.toolTip()), self.out)
        file.addRow("", self.state)
        column.addLayout(file)
        column.addStretch(1)
        labels = [preset_label, *(label for form in self.forms for label in form.labels.values())]
        for label in labels:  # one column of editors, though there are several forms
            label.setMinimumWidth(max(one.sizeHint().width() for one in labels))
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        area.setMinimumSize(QSize(480, 320))
        return area

    def _form(self, names: list[str]) -> Form:
        form = Form(Training, names, own={name: make for name, make in TRAINING_OWN.items() if name in names})
        form.show_values({name: Training.model_fields[name].default for name in names})
        form.edited.connect(lambda name, _dragging: self._edited(name))
        self.forms.append(form)
        return form

    # --- values ---

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return next(form.editors[name] for form in self.forms if name in form.editors)

    def show_training(self, values: dict[str, Any]) -> None:
        """Fill the form with a training's values; fields that are not named keep what they show."""
        for form in self.forms:
            form.show_values(values)
        if any(name not in SHOWN and value != Training.model_fields[name].default for name, value in values.items()):
            self.more.unfold(True)
        self._name_folder()
        self._draw_schedule()

    def values(self) -> dict[str, Any]:
        """What is entered, unchecked."""
        return {name: value for form in self.forms for name, value in form.values().items()}

    def _preset_chosen(self, _dragging: bool) -> None:
        """Fill in the choices of the preset; what it says nothing of stays."""
        preset = PRESETS.get(self.preset.value())
        if preset is not None:
            self.show_training(preset.choices)
            self._say("", set())
        self._look_at_folder()

    def _show_preset(self) -> None:
        """The preset whose choices are the entered ones; "" where they are nobody's."""
        training, _, _ = checked(Training, self.values())
        same = (
            name
            for name, preset in PRESETS.items()
            if training is not None and all(getattr(training, k) == value for k, value in preset.choices.items())
        )
        name = next(same, "")
        self.preset.show_value(name)
        self.about_preset.setText(tr(PRESETS[name].help) if name else "")
        self.about_preset.setVisible(bool(name))

    def _edited(self, name: str) -> None:
        self._say("", set())
        self._draw_schedule()
        if name in ("model", "data", "problem"):
            self._name_folder()
        self._look_at_folder()

    def _draw_schedule(self) -> None:
        training, _, _ = checked(Training, self.values())
        self.schedule.show_training(training)  # type: ignore[arg-type]
        self._show_preset()

    # --- the folder ---

    def _name_folder(self) -> None:
        """Propose a folder that is not there yet."""
        if self._named:
            return
        values = self.values()
        about = (
            Path(str(values["problem"]).partition(":")[0]).stem
            or f"{values['model']}-{str(values['data']).partition(':')[0]}"
        )
        stem = re.sub(r"[^\w.+-]+", "-", about).strip("-.") or "training"
        path, k = self.folder / f"run-{stem}", 2
        while is_there(path):
            path, k = self.folder / f"run-{stem}-{k}", k + 1
        self.out.show_value(str(path))

    def _out_edited(self, _dragging: bool) -> None:
        """The person chose a folder: one with a training in it shows that training, so that it can be gone on with."""
        self._named = True
        self.out.mark(False)
        self._say("", set())
        found = told(self.out.value())
        if found is not None and found.training:
            self.show_training({**_defaults(), **_of_ours(found)})
        self._look_at_folder()

    def _look_at_folder(self) -> None:
        """Say what is in the folder, and what would become of it."""
        found = told(self.out.value()) if self.out.value() else None
        self.go.setText(tr("Train"))
        if found is None:
            self.state.setText("")
            return
        training, _, _ = checked(Training, self.values())
        points = tr(
            "{checkpoints} checkpoint{ending}",
            checkpoints=found.checkpoints,
            ending="s" if found.checkpoints != 1 else "",
        )
        if training is None or not found.training or training.numbers() != found.training:  # type: ignore[attr-defined]
            self.state.setText(
                tr("Holds the recording of another training ({points}). Choose another folder.", points=points)
            )
        elif found.finished:
            self.state.setText(tr("Holds this training already, to its end ({points}).", points=points))
        else:
            self.state.setText(tr("Holds this training, interrupted ({points}).", points=points))
            self.go.setText(tr("Resume"))

    # --- the decision ---

    def _try(self) -> None:
        training, text, wrong = checked(Training, self.values())
        if training is None:
            self._say(text, wrong)
            return
        out = self.out.value()
        trouble = unwritable(Path(out).absolute()) if out else tr("Choose a folder for the recording.")
        found = told(out) if out else None
        if not trouble and found is not None and found.training != training.numbers():  # type: ignore[attr-defined]
            trouble = tr("The folder {out} holds the recording of another training. Choose another folder.", out=out)
        if trouble:
            self.out.mark(True)
            self._say(trouble, set())
            return
        self.accept()
        self.start.emit(training, out)

    def _say(self, text: str, wrong: set[str]) -> None:
        self.wrong.setText(text)
        for form in self.forms:
            form.mark(wrong)
        if any(name in self.forms[-1].editors for name in wrong):
            self.more.unfold(True)
        first = next((e for form in self.forms for n, e in form.editors.items() if n in wrong), None)
        if first is not None:
            self.area.ensureWidgetVisible(first)


def _defaults() -> dict[str, Any]:
    return {name: field.default for name, field in Training.model_fields.items()}


def _of_ours(found: Told) -> dict[str, Any]:
    """The values of a recording's training that this version has a field for, valid or left out."""
    values = {name: value for name, value in found.training.items() if name in Training.model_fields}
    training, _, wrong = checked(Training, values)
    if training is None:
        values = {name: value for name, value in values.items() if name not in wrong}
        training, _, _ = checked(Training, values)
    return {} if training is None else training.model_dump(include=set(values))
