"""Actions: all that the person can do, as a table; menus and the bar are lists of its keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from . import comparing, theme, trainings, verbs
from .desk import Desk

Verb = Callable[[Desk], object]


@dataclass(frozen=True)
class Action:
    """text: as in the menu. icon: of resources/icons. keys: shortcuts, portable. help: the tooltip's sentence.

    needs: "landscape", "several", "compared", "job" or "": where it is missing the action is grey. checked: whether it is switched on."""

    key: str
    text: str
    icon: str
    keys: tuple[str, ...]
    verb: Verb
    help: str
    needs: str = ""
    checked: Callable[[Desk], bool] | None = None


def _view(name: str, key: str, text: str, help: str) -> Action:
    shown = lambda desk: desk.session.current is not None and desk.document.style.view == name  # noqa: E731
    return Action(f"view.{name}", text, name, (key,), verbs.set_view(name), help, "landscape", shown)


def _element(name: str, key: str, text: str, icon: str, help: str) -> Action:
    on = lambda desk: desk.session.current is not None and bool(getattr(desk.document.style, name))  # noqa: E731
    verb = verbs.toggle(name, text.replace("&", ""))
    return Action(f"show.{name}", text, icon, (key,) if key else (), verb, help, "landscape", on)


def _dock(name: str, key: str, text: str, icon: str) -> Action:
    shown = lambda desk: desk.docks[name].isVisible()  # noqa: E731
    return Action(
        f"dock.{name}", text, icon, (key,), verbs.show_dock(name), f"Show or hide the panel “{text}”", "", shown
    )


def _theme(name: str, text: str, icon: str, help: str) -> Action:
    on = lambda desk: desk.settings.values.theme == name  # noqa: E731
    return Action(f"theme.{name}", text, icon, (), verbs.dress(name), help, "", on)


ACTIONS: dict[str, Action] = {
    action.key: action
    for action in (
        Action("file.new", "&New landscape…", "new", ("Ctrl+N",), verbs.new_landscape, "Compute a loss landscape"),
        Action(
            "file.demo",
            "Try the &demo…",
            "demo",
            (),
            verbs.new_demo,
            "Train a small network here and look at its landscape",
        ),
        Action(
            "file.train",
            "&Train a network…",
            "train",
            ("Ctrl+T",),
            trainings.train_network,
            "Train a network here and record its path",
        ),
        Action("file.open", "&Open…", "open", ("Ctrl+O",), verbs.open_files, "Open saved landscapes"),
        Action(
            "file.follow",
            "&Follow a recording…",
            "follow",
            ("Ctrl+R",),
            trainings.follow_recording,
            "Show the curves of a training while it is being recorded",
        ),
        Action(
            "file.save",
            "&Save",
            "save",
            ("Ctrl+S",),
            verbs.save,
            "Save the landscape, and its look beside it",
            "landscape",
        ),
        Action(
            "file.save_as",
            "Save &as…",
            "",
            ("Ctrl+Shift+A",),
            verbs.save_as,
            "Save the landscape elsewhere",
            "landscape",
        ),
        Action(
            "file.export",
            "&Export…",
            "export",
            ("Ctrl+E",),
            verbs.export_as,
            "Save what is seen as a mesh for other programs",
            "landscape",
        ),
        Action(
            "file.screenshot",
            "S&creenshot…",
            "screenshot",
            ("Ctrl+Shift+S",),
            verbs.screenshot,
            "Save a picture, at any size",
            "landscape",
        ),
        Action("file.close", "&Close", "close", ("Ctrl+W",), verbs.close, "Close this landscape", "landscape"),
        Action(
            "file.quit", "&Quit", "quit", ("Ctrl+Q",), verbs.quit, "Close the window; what is being computed is paused"
        ),
        Action("edit.undo", "&Undo", "undo", ("Ctrl+Z",), verbs.undo, "Take the last change of look back", "undo"),
        Action("edit.redo", "&Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), verbs.redo, "Do it again", "redo"),
        _view("surface", "1", "&Smooth surface", "Show a smooth, shaded surface"),
        _view("contours", "2", "Surface with &contour lines", "Show the surface with contour lines on it"),
        _view("wireframe", "3", "&Wireframe", "Show the grid's lines"),
        _view("lines", "4", "Floating contour &lines", "Show coloured contour lines at their height"),
        _view("map", "5", "Flat &map", "Show a flat contour map"),
        Action(
            "camera.reset",
            "&Reset camera",
            "fit",
            ("R",),
            verbs.look("iso"),
            "See all, from the usual side",
            "landscape",
        ),
        Action("camera.fit", "&Fit", "fit", ("Z",), verbs.look("fit"), "See all, from where you are", "landscape"),
        Action(
            "camera.front", "From the &front", "cube-front", ("7",), verbs.look("front"), "Look along β", "landscape"
        ),
        Action(
            "camera.right", "From the ri&ght", "cube-right", ("8",), verbs.look("right"), "Look along α", "landscape"
        ),
        Action("camera.top", "From &above", "cube-top", ("9",), verbs.look("top"), "Look down", "landscape"),
        _element("path", "P", "Descent &path", "path", "The optimizer's path at its true loss"),
        _element("stems", "S", "&Stems", "stems", "Lines from the path's true loss to the slice"),
        _element("floor", "F", "&Floor map", "floor", "A pale contour map below the surface"),
        _element("axes", "A", "&Axes", "axes", "Axes with numbers"),
        _element("colorbar", "B", "Colour &bar", "colorbar", "The colours with the loss's numbers"),
        _element("title", "T", "&Title", "title", "The title above the picture"),
        _element("reverse", "", "&Reverse colours", "", "Swap the colour map's ends"),
        Action(
            "compare.show",
            "C&ompare",
            "compare",
            ("C",),
            comparing.compare,
            "Show the chosen landscapes in one picture",
            "several",
            lambda desk: bool(desk.session.compared),
        ),
        Action(
            "compare.end",
            "End the comparison",
            "",
            ("Esc",),
            comparing.end,
            "Back to one landscape",
            "compared",
        ),
        Action(
            "view.next",
            "&Next landscape",
            "",
            ("Ctrl+PgDown", "]"),
            verbs.step(1),
            "Bring the next one to the front",
            "several",
        ),
        Action(
            "view.previous",
            "&Previous landscape",
            "",
            ("Ctrl+PgUp", "["),
            verbs.step(-1),
            "Bring the previous one to the front",
            "several",
        ),
        Action(
            "view.full_screen", "F&ull screen", "fullscreen", ("F11",), verbs.full_screen, "The window fills the screen"
        ),
        _theme("light", "&Light", "light", "A light window"),
        _theme("dark", "&Dark", "dark", "A dark window"),
        _theme("system", "As the &desktop", "", "Light or dark, as the desktop says"),
        _dock("landscapes", "Ctrl+1", "Landscapes", "layers"),
        _dock("trust", "Ctrl+2", "Trust", "trust"),
        _dock("look", "Ctrl+3", "Look", "look"),
        _dock("jobs", "Ctrl+4", "Jobs", "jobs"),
        _dock("log", "Ctrl+5", "Log", "log"),
        _dock("training", "Ctrl+6", "Training", "train"),
        Action(
            "job.cancel", "&Cancel", "cancel", ("Ctrl+.",), verbs.cancel, "Stop computing; it can be resumed", "job"
        ),
        Action(
            "job.keep",
            "Stop and &keep",
            "keep",
            ("Ctrl+K",),
            verbs.keep,
            "Stop computing and keep what there is",
            "job",
        ),
        Action("help.shortcuts", "&Keyboard and mouse", "keyboard", ("?", "F1"), verbs.shortcuts, "All keys"),
        Action("help.about", "&About Lossvista", "info", (), verbs.about, "Version, and a report on what it runs on"),
    )
}

Entry = str | None | tuple[str, list["Entry"]]  # an action's key, a separator, or a submenu

MENUS: dict[str, list[Entry]] = {
    "&File": [
        "file.new",
        "file.train",
        "file.demo",
        "file.open",
        "file.follow",
        ("Open &recent", []),
        None,
        "file.save",
        "file.save_as",
        "file.export",
        "file.screenshot",
        None,
        "file.close",
        "file.quit",
    ],
    "&Edit": ["edit.undo", "edit.redo"],
    "&View": [
        "view.surface",
        "view.contours",
        "view.wireframe",
        "view.lines",
        "view.map",
        None,
        ("&Camera", ["camera.reset", "camera.fit", "camera.front", "camera.right", "camera.top"]),
        (
            "&Elements",
            ["show.path", "show.stems", "show.floor", "show.axes", "show.colorbar", "show.title", None, "show.reverse"],
        ),
        None,
        "compare.show",
        "compare.end",
        "view.next",
        "view.previous",
        None,
        ("&Panels", ["dock.landscapes", "dock.trust", "dock.look", "dock.jobs", "dock.log", "dock.training"]),
        ("&Appearance", ["theme.light", "theme.dark", "theme.system"]),
        "view.full_screen",
    ],
    "&Jobs": ["job.cancel", "job.keep"],
    "&Help": ["help.shortcuts", "help.about"],
}

BAR: list[str | None] = [
    "file.new",
    "file.open",
    "file.save",
    None,
    "edit.undo",
    "edit.redo",
    None,
    "view.surface",
    "view.contours",
    "view.wireframe",
    "view.lines",
    "view.map",
    "compare.show",
    None,
    "camera.reset",
    "camera.front",
    "camera.right",
    "camera.top",
    None,
    "file.screenshot",
    "file.export",
]


def make(parent: QWidget, desk: Desk) -> dict[str, QAction]:
    """A QAction for each row of the table. A LossvistaError in a verb becomes a notice."""
    made = {}
    for key, action in ACTIONS.items():
        made[key] = widget = QAction(action.text, parent, objectName=key)
        keys = [QKeySequence(text) for text in action.keys]
        widget.setShortcuts(keys)
        shown = "  ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
        widget.setToolTip(f"{action.help}  ({shown})" if shown else action.help)
        widget.setStatusTip(action.help)
        widget.setCheckable(action.checked is not None)
        widget.setProperty("icon_name", action.icon)
        run = desk.guarded(action.verb)
        widget.triggered.connect(lambda _on=False, run=run: (run(desk), refresh(made, desk)))
        parent.addAction(widget)
    made["file.quit"].setMenuRole(QAction.MenuRole.QuitRole)
    made["help.about"].setMenuRole(QAction.MenuRole.AboutRole)
    redraw_icons(made)
    return made


def redraw_icons(made: dict[str, QAction]) -> None:
    """Draw the icons in the theme's colours."""
    for widget in made.values():
        if name := widget.property("icon_name"):
            widget.setIcon(theme.icon(name))


def refresh(made: dict[str, QAction], desk: Desk) -> None:
    """Grey out what cannot be done, and tick what is switched on."""
    session = desk.session
    given = {
        "": True,
        "landscape": session.current is not None,
        "several": len(session.documents) > 1,
        "compared": bool(session.compared),
        "job": bool(desk.runs.active),
        "undo": session.undo.canUndo(),
        "redo": session.undo.canRedo(),
    }
    for key, widget in made.items():
        action = ACTIONS[key]
        widget.setEnabled(given[action.needs])
        if action.checked is not None:
            widget.setChecked(action.checked(desk))


def fill(menu: QMenu, entries: list[Entry], made: dict[str, QAction]) -> None:
    """Put actions, separators and submenus into a menu."""
    menu.setToolTipsVisible(True)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, str):
            menu.addAction(made[entry])
        else:
            title, inner = entry
            fill(menu.addMenu(title), inner, made)
