"""File: the actions that open, make, save and export."""

from __future__ import annotations

from .. import filming, trainings, verbs
from .action import Action, Entry

ACTIONS = (
    Action(
        "file.new", "&New landscape…", "new", ("Ctrl+N",), verbs.new_landscape, "Compute a loss landscape", "computing"
    ),
    Action(
        "file.demo",
        "Try the &demo…",
        "demo",
        (),
        verbs.new_demo,
        "Train a small network here and look at its landscape",
        "computing",
    ),
    Action(
        "file.train",
        "&Train a network…",
        "train",
        ("Ctrl+T",),
        trainings.train_network,
        "Train a network here and record its path",
        "computing",
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
        "Save what is seen as a mesh for other programs; or drag this button into a folder or another program",
        "landscape",
    ),
    Action(
        "file.screenshot",
        "S&creenshot…",
        "screenshot",
        ("Ctrl+Shift+S",),
        verbs.screenshot,
        "Save a picture, at any size; or drag this button into another program",
        "landscape",
    ),
    Action(
        "file.film",
        "Fil&m…",
        "film",
        ("Ctrl+Shift+M",),
        filming.film,
        "Film the landscape: turning, its path being drawn, a flight along it, the surface rising",
        "landscape",
    ),
    Action(
        "file.reopen",
        "Reo&pen at the start",
        "",
        (),
        verbs.reopen,
        "Open at the next start what is open now",
        "",
        lambda desk: desk.settings.values.reopen,
    ),
    Action("file.close", "&Close", "close", ("Ctrl+W",), verbs.close, "Close this landscape", "landscape"),
    Action("file.quit", "&Quit", "quit", ("Ctrl+Q",), verbs.quit, "Close the window; what is being computed is paused"),
)

MENU: list[Entry] = [
    "file.new",
    "file.train",
    "file.demo",
    "file.open",
    "file.follow",
    ("Open &recent", []),
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
