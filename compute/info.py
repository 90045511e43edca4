"""Info: what a landscape holds, as lines for people and as plain values for programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from .landscape import Landscape
from .levels import number
from .studies import STUDIES
from .surface import Mark
from .trajectory import BALL, CURVE
from .trust import figures

MARKS = {"good": "✓", "fair": "~", "poor": "✗", "info": "·"}
PLAIN_MARKS = {"good": "ok", "fair": "so-so", "poor": "NO", "info": "-"}


def summary(landscape: Landscape) -> dict[str, object]:
    """All figures as JSON values; NaN and ±∞ as the strings "NaN", "Infinity" and "-Infinity"."""
    surface = landscape.surface
    return _plain(
        {
            "title": landscape.title,
            "created": landscape.created,
            "shape": surface.grid.shape,
            "alpha": (surface.grid.alpha[0], surface.grid.alpha[-1]),
            "beta": None if surface.grid.line else (surface.grid.beta[0], surface.grid.beta[-1]),
            "fields": {name: _range(values) for name, values in surface.fields.items()},
            "marks": {mark.name.lower(): int((surface.evaluated == mark).sum()) for mark in Mark},
            "axes": [{k: v for k, v in asdict(axis).items() if k != "direction"} for axis in landscape.axes],
            "trajectories": {
                name: {"checkpoints": len(path), "columns": list(path.columns)}
                for name, path in landscape.trajectories.items()
            },
            "tables": {name: {**table.how, "rows": list(table.rows())} for name, table in landscape.tables.items()},
            "recipe": landscape.recipe,
            "trust": landscape.trust,
            "trust_lines": [asdict(line) for line in figures(landscape)],
            "provenance": landscape.provenance,
        }
    )  # type: ignore[return-value]


def describe(landscape: Landscape) -> list[str]:
    """The same for people, without the trust figures."""
    surface, grid = landscape.surface, landscape.surface.grid
    spans = [f"α from {number(grid.alpha[0])} to {number(grid.alpha[-1])}"]
    if not grid.line:
        spans.append(f"β from {number(grid.beta[0])} to {number(grid.beta[-1])}")
    lines = [
        landscape.title or "(untitled)",
        f"  created {landscape.created}",
        f"  {' × '.join(map(str, grid.shape[::-1]))} points, {', '.join(spans)}",
    ]
    for axis in landscape.axes:
        share = f", {axis.explained:.1%} of the path's variance" if math.isfinite(axis.explained) else ""
        lines.append(f"  axis {axis.label}: {axis.method}, normalization {axis.normalization}, seed {axis.seed}{share}")
    for name, values in surface.fields.items():
        found = _range(values)
        lines.append(f"  {name}: {number(found['min'])} to {number(found['max'])}")
    for name, path in landscape.trajectories.items():
        kind = {"slice": ", a ball on the slice", "weights": ", a ball in the weight space"}.get(
            str(path.how.get(BALL)), ""
        )
        kind = ", a connecting curve" if CURVE in path.how else kind
        lines.append(f"  path '{name}'{kind}: {len(path)} {'points' if kind else 'checkpoints'}")
    return lines + [line for study in STUDIES.values() for line in study.lines(landscape)]


def judgements(landscape: Landscape, *, whole: bool = True, utf8: bool = True) -> Iterator[str]:
    """The trust figures, a sign of the verdict before each; below it what it means and what to do: of all, or, unless `whole`, of those
    that are not good. utf8: whether the reader shows more than ASCII."""
    for line in figures(landscape):
        yield f"{(MARKS if utf8 else PLAIN_MARKS)[line.verdict]} {line.label}: {line.value}"
        if whole or line.verdict in ("fair", "poor"):
            yield f"    {line.meaning}"
            if line.todo:
                flag = f"  ({line.flag})" if line.flag else ""
                yield f"    {'→' if utf8 else '->'} {line.todo}{flag}"


def _range(values: np.ndarray) -> dict[str, float]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (math.nan, math.nan)
    return {"min": low, "max": high}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        text = {math.inf: "Infinity", -math.inf: "-Infinity"}.get(float(value), "NaN")
        return float(value) if math.isfinite(value) else text
    return str(value)
