"""Here: verbs about the chosen point: its network is looked at, saved, made a centre or zoomed into, or a ball is dropped there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from ..compute.descent.choices import Descent
from ..compute.levels import number
from ..compute.located import located
from ..compute.point.recipes import agreement, finer, recentred, recipe_of, window_around, zoomed
from ..compute.recipe import Recipe
from ..compute.there import is_there
from . import verbs
from .desk import Desk
from .document import Document
from .job import State
from .language import tr
from .runs import Run

CHECKPOINTS = tr("Checkpoints (*.pt *.safetensors)")


def look(desk: Desk) -> None:
    """Find out what the network at the chosen point does, and show it."""
    show(desk, "point")
    desk.points.look(desk.document, *desk.points.chosen, desk.docks["point"].panel.data)  # type: ignore[attr-defined]


def save_checkpoint(desk: Desk) -> None:
    """Ask for a file, and save the network at the chosen point there."""
    if out := _asked(desk, tr("Save the network at this point"), ".pt"):
        desk.points.save(desk.document, *desk.points.chosen, out)


def new_centre(desk: Desk) -> None:
    """Save the network at the chosen point, then ask for the recipe of a landscape around it."""
    document, (alpha, beta) = desk.document, desk.points.chosen
    out = _asked(desk, tr("Save the new centre's network"), ".safetensors")
    if not out:
        return
    where = _where(document, alpha, beta)

    def then(path: str) -> None:
        _offer(desk, recentred(document.landscape, path, where, _recipe(document)), str(Path(path).with_suffix(".h5")))

    desk.points.save(document, alpha, beta, out, then)


def zoom(desk: Desk) -> None:
    """Ask for the recipe of the part around the chosen point, on the same plane and finer."""
    document, (alpha, beta) = desk.document, desk.points.chosen
    landscape = document.landscape
    spans = window_around(landscape, alpha, beta)
    recipe = zoomed(landscape, *spans, finer(landscape, *spans), _recipe(document))
    _offer(desk, recipe, str(_free(_folder(desk) / f"{document.stem}-part.h5")), document)


def drop(desk: Desk) -> None:
    """Show the panel that drops balls, at the chosen point."""
    show(desk, "balls")


def race(desk: Desk, on: str, choices: Descent) -> None:
    """Let balls roll from the chosen point. Raises LossvistaError where none can."""
    roll = desk.balls.roll if on == "slice" else desk.balls.descend
    roll(desk.document, *desk.points.chosen, choices)
    style = desk.session.style
    if len(choices.optimizers) > 1 and style.path_color == "loss":  # by their loss one cannot tell who is who
        desk.session.restyle(tr("Colour paths by name"), path_color="name")


def show(desk: Desk, name: str) -> None:
    """Show a panel, in front of those that share its place."""
    desk.docks[name].bring()


def compared(desk: Desk, run: Run, whole: Document) -> None:
    """A part of a landscape is computed: say whether it agrees with the whole where both have nodes."""
    if run.state is not State.DONE or not run.documents or whole not in desk.session.documents:
        return
    shared, gap = agreement(run.documents[-1].landscape, whole.landscape)
    if shared:
        same = gap <= 1e-6
        text = (
            tr("{shared} nodes are in both landscapes; they agree.", shared=shared)
            if same
            else (
                tr(
                    "{shared} nodes are in both landscapes, and differ by up to {gap:.1e}: weights, data or code have "
                    "changed.",
                    shared=shared,
                    gap=gap,
                )
            )
        )
        desk.notices.say(text, "info" if same else "warning")


def _offer(desk: Desk, recipe: Recipe, out: str, whole: Document | None = None) -> None:
    """The wizard with this recipe. whole: of which it is a part."""
    values: dict[str, Any] = recipe.model_dump(mode="json", exclude_defaults=True)
    dialog = verbs.new_landscape(desk, values, out)
    if whole is not None:
        dialog.start_recipe.connect(lambda _recipe, out, _overwrite: desk.points.expect(out, whole))


def _recipe(document: Document) -> Recipe:
    return located(recipe_of(document.landscape), str(Path(document.path).parent) if document.path else "")


def _asked(desk: Desk, caption: str, suffix: str) -> str:
    """Where to write a checkpoint; "" for nowhere."""
    document, (alpha, beta) = desk.document, desk.points.chosen
    name = f"{document.stem}-{_where(document, alpha, beta).strip('()').replace(', ', '-').replace(' ', '')}{suffix}"
    path, _ = QFileDialog.getSaveFileName(desk.window, caption, str(_folder(desk) / name), CHECKPOINTS)
    return path if not path or Path(path).suffix else path + suffix


def _where(document: Document, alpha: float, beta: float) -> str:
    """ "(α 0.3, β −0.2)"."""
    line = document.landscape.surface.grid.line
    return f"(α {number(alpha, 3)})" if line else f"(α {number(alpha, 3)}, β {number(beta, 3)})"


def _folder(desk: Desk) -> Path:
    return Path(desk.document.path).parent if desk.document.path else desk.folder


def _free(path: Path) -> Path:
    """A name that nothing has yet."""
    found, k = path, 2
    while is_there(found) or is_there(f"{found}.journal"):
        found, k = path.with_stem(f"{path.stem}-{k}"), k + 1
    return found
