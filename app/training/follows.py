"""Follows: the recordings that this window follows; from one start of the program to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ...compute.errors import LossvistaError
from ...compute.there import is_folder
from ..language import tr
from ..settings import Settings
from .follower import Follower
from .recording import told

HINT = tr("Choose the folder that a training is recorded in: the one that holds recording.json.")


class Follows(QObject):
    """All recordings that are shown, the latest last."""

    added = Signal(object)  # Follower
    changed = Signal(object)  # Follower
    removed = Signal(object)  # Follower

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.all: list[Follower] = []

    def follow(self, folder: str) -> Follower:
        """Follow a recording, or go on with it. Raises LossvistaError where there is none."""
        if told(folder) is None:
            there = tr("holds no recording") if is_folder(folder) else tr("is not there")
            raise LossvistaError(tr("The folder '{folder}' {there}.", folder=folder, there=there), HINT)
        self.settings.remember(folder)
        return self.expect(folder)

    def expect(self, folder: str) -> Follower:
        """Follow a recording that this window has just begun: it need not be there yet."""
        wanted = str(Path(folder).expanduser().absolute())
        found = next((one for one in self.all if one.folder == wanted), None)
        if found is None:
            found = Follower(folder, self)
            found.changed.connect(self.changed)
            self.all.append(found)
        else:  # it comes to the front
            self.all.remove(found)
            self.all.append(found)
        found.start()
        self.added.emit(found)
        return found

    def forget(self, follower: Follower) -> None:
        """Follow no more, and show it no longer."""
        follower.stop()
        self.all.remove(follower)
        self.removed.emit(follower)
        follower.deleteLater()

    def shut(self) -> None:
        """Stop all."""
        for follower in self.all:
            follower.stop()
