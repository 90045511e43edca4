"""Trust told: the panel's verdicts in one sentence, and how a landscape was made."""

from __future__ import annotations

from pathlib import Path

from ...compute.landscape import Landscape
from ...compute.trust import TrustLine
from ..language import tr


def summary(lines: list[TrustLine]) -> str:
    """The verdicts in one sentence."""
    count = {verdict: sum(line.verdict == verdict for line in lines) for verdict in ("good", "fair", "poor")}
    judged = count["good"] + count["fair"] + count["poor"]
    if not judged:
        return tr("This file says nothing about how far it can be trusted.")
    if count["poor"]:
        return tr("{poor} of {judged} checks failed: read them before you use this picture.", judged=judged, **count)
    if count["fair"] == 1:
        return tr("{good} of {judged} checks are good; one deserves a look.", good=count["good"], judged=judged)
    if count["fair"]:
        return tr("{good} of {judged} checks are good; {fair} deserve a look.", judged=judged, **count)
    return tr("All {judged} checks are good.", judged=judged) if judged > 1 else tr("The only check there is is good.")


def made(landscape: Landscape, path: str) -> list[tuple[str, str]]:
    """How the landscape was made, as label and value."""
    recipe, (ny, nx) = landscape.recipe, landscape.surface.grid.shape
    grid = tr("{nx} points", nx=nx) if landscape.surface.grid.line else tr("{nx} × {ny} points", nx=nx, ny=ny)
    kinds = ", ".join(
        dict.fromkeys(f"{a.method} ({a.normalization or tr('as they are')})" for a in landscape.axes if a.method)
    )
    device = landscape.provenance.get("device", "")
    lines = [
        (tr("Grid"), grid),
        (tr("Model and data"), " on ".join(str(recipe[k]) for k in ("model", "data") if recipe.get(k))),
        (tr("Directions"), kinds),
        (tr("Computed on"), str(device)),
        (
            tr("Created"),
            landscape.created.replace("T", " ").removesuffix("+00:00") + " UTC" if landscape.created else "",
        ),
        (tr("File"), Path(path).name if path else tr("not in a file yet")),
    ]
    return [(label, value) for label, value in lines if value]
