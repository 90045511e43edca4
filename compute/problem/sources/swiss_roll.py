"""Swiss roll: points of the plane in two spiral arms, one inside the other, as in Huang et al. (2020). Drawn by a fixed seed."""

from __future__ import annotations

import numpy as np

from ...errors import LossvistaError, nearest
from ..data import Source

PARTS = {"train": (400, 0), "test": (2000, 1)}  # how many points, half of them an arm, and their seed
TURNS = 1.75
NOISE = 0.015  # of the arms' thickness; they are 1 / (2 · TURNS) apart


def swiss_roll(argument: str, download: bool = False) -> Source:
    """argument: "train" (or nothing) or "test". Points (2,) in [−1, 1]², classes 0 and 1: the arms r = t, φ = 2π · TURNS · t, and the same
    half a turn on; t from 0.15 to 1, evenly along the arm."""
    part = argument or "train"
    if part not in PARTS:
        raise LossvistaError(f"The swiss roll has no part called '{part}'.", nearest(part, PARTS))
    count, seed = PARTS[part]
    random = np.random.default_rng(seed)
    targets = np.arange(count) % 2
    along = np.sqrt(random.uniform(0.15**2, 0.95**2, count))  # an arm's length grows with its radius
    angle = 2 * np.pi * TURNS * along + np.pi * targets
    points = along[:, None] * np.c_[np.cos(angle), np.sin(angle)] + random.normal(0, NOISE, (count, 2))
    points = points.astype(np.float32)
    return Source(targets, ("first arm", "second arm"), (2,), lambda ids: points[ids])
