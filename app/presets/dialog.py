"""Dialog: the presets as pictures of the current landscape; save, apply, delete, share."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from ...compute.errors import LossvistaError
from .. import theme, thumbnails
from ..desk import Desk
from ..language import tr
from ..session import Document
from ..shelf import SUFFIX, Preset, applied
from .menu import apply

PICTURE = (168, 116)
GROUND = {"light": "#ffffff", "dark": "#10141b"}
FILTER = tr("Looks (*{suffix})", suffix=SUFFIX)
PRESET = Qt.ItemDataRole.UserRole


class Presets(QDialog):
    """Shows the desk's shelf, in the look of its current landscape."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window, windowTitle=tr("Look presets"))
        self.desk, self.shelf = desk, desk.shelf
        self.list = QListWidget(viewMode=QListView.ViewMode.IconMode, resizeMode=QListView.ResizeMode.Adjust)
        self.list.setObjectName("presets")
        self.list.setAccessibleName(tr("Look presets"))
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(*PICTURE))
        self.list.setGridSize(QSize(PICTURE[0] + 20, PICTURE[1] + 42))
        self.list.setUniformItemSizes(True)
        self.name = QLineEdit(placeholderText=tr("Name"), maxLength=80)
        self.name.setAccessibleName(tr("Name of the new preset"))
        self.save_button = QPushButton(
            tr("Save this look"), toolTip=tr("Keep the look of the current landscape under this name")
        )
        self.wrong = QLabel(wordWrap=True, visible=False)
        self.wrong.setProperty("error", True)
        self.apply_button = QPushButton(
            tr("Apply"), toolTip=tr("Give the current landscape this look (undo brings its own back)")
        )
        self.delete_button = QPushButton(tr("Delete"), toolTip=tr("Delete this preset of yours (Del)"))
        self.export_button = QPushButton(tr("Export…"), toolTip=tr("Save this preset as a file for others"))
        self.import_button = QPushButton(tr("Import…"), toolTip=tr("Take in a preset from a .style.json file"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.apply_button, self.delete_button, self.export_button, self.import_button):
            button.setAutoDefault(False)
        new = QHBoxLayout(spacing=8)
        new.addWidget(self.name, 1)
        new.addWidget(self.save_button)
        below = QHBoxLayout(spacing=8)
        for button in (self.apply_button, self.delete_button, self.export_button, self.import_button):
            below.addWidget(button)
        below.addStretch()
        below.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self.list, 1)
        layout.addLayout(new)
        layout.addWidget(self.wrong)
        layout.addLayout(below)
        self.resize(850, 590)
        self.list.itemSelectionChanged.connect(self._enable)
        self.list.itemActivated.connect(lambda _item: self.apply_chosen())
        self.save_button.clicked.connect(self.save)
        self.name.returnPressed.connect(self.save)
        self.name.textChanged.connect(lambda _text: self._enable())
        self.apply_button.clicked.connect(self.apply_chosen)
        self.delete_button.clicked.connect(self.delete_chosen)
        self.export_button.clicked.connect(self.export_chosen)
        self.import_button.clicked.connect(self.import_one)
        buttons.rejected.connect(self.reject)
        self.fill()

    # --- the list ---

    def fill(self, choose: str = "") -> None:
        """The presets as they are now; `choose` is chosen, else the first."""
        self.list.clear()
        for preset in self.shelf.all():
            item = QListWidgetItem(preset.name)
            item.setData(PRESET, preset)
            item.setToolTip(f"{preset.name}: {tr('your own') if preset.own else tr('comes with Lossvista')}")
            item.setIcon(self._picture(preset))
            self.list.addItem(item)
            if preset.name == choose:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self._enable()

    def _picture(self, preset: Preset) -> QIcon:
        current = self.desk.session.current
        if current is None:
            return theme.icon("look", theme.colors().soft)
        dressed = Document(current.landscape, style=applied(preset.style, current.style))
        ground = GROUND[preset.style.theme]
        return QIcon(thumbnails.draw(dressed, self.devicePixelRatioF(), PICTURE, ground))

    @property
    def chosen(self) -> Preset | None:
        """The preset that is chosen in the list."""
        item = self.list.currentItem()
        return item.data(PRESET) if item is not None and item.isSelected() else None

    def _enable(self) -> None:
        there, preset = self.desk.session.current is not None, self.chosen
        self.apply_button.setEnabled(there and preset is not None)
        self.delete_button.setEnabled(preset is not None and preset.own)
        self.export_button.setEnabled(preset is not None)
        self.name.setEnabled(there)
        self.save_button.setEnabled(there and bool(self.name.text().strip()))
        self.save_button.setDefault(self.save_button.isEnabled())

    # --- what can be done ---

    def save(self) -> None:
        """Keep the current landscape's look under the name that is typed."""
        if self.save_button.isEnabled():
            self._try(lambda: self.shelf.save(self.name.text(), self.desk.document.style))
            self.name.clear()

    def apply_chosen(self) -> None:
        """Give the current landscape the chosen look."""
        if self.chosen is not None and self.desk.session.current is not None:
            apply(self.desk, self.chosen)

    def delete_chosen(self) -> None:
        """Delete the chosen preset, if it is the person's own."""
        if (preset := self.chosen) is not None and preset.own:
            self._try(lambda: self.shelf.delete(preset.name))

    def export_chosen(self) -> None:
        """Ask where, and save the chosen preset as a file."""
        if (preset := self.chosen) is None:
            return
        start = str(self.desk.folder / self.shelf.path(preset.name).name)
        path, _ = QFileDialog.getSaveFileName(self, tr("Export a look"), start, FILTER)
        if path:
            self._try(lambda: self.desk.saved(str(self.shelf.export(preset, path))))

    def import_one(self) -> None:
        """Ask for a file, and take its look in."""
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Import a look"), str(self.desk.folder), tr("{filter};;All files (*)", filter=FILTER)
        )
        if path:
            self._try(lambda: self.shelf.take(path))

    def _try(self, do) -> None:
        self.wrong.hide()
        try:
            made = do()
        except LossvistaError as error:
            self.wrong.setText(str(error))
            self.wrong.show()
            return
        self.fill(made.name if isinstance(made, Preset) else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.delete_chosen()
        else:
            super().keyPressEvent(event)
