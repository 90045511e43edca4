"""Statement: the paragraph for below a figure: what is shown, and how it was made, from what the landscape says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from .landscape import Landscape
from .levels import number
from .style import Style
from .surface import Mark
from .trajectory import CURVE

COUNTS = {1: "one", 2: "two"}
DIRECTIONS = {
    "random": "random direction{s}",
    "pca": "principal component{s} of the training path",
    "between": "the straight line between checkpoints",
    "points": "the plane through three checkpoints",
    "init": "the straight line from the initialization to the solution",
    "eigen": "top eigenvector{s} of the Hessian",
    "eigen-ends": "the eigenvectors of the Hessian's largest and smallest eigenvalue",
    "gradient": "the gradient and a random direction",
}
NORMALIZED = {
    "filter": "filter-normalized (Li et al., 2018)",
    "layer": "layer-normalized",
    "model": "scaled to the length of all weights",
    "weight": "scaled weight by weight",
    "none": "not normalized",
}
MARKS = {
    Mark.INTERPOLATED: "interpolated",
    Mark.ESTIMATED: "estimated from a part of the samples",
    Mark.BOUND: "lower bounds",
    Mark.FAILED: "failed",
    Mark.NOT_YET: "not computed",
}


def statement(landscape: Landscape, style: Style) -> str:
    """One paragraph of plain text. What the landscape does not say is left out; nothing is guessed."""
    return " ".join(_sentences(landscape, style))


def _sentences(landscape: Landscape, style: Style) -> Iterator[str]:
    yield f"{_shown(landscape, style)} {_over(landscape)}."
    yield _grid(landscape)
    how = [part for part in _how(landscape) if part]
    if how:
        yield f"{how[0][0].upper()}{', '.join(how)[1:]}."
    yield from _looks(landscape, style)
    aside = [
        f"{int((landscape.surface.evaluated == mark).sum()):,} {text}"
        for mark, text in MARKS.items()
        if (landscape.surface.evaluated == mark).any()
    ]
    if aside:
        yield f"Of {landscape.surface.grid.size:,} points {', '.join(aside)}."


def _shown(landscape: Landscape, style: Style) -> str:
    surface, recipe = landscape.surface, landscape.recipe
    field = style.relief.field if style.relief.field in surface.fields else surface.main if surface.fields else ""
    info = surface.info.get(field)
    what = (info.long_name if info is not None else "") or field.replace("_", " ") or "loss"
    of = " on ".join(str(recipe[key]) for key in ("model", "data") if recipe.get(key))
    return f"{what[0].upper()}{what[1:]}" + (f" of {of}" if of else "")


def _over(landscape: Landscape) -> str:
    axes = landscape.axes
    if not axes:
        return "over a slice of weight space"
    method, many = axes[0].method, len(axes)
    known = DIRECTIONS.get(method, f"direction{{s}} ({method})" if method else "direction{s} of weight space")
    known = known.format(s="s" if many > 1 else "")
    along = known if known.startswith("the ") else f"{COUNTS.get(many, many)} {known}"
    kind = NORMALIZED.get(axes[0].normalization, "")
    seed = f", seed {axes[0].seed}" if method == "random" else ""
    return f"along {along}" + (f", {kind}" if kind else "") + seed


def _grid(landscape: Landscape) -> str:
    grid = landscape.surface.grid
    spans = [f"α from {number(grid.alpha[0])} to {number(grid.alpha[-1])}"]
    if not grid.line:
        spans.append(f"β from {number(grid.beta[0])} to {number(grid.beta[-1])}")
    count = " × ".join(map(str, grid.shape[::-1])) if not grid.line else str(grid.size)
    return f"{count} points, {', '.join(spans)}."


def _how(landscape: Landscape) -> Iterator[str]:
    trust, recipe = landscape.trust, landscape.recipe
    used, there = trust.get("samples"), trust.get("samples_available")
    if isinstance(used, int):
        yield f"{used:,} of {there:,} samples" if isinstance(there, int) and there != used else f"{used:,} samples"
    if policy := trust.get("batch_norm"):
        yield f"batch-norm {policy}"
    yield str(recipe.get("precision", ""))
    if device := landscape.provenance.get("device"):
        yield f"computed on {device}"


def _looks(landscape: Landscape, style: Style) -> Iterator[str]:
    relief = style.relief
    if relief.scale != "linear":
        yield f"The scale is {'logarithmic' if relief.scale == 'log' else 'symmetric-logarithmic'}."
    if relief.clip is not None:
        yield f"Values above {number(relief.clip)} are cut away."
    if style.path and landscape.trajectories:
        counts = [len(path) for path in landscape.trajectories.values() if CURVE not in path.how]
        many = f"{len(counts)} descent paths ({', '.join(map(str, counts))} checkpoints) are"
        one = f"The descent path of {counts[0]} checkpoints is" if len(counts) == 1 else many
        if counts:
            yield f"{one} drawn at {'its' if len(counts) == 1 else 'their'} true loss."
        curves = [name for name, path in landscape.trajectories.items() if CURVE in path.how]
        if curves:
            yield f"Connecting curves ({', '.join(curves)}) between two networks are drawn at their true loss."
