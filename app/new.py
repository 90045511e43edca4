"""New landscape: the dialog that makes a recipe. Its form is the recipe's fields; what is wrong is said beside them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..compute.directions import DIRECTIONS
from ..compute.doors import Door
from ..compute.engines import ENGINES
from ..compute.problem import DATA, MODELS
from ..compute.recipe import Recipe
from . import theme
from .editors import Choice, Editor, Paths, Segments, Spin
from .forms import Form, Section, checked, word

MAIN = {
    "Network": ["problem", "model", "data", "weights", "trajectory"],
    "Plane": ["directions", "normalization", "axes", "resolution", "reach"],
    "Evaluation": ["samples", "title"],
}
CHECKPOINTS = "Checkpoints (*.pt *.pth *.t7 *.safetensors *.ckpt *.bin *.tar);;All files (*)"


def _doors(doors: dict[str, Door]) -> dict[str, str]:
    return {name: name for name in doors}


OWN: dict[str, Any] = {
    "model": lambda: Choice(_doors(MODELS), editable=True),
    "data": lambda: Choice(_doors(DATA), editable=True),
    "problem": lambda: Paths("file", caption="A Python file with make_problem", filter="Python (*.py);;All files (*)"),
    "weights": lambda: Paths("file", several=True, caption="Weights", filter=CHECKPOINTS),
    "trajectory": lambda: Paths("folder", caption="Recorded checkpoints"),
    "directions": lambda: Choice({name: door.label for name, door in DIRECTIONS.items()}),
    "engine": lambda: Choice({name: door.label for name, door in ENGINES.items()}),
    "samples": lambda: Spin(0, 10**9, zero="all"),
    "batch_size": lambda: Spin(0, 10**6, zero="automatic"),
    "axes": lambda: Segments({2: ("Plane", "", "Two axes: a surface"), 1: ("Line", "", "One axis: a curve")}),
}


class NewLandscape(QDialog):
    """Two tabs: the demo, or a network of one's own. `start_demo(folder)` and `start_recipe(recipe, out, overwrite)` tell what
    was decided."""

    start_demo = Signal(str)
    start_recipe = Signal(object, str, bool)

    def __init__(self, parent: QWidget, folder: Path, recipe: dict[str, Any] | None = None) -> None:
        super().__init__(parent, windowTitle="New landscape")
        self.folder = folder
        self.tabs = QTabWidget(documentMode=True)
        self.demo_out = Paths("folder", caption="Folder for the demo's files")
        self.demo_out.show_value(str(folder / "demo"))
        self.tabs.addTab(self._demo_page(), theme.icon("demo"), "Demo")
        self.forms: list[Form] = []
        self.out = Paths("save", caption="Landscape file", filter="Landscapes (*.h5)")
        self.out.setToolTip("Where the landscape is written. While it is computed, a journal stands beside it.")
        self.replace = QCheckBox("Replace the file that is there", visible=False)
        self.tabs.addTab(self._recipe_page(), theme.icon("surface"), "Network from a checkpoint")
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("error", True)
        self.wrong.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = self.buttons.addButton("Compute", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        self.go.setToolTip("Start the computation (Enter)")
        self.buttons.accepted.connect(self._try)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 14)
        layout.addWidget(self.tabs, 1)
        foot = QVBoxLayout(spacing=8)
        foot.setContentsMargins(20, 4, 20, 0)
        foot.addWidget(self.wrong)
        foot.addWidget(self.buttons)
        layout.addLayout(foot)
        self.resize(600, 760)
        self._named = False  # whether the person chose the file's name
        self.show_recipe(recipe or {})
        self.tabs.setCurrentIndex(1 if recipe else 0)
        self.out.edited.connect(self._out_edited)
        self.tabs.currentChanged.connect(lambda _at: self._say("", set()))

    def _demo_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 22, 24, 12)
        column.setSpacing(12)
        picture = QLabel(pixmap=theme.draw("lossvista", 64, ratio=self.devicePixelRatioF()))
        text = QLabel(
            "<b>A small convolutional network on handwritten digits</b><br><br>It is trained here, while its checkpoints are "
            "recorded. Then two landscapes are computed around it: a filter-normalized random plane, and the PCA plane of "
            "the path that the optimizer took. Nothing is downloaded; it takes about a minute.",
            wordWrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        top = QHBoxLayout(spacing=18)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(text, 1)
        form = QFormLayout()
        form.addRow("Folder", self.demo_out)
        column.addLayout(top)
        column.addSpacing(8)
        column.addLayout(form)
        column.addStretch(1)
        return page

    def _recipe_page(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        shown = {name for names in MAIN.values() for name in names}
        for title, names in MAIN.items():
            column.addWidget(Section(title, self._form(names)))
        rest = [name for name in Recipe.model_fields if name not in shown]
        self.more = Section("More", self._form(rest), open=False)
        column.addWidget(self.more)
        line = QFrame(frameShape=QFrame.Shape.HLine)
        line.setStyleSheet(f"color: {theme.colors().line};")
        column.addWidget(line)
        file = QFormLayout()
        file.setHorizontalSpacing(12)
        label = QLabel("File", toolTip=self.out.toolTip())
        file.addRow(label, self.out)
        file.addRow("", self.replace)
        column.addLayout(file)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        area.setMinimumSize(QSize(460, 300))
        return area

    def _form(self, names: list[str]) -> Form:
        form = Form(Recipe, names, own={name: make for name, make in OWN.items() if name in names})
        form.show_values({name: Recipe.model_fields[name].default for name in names})
        form.edited.connect(lambda name, _dragging: self._edited(name))
        self.forms.append(form)
        return form

    # --- values ---

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return next(form.editors[name] for form in self.forms if name in form.editors)

    def show_recipe(self, values: dict[str, Any]) -> None:
        """Fill the form with a recipe's values."""
        for form in self.forms:
            form.show_values(values)
        shown = {name for names in MAIN.values() for name in names}
        if any(name not in shown for name in values):
            self.more.unfold(True)
        self._name_file()

    def values(self) -> dict[str, Any]:
        """What is entered, unchecked."""
        return {name: value for form in self.forms for name, value in form.values().items()}

    def _edited(self, name: str) -> None:
        self._say("", set())
        if name == "directions" and self.editor("directions").value() == "pca":
            self._say(
                ""
                if self.editor("trajectory").value()
                else "PCA directions come from a folder of recorded checkpoints.",
                set(),
            )
        if not self._named and name in ("model", "directions", "title"):
            self._name_file()

    def _name_file(self) -> None:
        """Propose a file that is not there yet."""
        if self._named:
            return
        values = self.values()
        stem = str(values["title"]).strip() or f"{values['model']}-{values['directions']}"
        stem = re.sub(r"[^\w.+-]+", "-", stem).strip("-.") or "landscape"
        path, k = self.folder / f"{stem}.h5", 2
        while path.exists():
            path, k = self.folder / f"{stem}-{k}.h5", k + 1
        self.out.show_value(str(path))
        self._out_there()

    def _out_edited(self, _dragging: bool) -> None:
        self._named = True
        self.out.mark(False)
        self._out_there()

    def _out_there(self) -> None:
        self.replace.setVisible(Path(self.out.value()).is_file())
        self.replace.setChecked(False)

    # --- the decision ---

    def _try(self) -> None:
        if self.tabs.currentIndex() == 0:
            folder = self.demo_out.value()
            if trouble := unwritable(Path(folder or ".")) if folder else "Choose a folder.":
                self.demo_out.mark(True)
                self._say(trouble, set())
                return
            self.accept()
            self.start_demo.emit(folder)
            return
        recipe, text, wrong = checked(Recipe, self.values())
        if recipe is None:
            self._say(text, wrong)
            return
        if not (recipe.weights or recipe.trajectory or recipe.problem):
            text = "A landscape needs a trained network: give its weights, or a folder of recorded checkpoints as trajectory."
            self._say(text, {"weights", "trajectory"})
            return
        for name, path in self._named_files(recipe):
            if not path.exists():
                self._say(f"{word(name)}: there is no {path}. Check the path, or choose it with the button.", {name})
                return
        out = self.out.value()
        trouble = "Choose a file for the landscape." if not out else unwritable(Path(out).absolute().parent)
        if Path(out).is_dir():
            trouble = f"{out} is a folder. Add a file name that ends in .h5."
        if trouble:
            self.out.mark(True)
            self._say(trouble, set())
            return
        if Path(out).suffix.lower() not in (".h5", ".hdf5"):
            out += ".h5"
        self.accept()
        self.start_recipe.emit(recipe, out, self.replace.isChecked())

    @staticmethod
    def _named_files(recipe: Any) -> list[tuple[str, Path]]:
        found = [("weights", Path(path)) for path in recipe.weights]
        if recipe.trajectory:
            found.append(("trajectory", Path(recipe.trajectory)))
        return found

    def _say(self, text: str, wrong: set[str]) -> None:
        self.wrong.setText(text)
        for form in self.forms:
            form.mark(wrong)
        hidden = [name for name in wrong if any(name in form.editors for form in self.forms[-1:])]
        if hidden:
            self.more.unfold(True)
        if wrong:
            first = next((e for form in self.forms for n, e in form.editors.items() if n in wrong), None)
            area = self.tabs.widget(1)
            if first is not None and isinstance(area, QScrollArea):
                area.ensureWidgetVisible(first)


def unwritable(folder: Path) -> str:
    """Why nothing can be written into a folder (which need not exist yet); "" where it can."""
    there = folder
    while not there.exists():
        if there == there.parent:
            break
        there = there.parent
    if not there.is_dir():
        return f"{there} is not a folder. Choose another place."
    if not os.access(there, os.W_OK | os.X_OK):
        return f"The folder {there} is not writable. Choose another place."
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"The folder {folder} cannot be made: {error.strerror}. Choose another place."
    return ""
