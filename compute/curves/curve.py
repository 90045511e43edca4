"""Curve: a way φ(t), 0 ≤ t ≤ 1, from one network to another, made of its two ends and of bends between them (Garipov et al. 2018, §3)."""

from __future__ import annotations

from math import comb
from typing import Literal

import numpy as np

Kind = Literal["bezier", "polychain"]
SEGMENT = "segment"  # the straight way: a chain without a bend


def shares(kind: str, bends: int, t: np.ndarray) -> np.ndarray:
    """(len(t), bends + 2): how much of each of the points w₁, θ₁ … θ_n, w₂ the curve's φ(t) consists of; each row sums to 1.

    bezier: Bernstein polynomials; with one bend (1 − t)²w₁ + 2t(1 − t)θ + t²w₂. polychain: straight from point to point in equal
    times; with one bend 2(tθ + (½ − t)w₁) up to t = ½, then 2((t − ½)w₂ + (1 − t)θ). Without a bend both are the segment
    (1 − t)w₁ + tw₂. At 0 and 1 the shares are exactly 0 and 1."""
    t, last = np.atleast_1d(np.asarray(t, float)), bends + 1
    if kind == "bezier":
        return np.stack([comb(last, k) * t**k * (1 - t) ** (last - k) for k in range(last + 1)], 1)
    if kind in ("polychain", SEGMENT):
        return np.clip(1 - np.abs(t[:, None] * last - np.arange(last + 1)), 0, None)
    raise ValueError(f"there is no curve called '{kind}'")


def lengths(shares: np.ndarray, gram: np.ndarray) -> np.ndarray:
    """(T,) how long the way up to each point is, in weight units. shares (T, k) of points that increase in t; gram (k, k) of the k
    points, or of their differences to one of them."""
    steps = np.diff(shares, axis=0)
    squares = np.einsum("ti,ij,tj->t", steps, gram, steps)
    return np.r_[0.0, np.sqrt(np.clip(squares, 0, None)).cumsum()]


def barrier(losses: np.ndarray) -> float:
    """How far the highest loss on a way lies above the higher of its two ends (≥ 0). NaN where a loss is not known."""
    losses = np.asarray(losses, float)
    return float(losses.max() - max(losses[0], losses[-1])) if len(losses) else float("nan")


def source_rate(done: float) -> float:
    """The share of the learning rate after a share `done` (0…1) of the training, as in Garipov et al.'s experiments: all of it in
    the first half, then falling linearly to a hundredth at 0.9, and that to the end."""
    return float(np.interp(done, (0.5, 0.9), (1.0, 0.01)))
