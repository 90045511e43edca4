"""Trainings: verbs that train, follow recordings, and lead from a recording to its landscape. Each is a function of the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from ..compute.recipe import Recipe
from ..compute.there import is_there
from . import verbs
from .desk import Desk
from .language import tr
from .training.dialog import TrainNetwork
from .training.recording import told


def train_network(desk: Desk, values: dict[str, Any] | None = None, out: str = "") -> TrainNetwork:
    """Ask how to train, and train. values, out: what to begin with."""
    folder = Path(desk.settings.values.folder or Path.home() / "Lossvista")
    dialog = TrainNetwork(desk.window, folder, values, out)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.start.connect(lambda training, out: desk.runs.train(training, out))
    dialog.open()
    return dialog


def follow_recording(desk: Desk) -> None:
    """Ask for the folder of a recording, and show its curves as they grow."""
    folder = QFileDialog.getExistingDirectory(desk.window, tr("Follow a recording"), str(desk.folder))
    if folder:
        desk.follow(folder)


def dropped(desk: Desk, paths: list[str]) -> bool:
    """Follow recordings that were dropped on the window, and offer their landscapes; False where they are not recordings."""
    if not paths or any(told(path) is None for path in paths):
        return False
    for path in paths:
        desk.guarded(desk.follow)(path)
        desk.notices.say(tr("Following {name}.", name=Path(path).name), buttons=offers(desk, path))
    return True


def offers(desk: Desk, folder: str) -> dict[str, Callable[[], object]]:
    """What can be done with a recording, as a notice's buttons."""
    given = {"trajectory": folder, "directions": "pca"}
    return {
        tr("Compute its landscape"): lambda: desk.guarded(landscape_of)(desk, folder),
        tr("Choose its plane…"): lambda: verbs.new_landscape(desk, given),
    }


def landscape_of(desk: Desk, folder: str) -> None:
    """Compute the PCA plane of a recording's path, beside its folder."""
    recipe = Recipe.of(
        trajectory=folder, directions="pca", title=tr("{name}: PCA plane of its path", name=Path(folder).name)
    )
    out, k = Path(f"{folder}-pca.h5"), 2
    while is_there(out) or is_there(f"{out}.journal"):
        out, k = Path(f"{folder}-pca-{k}.h5"), k + 1
    desk.runs.compute(recipe, str(out))
