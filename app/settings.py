"""Settings: the user's preferences. A small JSON file that holds only what differs from the defaults, written whole or not at all."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import ValidationError
from PySide6.QtCore import QSettings

from ..compute import consent
from ..compute.choices import Choices, choice
from ..compute.errors import LossvistaError
from ..compute.storage.disk import put
from ..compute.storage.small import read_object
from ..compute.style import Camera, Style
from .language import tr

KEPT_RECENT = 12
KEPT_USED = 30


class Unfinished(Choices):
    """A job that was started and neither finished nor kept: what is needed to go on with it. waiting: it had not begun."""

    target: str
    recipe: dict[str, Any]
    out: str
    waiting: bool = False


class Preferences(Choices):
    """What the user chose, and what the program remembers from one start to the next."""

    theme: Literal["system", "light", "dark"] = choice("system", "Appearance", "Light, dark, or what the desktop says.")
    language: str = choice(
        "system", "Language", "The language of the window: a code such as en, or the desktop's. From the next start on."
    )
    recent: tuple[str, ...] = choice((), "Recent", "Landscapes opened lately, the latest first.")
    reopen: bool = choice(True, "Reopen", "Open at the start what was open when the window was left.")
    folder: str = choice("", "Folder", "Where the last file was opened or saved.")
    look: dict[str, Any] = choice(
        {}, "Look", "The style that new landscapes start with: what differs from the default."
    )
    recipe: dict[str, Any] = choice({}, "Recipe", "The choices of the last computation that differ from the defaults.")
    views: dict[str, Camera] = choice({}, "Views", "Where 3-D views are seen from, by name.")
    parallel_jobs: int = choice(
        1, "Jobs at once", "How many computations run side by side; the others wait.", low=1, high=64
    )
    toured: bool = choice(False, "Toured", "The tour was seen, or skipped.")
    used: tuple[str, ...] = choice((), "Used", "Commands run from the palette lately, the latest first.")
    unfinished: tuple[Unfinished, ...] = choice((), "Unfinished", "Computations that can be resumed.")


class Settings:
    """The preferences of one user, kept in `folder`/settings.json; `geometry` is Qt's own file beside it.

    problems: sentences about what could not be read; the window shows them once."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(platformdirs.user_config_dir("lossvista", appauthor=False))
        self.path = self.folder / "settings.json"
        self.problems: list[str] = []
        self.values = self._read()
        self.geometry = QSettings(str(self.folder / "window.ini"), QSettings.Format.IniFormat)

    def _read(self) -> Preferences:
        if not os.path.lexists(self.path):
            return Preferences()
        try:
            return self._salvage(read_object(self.path))
        except LossvistaError as error:
            return self._set_aside(error)

    def _set_aside(self, error: LossvistaError) -> Preferences:
        aside = self.path.with_suffix(".bad")
        with suppress(OSError):
            self.path.replace(aside)
        self.problems.append(
            tr(
                "The settings could not be read: {message} They start afresh; the old file is {name}.",
                message=error.message,
                name=aside.name,
            )
        )
        return Preferences()

    def _salvage(self, kept: dict[str, Any]) -> Preferences:
        """Drop what is not valid, key by key, and keep the rest."""
        for name in kept.keys() - Preferences.model_fields.keys():
            del kept[name]
            self.problems.append(tr("There is no setting called '{name}'; it was left out.", name=name[:60]))
        for _ in range(len(kept) + 1):
            try:
                return Preferences(**kept)
            except ValidationError as error:
                for name in {str(mistake["loc"][0]) for mistake in error.errors()}:
                    kept.pop(name, None)
                    self.problems.append(tr("The setting '{name}' could not be read and was reset.", name=name))
        return Preferences()

    def update(self, **values: Any) -> None:
        """Change some values and write the file. A disk that refuses costs the memory of it, never the program."""
        self.values = self.values.replace(**values)
        with suppress(OSError, LossvistaError):
            self.folder.mkdir(parents=True, exist_ok=True)
            written = json.dumps(self.values.model_dump(mode="json", exclude_defaults=True), indent=1)
            put(self.path, written.encode(), rename=False)

    def remember(self, path: str) -> None:
        """Put a file in front of the recent ones."""
        path = str(Path(path).absolute())
        recent = [path, *(other for other in self.values.recent if other != path)][:KEPT_RECENT]
        self.update(recent=tuple(recent), folder=str(Path(path).parent))

    def use(self, key: str) -> None:
        """Put a command in front of those used lately."""
        self.update(used=(key, *(other for other in self.values.used if other != key))[:KEPT_USED])

    @property
    def trusted(self) -> tuple[str, ...]:
        """SHA-256 of what may run code, because the person said so of each."""
        return consent.agreed(self.folder)

    def trust(self, sha256: str) -> None:
        """Remember that what has this content may run code."""
        consent.agree(sha256, self.folder)

    def trust_nothing(self) -> None:
        """Ask anew of everything."""
        consent.revoke(self.folder)

    @property
    def style(self) -> Style:
        """The style that a new landscape starts with."""
        try:
            return Style(**self.values.look)
        except ValidationError:
            return Style()

    def remember_style(self, style: Style) -> None:
        """Keep a look for the next landscapes, without what belongs to one landscape: its range, threshold, field and camera."""
        look = style.model_dump(mode="json", exclude_defaults=True, exclude={"camera": True, "relief": _OWN})
        if not look.get("relief"):
            look.pop("relief", None)
        if look != self.values.look:
            self.update(look=look)


_OWN = {"field", "clip", "low", "high"}
