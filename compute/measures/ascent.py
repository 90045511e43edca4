"""Ascent: how far the loss rises in a neighbourhood of the weights: at worst, by projected gradient ascent, and in random directions.

A neighbourhood is {scale ∘ u : ‖u‖_p ≤ radius}. Keskar et al. 2017 (Eq. 3): scale |w| + 1, p = ∞. Foret et al. 2021 (SAM): scale 1, p = 2.
Kwon et al. 2021 (ASAM, Eq. 4): scale |w|, p = 2, which does not change when the weights of a ReLU network are rescaled.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

Slope = tuple[float, np.ndarray]  # loss and gradient (n,) at weights + offset
Climb = Generator[np.ndarray, Slope, float]  # yields offsets (n,), is sent their slopes; the highest loss
SLOWEST = 0.1  # radii of the last step; the first is one radius, as the gradient at the centre alone would have it (Foret et al., Eq. 2)
STIR = 0.01  # of the radius: where the ascent begins, because at a minimum there is no slope


@dataclass(frozen=True)
class Neighbourhood:
    """scale (n,) ≥ 0. round: p = 2, else p = ∞."""

    scale: np.ndarray
    radius: float
    round: bool

    def inside(self, u: np.ndarray) -> np.ndarray:
        """The nearest point of it."""
        if not self.round:
            return np.clip(u, -self.radius, self.radius)
        return u * min(1.0, self.radius / max(float(np.linalg.norm(u)), 1e-300))

    def ahead(self, slope: np.ndarray) -> np.ndarray:
        """Where a linear function rises most, of length 1 in the norm; 0 where it is flat."""
        return slope / (float(np.linalg.norm(slope)) or 1.0) if self.round else np.sign(slope)

    def drawn(self, rng: np.random.Generator) -> np.ndarray:
        """An offset (n,): scale ∘ u with u uniform on the sphere, or in the cube."""
        if self.round:
            u = rng.standard_normal(len(self.scale))
            return self.scale * (self.radius * u / np.linalg.norm(u))
        return self.scale * rng.uniform(-self.radius, self.radius, len(self.scale))


def keskar(weights: np.ndarray, epsilon: float) -> Neighbourhood:
    """−ε(|w| + 1) ≤ z ≤ ε(|w| + 1)."""
    return Neighbourhood(np.abs(weights) + 1, epsilon, round=False)


def ball(weights: np.ndarray, rho: float) -> Neighbourhood:
    """‖z‖₂ ≤ ρ."""
    return Neighbourhood(np.ones_like(weights), rho, round=True)


def adaptive(weights: np.ndarray, rho: float) -> Neighbourhood:
    """‖z / |w|‖₂ ≤ ρ."""
    return Neighbourhood(np.abs(weights), rho, round=True)


def climb(where: Neighbourhood, steps: int, seed: int) -> Climb:
    """The highest loss that so many steps of projected gradient ascent meet; NaN where a loss is no number."""
    noise = where.ahead(np.random.default_rng(seed).standard_normal(len(where.scale)))
    u, highest = STIR * where.radius * noise, -np.inf
    for step in range(steps + 1):
        loss, slope = yield where.scale * u
        highest = max(highest, loss) if np.isfinite(loss) else loss
        if not np.isfinite(loss) or step == steps:
            break
        pace = where.radius * max(1 - step / steps, SLOWEST)
        u = where.inside(u + pace * where.ahead(where.scale * slope))
    return highest


def climbed(climbing: Climb, slope_at: Callable[[np.ndarray], Slope]) -> float:
    """Run it to its end with slopes that are at hand."""
    try:
        offset = next(climbing)
        while True:
            offset = climbing.send(slope_at(offset))
    except StopIteration as end:
        return end.value
