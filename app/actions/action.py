"""Action: one thing that the person can do: a row of the table, and the makers of rows that are alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .. import verbs
from ..desk import Desk
from ..language import tr

Verb = Callable[[Desk], object]
Entry = str | None | tuple[str, list["Entry"]]  # an action's key, a separator, or a submenu


@dataclass(frozen=True)
class Action:
    """text: as in the menu. icon: of resources/icons. keys: shortcuts, portable. help: the tooltip's sentence.

    needs: a name in `needs.NEEDS`: where it is not met the action is grey. checked: whether it is switched on."""

    key: str
    text: str
    icon: str
    keys: tuple[str, ...]
    verb: Verb
    help: str
    needs: str = ""
    checked: Callable[[Desk], bool] | None = None


def view(name: str, key: str, text: str, help: str) -> Action:
    shown = lambda desk: desk.session.current is not None and desk.session.style.view == name  # noqa: E731
    return Action(f"view.{name}", text, name, (key,), verbs.set_view(name), help, "landscape", shown)


def element(name: str, key: str, text: str, icon: str, help: str) -> Action:
    on = lambda desk: desk.session.current is not None and bool(getattr(desk.document.style, name))  # noqa: E731
    verb = verbs.toggle(name, text.replace("&", ""))
    return Action(f"show.{name}", text, icon, (key,) if key else (), verb, help, "landscape", on)


def dock(name: str, key: str, text: str, icon: str) -> Action:
    shown = lambda desk: desk.docks[name].isVisible()  # noqa: E731
    return Action(
        f"dock.{name}",
        text,
        icon,
        (key,),
        verbs.show_dock(name),
        tr("Show or hide the panel “{texts}”", texts=text),
        "",
        shown,
    )


def theme(name: str, text: str, icon: str, help: str) -> Action:
    on = lambda desk: desk.settings.values.theme == name  # noqa: E731
    return Action(f"theme.{name}", text, icon, (), verbs.dress(name), help, "", on)
