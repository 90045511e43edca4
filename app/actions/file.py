"""File: the actions that open, make, save and export."""

from __future__ import annotations

from .. import exporting, filming, trainings, verbs
from ..language import tr
from .action import Action, Entry

ACTIONS = (
    Action(
        "file.new",
        tr("&New landscape…"),
        "new",
        ("Ctrl+N",),
        verbs.new_landscape,
        tr("Compute a loss landscape"),
        "computing",
    ),
    Action(
        "file.demo",
        tr("Try the &demo…"),
        "demo",
        (),
        verbs.new_demo,
        tr("Train a small network here and look at its landscape"),
        "computing",
    ),
    Action(
        "file.train",
        tr("&Train a network…"),
        "train",
        ("Ctrl+T",),
        trainings.train_network,
        tr("Train a network here and record its path"),
        "computing",
    ),
    Action("file.open", tr("&Open…"), "open", ("Ctrl+O",), verbs.open_files, tr("Open saved landscapes")),
    Action(
        "file.follow",
        tr("&Follow a recording…"),
        "follow",
        ("Ctrl+R",),
        trainings.follow_recording,
        tr("Show the curves of a training while it is being recorded"),
    ),
    Action(
        "file.save",
        tr("&Save"),
        "save",
        ("Ctrl+S",),
        verbs.save,
        tr("Save the landscape, and its look beside it"),
        "landscape",
    ),
    Action(
        "file.save_as",
        tr("Save &as…"),
        "",
        ("Ctrl+Shift+A",),
        verbs.save_as,
        tr("Save the landscape elsewhere"),
        "landscape",
    ),
    Action(
        "file.export",
        tr("&Export…"),
        "export",
        ("Ctrl+E",),
        exporting.export_as,
        tr("Save what is seen as a mesh for other programs; or drag this button into a folder or another program"),
        "landscape",
    ),
    Action(
        "file.screenshot",
        tr("Save fi&gure…"),
        "screenshot",
        ("Ctrl+Shift+S",),
        exporting.save_figure,
        tr(
            "Save this view as a picture: PNG, PDF, SVG and others, at any size; or drag this button into another program"
        ),
        "landscape",
    ),
    Action(
        "file.film",
        tr("Fil&m…"),
        "film",
        ("Ctrl+Shift+M",),
        filming.film,
        tr("Film the landscape: turning, its path being drawn, a flight along it, the surface rising"),
        "landscape",
    ),
    Action(
        "file.reopen",
        tr("Reo&pen at the start"),
        "",
        (),
        verbs.reopen,
        tr("Open at the next start what is open now"),
        "",
        lambda desk: desk.settings.values.reopen,
    ),
    Action("file.close", tr("&Close"), "close", ("Ctrl+W",), verbs.close, tr("Close this landscape"), "landscape"),
    Action(
        "file.quit",
        tr("&Quit"),
        "quit",
        ("Ctrl+Q",),
        verbs.quit,
        tr("Close the window; what is being computed is paused"),
    ),
)

MENU: list[Entry] = [
    "file.new",
    "file.train",
    "file.demo",
    "file.open",
    "file.follow",
    (tr("Open &recent"), []),
    "file.reopen",
    None,
    "file.save",
    "file.save_as",
    "file.export",
    "file.screenshot",
    "file.film",
    None,
    "file.close",
    "file.quit",
]
