"""Estimates: what is known of each point from the samples that it was evaluated on, as running sums in float64."""

from __future__ import annotations

import numpy as np


class Estimates:
    """Of `size` points, for `measures` values a sample (the loss first) and n samples in all.

    count (size,): samples evaluated. The loss is estimated as C̄ + Σd/m, where d = ℓ − c is the difference to the control variate,
    its error against the value on all samples as s_d/√m · √(1 − m/n), from the spread s_d of the differences."""

    def __init__(self, size: int, measures: int, samples: int) -> None:
        self.samples = samples
        self.count = np.zeros(size, int)
        self.means = np.full((measures, size), np.nan)  # C̄ + Σd/m
        self._control = np.zeros((measures, size))
        self._one = np.zeros((measures, size))  # Σd
        self._two = np.zeros(size)  # Σd² of the loss
        self._losses = np.zeros((2, size))  # Σℓ, Σℓ²

    def add(self, index: int, values: np.ndarray, control: np.ndarray, mean: np.ndarray) -> None:
        """values, control (measures, b): of the next b samples. mean (measures,): the control's mean over all samples."""
        with np.errstate(invalid="ignore", over="ignore"):
            values = values.astype(np.float64)
            difference = values - control
            self.count[index] += values.shape[1]
            self._control[:, index] = mean
            self._one[:, index] += difference.sum(1)
            self._two[index] += np.square(difference[0]).sum()
            self._losses[:, index] += values[0].sum(), np.square(values[0]).sum()
            self.means[:, index] = mean + self._one[:, index] / self.count[index]
            if self.count[index] >= self.samples:  # the control's part cancels: leave its rounding out
                self.means[0, index] = self._losses[0, index] / self.count[index]

    def restore(self, index: int, count: int, means: np.ndarray, error: float, own: float, control: np.ndarray) -> None:
        """What a stopped run knew: the stored values of a point, the error of the estimate, s/√n, and the control's means."""
        spread = error**2 * count / max(1 - count / self.samples, 1e-300)
        one = count * (means - control)
        self.count[index], self.means[:, index] = count, means
        self._control[:, index], self._one[:, index] = control, one
        self._two[index] = (count - 1) * spread + one[0] ** 2 / count
        total = count * means[0]
        self._losses[:, index] = total, (count - 1) * own**2 * self.samples + total**2 / count

    def errors(self, index: np.ndarray) -> np.ndarray:
        """(k,): standard errors of the losses against their values on all samples; 0 where all were evaluated."""
        count = np.maximum(self.count[index], 1)
        found = self.spreads(index) / np.sqrt(count) * np.sqrt(np.maximum(1 - count / self.samples, 0.0))
        return np.where(count >= self.samples, 0.0, found)

    def spreads(self, index: np.ndarray) -> np.ndarray:
        """(k,): s_d, the spread of the differences from sample to sample."""
        return _deviation(self._one[0, index], self._two[index], self.count[index])

    def sampling(self, index: np.ndarray) -> np.ndarray:
        """(k,): s/√n, the standard error of the mean over all n samples as one of a larger population."""
        return _deviation(self._losses[0, index], self._losses[1, index], self.count[index]) / np.sqrt(self.samples)


def _deviation(one: np.ndarray, two: np.ndarray, count: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return np.sqrt(np.maximum(two - one**2 / count, 0.0) / (count - 1))
