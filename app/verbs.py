"""Verbs: what the actions do. Each is a function of the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from ..compute.edition import REASON, can_compute
from ..compute.errors import LossvistaError
from ..compute.importers import IMPORTERS
from . import tour
from .commands.palette import Palette
from .desk import Desk
from .help import About, Shortcuts
from .language import tr
from .looks import write_style
from .runs import COMPUTE, Run
from .wizard.draft import Source
from .wizard.wizard import NewLandscape

FOREIGN = " ".join(f"*{suffix}" for suffix in IMPORTERS)
H5 = tr("Landscapes (*.h5 *.hdf5);;Landscapes of other programs ({foreign});;All files (*)", foreign=FOREIGN)


# --- File ---


def new_landscape(desk: Desk, recipe: dict[str, Any] | None = None, out: str = "") -> NewLandscape:
    """Ask for a recipe, and compute it. recipe, out: what to begin with. Raises LossvistaError in the Viewer."""
    if not can_compute():
        raise LossvistaError(f"{REASON}.")
    folder = Path(desk.settings.values.folder or Path.home() / "Lossvista")
    dialog = NewLandscape(desk.window, folder, recipe, out)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.looking.known = desk.settings.trusted
    dialog.consented.connect(desk.settings.trust)
    dialog.source.revoked.connect(desk.settings.trust_nothing)
    dialog.start_demo.connect(lambda folder: _begin(desk, desk.runs.demo(folder)))
    dialog.start_recipe.connect(
        lambda recipe, out, overwrite: _begin(desk, desk.runs.compute(recipe, out, overwrite=overwrite))
    )
    dialog.open()
    return dialog


def new_demo(desk: Desk) -> None:
    """Compute the demo, asking nothing but where."""
    new_landscape(desk).choose(Source.DEMO)


def _begin(desk: Desk, run: Run) -> None:
    if run.recipe is not None:
        desk.settings.update(
            recipe=run.recipe.model_dump(mode="json", exclude_defaults=True),
            folder=str(Path(run.out).absolute().parent),
        )
    desk.docks["jobs"].bring()


def open_files(desk: Desk) -> None:
    """Ask for files and open them."""
    paths, _ = QFileDialog.getOpenFileNames(desk.window, tr("Open landscapes"), str(desk.folder), H5)
    for path in paths:
        desk.open(path)


def save(desk: Desk) -> None:
    """Save the landscape, if it has no file of its own, and its look beside it."""
    document = desk.document
    if not document.path or document.unsaved:
        save_as(desk)
    else:
        _save_look(desk)


def _save_look(desk: Desk) -> None:
    document = desk.document
    beside = write_style(document.path, desk.session.style.replace(camera=desk.stage.camera))
    desk.notices.say(
        tr("The look of {name} is saved in {name2}.", name=Path(document.path).name, name2=beside.name), "success"
    )


def save_as(desk: Desk) -> None:
    """Ask for a name and save the landscape."""
    document = desk.document
    start = document.path or str(desk.folder / f"{document.stem}.h5")
    path, _ = QFileDialog.getSaveFileName(desk.window, tr("Save landscape"), start, tr("Landscapes (*.h5)"))
    if path:
        save_to(desk, path)


def save_to(desk: Desk, path: str) -> None:
    """Save the landscape as a file."""
    if not Path(path).suffix:
        path += ".h5"
    desk.session.save(desk.document, path)
    desk.settings.remember(desk.document.path)
    desk.notices.say(tr("Saved {path}.", path=desk.document.path), "success")


def reopen(desk: Desk) -> None:
    """At the next start, open what was open, or do not."""
    desk.settings.update(reopen=not desk.settings.values.reopen)


def close(desk: Desk) -> None:
    """Close the current landscape."""
    desk.session.close(desk.document)


def quit(desk: Desk) -> None:
    """Close the window; running computations are paused."""
    desk.window.close()


# --- Edit ---


def undo(desk: Desk) -> None:
    """Take the last change of look back."""
    desk.session.settle()
    desk.session.undo.undo()


def redo(desk: Desk) -> None:
    """Do it again."""
    desk.session.settle()
    desk.session.undo.redo()


# --- View ---


def set_view(view: str):
    """A verb that shows the landscape as `view`."""
    return lambda desk: desk.session.restyle(tr("View"), view=view)


def toggle(name: str, title: str):
    """A verb that switches one of the look's elements on or off."""
    return lambda desk: desk.session.restyle(title, **{name: not getattr(desk.document.style, name)})


def look(preset: str):
    """A verb that turns the camera."""
    return lambda desk: desk.stage.look(preset)


def dress(name: str):
    """A verb that changes the theme."""
    return lambda desk: desk.dress(name)


def show_dock(name: str):
    """A verb that shows or hides a panel."""

    def verb(desk: Desk) -> None:
        dock = desk.docks[name]
        if dock.in_sight:
            dock.hide()
        else:
            dock.bring()

    return verb


def full_screen(desk: Desk) -> None:
    """The window fills the screen, or no longer."""
    desk.window.setWindowState(desk.window.windowState() ^ Qt.WindowState.WindowFullScreen)


def step(by: int):
    """A verb that brings the next or the previous landscape to the front."""

    def verb(desk: Desk) -> None:
        documents, current = desk.session.documents, desk.session.current
        at = documents.index(current) + by if current is not None else 0
        desk.session.activate(documents[at % len(documents)])

    return verb


# --- Jobs ---


def _running(desk: Desk) -> Run | None:
    active = desk.runs.active
    return active[-1] if active else None


def cancel(desk: Desk) -> None:
    """Stop the latest computation; it can be resumed."""
    if (run := _running(desk)) is not None:
        desk.runs.pause(run)


def keep(desk: Desk) -> None:
    """Stop the latest computation and keep what there is."""
    run = _running(desk)
    if run is not None and run.target == COMPUTE:
        desk.runs.keep(run)


# --- Help ---


def palette(desk: Desk) -> Palette:
    """All commands, to search."""
    opened = Palette(desk.window, desk.settings.values.used)
    opened.ran.connect(desk.settings.use)
    opened.show()
    return opened


def take_tour(desk: Desk) -> None:
    """Five steps through the window."""
    tour.begin(desk)


def shortcuts(desk: Desk) -> None:
    """All keys."""
    _show(Shortcuts(desk.window))


def about(desk: Desk) -> None:
    """What this is, and on what it runs."""
    _show(About(desk.window, desk.opengl))


def _show(dialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
