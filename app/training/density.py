"""Density: a layer's histograms over a training as one picture: moments across, weight values up, the share of the weights as colour."""

from __future__ import annotations

import numpy as np

from ...compute.training.curves import LayerHistory

TAIL = 1e-3  # share of the weights at either end that the picture may cut off


def chosen(history: LayerHistory, per_iteration: bool) -> np.ndarray:
    """The indices of the moments to show: the epochs' ends, or all."""
    every = np.arange(len(history.step))
    return every if per_iteration else every[history.epochal]


def span(history: LayerHistory, which: np.ndarray) -> tuple[float, float] | None:
    """The weight values (low, high) between which all but TAIL of the weights lie, at every moment; None where none is known."""
    lows, highs, counts = history.low[which], history.high[which], history.counts[which]
    usable = np.isfinite(lows) & np.isfinite(highs) & (counts.sum(1) > 0)
    if not usable.any():
        return None
    lows, highs, counts = lows[usable], highs[usable], counts[usable]
    share = np.cumsum(counts, 1) / counts.sum(1, keepdims=True)
    width = (highs - lows) / counts.shape[1]
    low = lows + width * (share < TAIL).sum(1)
    high = highs - width * (share > 1 - TAIL).sum(1) + width
    a, b = float(low.min()), float(np.minimum(high, highs).max())
    room = max((b - a) * 0.03, abs(b) * 1e-6, 1e-12)
    return a - room, b + room


def density(history: LayerHistory, which: np.ndarray, low: float, high: float, rows: int) -> np.ndarray:
    """(rows, moments) of shares 0 … 1: how densely the weights lie there, against the densest place of that moment; row 0 is the
    highest value. Between two bins' middles it is interpolated; outside of a histogram's edges it is 0."""
    counts = history.counts[which].astype(float)
    bins = counts.shape[1]
    values = low + (high - low) * (np.arange(rows)[::-1] + 0.5) / rows
    lows, highs = history.low[which], history.high[which]
    width = np.where(highs > lows, (highs - lows) / bins, np.nan)
    place = (values[:, None] - lows) / width - 0.5  # (rows, moments), in bins, 0 at the middle of the first one
    inside = (place >= -0.5) & (place <= bins - 0.5)
    place = np.clip(np.nan_to_num(place), 0, bins - 1)
    below = np.minimum(place.astype(int), bins - 2)
    column = np.arange(len(which))
    part = place - below
    found = counts[column, below] * (1 - part) + counts[column, below + 1] * part
    most = counts.max(1, initial=0)
    return np.where(inside & (most > 0), found / np.maximum(most, 1), 0.0)
