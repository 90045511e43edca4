"""Source: the first step: which network, which data, which weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...compute.recipe import Recipe
from ...compute.there import is_folder, is_there
from .. import theme
from ..editors import Choice, Paths
from ..fields import OWN
from ..forms import Form
from ..language import tr
from .aids import DropZone, Snippet
from .draft import AS_RECORDED, KINDS, PROBLEM, Source, checkpoints_among

HINTS = {
    Source.NAMED: tr(
        "The first checkpoint is the centre of the landscape. Two or three of them span a line or a plane."
    ),
    Source.FILE: tr(
        "Your file runs in a process of its own, never in this window. Without weights, the network is taken as "
        "make_problem() returns it."
    ),
    Source.RECORDED: tr(
        "A recording of Lossvista's says itself which network and data it is of. For a folder of other checkpoints, "
        "say it under “More”."
    ),
    Source.DEMO: tr(
        "A small convolutional network is trained on handwritten digits while its checkpoints are recorded. Then two "
        "landscapes are computed around it: a filter-normalized random plane, and the PCA plane of the path. Nothing is downloaded."
    ),
}


class Card(QToolButton):
    """One kind of source: an icon over its name, and a sentence."""

    def __init__(self, source: Source) -> None:
        kind = KINDS[source]
        super().__init__(checkable=True, toolTip=tr(kind.help))
        self.icon_name = kind.icon
        self.setProperty("tile", True)
        self.setAccessibleName(kind.text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(112)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        title = QLabel(kind.text, alignment=Qt.AlignmentFlag.AlignHCenter, wordWrap=True)
        font = title.font()
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        help = QLabel(tr(kind.help), alignment=Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, wordWrap=True)
        help.setProperty("quiet", True)
        small = help.font()
        small.setPointSizeF(small.pointSizeF() * 0.9)
        help.setFont(small)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 12, 10, 10)
        column.setSpacing(5)
        for label in (self.picture, title, help):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        column.addStretch(1)
        self.toggled.connect(lambda _on: self.redraw_icons())
        self.redraw_icons()

    def sizeHint(self) -> QSize:
        return QSize(150, 138)

    def redraw_icons(self) -> None:
        """In the theme's colours."""
        c = theme.colors()
        color = c.accent if self.isChecked() else c.soft
        self.picture.setPixmap(theme.draw(self.icon_name, 26, color, self.devicePixelRatioF()))


class SourcePage(QWidget):
    """`edited(field)`: a value was changed, "" for the source itself. `revoked`: no file may run code any more."""

    edited = Signal(str)
    revoked = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.trusted: dict[str, str] = {}
        self.touched: set[str] = set()
        self.cards = {source: Card(source) for source in KINDS}
        self.group = QButtonGroup(self)
        tiles = QHBoxLayout(spacing=10)
        for at, card in enumerate(self.cards.values()):
            self.group.addButton(card, at)
            tiles.addWidget(card, 1)
        self.form = Form(Recipe, list(PROBLEM), own={name: make for name, make in OWN.items() if name in PROBLEM})
        self.form.show_values({name: Recipe.model_fields[name].default for name in PROBLEM})
        self.form.edited.connect(lambda name, _dragging: self._touch(name))
        self.demo_out = Paths("folder", caption=tr("Folder for the demo's files"))
        self.demo_out.show_value(str(folder / "demo"))
        self.demo_out.setToolTip(tr("The recording, its landscapes and their pictures are written there."))
        self.demo_label = QLabel(tr("Folder"), toolTip=self.demo_out.toolTip())
        rows = self.form.layout()
        assert isinstance(rows, QFormLayout)
        self.rows = rows
        rows.addRow(self.demo_label, self.demo_out)
        self.more = QToolButton(text=" More", checkable=True, autoRaise=True)
        self.more.setProperty("heading", True)
        self.more.setToolTip(tr("Test data, input normalization, downloads"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setIconSize(QSize(12, 12))
        self.more.toggled.connect(lambda _on: self._lay())
        self.hint = QLabel(wordWrap=True)
        self.hint.setProperty("quiet", True)
        self.consented = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.revoke = QToolButton(
            text=tr("Trust no more"),
            toolTip=tr("Ask again before these files, and all that were agreed to, are opened"),
        )
        self.revoke.clicked.connect(lambda: (self.trust({}), self.revoked.emit()))
        consent = QHBoxLayout()
        consent.addWidget(self.consented, 1)
        consent.addWidget(self.revoke)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 20, 28, 12)
        column.setSpacing(14)
        column.addLayout(tiles)
        column.addSpacing(2)
        column.addWidget(self.hint)
        column.addWidget(self.form)
        column.addLayout(consent)
        column.addWidget(self.more)
        self.snippet, self.zone = Snippet(), DropZone()
        column.addWidget(self.snippet)
        column.addStretch(1)
        column.addWidget(self.zone, 3)
        widest = max(label.sizeHint().width() for label in self.form.labels.values())
        for label in (*self.form.labels.values(), self.demo_label):
            label.setMinimumWidth(widest)
        self.group.idClicked.connect(lambda _at: self._chosen())
        self.cards[Source.NAMED].setChecked(True)
        self.trust({})
        self._lay()

    # --- values ---

    @property
    def source(self) -> Source:
        """What is chosen."""
        return next(source for source, card in self.cards.items() if card.isChecked())

    def choose(self, source: Source) -> None:
        """Choose another kind of source. Silent."""
        self.cards[source].setChecked(True)
        self._lay()

    def values(self) -> dict[str, Any]:
        """What is entered, unchecked."""
        return self.form.values()

    def show_values(self, values: dict[str, Any]) -> None:
        """Show these; a field that lies under “More” unfolds it."""
        self.form.show_values(values)
        self._lay()
        if any(
            values.get(name, Recipe.model_fields[name].default) for name in KINDS[self.source].more if name in values
        ):
            self.more.setChecked(True)

    def trust(self, files: dict[str, str]) -> None:
        """The files that may run code when they are opened, because the person said so of each, with their contents' hashes."""
        self.trusted = dict(files)
        self.consented.setText(tr("May run code when opened: ") + "; ".join(files))
        self.consented.setVisible(bool(files))
        self.revoke.setVisible(bool(files))

    def first(self) -> QWidget:
        """Where to type."""
        shown = KINDS[self.source].shown
        editor = self.form.editors[shown[0]] if shown else self.demo_out
        return editor.combo if isinstance(editor, Choice) else editor.line  # type: ignore[attr-defined]

    def reveal(self, wrong: set[str]) -> None:
        """Unfold what is wrong."""
        if wrong & set(KINDS[self.source].more):
            self.more.setChecked(True)

    def redraw_icons(self) -> None:
        """In the theme's colours."""
        for card in self.cards.values():
            card.redraw_icons()
        self.snippet.redraw_icons()
        self._fold_icon()

    # --- inside ---

    def _touch(self, name: str) -> None:
        self.touched.add(name)
        if name == "trajectory" and self._unnamed():
            self.more.setChecked(True)
        self.edited.emit(name)

    def _unnamed(self) -> bool:
        """Whether the folder holds checkpoints that do not say which network they are of: then it is asked for."""
        folder = Path(str(self.form.editors["trajectory"].value()).strip()).expanduser()
        if not is_folder(folder) or is_there(folder / "recording.json"):
            return False
        try:  # the folders on the way there, while its name is being typed, hold none
            return checkpoints_among(one.name for one in folder.iterdir())
        except OSError:
            return False  # what is wrong with it is said when it is looked at

    def _chosen(self) -> None:
        self._lay()
        self.edited.emit("")

    def _lay(self) -> None:
        """Show the rows of the chosen source."""
        kind, more = KINDS[self.source], self.more.isChecked()
        inside = self.form.isAncestorOf(focus) if (focus := self.focusWidget()) is not None else False
        for name, editor in self.form.editors.items():
            self.rows.setRowVisible(editor, name in kind.shown or (more and name in kind.more))
        self.rows.setRowVisible(self.demo_out, self.source is Source.DEMO)
        self.more.setVisible(bool(kind.more))
        self.hint.setText(HINTS[self.source])
        self.snippet.show_for(self.source)
        self.zone.setVisible(self.source is not Source.DEMO)
        recorded = self.source is Source.RECORDED
        for name in AS_RECORDED:
            editor = self.form.editors[name]
            assert isinstance(editor, Choice)
            if (line := editor.combo.lineEdit()) is not None:
                line.setPlaceholderText(tr("as recorded") if recorded else "")
            if recorded and name not in self.touched:
                editor.show_value("")
            elif not recorded and not editor.value():
                editor.show_value(Recipe.model_fields[name].default)
        self._fold_icon()
        if inside and not focus.isVisibleTo(self):  # type: ignore[union-attr]  # Qt would go to the next that is left
            self.first().setFocus()

    def _fold_icon(self) -> None:
        folded = "chevron-down" if self.more.isChecked() else "chevron-right"
        self.more.setIcon(theme.icon(folded, theme.colors().soft))
