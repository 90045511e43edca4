"""Density: the spectral density and the trace of a symmetric matrix from random probes (stochastic Lanczos quadrature).

Ghorbani, Krishnan & Xiao 2019, "An Investigation into Neural Net Optimization via Hessian Eigenvalue Density", §2: with probes z of
independent signs, the mean of their quadratures is the spectrum's measure; each node is drawn as a Gaussian. Hutchinson 1990: the mean of
zᵀAz is the trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .lanczos import Quadrature

POINTS = 1001  # of a density: a Gaussian of half a percent of the range is five of them wide
CONFIDENCE = 0.95
_WIDE = 5.0  # deviations beyond the outermost nodes


def probe(size: int, seed: int, number: int, dtype: type[np.floating] = np.float64) -> np.ndarray:
    """(n,) of independent signs, ±1: the number-th draw of a seed."""
    signs = np.random.default_rng([seed, number]).integers(0, 2, size, np.int8)
    return (2 * signs - 1).astype(dtype)


@dataclass(frozen=True)
class Estimate:
    """A mean of independent draws. low, high: its 95 % confidence interval (Student's t), NaN from one draw."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, draws: Sequence[float] | np.ndarray) -> Estimate:
        """Raises ValueError for none."""
        values = np.asarray(draws, float)
        if not len(values):
            raise ValueError("a mean of nothing")
        mean = float(values.mean())
        if len(values) == 1:
            return cls(mean, np.nan, np.nan)
        from scipy.stats import t

        half = float(t.ppf((1 + CONFIDENCE) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
        return cls(mean, mean - half, mean + half)


def density(quadratures: Sequence[Quadrature], smoothing: float) -> tuple[np.ndarray, np.ndarray]:
    """(eigenvalues (p,), density (p,)): the mean of the quadratures, each node a Gaussian whose deviation is that share of the range of
    all nodes. It is non-negative and integrates to 1; its first moment is the trace over n as these probes give it."""
    nodes = np.concatenate([one.nodes for one in quadratures])
    shares = np.concatenate([one.shares for one in quadratures]) / len(quadratures)
    extent = float(np.ptp(nodes)) or max(abs(float(nodes[0])), 1.0)
    deviation = smoothing * extent
    at = np.linspace(nodes.min() - _WIDE * deviation, nodes.max() + _WIDE * deviation, POINTS)
    heights = np.zeros(POINTS)
    for node, share in zip(nodes, shares, strict=True):
        heights += share * np.exp(-(((at - node) / deviation) ** 2) / 2)
    return at, heights / (deviation * np.sqrt(2 * np.pi))
