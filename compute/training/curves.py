"""Curves: what a training told of itself while it ran: loss, accuracy, learning rate, norms and histograms of the weights.

Looking half: numpy only. A recording is read while it is being written: a `CurveReader` reads what was appended since it last
looked. Nothing in the files is executed; what is damaged or too large is refused with a sentence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ..errors import LossvistaError
from .curve_lines import BINS, COLUMNS, CURVES, HISTOGRAMS, LayerHistogram, read_curve_line, read_histogram_line
from .tail import Tail

MAX_FILE = {CURVES: 512 * 2**20, HISTOGRAMS: 1024 * 2**20}  # bytes
MAX_LINE = {CURVES: 64 * 2**10, HISTOGRAMS: 16 * 2**20}
MAX_HISTOGRAMS = 2_000_000  # layers times moments: 0.6 GB
AT_ONCE = 2**20


@dataclass(frozen=True)
class LayerHistory:
    """One layer's weights as they were trained, T moments in order. step, epoch, low, high, norm (T,) float64; counts (T, 32)
    int64, of the bins between low and high; epochal (T,) bool: whether the moment is the end of an epoch."""

    step: np.ndarray
    epoch: np.ndarray
    low: np.ndarray
    high: np.ndarray
    norm: np.ndarray
    counts: np.ndarray
    epochal: np.ndarray


def _none(names: Sequence[str]) -> Mapping[str, np.ndarray]:
    return MappingProxyType({name: np.empty(0) for name in names})


@dataclass(frozen=True)
class Curves:
    """iterations: step, epoch, learning_rate, loss (of the mini-batch), weight_norm. epochs: step, epoch, learning_rate, train_loss,
    train_accuracy, test_loss, test_accuracy, weight_norm. Each (rows,) float64 in the order of the file, NaN where unknown.
    layers: a layer's name → its history. All arrays are read-only, and stay as they are while the training goes on."""

    iterations: Mapping[str, np.ndarray] = field(default_factory=lambda: _none(COLUMNS["iteration"]))
    epochs: Mapping[str, np.ndarray] = field(default_factory=lambda: _none(COLUMNS["epoch"]))
    layers: Mapping[str, LayerHistory] = field(default_factory=lambda: MappingProxyType({}))

    def __bool__(self) -> bool:
        """Whether anything was told yet."""
        return bool(len(self.iterations["step"]) or len(self.epochs["step"]) or self.layers)


def read_curves(folder: str | os.PathLike[str]) -> Curves:
    """All that a recording tells so far; empty curves where it tells nothing. Raises LossvistaError as `CurveReader.read` does."""
    reader = CurveReader(folder)
    curves = reader.read()
    while reader.behind:
        curves = reader.read()
    return curves


class CurveReader:
    """Reads the curves of a recording again and again, each time only what was appended.

    at_once: bytes of each file that one look takes in, so that a window stays alive while it catches up. behind: whether there
    was more; look again at once. A training that was resumed may have taken back lines that it had written before it was
    killed; then all is read again.
    """

    def __init__(self, folder: str | os.PathLike[str], at_once: int = AT_ONCE) -> None:
        self.folder = Path(folder).expanduser()
        self.behind = False
        self._curves, self._histograms = (
            Tail(self.folder / name, MAX_FILE[name], MAX_LINE[name], at_once) for name in (CURVES, HISTOGRAMS)
        )
        self._tables = {kind: _Table(len(names)) for kind, names in COLUMNS.items()}
        self._layers: dict[str, _Layer] = {}
        self._moments = 0

    def read(self) -> Curves:
        """The curves so far. Raises LossvistaError where a line is damaged, or a file is no regular one or too large; what was read
        before stays valid, and a later look goes on from there."""
        self._take(self._curves, self._forget_curves, self._add_curve)
        self._take(self._histograms, self._forget_histograms, self._add_histogram)
        self.behind = self._curves.behind or self._histograms.behind
        return self.so_far()

    def so_far(self) -> Curves:
        """The curves that were read, also where `read` came upon damage."""
        found = {
            kind: MappingProxyType(dict(zip(COLUMNS[kind], table.rows().T, strict=True)))
            for kind, table in self._tables.items()
        }
        layers = MappingProxyType({name: layer.history() for name, layer in self._layers.items()})
        return Curves(found["iteration"], found["epoch"], layers)

    def _take(self, tail: Tail, forget: Callable[[], None], add: Callable[[bytes], None]) -> None:
        lines = tail.look()
        if tail.number == 0:  # of a file that was not read before, or is another one now
            forget()
        for line in lines:
            try:
                add(line)
            except ValueError:
                raise LossvistaError(
                    f"Line {tail.number + 1} of '{tail.path}' is damaged.", "Restore the file, or train again."
                ) from None
            tail.advance(line)

    def _add_curve(self, line: bytes) -> None:
        kind, values = read_curve_line(line)
        self._tables[kind].add(values)

    def _add_histogram(self, line: bytes) -> None:
        kind, step, epoch, layers = read_histogram_line(line)
        self._moments += len(layers)
        if self._moments > MAX_HISTOGRAMS:
            raise LossvistaError(
                f"'{self._histograms.path}' holds more than {MAX_HISTOGRAMS:,} histograms.",
                "Record them less often (--histogram-every).",
            )
        for name, histogram in layers.items():
            self._layers.setdefault(name, _Layer()).add(kind == "epoch", step, epoch, histogram)

    def _forget_curves(self) -> None:
        self._tables = {kind: _Table(len(names)) for kind, names in COLUMNS.items()}

    def _forget_histograms(self) -> None:
        self._layers, self._moments = {}, 0


class _Table:
    """Rows of numbers that grow at the end. What `rows` gave earlier never changes: a buffer that is full is left behind."""

    def __init__(self, width: int, dtype: type = np.float64) -> None:
        self._buffer, self._count = np.empty((16, width), dtype), 0

    def add(self, row: Sequence[float]) -> None:
        if self._count == len(self._buffer):
            self._buffer = np.concatenate([self._buffer, np.empty_like(self._buffer)])
        self._buffer[self._count] = row
        self._count += 1

    def rows(self) -> np.ndarray:
        """(rows, width), read-only."""
        rows = self._buffer[: self._count]
        rows.flags.writeable = False
        return rows


class _Layer:
    def __init__(self) -> None:
        self._numbers, self._counts = _Table(6), _Table(BINS, np.int64)

    def add(self, epochal: bool, step: float, epoch: float, histogram: LayerHistogram) -> None:
        self._numbers.add((epochal, step, epoch, histogram.low, histogram.high, histogram.norm))
        self._counts.add(histogram.counts)

    def history(self) -> LayerHistory:
        epochal, step, epoch, low, high, norm = self._numbers.rows().T
        return LayerHistory(step, epoch, low, high, norm, self._counts.rows(), epochal == 1)
