"""Shelf: the presets that there are: the shipped ones, and the person's own in the settings folder, one .style.json each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, unquote

from PySide6.QtCore import QObject, Signal

from ..compute.errors import LossvistaError
from ..compute.picture import read_style
from ..compute.storage.disk import put
from ..compute.style import Style
from .language import tr
from .session import Document, Session
from .sharing import derived

SUFFIX = ".style.json"
KEPT = " ,()+'&=-_"  # beside letters and digits, what is written in a file's name as it is
LONGEST = 200  # bytes of a file's name
# What belongs to one landscape, and so to no preset.
OWN, OWN_RELIEF = ("camera", "path_span", "pins", "measured"), ("field", "clip", "low", "high")


@dataclass(frozen=True)
class Preset:
    """A look under a name. own: made by the person, who may delete it."""

    name: str
    style: Style
    own: bool = False


class Shelf(QObject):
    """folder: where the person's own presets are; it need not exist yet."""

    changed = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder

    def all(self) -> list[Preset]:
        """The shipped ones, then the person's, each by name. Files that cannot be read are left out."""
        shipped = Path(str(files("lossvista.resources") / "looks"))
        return [*self._read(shipped, own=False), *self._read(self.folder, own=True)]

    @staticmethod
    def _read(folder: Path, *, own: bool) -> list[Preset]:
        found = []
        for path in sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.name.lower()):
            try:
                style = read_style(path)
            except LossvistaError:
                continue
            found.append(Preset(unquote(path.name.removesuffix(SUFFIX)), style, own))
        return found

    def get(self, name: str) -> Preset | None:
        """The preset of that name; the person's own comes before a shipped one."""
        return next((one for one in reversed(self.all()) if one.name == name), None)

    def path(self, name: str) -> Path:
        """The file of an own preset. Letters that a file's name cannot hold are written as %XX."""
        written = "".join(letter if letter.isalnum() or letter in KEPT else quote(letter, safe="") for letter in name)
        return self.folder / (written + SUFFIX)

    def save(self, name: str, style: Style) -> Preset:
        """Keep a look under a name, in place of an own one of that name. Raises LossvistaError."""
        name = name.strip()
        if not name:
            raise LossvistaError(tr("A preset needs a name."), tr("Type one, as in “Thesis figures”."))
        if len(os.fsencode(self.path(name).name)) > LONGEST:
            raise LossvistaError(tr("The name is too long to be a file's name."), tr("Use fewer letters."))
        kept = shared(style)
        self._put(self.path(name), kept)
        self.changed.emit()
        return Preset(name, kept, own=True)

    def delete(self, name: str) -> None:
        """Remove an own preset. Raises LossvistaError where it cannot be removed."""
        try:
            self.path(name).unlink(missing_ok=True)
        except OSError as error:
            raise LossvistaError(
                tr("The preset “{name}” cannot be deleted: {strerror}.", name=name, strerror=error.strerror)
            ) from None
        self.changed.emit()

    def export(self, preset: Preset, path: str) -> Path:
        """Write a preset to a file for others. Raises LossvistaError."""
        target = Path(path if path.endswith(".json") else path + SUFFIX)
        self._put(target, preset.style)
        return target

    def take(self, path: str) -> Preset:
        """Take in a preset from a file, or a look saved beside a landscape. Raises LossvistaError where it is none."""
        name = Path(path).name.removesuffix(SUFFIX).removesuffix(".json")
        try:
            style = read_style(Path(path))
        except LossvistaError:
            raise LossvistaError(
                tr("{name} holds no look.", name=Path(path).name), tr("Choose a {suffix} file.", suffix=SUFFIX)
            ) from None
        return self.save(unquote(name), style)

    @staticmethod
    def _put(path: Path, style: Style) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LossvistaError(
                tr("The folder {parent} cannot be made: {strerror}.", parent=path.parent, strerror=error.strerror)
            ) from None
        put(path, style.model_dump_json(indent=1, exclude_defaults=True).encode(), rename=False)


def carry(session: Session, document: Document) -> None:
    """The next landscapes begin with a document's look; a difference's colours are its own."""
    if not derived(document):
        session.default_style = shared(document.meant(document.style))


def shared(style: Style) -> Style:
    """What of a look can be another landscape's: not its field, threshold, range, camera and pins."""
    own = {name: Style.model_fields[name].default for name in OWN}
    relief = {name: type(style.relief).model_fields[name].default for name in OWN_RELIEF}
    return style.replace(**own, relief=style.relief.replace(**relief))


def applied(preset: Style, style: Style) -> Style:
    """The preset's look for a landscape that looks like `style`, whose own part stays."""
    own = {name: getattr(style, name) for name in OWN}
    relief = {name: getattr(style.relief, name) for name in OWN_RELIEF}
    return preset.replace(**own, relief=preset.relief.replace(**relief))
