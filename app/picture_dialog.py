"""Picture dialog: asks for the format, size and file of a picture: pixels for a screen, or a print of so many millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..compute.picture import VECTOR
from ..compute.there import is_file
from .editors import Choice, Paths
from .fields import unwritable
from .language import tr

SCREEN, OTHER = (0, 0), (-1, -1)
SIZES = {
    SCREEN: tr("As on the screen"),
    (1600, 1200): tr("1600 × 1200 (paper, 4:3)"),
    (1920, 1080): tr("1920 × 1080 (slides, 16:9)"),
    (3200, 2400): tr("3200 × 2400 (print)"),
    OTHER: tr("Other…"),
}
FORMATS = {
    ".png": tr("PNG: pixels, for slides and the web"),
    ".pdf": tr("PDF: for print and LaTeX"),
    ".svg": tr("SVG: to edit, as in Inkscape"),
    ".eps": tr("EPS: for older LaTeX; nothing in it is transparent"),
    ".jpg": tr("JPEG"),
    ".tiff": tr("TIFF"),
    ".webp": tr("WebP"),
}
SAME = {".jpeg": ".jpg", ".tif": ".tiff"}
CLEAR = (".png", ".tiff", ".webp", ".pdf", ".svg")  # can be without a background
WIDTHS = {
    85.0: tr("85 mm (a column)"),
    120.0: tr("120 mm"),
    175.0: tr("175 mm (a page)"),
    -1.0: tr("Other…"),
}


@dataclass(frozen=True)
class Wanted:
    """size: (width, height) in pixels; (0, 0) is what is on the screen. width: of the print, in mm; None for a picture of pixels only."""

    size: tuple[int, int]
    path: str
    width: float | None = None
    transparent: bool = False


class PictureDialog(QDialog):
    """`chosen(Wanted)`. flat: it is of lines and text, which a print holds as such; else a print holds pixels, so that their number
    counts, too. clear: it can be drawn without a background."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, path: Path, *, flat: bool, clear: bool = True) -> None:
        super().__init__(parent, windowTitle=tr("Save figure"))
        self.flat, self.clear = flat, clear
        self.format_choice = Choice(dict(FORMATS))
        self.size_choice = Choice(dict(SIZES))
        self.size_choice.show_value((1600, 1200))
        self.width_spin = _spin(1600, tr("Width in pixels"))
        self.height_spin = _spin(1200, tr("Height in pixels"))
        self.own = _row(self.width_spin, QLabel("×"), self.height_spin)
        self.print_choice = Choice(dict(WIDTHS))
        self.print_spin = QDoubleSpinBox(minimum=20, maximum=2000, value=85, decimals=0, suffix=" mm")
        self.print_spin.setAccessibleName(tr("Width of the print in millimetres"))
        self.own_print = _row(self.print_spin)
        self.transparent = QCheckBox(tr("Without the background"))
        self.out = Paths("save", caption=tr("Picture"), filter=_filter())
        self.out.show_value(str(path))
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("quiet", True)
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("error", True)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.form.addRow(tr("Format"), self.format_choice)
        self.form.addRow(tr("Printed width"), self.print_choice)
        self.form.addRow("", self.own_print)
        self.form.addRow(tr("Size"), self.size_choice)
        self.form.addRow("", self.own)
        self.form.addRow("", self.transparent)
        self.form.addRow(tr("File"), self.out)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(tr("Save figure"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(10)
        layout.addLayout(self.form)
        layout.addWidget(self.note)
        layout.addWidget(self.wrong)
        layout.addWidget(buttons)
        self.setMinimumWidth(520)
        for editor in (self.size_choice, self.print_choice):
            editor.edited.connect(lambda _dragging: self._lay())
        for spin in (self.width_spin, self.height_spin, self.print_spin):
            spin.valueChanged.connect(lambda _value: self._lay())
        self.format_choice.edited.connect(lambda _dragging: self._formatted())
        self.out.line.textChanged.connect(lambda _text: self._named())
        self._named()

    @property
    def suffix(self) -> str:
        """Of the format that is chosen."""
        return str(self.format_choice.value())

    def _formatted(self) -> None:
        """The file takes the format's suffix."""
        path = Path(self.out.value())
        if path.name and _kind(path) != self.suffix:
            self.out.show_value(str(path.with_suffix(self.suffix)))
        self._lay()

    def _named(self) -> None:
        """The format follows the file's suffix."""
        if (kind := _kind(Path(self.out.value()))) in FORMATS:
            self.format_choice.show_value(kind)
        self._lay()

    def _lay(self) -> None:
        """What counts for this format, and what it comes to."""
        printed = self.suffix in VECTOR
        if printed and self.size_choice.value() == SCREEN:
            self.size_choice.show_value((1600, 1200))
        self.form.setRowVisible(self.print_choice, printed)
        self.form.setRowVisible(self.own_print, printed and self.print_choice.value() < 0)
        self.form.setRowVisible(self.size_choice, not (printed and self.flat))
        self.form.setRowVisible(self.own, not (printed and self.flat) and self.size_choice.value() == OTHER)
        clear = self.clear and self.suffix in CLEAR and self.size_choice.value() != SCREEN
        self.form.setRowVisible(self.transparent, clear)
        said = []
        if printed and self.flat:
            said.append(tr("Lines and text stay lines and text, sharp at any size."))
        elif printed:
            dots = self._size()[0] / (self._width() / 25.4)
            said.append(tr("A 3-D view is held as pixels: {dots:.0f} an inch in this print; 300 are usual.", dots=dots))
        if is_file(self.out.value()):
            name = Path(self.out.value()).name
            said.append(tr("{name} is there already, and will be replaced.", name=name))
        self.note.setText(" ".join(said))
        self.note.setVisible(bool(said))
        self.wrong.setVisible(bool(self.wrong.text()))

    def _size(self) -> tuple[int, int]:
        size = self.size_choice.value()
        return (self.width_spin.value(), self.height_spin.value()) if size == OTHER else size

    def _width(self) -> float:
        width = self.print_choice.value()
        return self.print_spin.value() if width < 0 else width

    def _try(self) -> None:
        path = Path(self.out.value())
        if not path.name:
            trouble = tr("Choose a file.")
        elif path.suffix and _kind(path) not in FORMATS:
            known = ", ".join(FORMATS)
            trouble = tr("A picture cannot be saved as {suffix}. Use {known}.", suffix=path.suffix, known=known)
        else:
            path = path if path.suffix else path.with_suffix(self.suffix)
            trouble = unwritable(path.absolute().parent)
        if trouble:
            self.out.mark(True)
            self.wrong.setText(trouble)
            self.wrong.show()
            return
        transparent = self.transparent.isChecked() and self.form.isRowVisible(self.transparent)
        width = self._width() if self.suffix in VECTOR else None
        self.accept()
        self.chosen.emit(Wanted(self._size(), str(path), width, transparent))


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    return SAME.get(suffix, suffix)


def _spin(value: int, name: str) -> QSpinBox:
    spin = QSpinBox(minimum=16, maximum=8192, value=value, suffix=" px")
    spin.setAccessibleName(name)
    return spin


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch()
    return row


def _filter() -> str:
    patterns = " ".join(f"*{suffix}" for suffix in (*FORMATS, *SAME))
    return tr("Pictures ({patterns})", patterns=patterns)
