"""Roughness: how rough, how convex and how flat a landscape's surface is, with its convexity at each point as a field."""

from __future__ import annotations

import os

import numpy as np

from ..consent import Trust
from ..landscape import Landscape
from ..measures.slice import bend, convexity, grain, share_below, variation
from ..measures.topology import complex_of, critical_points, persistence
from ..progress import Job, Progress
from ..storage import load
from ..surface import FieldInfo
from ..table import Table
from .added import Added
from .slices import CONVEXITY, TABLE, SliceChoices, values_of


def roughness(source: Landscape | str | os.PathLike[str], choices: SliceChoices, *, trust: Trust = False) -> Job[Added]:
    """A table `slice` of one row: points (known ones), variation, bend, grain, minima, convex (share of inner points), flat (share of
    the plane), lowest, highest; see `measures.slice` for the formulas. And the field `slice_convexity`, −1 … 1: λ_min over the larger
    |λ| of the slice's Hessian. Raises LossvistaError where there is no such field."""
    landscape = source if isinstance(source, Landscape) else load(source)
    surface, grid = landscape.surface, landscape.surface.grid
    name = choices.field or surface.main
    yield Progress("measuring the slice", 0, 1)
    values, scaled = values_of(surface, name, choices.scale)
    known = values[np.isfinite(values)]
    curved = convexity(values, grid.alpha, grid.beta)
    inner = curved[np.isfinite(curved)]
    lowest = float(known.min()) if len(known) else float("nan")
    figures = {
        "points": len(known),
        "variation": variation(scaled),
        "bend": bend(scaled),
        "grain": grain(scaled),
        "minima": _minima(scaled, choices.least),
        "convex": float((inner > 0).mean()) if len(inner) else float("nan"),
        "flat": share_below(values, lowest + choices.above),
        "lowest": lowest,
        "highest": float(known.max()) if len(known) else float("nan"),
    }
    table = Table({key: np.array([value]) for key, value in figures.items()}, choices.model_dump() | {"field": name})
    info = {CONVEXITY: FieldInfo("", "1", "slice convexity")}
    added = Added({TABLE: table}, {CONVEXITY: curved}, info)
    yield Progress("measuring the slice", 1, 1, added=added)
    return added


def _minima(values: np.ndarray, least: float) -> int:
    """How many minima inside have at least this persistence, as a share of the range."""
    complex = complex_of(values)
    pairs = persistence(complex)
    span = float(np.ptp(complex.values)) if len(complex.values) else 0.0
    components, loops = pairs.spans(complex.values)
    kept = pairs.kept(components >= least * span, loops >= least * span)
    return critical_points(complex, kept).counts()[0]
