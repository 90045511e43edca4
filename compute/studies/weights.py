"""Weights (measure): how long the weights of each tensor are, and how they are distributed: the choices, and what the table says."""

from __future__ import annotations

import numpy as np

from ..choices import choice
from ..landscape import Landscape
from ..levels import number
from .at import At

TABLE = "weights"


class WeightChoices(At):
    """How finely the distribution is told."""

    bins: int = choice(41, "Bins", "Of each tensor's histogram.", group="Weights", low=3, high=1001)


def lines(landscape: Landscape) -> list[str]:
    """The whole network's norm, and a line for each tensor."""
    table = landscape.tables.get(TABLE)
    if table is None:
        return []
    whole = float(np.sqrt((table["norm"] ** 2).sum()))
    found = [f"weights: ‖θ‖ = {number(whole)} over {int(table['count'].sum()):,} parameters"]
    for row in table.rows():
        shares = f"mean {number(float(row['mean']))}, deviation {number(float(row['deviation']))}"  # type: ignore[arg-type]
        found.append(f"  {row['parameter']}: norm {number(float(row['norm']))}, {shares}")  # type: ignore[arg-type]
    return found
