"""Recipe page: the third step: the plane, the grid, how a point is evaluated, where the file goes; and what it will take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...compute.directions import DIRECTIONS
from ...compute.findings import Findings
from ...compute.recipe import Recipe
from ...compute.there import is_file, is_there
from .. import theme
from ..buttons import IconButton
from ..editors import Editor, Paths
from ..fields import OWN
from ..forms import Form, Section, tip, word
from ..language import tr
from .draft import PROBLEM
from .estimate import EstimatePanel

SECTIONS = {
    "Plane": ["directions", "normalization", "axes", "seed", "repeat"],
    "Grid": ["resolution", "reach"],
    "Evaluation": ["samples", "weight_decay", "title"],
}
SHOWN = {name for names in SECTIONS.values() for name in names}
REST = [name for name in Recipe.model_fields if name not in SHOWN and name not in PROBLEM and name != "trust_pickle"]
LEAST = 3  # checkpoints that span a plane
RANGED = ("pca", "between", "points", "init")  # directions that say themselves how far to go
DRAWN = ("random", "between", "init", "gradient")  # directions of which one at least is random


class RecipePage(QWidget):
    """`edited(field, dragging)`: a value was changed. `measure_asked`; `undo_asked(by)`; `defaults_asked`."""

    edited = Signal(str, bool)
    out_edited = Signal()
    undo_asked = Signal(int)
    defaults_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.touched: set[str] = set()
        self.forms: list[Form] = []
        column = QVBoxLayout()
        column.setContentsMargins(28, 4, 20, 8)
        column.setSpacing(10)
        for title, names in SECTIONS.items():
            column.addWidget(Section(title, self._form(names)))
        self.more = Section(tr("More"), self._form(REST), open=False)
        column.addWidget(self.more)
        column.addStretch(1)
        inside = QWidget()
        inside.setLayout(column)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.area.setMinimumSize(QSize(460, 160))
        self.estimate = EstimatePanel()
        self.out = Paths("save", caption=tr("Landscape file"), filter=tr("Landscapes (*.h5)"))
        self.out.setToolTip(tr("Where the landscape is written. While it is computed, a journal stands beside it."))
        self.replace = QCheckBox(tr("Replace the file that is there"), visible=False)
        file = QFormLayout()
        file.setHorizontalSpacing(12)
        self.out_label = QLabel(tr("File"), toolTip=self.out.toolTip())
        file.addRow(self.out_label, self.out)
        file.addRow("", self.replace)
        below = QVBoxLayout(spacing=12)
        below.setContentsMargins(28, 6, 28, 8)
        below.addLayout(file)
        below.addWidget(self.estimate)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(self._bar())
        whole.addWidget(self.area, 1)
        whole.addLayout(below)
        labels = [label for form in self.forms for label in form.labels.values()]
        for label in (*labels, self.out_label):  # one column of editors, though there are several forms
            label.setMinimumWidth(max(one.sizeHint().width() for one in labels))
        self.matches = QLabel()
        self.matches.setProperty("quiet", True)
        only = self.editor("only")
        only.layout().addWidget(self.matches)  # type: ignore[union-attr]
        self._named = False  # whether the person chose the file's name
        self.out.edited.connect(self._out_edited)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout(spacing=2)
        bar.setContentsMargins(28, 0, 24, 0)
        self.about = QLabel()
        self.about.setProperty("quiet", True)
        bar.addWidget(self.about, 1)
        self.buttons: dict[str, QToolButton] = {}
        for icon, help, do in (
            ("undo", tr("Undo the last change  (Ctrl+Z)"), lambda: self.undo_asked.emit(-1)),
            ("redo", tr("Redo  (Ctrl+Shift+Z)"), lambda: self.undo_asked.emit(1)),
            ("fit", tr("All choices of this page as they are by default"), self.defaults_asked.emit),
        ):
            button = self.buttons[icon] = IconButton(toolTip=help, autoRaise=True)
            button.setIconSize(QSize(17, 17))
            button.setAccessibleName(help)
            button.clicked.connect(do)
            bar.addWidget(button)
        self.buttons["fit"].setText(tr("Defaults"))
        self.buttons["fit"].setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        return bar

    def _form(self, names: list[str]) -> Form:
        form = Form(Recipe, names, own={name: make for name, make in OWN.items() if name in names})
        form.show_values({name: Recipe.model_fields[name].default for name in names})
        form.edited.connect(self._edited)
        self.forms.append(form)
        return form

    # --- values ---

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return next(form.editors[name] for form in self.forms if name in form.editors)

    def values(self) -> dict[str, Any]:
        """What is entered, unchecked."""
        return {name: value for form in self.forms for name, value in form.values().items()}

    @property
    def file(self) -> str:
        """Where the landscape goes."""
        out = self.out.value()
        return out if Path(out).suffix.lower() in (".h5", ".hdf5") else f"{out}.h5"

    def suit(self, findings: Findings) -> bool:
        """A recorded path is far from every random plane: propose that of its principal directions, unless the person has chosen. Says
        whether it does so now."""
        usual = self.values()["directions"] == Recipe.model_fields["directions"].default
        suits = usual and "directions" not in self.touched and max(findings.paths.values(), default=0) >= LEAST
        if suits:
            self.show_values({"directions": "pca"})
        return suits

    def show_values(self, values: dict[str, Any]) -> None:
        """Show these; a field that lies under “More” unfolds it."""
        for form in self.forms:
            form.show_values(values)
        if any(name in REST and value != Recipe.model_fields[name].default for name, value in values.items()):
            self.more.unfold(True)

    def show_findings(self, findings: Findings | None, recipe: Recipe | None) -> None:
        """Adapt to what was found: say what a pattern matches, grey out what does nothing here."""
        values = self.values()
        method = str(values["directions"]).partition(":")[0]
        norms = findings is None or findings.batch_norms > 0
        drawn = method in DRAWN
        for name, on, why in (
            ("pca_centre", method == "pca", tr("It concerns PCA directions only.")),
            (
                "reach",
                method not in RANGED,
                tr("These directions name their range themselves; a range below overrides it."),
            ),
            ("repeat", drawn, tr("These directions are not random.")),
            (
                "orthogonal",
                method in ("random", "file", "gradient"),
                tr("These directions are orthogonal already, or lie as they lie."),
            ),
            ("batch_norm", norms, tr("This network has no layers with running statistics.")),
        ):
            editor = self.editor(name)
            editor.setEnabled(on)
            help = tip(Recipe.model_fields[name].description or "")
            editor.setToolTip(help if on else f"{why}\n{help}")
        self._spell_out(recipe)
        self.matches.setText("")
        if findings is not None and recipe is not None:
            moved = [layer for layer, why in findings.moved(recipe) if not why]
            count = sum(layer.parameters for layer in moved)
            self.matches.setText(
                tr("{moved} tensors, {count:,} numbers", moved=len(moved), count=count)
                if moved
                else tr("matches nothing")
            )
            self.about.setText(
                tr(
                    "{name}: {count:,} of {parameters:,} parameters move.",
                    name=findings.name,
                    count=count,
                    parameters=findings.parameters,
                )
            )

    def _spell_out(self, recipe: Recipe | None) -> None:
        """Say in the choices what “auto” stands for."""
        if recipe is None:
            return
        for name, stands in (
            ("normalization", recipe.normalizes),
            ("ignore", recipe.ignores),
            ("batch_norm", recipe.statistics),
        ):
            combo = self.editor(name).combo  # type: ignore[attr-defined]
            combo.setItemText(0, tr("Auto: {word}", word=word(stands).lower()))

    def show_history(self, can: tuple[bool, bool]) -> None:
        """Whether there is something to undo and to redo."""
        self.buttons["undo"].setEnabled(can[0])
        self.buttons["redo"].setEnabled(can[1])

    def reveal(self, wrong: set[str]) -> None:
        """Bring what is wrong in sight."""
        if wrong & set(REST):
            self.more.unfold(True)
        first = next((e for form in self.forms for n, e in form.editors.items() if n in wrong), None)
        if first is not None:
            self.area.ensureWidgetVisible(first)

    def redraw_icons(self) -> None:
        """In the theme's colours."""
        for name in ("undo", "redo"):
            self.buttons[name].setIcon(theme.icon(name))
        for section in self.findChildren(Section):
            section.redraw_icons()
        self.estimate.redraw_icons()

    # --- the file ---

    def name_file(self, folder: Path, stem: str) -> None:
        """Propose a file that is not there yet, unless the person chose one."""
        if self._named:
            return
        method = str(self.editor("directions").value()).partition(":")[0]
        stem = str(self.editor("title").value()).strip() or f"{stem}-{method if method in DIRECTIONS else 'plane'}"
        stem = re.sub(r"[^\w.+-]+", "-", stem).strip("-.") or "landscape"
        path, k = folder / f"{stem}.h5", 2
        while is_there(path):
            path, k = folder / f"{stem}-{k}.h5", k + 1
        self.out.show_value(str(path))
        self._out_there()

    def choose_file(self, path: str) -> None:
        """The person has chosen it."""
        self._named = True
        self.out.show_value(path)
        self._out_there()

    def _out_edited(self, _dragging: bool) -> None:
        self._named = True
        self.out.mark(False)
        self._out_there()
        self.out_edited.emit()

    def _out_there(self) -> None:
        self.replace.setVisible(bool(self.out.value()) and is_file(self.out.value()))
        self.replace.setChecked(False)

    def _edited(self, name: str, dragging: bool) -> None:
        self.touched.add(name)
        self.edited.emit(name, dragging)
