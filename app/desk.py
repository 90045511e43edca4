"""Desk: what the verbs of the actions work with. The window lays it out; nothing here knows the window's class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from ..compute.errors import LossvistaError
from ..compute.importers.body import Body
from ..compute.importers.imported import Imported
from ..compute.there import is_folder
from . import theme
from .dock import CHART, Dock
from .imports import Imports
from .language import tr
from .notices import Notices
from .opengl import OpenGL
from .picture import Pictures
from .places import Place
from .playing.playback import Playback
from .pointing.balls import Balls
from .pointing.points import Points
from .probing.probe import Probe
from .runs import Runs
from .session import Document, Session
from .settings import Settings
from .shelf import Shelf
from .stage import Stage
from .studies import Studies
from .training.follows import Follows

if TYPE_CHECKING:
    from .lessons.player import Player


@dataclass
class Desk:
    """window: the parent of dialogs. docks: name → dock, to show and hide. dressed: called after a change of theme."""

    window: QWidget
    settings: Settings
    session: Session
    runs: Runs
    follows: Follows
    points: Points
    balls: Balls
    studies: Studies
    notices: Notices
    pictures: Pictures
    shelf: Shelf
    probe: Probe
    playback: Playback
    docks: dict[str, Dock]
    dressed: Callable[[], None]
    stage: Stage = None  # type: ignore[assignment]  # it shows actions, which need the desk: it comes a moment later
    player: Player = None  # type: ignore[assignment]  # of the lessons; it takes actions, too
    opengl: OpenGL | None = None

    def __post_init__(self) -> None:
        self.imports = Imports(self.window)
        self.imports.done.connect(self._imported)
        self.imports.failed.connect(self.notices.fail)
        self.imports.shown.connect(self._show_mesh)

    @property
    def document(self) -> Document:
        """The current document. Only actions that need one ask, and they are disabled where there is none."""
        assert self.session.current is not None
        return self.session.current

    @property
    def folder(self) -> Path:
        """Where file dialogs start."""
        kept = Path(self.settings.values.folder) if self.settings.values.folder else None
        return kept if kept is not None and is_folder(kept) else Path.home()

    def open(self, path: str, place: Place | None = None) -> bool:
        """Open a landscape, in that place if one is given, follow the recording in a folder, or import a file of another program,
        which takes a moment; where that fails, say why."""
        try:
            if is_folder(path):
                self.follow(path)
                return True
            if self.imports.takes(path):
                self.imports.begin(path, place)
                return True
            document = self.session.open(path, place=place)
        except LossvistaError as error:
            if self.imports.takes(path, error):
                self.imports.begin(path, place)
                return True
            self.notices.fail(error)
            return False
        self.settings.remember(document.path)
        return True

    def _imported(self, path: str, imported: Imported, place: Place | None) -> None:
        self.session.add(imported.landscape, unsaved=True, place=place)
        self.notices.say(tr("Imported {name}. {said}", name=Path(path).name, said=" ".join(imported.said)), "success")

    def _show_mesh(self, body: Body) -> None:
        """A mesh that is no landscape, in a window of its own."""
        if self.opengl is None or not self.opengl.there:
            self.notices.say(
                tr("{title} is a mesh, not a landscape, and 3-D views cannot be drawn here.", title=body.title),
                "warning",
            )
            return
        from .meshes import MeshWindow

        MeshWindow(self.window, body).show()

    def follow(self, folder: str) -> None:
        """Follow a recording and show its curves. Raises LossvistaError where there is none."""
        self.follows.follow(folder)
        self.docks["training"].bring(CHART)

    def dress(self, name: str, said: Qt.ColorScheme | None = None) -> None:
        """Change the theme: light, dark or system. The picture's background goes with it, as an undo step. said: what the
        desktop has just said, where it is to be followed."""
        if said is None:
            self.settings.update(theme=name)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, name, said)
        self.dressed()
        self.session.restyle(tr("Background"), theme="dark" if theme.dark() else "light")

    def guarded(self, do: Callable[..., object]) -> Callable[..., None]:
        """`do`, with its LossvistaErrors told to the person."""

        def guard(*args: object) -> None:
            try:
                do(*args)
            except LossvistaError as error:
                self.notices.fail(error)

        return guard

    def saved(self, path: str, remark: str = "") -> None:
        """Tell that a file was written, and what could not be."""
        folder = QUrl.fromLocalFile(str(Path(path).absolute().parent))
        show = {tr("Show folder"): lambda: QDesktopServices.openUrl(folder)}
        self.notices.say(
            tr("Saved {name}. {remark}", name=Path(path).name, remark=remark).strip(), "success", buttons=show
        )
