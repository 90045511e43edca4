"""Slice (measures): how rough, how convex and how flat the surface itself is: of the slice, not of the network's whole loss."""

from __future__ import annotations

import numpy as np


def variation(values: np.ndarray) -> float:
    """The mean, over all grid lines of values (ny, nx), of Σ|f_{k+1} − f_k| / (max f − min f) along the line: the total variation over the
    least that a line of that range can have. 1 = all lines run one way only; 2 = a valley as high on both sides; more = up and down.
    Lines without a range, or of fewer than two known values in a row, do not count; NaN where none does."""
    ratios = []
    for lines in (values, values.T):
        if lines.shape[1] < 2:
            continue
        steps = np.abs(np.diff(lines, axis=1))
        known = np.isfinite(lines)
        high = np.where(known, lines, -np.inf).max(axis=1)
        low = np.where(known, lines, np.inf).min(axis=1)
        with np.errstate(invalid="ignore"):
            span = high - low
        good = np.isfinite(span) & (span > 0) & np.isfinite(steps).any(axis=1)
        ratios.append(np.nansum(steps[good], axis=1) / span[good])
    every = np.concatenate(ratios) if ratios else np.zeros(0)
    return float(every.mean()) if len(every) else float("nan")


def bend(values: np.ndarray, step: int = 1) -> float:
    """Root mean square of the second differences f(k − s) − 2 f(k) + f(k + s) along all grid lines of values (ny, nx), as second
    derivatives in units of the range of f over the squared half width of the plane: 2 for f = x². It does not depend on the grid where
    that resolves the surface, and grows with it where it does not. NaN where nothing is known."""
    known = values[np.isfinite(values)]
    if not len(known) or not np.ptp(known) > 0:
        return 0.0 if len(known) else float("nan")
    scaled, squares = values / np.ptp(known), []
    for lines in (scaled, scaled.T):
        count = lines.shape[1]
        if count > 2 * step:
            second = lines[:, 2 * step :] - 2 * lines[:, step:-step] + lines[:, : -2 * step]
            squares.append((second / (2 * step / (count - 1)) ** 2)[np.isfinite(second)] ** 2)
    every = np.concatenate(squares) if squares else np.zeros(0)
    return float(np.sqrt(every.mean())) if len(every) else float("nan")


def grain(values: np.ndarray) -> float:
    """bend(1) / bend(2): 1 where the grid resolves the surface, 4 where every point is independent of its neighbours (white noise: the
    second differences are as large at any step, and the squared step is a fourth)."""
    fine, coarse = bend(values), bend(values, 2)
    return fine / coarse if coarse > 0 else float("nan")


def convexity(values: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """(ny, nx) λ_min / max(|λ_min|, |λ_max|) of the slice's 2 × 2 Hessian in (α, β), by central differences on a regular grid:
    > 0 where the slice is strictly convex, −1 … 1, 0 where it is flat in one direction or in both. On a line, the sign of f″. NaN on the
    rim and beside holes."""
    made = np.full(values.shape, np.nan)
    if values.shape[0] < 3:
        for k, line in enumerate(values):
            if len(line) > 2:
                second = line[2:] - 2 * line[1:-1] + line[:-2]
                made[k, 1:-1] = np.where(np.isfinite(second), np.sign(second), np.nan)
        return made
    if values.shape[1] < 3:
        return made
    h, k = (float(axis[-1] - axis[0]) / (len(axis) - 1) for axis in (alpha, beta))
    f = values / (np.abs(values[np.isfinite(values)]).max(initial=0.0) or 1.0)
    with np.errstate(invalid="ignore"):
        aa = (f[1:-1, 2:] - 2 * f[1:-1, 1:-1] + f[1:-1, :-2]) / h**2
        bb = (f[2:, 1:-1] - 2 * f[1:-1, 1:-1] + f[:-2, 1:-1]) / k**2
        ab = (f[2:, 2:] - f[2:, :-2] - f[:-2, 2:] + f[:-2, :-2]) / (4 * h * k)
        middle, radius = (aa + bb) / 2, np.hypot((aa - bb) / 2, ab)
        low, high = middle - radius, middle + radius
        most = np.maximum(np.abs(low), np.abs(high))
        made[1:-1, 1:-1] = np.where(
            most > 0, low / np.where(most > 0, most, 1.0), np.where(np.isfinite(most), 0.0, np.nan)
        )
    return made


def share_below(values: np.ndarray, level: float, fine: int = 8) -> float:
    """The share of the known plane (or line) on which the bilinear interpolant of values (ny, nx) is at most `level`, each cell looked
    at in fine × fine places. NaN where nothing is known."""
    share = (np.arange(fine) + 0.5) / fine
    if min(values.shape) == 1:
        line = values.ravel()
        at = line[:-1, None] * (1 - share) + line[1:, None] * share
    else:
        a, b, c, d = values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]
        u, v = (one.ravel() for one in np.meshgrid(share, share))
        weights = np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v])
        at = np.stack([a.ravel(), b.ravel(), c.ravel(), d.ravel()], axis=1) @ weights
    known = at[np.isfinite(at)]
    return float((known <= level).mean()) if len(known) else float("nan")
