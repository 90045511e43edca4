"""Extremes: the largest and the smallest eigenvalues of a symmetric matrix with their eigenvectors, by ARPACK.

ARPACK stops where a residual is small against the eigenvalue itself, which small eigenvalues beside large ones hardly reach in single
precision. So it is given the matrix plus a shift of twice its width, and "small" means: against the width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import LossvistaError
from .asking import Asking, T, asking
from .lanczos import lanczos

DENSE = 24  # up to this size the matrix is written out
_ROUGH = 4  # Lanczos steps for its width
_BASIS = (
    8  # Krylov vectors of ARPACK beside twice those that are wanted: it looks at them when they are full, and so often
)
ROOM = 2**32  # bytes that they may take, before there are fewer of them
NOT_FINITE = "The curvature is not finite at these weights."


@dataclass(frozen=True)
class Extremes:
    """values (m,): increasing. vectors (n, m): unit. residuals (m,): ‖Av − λv‖, from a product of its own. products: how many it took."""

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray
    products: int

    def largest(self, count: int) -> list[int]:
        """Places of the largest, largest first."""
        return list(range(len(self.values) - 1, max(len(self.values) - 1 - count, -1), -1))


def extremes(
    size: int,
    count: int,
    ends: str = "both",
    *,
    tolerance: float = 1e-4,
    seed: int = 0,
    start: np.ndarray | None = None,
    dtype: type[np.floating] = np.float64,
) -> Asking[Extremes]:
    """`count` eigenpairs at each end ("both"), or of the "largest" or "smallest". tolerance: of the residuals, against the width of the
    spectrum. start (n,): where the search begins; else a vector drawn by `seed`. dtype: of the vectors.
    Raises LossvistaError where they do not converge, or a product is not finite."""
    if size <= max(DENSE, 2 * count + 2):
        return (yield from _dense(size, count, ends, dtype))
    rng = np.random.default_rng(seed)
    first = rng.standard_normal(size, dtype) if start is None else np.asarray(start, dtype)
    products = 0

    def counted(wanted: Asking[T]) -> Asking[T]:
        """The same, with its questions counted and its answers looked at."""
        nonlocal products
        try:
            vector = next(wanted)
            while True:
                answer = np.asarray((yield vector), dtype)
                products += 1
                if not np.isfinite(answer).all():
                    raise LossvistaError(NOT_FINITE, "Look at the loss there; --precision float64 may help.")
                vector = wanted.send(answer)
        except StopIteration as end:
            return end.value
        finally:
            wanted.close()

    rough = yield from counted(lanczos(first, _ROUGH))
    width = float(np.abs(rough.nodes).max())
    if width == 0:
        vectors, _ = np.linalg.qr(rng.standard_normal((size, _wanted(count, ends))))
        return Extremes(np.zeros(vectors.shape[1]), vectors, np.zeros(vectors.shape[1]), products)
    shift = 2 * width
    values, vectors = yield from counted(asking(lambda ask: _arpack(ask, size, count, ends, shift, tolerance, first)))
    order = np.argsort(values)
    values, vectors = values[order] - shift, vectors[:, order]
    residuals = np.empty(len(values))
    for k, value in enumerate(values):
        bent = yield from counted(_once(vectors[:, k]))
        residuals[k] = np.linalg.norm(bent.astype(float) - value * vectors[:, k])
    return Extremes(values.astype(float), vectors, residuals, products)


def _once(vector: np.ndarray) -> Asking[np.ndarray]:
    return (yield vector)


def _wanted(count: int, ends: str) -> int:
    return 2 * count if ends == "both" else count


def _arpack(ask, size, count, ends, shift, tolerance, first):  # type: ignore[no-untyped-def]
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    def shifted(vector: np.ndarray) -> np.ndarray:
        vector = vector.ravel()
        return np.asarray(ask(vector), vector.dtype) + first.dtype.type(shift) * vector

    wanted = _wanted(count, ends)
    operator = LinearOperator((size, size), matvec=shifted, dtype=first.dtype)  # type: ignore[call-arg]
    basis = int(np.clip(ROOM // max(first.nbytes, 1), 2 * wanted + 1, 2 * wanted + _BASIS))
    which = {"both": "BE", "largest": "LA", "smallest": "SA"}[ends]
    try:
        return eigsh(operator, wanted, which=which, v0=first, tol=tolerance / 2, ncv=min(basis, size), maxiter=300)
    except ArpackNoConvergence:
        raise LossvistaError(
            "The eigenvalues did not converge.", "Use a larger tolerance, more samples, or --precision float64."
        ) from None


def _dense(size: int, count: int, ends: str, dtype: type[np.floating]) -> Asking[Extremes]:
    """Of a matrix that is small enough to be written out."""
    columns = []
    for unit in np.eye(size, dtype=dtype):
        columns.append(np.asarray((yield unit), float))
    matrix = np.stack(columns)
    if not np.isfinite(matrix).all():
        raise LossvistaError(NOT_FINITE, "Look at the loss there.")
    matrix = (matrix + matrix.T) / 2
    values, vectors = np.linalg.eigh(matrix)
    low = [] if ends == "largest" else range(min(count, size))
    high = [] if ends == "smallest" else range(max(size - count, 0), size)
    chosen = sorted({*low, *high})
    values, vectors = values[chosen], vectors[:, chosen]
    return Extremes(values, vectors, np.linalg.norm(matrix @ vectors - vectors * values, axis=0), size)
