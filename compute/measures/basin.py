"""Basin: how wide a minimum is at a loss level along many directions, and its volume, in log space (Huang et al. 2020)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-3  # relative, of a radius
GROWTH = 2.0  # of the bracket, step by step


@dataclass(frozen=True)
class Radius:
    """value: the first radius found at which the loss reaches the level; where it is `open`, the farthest one that was looked at, and
    the loss is below the level there, too. looks: how many losses were evaluated."""

    value: float
    open: bool
    looks: int


def radius(along: Callable[[float], float], level: float, first: float, most: float) -> Radius:
    """How far one can go in a direction before the loss reaches a level. along(r): the loss at the distance r ≥ 0, by the absolute
    formula θ + r·d; what is not finite counts as above. first: the first distance to be looked at. most: the farthest one.

    It is bracketed by doubling, or by halving where the first look is above already, and then bisected to 1 part in 1,000. A wall that
    lies between two looks of the bracket and is over before the farther one is not seen. A level that the centre does not lie below gives
    0. Raises ValueError where `first` or `most` is not positive."""
    if not 0 < first <= most:
        raise ValueError("the first distance must be positive, and the farthest one no nearer")
    looks = 0

    def below(r: float) -> bool:
        nonlocal looks
        looks += 1
        loss = along(r)
        return math.isfinite(loss) and loss < level

    if not below(0.0):
        return Radius(0.0, False, looks)
    low, high = 0.0, first
    if below(high):
        while below(high):
            low = high
            if high >= most:
                return Radius(most, True, looks)
            high = min(high * GROWTH, most)
    else:
        while not below(high / GROWTH) and high > first * 1e-12:
            high /= GROWTH
        low = high / GROWTH
    while high - low > TOLERANCE * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if below(middle) else (low, middle)
    return Radius(0.5 * (low + high), False, looks)


def log_ball_volume(dimensions: int, radius: float = 1.0) -> float:
    """log(ω_n Rⁿ) with ω_n = π^(n/2) / Γ(n/2 + 1): of an n-ball, for any n; −∞ for a radius of 0."""
    if dimensions == 0:
        return 0.0
    unit = 0.5 * dimensions * math.log(math.pi) - math.lgamma(0.5 * dimensions + 1)
    return unit + dimensions * math.log(radius) if radius > 0 else -math.inf


@dataclass(frozen=True)
class Volume:
    """log: of the volume, in natural logarithms. low, high: the middle 95 % of bootstrapped ones. effective: how many of the directions
    it rests on, (Σw)²/Σw² with w = rⁿ: in many dimensions the widest one outweighs all others, and this is 1."""

    log: float
    low: float
    high: float
    effective: float


def log_volume(radii: np.ndarray, dimensions: int, seed: int = 0, repeats: int = 200) -> Volume:
    """log V of a star-shaped basin: V = ω_n E[rⁿ] over directions that are uniform on the sphere (Huang et al. 2020, §4), by Monte Carlo.
    radii (k,) ≥ 0. All of it in log space: rⁿ itself overflows from a few hundred dimensions on. Raises ValueError without radii."""
    radii = np.asarray(radii, float)
    if not len(radii):
        raise ValueError("a volume needs radii")
    with np.errstate(divide="ignore"):
        powers = dimensions * np.log(radii)
    unit = log_ball_volume(dimensions)
    drawn = np.random.default_rng(seed).integers(0, len(radii), (repeats, len(radii)))
    low, high = np.quantile([unit + log_mean_exp(powers[own]) for own in drawn], [0.025, 0.975], method="nearest")
    top = powers.max()
    weights = np.exp(powers - top) if np.isfinite(top) else np.ones(len(radii))
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    return Volume(unit + log_mean_exp(powers), float(low), float(high), effective)


def log_mean_exp(values: np.ndarray) -> float:
    """log((1/k) Σ exp vᵢ) without overflow; −∞ where all are."""
    top = float(values.max())
    if not math.isfinite(top):
        return top
    return top + math.log(float(np.exp(values - top).mean()))
