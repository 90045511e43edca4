"""Wizard: the dialog of “New landscape…”: source, findings, recipe, and then the job starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ...compute.errors import LossvistaError, NoDevice
from ...compute.findings import Findings
from ...compute.recipe import Recipe
from ..editors import Editor
from ..fields import unwritable
from ..forms import checked
from ..language import tr
from .aids import Shell
from .checks import file_trouble, recipe_of, too_few
from .draft import AS_RECORDED, PROBLEM, History, Source, counting, source_of, stem_of
from .found import FoundPage
from .looking import Looking
from .recipe import RecipePage
from .source import SourcePage
from .steps import Steps

SOURCE, FOUND, RECIPE = range(3)


class NewLandscape(Shell):
    """`start_demo(folder)`, `start_recipe(recipe, out, overwrite)`: what was decided. `consented(sha256)`: such a file may run code."""

    start_demo = Signal(str)
    start_recipe = Signal(object, str, bool)
    consented = Signal(str)

    def __init__(self, parent: QWidget, folder: Path, values: dict[str, Any] | None = None, out: str = "") -> None:
        super().__init__(parent, windowTitle=tr("New landscape"))
        self.folder = folder
        self.findings: Findings | None = None
        self.looking = Looking(parent, self)
        self.steps = Steps([tr("Network and data"), tr("What was found"), tr("Landscape")])
        self.source, self.found, self.recipe = SourcePage(folder), FoundPage(), RecipePage()
        self.pages = QStackedWidget()
        for page in (self.source, self.found, self.recipe):
            self.pages.addWidget(page)
        self.wrong = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.wrong.setProperty("error", True)
        self.wrong.setMinimumHeight(self.wrong.fontMetrics().height())
        self.cancel, self.back, self.go = QPushButton(tr("Cancel")), QPushButton(tr("Back")), QPushButton(tr("Next"))
        self.cancel.setToolTip(tr("Close; nothing is computed (Esc)"))
        self.back.setToolTip(tr("To the step before (Alt+Left)"))
        for button in (self.cancel, self.back):
            button.setAutoDefault(False)
        self.go.setDefault(True)
        self._lay()
        self._listen()
        self.history = History({})
        self.show_recipe(values or {})
        if out:
            self.recipe.choose_file(out)
        self._turn(SOURCE)

    def _lay(self) -> None:
        foot = QHBoxLayout(spacing=8)
        foot.setContentsMargins(28, 4, 28, 0)
        foot.addWidget(self.wrong, 1)
        for button in (self.cancel, self.back, self.go):
            button.setMinimumWidth(88)
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 16)
        layout.setSpacing(4)
        layout.addWidget(self.steps)
        layout.addWidget(self.pages, 1)
        layout.addLayout(foot)
        self.resize(800, 780)
        self.recipe.redraw_icons()

    def _listen(self) -> None:
        self.cancel.clicked.connect(self.reject)
        self.back.clicked.connect(self.go_back)
        self.go.clicked.connect(self.go_on)
        self.steps.chosen.connect(self._turn)
        self.source.edited.connect(self._source_edited)
        self.found.try_asked.connect(lambda: self._look(forward=True))
        self.found.cancel_asked.connect(self.looking.stop)
        self.found.trust_asked.connect(self._trust)
        self.source.revoked.connect(self._revoked)
        self.found.back_asked.connect(self.go_back)
        self.recipe.edited.connect(self._recipe_edited)
        self.recipe.out_edited.connect(self._refresh)
        self.recipe.estimate.measure_asked.connect(lambda: self._look(forward=True))
        self.recipe.undo_asked.connect(self._step)
        self.recipe.defaults_asked.connect(self._defaults)
        self.held_over.connect(self.source.zone.show_over)
        self.files_dropped.connect(self._dropped)
        self.undo_pressed.connect(self._step)
        self.back_pressed.connect(self.go_back)
        self.looking.progressed.connect(self.found.show_progress)
        self.looking.found.connect(self._looked)
        self.looking.failed.connect(self._failed)
        self.looking.ended.connect(self._ended)

    # --- values ---

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self.source.form.editors[name] if name in PROBLEM else self.recipe.editor(name)

    def values(self) -> dict[str, Any]:
        """What is entered, unchecked, of the fields that count."""
        touched = self.source.touched | self.recipe.touched
        values = counting(self.source.source, self.source.values() | self.recipe.values(), touched)
        return values | ({"trust_pickle": tuple(self.source.trusted.values())} if self.source.trusted else {})

    def show_recipe(self, values: dict[str, Any]) -> None:
        """Fill the form with a recipe's values."""
        if values:
            self.source.touched |= {name for name in AS_RECORDED if name in values}
            self.source.choose(source_of(values))
        self.source.show_values({name: value for name, value in values.items() if name in PROBLEM})
        self.recipe.show_values({name: value for name, value in values.items() if name not in PROBLEM})
        self.recipe.touched |= {"directions"} & values.keys()
        self.history = History(self.recipe.values())
        self._name_file()

    def choose(self, source: Source) -> None:
        """Choose where the network comes from."""
        self.source.choose(source)
        self._refresh()

    # --- the steps ---

    def go_on(self) -> None:
        """To the next step, or start."""
        at = self.pages.currentIndex()
        if at == SOURCE and self.source.source is Source.DEMO:
            self._start_demo()
        elif at == SOURCE:
            if self._checked({*PROBLEM}) is not None:
                self._turn(FOUND)
                if self.findings is None or self.found.error is not None:
                    self._look(forward=False)
        elif at == FOUND:
            self._turn(RECIPE)
        else:
            self._start()

    def go_back(self) -> None:
        """To the step before."""
        if self.pages.currentIndex() > SOURCE:
            self._turn(self.pages.currentIndex() - 1)

    def _turn(self, step: int) -> None:
        if step == SOURCE:
            self.looking.stop()
        self.pages.setCurrentIndex(step)
        self.steps.show_step(step)
        self._say("", set())
        self._refresh()
        if step == SOURCE:
            self.source.first().setFocus()
        else:
            self.go.setFocus()
        if step == RECIPE and self.findings is not None and self.findings.trial is None and self.looking.job is None:
            self._look(forward=True)

    def _refresh(self) -> None:
        """Buttons, and what follows from the values."""
        at, demo = self.pages.currentIndex(), self.source.source is Source.DEMO
        self.back.setVisible(at > SOURCE)
        last = at == RECIPE or (at == SOURCE and demo)
        self.go.setText(tr("Start") if last else tr("Next"))
        self.go.setToolTip(tr("Start the computation (Enter)") if last else tr("To the next step (Enter)"))
        self.go.setEnabled(at != FOUND or self.found.currentWidget() is self.found.result)
        recipe, *_ = checked(Recipe, self.values())
        assert recipe is None or isinstance(recipe, Recipe)
        self.recipe.show_findings(self.findings, recipe)
        self.recipe.show_history(self.history.can)
        busy = self.looking.job is not None and at == RECIPE
        self.recipe.estimate.show_estimate(self.findings, recipe, Path(self.recipe.out.value() or self.folder).parent)
        self.recipe.estimate.show_measuring(busy) if busy else None

    def _source_edited(self, name: str) -> None:
        self.findings = None
        self._say("", set())
        self._name_file()
        self._refresh()

    def _dropped(self, values: dict[str, Any]) -> None:
        self.show_recipe(values)
        self._source_edited("")
        self._turn(SOURCE)

    def _recipe_edited(self, name: str, dragging: bool) -> None:
        self._say("", set())
        self.history.add(self.recipe.values(), name)
        if name in ("directions", "title"):
            self._name_file()
        self._refresh()

    def _step(self, by: int) -> None:
        if (state := self.history.step(by)) is not None:
            self.recipe.show_values(state)
            self._say("", set())
            self._name_file()
            self._refresh()

    def _defaults(self) -> None:
        self.recipe.show_values({name: Recipe.model_fields[name].default for name in self.recipe.values()})
        self.recipe.touched.clear()
        self._recipe_edited("", False)

    def _name_file(self) -> None:
        self.recipe.name_file(self.folder, stem_of(self.source.source, self.source.values()))

    # --- the look ---

    def _look(self, *, forward: bool) -> None:
        recipe = self._checked(set(Recipe.model_fields) if self.pages.currentIndex() == RECIPE else {*PROBLEM})
        if recipe is None:
            return
        if forward:
            self.found.show_trying()
        else:
            self.found.wait()
        self.looking.start(recipe, forward=forward)
        self._refresh()

    def _looked(self, findings: Findings) -> None:
        self.findings = findings
        self.source.trust(findings.trusted)
        recipe, *_ = checked(Recipe, self.values())
        self.found.show_findings(findings, recipe if isinstance(recipe, Recipe) else findings.recipe)
        if self.recipe.suit(findings):
            self.history = History(self.recipe.values())
            self._name_file()

    def _failed(self, error: LossvistaError) -> None:
        late = self.findings is not None and isinstance(error, NoDevice)  # found all else; the last step chooses it
        if late or self.pages.currentIndex() == RECIPE:
            self._say(str(error), {"device"} if late else set())
        if not late:
            self.found.fail(error)

    def _ended(self) -> None:
        if self.findings is not None and self.found.error is None:
            self.found.show_trial(self.findings)
        self._refresh()

    def _trust(self, sha256: str) -> None:
        self.looking.known = sha256, *self.looking.known
        self.consented.emit(sha256)
        self._look(forward=False)

    def _revoked(self) -> None:
        self.looking.known, self.findings = (), None  # looked at again, and asked

    # --- the decision ---

    def _checked(self, concerning: set[str]) -> Recipe | None:
        """The recipe of what is entered; None where something is wrong with it, which is then said."""
        recipe, text, wrong = recipe_of(self.source.source, self.values(), concerning)
        if recipe is None:
            self._say(text, wrong)
        return recipe

    def _start_demo(self) -> None:
        folder = self.source.demo_out.value()
        if trouble := unwritable(Path(folder)) if folder else tr("Choose a folder."):
            self.source.demo_out.mark(True)
            self._say(trouble, set())
            return
        self.accept()
        self.start_demo.emit(folder)

    def _start(self) -> None:
        if (recipe := self._checked(set(Recipe.model_fields))) is None:
            return
        if lacking := too_few(recipe):
            self._say(lacking, {"directions"})
            return
        if trouble := file_trouble(self.recipe.out.value()):
            self.recipe.out.mark(True)
            self._say(trouble, set())
            return
        self.accept()
        self.start_recipe.emit(recipe, self.recipe.file, self.recipe.replace.isChecked())

    def _say(self, text: str, wrong: set[str]) -> None:
        self.wrong.setText(text)
        for form in (self.source.form, *self.recipe.forms):
            form.mark(wrong)
        self.source.reveal(wrong)
        self.recipe.reveal(wrong)

    def done(self, result: int) -> None:
        self.looking.stop()
        super().done(result)
