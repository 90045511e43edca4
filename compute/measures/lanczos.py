"""Lanczos: the tridiagonal matrix that a symmetric matrix is on the Krylov space of a vector, and the quadrature that it gives.

Golub & Meurant, Matrices, Moments and Quadrature (2010): T = QᵀAQ with eigenvalues θ_k and the first entries τ_k of its eigenvectors makes
vᵀf(A)v = Σ τ_k² f(θ_k) for polynomials f up to degree 2m − 1, v a unit vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .asking import Asking

ROOM = 2**31  # bytes that the Krylov vectors may take, to be orthogonalized against one another
_GONE = 1e-10  # of the width: then the Krylov space is whole


@dataclass(frozen=True)
class Quadrature:
    """nodes (m,): Ritz values, increasing. shares (m,) ≥ 0: they add up to 1. last: the residual norms of the Ritz values (m,)."""

    nodes: np.ndarray
    shares: np.ndarray
    last: np.ndarray

    @property
    def mean(self) -> float:
        """vᵀAv of the unit start vector."""
        return float(self.nodes @ self.shares)


def lanczos(start: np.ndarray, steps: int, *, reorthogonalize: bool | None = None) -> Asking[Quadrature]:
    """At most so many steps from a vector (n,) that is not zero. reorthogonalize: against all vectors before, which keeps Ritz values
    from coming twice; None: where there is room for them. Without, the quadrature is as good (Greenbaum 1989)."""
    vector = start / np.linalg.norm(start)
    if reorthogonalize is None:
        reorthogonalize = vector.nbytes * steps <= ROOM
    basis, before, beta = [vector], np.zeros_like(vector), 0.0
    diagonal: list[float] = []
    beside: list[float] = []
    for _ in range(min(steps, len(vector))):
        bent = np.asarray((yield vector), vector.dtype)
        diagonal.append(float(vector @ bent))
        rest = bent - diagonal[-1] * vector - beta * before
        if reorthogonalize:
            for _ in range(2):  # twice is enough (Parlett)
                for known in basis:
                    rest -= (known @ rest) * known
        beta = float(np.linalg.norm(rest))
        beside.append(beta)
        if beta <= _GONE * max(np.abs(diagonal).max(), max(beside[:-1], default=0.0)):
            break
        before, vector = vector, rest / beta
        if reorthogonalize:
            basis.append(vector)
    return _quadrature(np.array(diagonal), np.array(beside))


def _quadrature(diagonal: np.ndarray, beside: np.ndarray) -> Quadrature:
    from scipy.linalg import eigh_tridiagonal

    nodes, vectors = eigh_tridiagonal(diagonal, beside[:-1])
    return Quadrature(nodes, vectors[0] ** 2, beside[-1] * np.abs(vectors[-1]))
