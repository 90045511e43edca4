"""Basins: how wide the minimum is along random directions: the choices, and what the table says."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .. import shared_choices as shared
from ..choices import choice
from ..landscape import Landscape
from ..levels import number
from .at import At

TABLE = "basin"


class BasinChoices(At):
    """The rim, and the directions in which it is looked for."""

    level: float = choice(0.1, "Level", "Of the rim, in units of the loss.", group="Basin", low=0, high=1e9)
    rim: Literal["above", "absolute"] = choice(
        "above",
        "Rim",
        "above: the loss at the point plus the level; absolute: the level is the loss itself (Huang et al. 2020).",
        group="Basin",
    )
    directions: int = choice(100, "Directions", "Random ones.", group="Basin", low=1, high=100_000)
    normalization: Literal["filter", "none"] = choice(
        "filter",
        "Normalization",
        "filter: radii are in units of the network's own filters and compare between networks (Li et al. 2018); "
        "none: they are in weight units, and the volume is the plain one.",
        group="Basin",
    )
    ignore: Literal["biases-and-norms", "none"] = choice(
        "biases-and-norms", "Left unperturbed", "What stays as it is.", group="Basin"
    )
    seed: int = shared.seed("Of the directions.", group="Basin")


def lines(landscape: Landscape) -> list[str]:
    """The radii in short, and the volume with what it rests on."""
    table = landscape.tables.get(TABLE)
    if table is None or not len(table):
        return []
    radii, how = table["radius"], table.how
    unit = "of the filters" if how.get("normalization") == "filter" else "weight units"
    low, middle, high = np.quantile(radii, [0.05, 0.5, 0.95])
    spread = f"{number(low)} to {number(high)} in the middle 90 %"
    found = [
        f"basin at loss {number(float(how.get('rim_loss', np.nan)))} "
        f"({number(float(how.get('centre_loss', np.nan)))} at the point), along {len(table)} random directions",
        f"  radius: median {number(middle)} {unit}, {spread}",
        f"  distance in weight space: median {number(float(np.median(table['distance'])))}",
    ]
    if opened := int(table["open"].sum()):
        found.append(f"  {opened} of the directions did not reach the rim: their radii are lower bounds")
    log, least, most = (number(float(how.get(f"log_volume{end}", np.nan)), 6) for end in ("", "_low", "_high"))
    effective = number(float(how.get("effective", np.nan)), 3)
    found.append(
        f"  log volume: {log} ({least} to {most} by bootstrap) in {int(how.get('dimensions', 0)):,} dimensions; "
        f"it rests on {effective} of the directions"
    )
    return found
