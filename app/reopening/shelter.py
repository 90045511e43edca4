"""Shelter: copies of open landscapes that are in no file, in the settings folder, so that they outlive the window."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from ...compute.errors import LossvistaError
from ...compute.storage import load, save
from ...compute.style import Style
from ..document import Document
from ..runs import Runs
from ..session import Session

LARGE = 100_000  # points: what has more is copied only when the window is closed, because writing it would be felt


class Shelter:
    """folder: where the copies are. What a run computes has its journal and needs none."""

    def __init__(self, folder: Path, runs: Runs) -> None:
        self.folder, self.runs = folder, runs
        self._kept: dict[int, tuple[str, int]] = {}  # document's key → the copy's name, the revision that is in it

    def needs(self, document: Document) -> bool:
        """Whether a landscape would be lost with the window."""
        homeless = document.unsaved and not document.path and not document.example and document.drawable
        return homeless and not any(document in run.documents for run in self.runs.all)

    def keep(self, document: Document, *, ended: bool) -> str:
        """The name of the landscape's copy, which is written if there is none or an older one; "" where that cannot be."""
        name, revision = self._kept.get(document.key, ("", -1))
        if revision == document.revision or (document.landscape.surface.grid.size > LARGE and not ended):
            return name
        name = name or f"{uuid4().hex}.h5"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save(document.landscape, self.folder / name)
        except (OSError, LossvistaError):  # a disk that refuses costs the memory of it, never the program
            return self._kept.get(document.key, ("", -1))[0]
        self._kept[document.key] = name, document.revision
        return name

    def open(self, session: Session, name: str, style: Style | None) -> Document:
        """Open a copy; it is in no file still. Raises LossvistaError where it is gone or damaged."""
        document = session.add(load(self.folder / Path(name).name), style=style, unsaved=True)
        self._kept[document.key] = name, document.revision
        return document

    def sweep(self, names: set[str]) -> None:
        """Remove the copies that nobody needs any more."""
        with suppress(OSError):
            for path in self.folder.glob("*.h5"):
                if path.name not in names:
                    path.unlink()
