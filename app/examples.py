"""Examples: landscapes that come with the program, opened as copies: saving one asks for a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from ..compute.errors import LossvistaError
from ..compute.landscape import Landscape
from ..compute.storage import load
from ..compute.style import Style
from .document import Document
from .language import tr
from .looks import read_style
from .session import Session

FOLDER = Path(str(files("lossvista.resources") / "examples"))


@dataclass(frozen=True)
class Example:
    """One shipped landscape. name: of its file."""

    name: str
    landscape: Landscape
    style: Style | None

    @property
    def title(self) -> str:
        return self.landscape.title or self.name


def paths() -> list[str]:
    """Where they are."""
    return sorted(map(str, FOLDER.glob("*.h5")))


def names() -> list[str]:
    """What there is, in the files' order."""
    return [Path(path).stem for path in paths()]


def read(name: str) -> Example:
    """One example, with the look beside it. Raises LossvistaError where it cannot be read."""
    path = str(FOLDER / f"{name}.h5")
    return Example(name, load(path), read_style(path))


@cache
def shown(path: str) -> Example:
    """The example in a file, to be looked at only: read once, since each window shows all of them."""
    return read(Path(path).stem)


def open_example(session: Session, name: str, style: Style | None = None) -> Document:
    """Open a copy of an example, or bring the one that is open to the front. style: its look, else the shipped one. Raises
    LossvistaError where there is no such example."""
    for document in session.documents:
        if document.example == name and not document.path:
            session.activate(document)
            return document
    if name not in names():
        raise LossvistaError(tr("There is no example called “{name}” any more.", name=name))
    example = read(name)
    shipped = example.style.replace(theme=session.default_style.theme) if example.style is not None else None
    return session.add(example.landscape, style=style or shipped, unsaved=True, example=name)
