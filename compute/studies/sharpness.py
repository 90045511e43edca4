"""Sharpness (choices): how large the neighbourhoods are in which the loss's rise is measured, and what the table of it says."""

from __future__ import annotations

import numpy as np

from ..choices import choice
from ..landscape import Landscape
from .at import At
from .curvature import figure, place
from .hessian import LossChoices

# neighbourhood, radius, loss (at the point), worst (rise), percent (of 1 + loss), mean, mean_low, mean_high (rise in random directions)
TABLE = "sharpness"
NAMES = {
    "box": "ε-sharpness (Keskar et al. 2017)",
    "ball": "ball (Foret et al. 2021)",
    "adaptive": "adaptive ball (Kwon et al. 2021)",
}


class SharpnessChoices(LossChoices, At):
    """Three neighbourhoods of the weights w."""

    epsilon: float = choice(
        1e-3,
        "ε",
        "Of Keskar et al.'s box: every weight moves by up to ε(|w| + 1).",
        group="Neighbourhood",
        low=1e-8,
        high=1.0,
    )
    rho: float = choice(
        0.05, "ρ of the ball", "How far the weights move together, ‖z‖₂ ≤ ρ.", group="Neighbourhood", low=1e-8, high=1e6
    )
    adaptive_rho: float = choice(
        0.5,
        "ρ, adaptive",
        "Of Kwon et al.'s ellipsoid ‖z/|w|‖₂ ≤ ρ, which does not change when a ReLU network's layers are rescaled.",
        group="Neighbourhood",
        low=1e-8,
        high=1e6,
    )
    steps: int = choice(20, "Steps", "Of the ascent to the highest loss.", group="Neighbourhood", low=1, high=1000)
    draws: int = choice(
        10, "Draws", "Random directions for the mean rise; 0: none.", group="Neighbourhood", low=0, high=1000
    )


def lines(landscape: Landscape) -> list[str]:
    """How far the loss rises in each neighbourhood."""
    table = landscape.tables.get(TABLE)
    if table is None or not len(table):
        return []
    found = [f"sharpness: rise of the loss, {figure(table['loss'][0])}, at {place(table)}"]
    for row in table.rows():
        worst = f"at worst {figure(row['worst'])} ({figure(row['percent'])} % of 1 + loss)"
        mean = f", in random directions {figure(row['mean'])}" if np.isfinite(float(row["mean"])) else ""  # type: ignore[arg-type]
        found.append(f"  {NAMES[str(row['neighbourhood'])]}, radius {figure(row['radius'])}: {worst}{mean}")
    return found
