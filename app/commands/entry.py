"""Entry: one line of the palette: an action as it is now, and how well it fits what was typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from ..language import tr
from .fuzzy import Fit, rank

NONE = Fit(0.0, ())
NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True, eq=False)
class Entry:
    """group: the menu, or submenu, that holds the action. fit: of the text."""

    action: QAction
    group: str
    fit: Fit = NONE

    @property
    def text(self) -> str:
        return plain(self.action.text())

    @property
    def help(self) -> str:
        """What it does; of a grey one, why it is."""
        return self.action.property("reason") or self.action.statusTip()

    @property
    def keys(self) -> str:
        return "   ".join(key.toString(NATIVE) for key in self.action.shortcuts()[:2])

    @property
    def spoken(self) -> str:
        """For screen readers."""
        grey = "" if self.action.isEnabled() else tr("not available")
        return ", ".join(part for part in (self.text, self.group, self.help, self.keys, grey) if part)


def plain(text: str) -> str:
    """A menu's text without the mark of its key."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def entries(bar: QMenuBar) -> list[Entry]:
    """All actions of the menus that have a name in the table, in the menus' order."""
    return [entry for top in bar.actions() for entry in _inside(top.menu(), plain(top.text()))]


def _inside(menu: QMenu, group: str) -> Iterator[Entry]:
    for action in menu.actions():
        if action.menu() is not None:
            yield from _inside(action.menu(), plain(action.text()))
        elif action.objectName():
            yield Entry(action, group)


def found(all_entries: list[Entry], typed: str, used: tuple[str, ...]) -> list[Entry]:
    """The entries that fit, the best first; nothing typed: those used lately first, then the menus' order. What is grey comes
    after what is not, unless it is called by its name: then it is what was meant, and it says why it is grey. Where nothing fits all
    the words, what fits the most of them."""
    name = typed.strip().lower()
    fits = _fitting(all_entries, typed, used)
    words = [word for word in name.split() if len(word) > 2]
    if fits or len(name.split()) < 2 or not words:
        return fits
    found_by = [{entry.action: entry for entry in _fitting(all_entries, word, used)} for word in words]
    counts = Counter(action for one in found_by for action in one)
    most = max(counts.values(), default=0)
    return list({action: one[action] for one in found_by for action in one if counts[action] == most}.values())


def _fitting(all_entries: list[Entry], typed: str, used: tuple[str, ...]) -> list[Entry]:
    name = typed.strip().lower()
    late = {key: place for place, key in enumerate(used)}
    fits = []
    for place, entry in enumerate(all_entries):
        fit = rank(typed, f"{entry.text} {entry.group}", entry.action.statusTip())
        if fit is not None:
            own = Fit(fit.score, tuple(at for at in fit.letters if at < len(entry.text)))
            recency = late.get(entry.action.objectName(), len(used))
            fits.append(
                (
                    not entry.action.isEnabled() and not (name and entry.text.lower().startswith(name)),
                    entry.text.lower() != name,
                    -fit.score,
                    recency,
                    place,
                    Entry(entry.action, entry.group, own),
                )
            )
    return [one[-1] for one in sorted(fits, key=lambda one: one[:-1])]
