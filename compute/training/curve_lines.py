"""Curve lines: the lines of curves.jsonl and histograms.jsonl, written and read. One JSON object a line; no torch.

NaN and infinity, which JSON has no numbers for, are the strings "nan", "inf" and "-inf". What is not known is left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CURVES, HISTOGRAMS = "curves.jsonl", "histograms.jsonl"
ITERATION = ("step", "epoch", "learning_rate", "loss", "weight_norm")
EPOCH = (
    *("step", "epoch", "learning_rate", "train_loss", "train_accuracy", "test_loss", "test_accuracy"),
    "weight_norm",
)
COLUMNS = {"iteration": ITERATION, "epoch": EPOCH}
BINS = 32  # of every histogram
MAX_LAYERS, MAX_NAME = 10_000, 400
_WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_EXACT = 2**53  # the whole numbers up to here are floats, too


@dataclass(frozen=True)
class LayerHistogram:
    """One layer's weights at one moment. low, high: the outer edges of BINS equal bins. counts: values in each of them.
    norm: ‖weights‖₂. Values that are not finite are in no bin."""

    low: float
    high: float
    counts: Sequence[int]
    norm: float


def curve_line(kind: str, **values: float) -> bytes:
    """A line of curves.jsonl. kind: "iteration" or "epoch"; values: of its COLUMNS, those that are known."""
    return _line({"kind": kind} | {name: _written(values[name]) for name in COLUMNS[kind] if name in values})


def histogram_line(kind: str, step: float, epoch: float, layers: Mapping[str, LayerHistogram]) -> bytes:
    """A line of histograms.jsonl."""
    told = {
        name: {
            "edges": [_written(layer.low), _written(layer.high)],
            "counts": [int(count) for count in layer.counts],
            "norm": _written(layer.norm),
        }
        for name, layer in layers.items()
    }
    return _line({"kind": kind, "step": _written(step), "epoch": _written(epoch), "layers": told})


def read_curve_line(line: bytes) -> tuple[str, list[float]]:
    """(kind, values in the order of its COLUMNS, NaN where not told). Raises ValueError where it is no such line."""
    told = _object(line)
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in COLUMNS:
        raise ValueError("kind")
    return kind, [_read(told[name]) if name in told else math.nan for name in COLUMNS[kind]]


def read_histogram_line(line: bytes) -> tuple[str, float, float, dict[str, LayerHistogram]]:
    """(kind, step, epoch, layers). Raises ValueError where it is no such line."""
    told = _object(line)
    kind, layers = told.get("kind"), told.get("layers")
    if kind not in ("iteration", "epoch") or not isinstance(layers, dict) or len(layers) > MAX_LAYERS:
        raise ValueError("kind or layers")
    return kind, _read(told.get("step")), _read(told.get("epoch")), {_name(n): _layer(v) for n, v in layers.items()}


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def _written(value: float) -> float | int | str:
    if isinstance(value, int):
        return value
    value = float(value)
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def _object(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except RecursionError:
        raise ValueError("nesting") from None
    if not isinstance(told, dict):
        raise ValueError("no object")
    return told


def _read(value: Any) -> float:
    if isinstance(value, str) and value in _WORDS:
        return _WORDS[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("no number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("too large") from None


def _name(name: str) -> str:
    if len(name) > MAX_NAME:
        raise ValueError("name")
    return name


def _layer(told: Any) -> LayerHistogram:
    edges, counts = (told.get("edges"), told.get("counts")) if isinstance(told, dict) else (None, None)
    if not (isinstance(edges, list) and len(edges) == 2 and isinstance(counts, list) and len(counts) == BINS):
        raise ValueError("edges or counts")
    if not all(type(count) is int and 0 <= count <= _EXACT for count in counts):
        raise ValueError("counts")
    return LayerHistogram(_read(edges[0]), _read(edges[1]), counts, _read(told.get("norm")))
