"""Rescaling (a study): the same network with rescaled weights, with and without filter normalization: the choices, and what was found."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .. import shared_choices as shared
from ..choices import choice
from ..landscape import Landscape
from ..levels import number
from ..problem.named import NamedProblem
from ..recipe import SourceNames
from ..table import Table, numeric

TABLE = "scale_invariance"
CURVES = {  # column → (network, normalization)
    "original_filter": ("original", "filter"),
    "rescaled_filter": ("rescaled", "filter"),
    "original_none": ("original", "none"),
    "rescaled_none": ("rescaled", "none"),
}


class Rescaling(NamedProblem):
    """Which network, how it is rescaled, and what is computed of it."""

    model: str = choice(
        "mlp", "Model", "mlp (ReLU), cnn (batch-norm) or another one whose layers can be followed.", group="Problem"
    )
    weights: SourceNames = choice(
        (), "Weights", "A checkpoint of the model; none: it is trained here.", group="Problem"
    )
    trust_pickle: bool = shared.trust_pickle()
    epochs: int = shared.epochs(10, "Of the training, where there is one.", group="Problem")
    samples: int = shared.samples("How many samples losses are the mean of; 0 = all.")
    factor: float = choice(
        10.0,
        "Factor",
        "By which layers before batch-norm are multiplied, and layers before a ReLU, whose followers are divided by it.",
        group="Rescaling",
        low=1e-4,
        high=1e4,
    )
    axes: Literal[1, 2] = choice(1, "Axes", "1: lines; 2: planes.", group="Grid")
    resolution: int = shared.resolution(41, group="Grid")
    reach: float = shared.reach(
        "α runs from −reach to +reach; without normalization over as long a step from the original's weights."
    )
    seed: int = shared.seed("Of the training and of the directions.", group="Grid")
    device: str = shared.device(group="Grid")


def rescaled_of(landscape: Landscape) -> Table | None:
    """The table of the four curves; None where there is none, or one that is not as this study makes it."""
    table = landscape.tables.get(TABLE)
    return (
        table
        if table is not None
        and numeric(table, ("alpha", "step", *CURVES))
        and len(table) == landscape.surface.grid.size
        else None
    )


def apart(landscape: Landscape, kind: str) -> float:
    """The largest ratio, over all points, of the losses of the two networks under a normalization: 1 = the same curve. NaN where one
    of them is not positive or not known."""
    table = landscape.tables[TABLE]
    one, other = (np.asarray(table[f"{network}_{kind}"], float) for network in ("original", "rescaled"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.exp(np.max(np.abs(np.log(one) - np.log(other)), initial=0.0)))


def lines(landscape: Landscape) -> list[str]:
    """What was rescaled, and how far apart the pictures are."""
    table = rescaled_of(landscape)
    if table is None:
        return []
    centre = table.how.get("centre", {})
    found = [f"rescaled: {'; '.join(map(str, table.how.get('layers', ())))}"]
    if isinstance(centre, dict) and centre:
        found.append("loss at the centre: " + ", ".join(f"{name} {number(float(v), 7)}" for name, v in centre.items()))
    for kind, called in (("filter", "with filter normalization"), ("none", "without")):
        ratio = apart(landscape, kind)
        same = f"the same to {number(ratio - 1, 2)}" if ratio < 1.01 else f"up to {number(ratio, 3)} times apart"
        found.append(f"{called}: the losses of the two are {same}")
    return found
