"""Precision on demand: anchors on all samples, all other points on as many as their standard error asks for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ..engines.stop import SIGMAS
from ..engines.task import SURFACE, Task
from ..surface import FieldInfo, Mark, Patch
from .anchors import Anchors
from .estimates import Estimates
from .plan import Plan

FIRST = 250  # samples before a standard error is believed
GROWTH = 3.0  # a round takes a point's samples to at most so many times as many
RUNG = 1.15  # numbers of samples come in a ladder, so that many points share one
WHOLE = 0.7  # share of the samples from which on a point is evaluated on all of them


@dataclass
class Demand(Plan):
    """target: standard error wanted at every point, relative to its loss. fields: names of loss, its standard error, metrics.
    samples n, batch: samples come in whole batches. each: anchors' losses that a stopped run left. clip: points that lie more than
    six standard errors above it are known well enough. seed: of the place in the drawn order at which a cell's points start.

    The points of one cell between anchors share their samples, so that the surface between them keeps its shape; other cells have
    others, so that the errors of far points do not go together, as they would if one subset were unlucky."""

    target: float = 0.01
    fields: tuple[str, ...] = ()
    samples: int = 0
    batch: int = 1
    each: Mapping[int, np.ndarray] = field(default_factory=dict)
    clip: float = math.inf
    seed: int = 0

    def __post_init__(self) -> None:
        surface, measures = self.landscape.surface, len(self.fields) - 1
        self.anchors = Anchors(surface.grid, measures, self.samples)
        self.anchors.add(self.each)
        self.estimates = Estimates(surface.grid.size, measures, self.samples)
        others = np.ones(surface.grid.size, bool)
        others[self.anchors.index] = False
        self._others = np.flatnonzero(others)
        self._batches = -(-self.samples // self.batch)
        self._ladder = _ladder(self._batches, self.batch)
        cells = self.anchors.cells()
        self._offset = np.random.default_rng(self.seed).integers(0, self._batches, cells.max() + 1)[cells]
        self._offset[self._offset == 0] = (
            self._batches
        )  # the same batches, but all of them at once are no anchor's portion
        if not len(self.anchors.missing):
            self._restore()

    def tasks(self) -> Iterator[Task | None]:
        """The anchors, the paths, then rounds: each point that is not known well enough gets more samples, the worst ones first."""
        for task in self.surface(self.anchors.missing):
            yield replace(task, portion=np.tile([0, self._batches], (len(task), 1)))
        yield from self.paths()
        yield None
        while len(left := self._left()):
            taken = self._taken(left)
            portion = np.stack([taken, self._wanted(left, taken)], 1) + self._offset[left][:, None]
            yield from (replace(task, portion=portion) for task in self.surface(left))
            yield None

    def stored(self, patch: Patch) -> Patch:
        if patch.where != SURFACE or patch.each is None:
            return patch
        if patch.fields:
            self.anchors.add({int(k): table for k, table in zip(patch.index, patch.each, strict=True)})
            return patch
        for index, values in zip(patch.index, patch.each, strict=True):
            spans = self._spans(int(index), values.shape[1])
            control, mean = self.anchors.control(int(index), spans)
            self.estimates.add(int(index), values, control, mean)
        count = self.estimates.count[patch.index]
        loss, error, *metrics = self.fields
        means, errors = self.estimates.means[:, patch.index], self.estimates.errors(patch.index)
        fields = {loss: means[0], error: self.estimates.sampling(patch.index), f"{loss}_estimation_se": errors}
        fields |= dict(zip(metrics, means[1:], strict=True))
        marks = np.where(count >= self.samples, Mark.EVALUATED, Mark.ESTIMATED).astype(np.uint8)
        return Patch(patch.index, fields, count, SURFACE, marks)

    @property
    def done(self) -> int:
        known = self.landscape.surface.evaluated.flat[self._left()]
        return super().done - int(np.count_nonzero(known != Mark.NOT_YET))

    def _left(self) -> np.ndarray:
        """Flat indices of the points that are not known well enough, the worst first."""
        failed = self.landscape.surface.evaluated.flat[self._others] == Mark.FAILED
        others = self._others[~failed & (self.estimates.count[self._others] < self.samples)]
        loss, error = self.estimates.means[0, others], self.estimates.errors(others)
        with np.errstate(invalid="ignore", divide="ignore"):
            rough = error / np.abs(loss)
            enough = (rough <= self.target) | (loss - SIGMAS * error > self.clip)
        rough = np.where(np.isfinite(rough), rough, np.inf)
        return others[~enough][np.argsort(-rough[~enough], kind="stable")]

    def _taken(self, index: np.ndarray) -> np.ndarray:
        """How many batches these points have: all are whole but the last of the sample set."""
        return -(-self.estimates.count[index] // self.batch)

    def _spans(self, index: int, samples: int) -> list[slice]:
        """Where the next samples of a point lie in the drawn order; it goes on at its beginning."""
        start = (int(self._offset[index]) + int(self._taken(np.array([index]))[0])) % self._batches * self.batch
        first = min(samples, self.samples - start)
        return [slice(start, start + first), *([slice(0, samples - first)] if first < samples else [])]

    def _wanted(self, left: np.ndarray, taken: np.ndarray) -> np.ndarray:
        """How many batches these points shall have after the next round: m samples with s/√m · √(1 − m/n) = target, from the
        spread so far, but no leap that a spread from few samples does not carry."""
        count = self.estimates.count[left]
        spread, loss = self.estimates.spreads(left), self.estimates.means[0, left]
        with np.errstate(invalid="ignore", divide="ignore"):
            needed = 1 / (1 / self.samples + np.square(self.target * loss / spread))
        needed = np.where(np.isfinite(needed), needed, self.samples)
        needed = np.where(count == 0, FIRST, np.minimum(needed, GROWTH * count)) / self.batch
        needed = np.clip(np.ceil(needed), taken + 1, self._batches)
        rung = self._ladder[np.searchsorted(self._ladder, needed)]
        return np.where(rung >= WHOLE * self._batches, self._batches, rung)

    def _restore(self) -> None:
        """Take up what a stopped run had stored."""
        surface = self.landscape.surface
        loss, error, *metrics = self.fields
        for index in self._others[surface.samples.flat[self._others] > 0]:
            values = {
                name: float(surface.fields[name].flat[index])
                for name in (loss, error, f"{loss}_estimation_se", *metrics)
            }
            _, mean = self.anchors.control(int(index), ())
            means = np.array([values[name] for name in (loss, *metrics)])
            count, own = int(surface.samples.flat[index]), values[error]
            self.estimates.restore(int(index), count, means, values[f"{loss}_estimation_se"], own, mean)


def _ladder(batches: int, batch: int) -> np.ndarray:
    """Numbers of batches that a point may have: from `FIRST` samples on each `RUNG` times the one before, and all."""
    rungs, at = [batches], max(1.0, FIRST / batch)
    while at < batches:
        rungs.append(int(np.ceil(at)))
        at = max(at * RUNG, at + 1)
    return np.unique(rungs)


def info(loss: str) -> dict[str, FieldInfo]:
    """What the field is that estimates add."""
    about = FieldInfo("train", "nats", "standard error of the estimate (0: all samples)")
    return {f"{loss}_estimation_se": about}
