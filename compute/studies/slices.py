"""Slices (a study): how rough, convex and flat a surface is: the choices, the table, and what it says."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..choices import Choices, choice
from ..landscape import Landscape
from ..levels import number
from ..surface import Mark, Surface
from ..table import numeric

TABLE, CONVEXITY = "slice", "slice_convexity"
COLUMNS = ("points", "variation", "bend", "grain", "minima", "convex", "flat", "lowest", "highest")


class SliceChoices(Choices):
    """Which field, and in which scale."""

    field: str = choice("", "Field", "What is measured; empty = the train loss.", group="Field")
    scale: Literal["log", "linear"] = choice(
        "log",
        "Roughness of",
        "log: the logarithm, so that walls of any height weigh alike; linear: the values. Convexity and flatness are always of the values.",
        group="Roughness",
    )
    least: float = choice(
        0.02,
        "Minima of at least",
        "Persistence from which on a minimum counts, as a share of the range.",
        group="Roughness",
        low=0.0,
        high=1.0,
    )
    above: float = choice(
        1.0,
        "Flat up to",
        "Flat is the share of the plane that lies at most so much above the lowest value, in the field's units.",
        group="Flatness",
        low=0.0,
    )


def values_of(surface: Surface, name: str, scale: str) -> tuple[np.ndarray, np.ndarray]:
    """(ny, nx) the values of a field that are known, NaN elsewhere; and the same in the scale in which roughness is measured."""
    known = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED)) & np.isfinite(surface.values(name))
    values = np.where(known, surface.values(name), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return values, np.log10(np.where(values > 0, values, np.nan)) if scale == "log" else values


def lines(landscape: Landscape) -> list[str]:
    """Each measure with what it means."""
    table = landscape.tables.get(TABLE)
    if table is None or not len(table) or not numeric(table, COLUMNS):
        return []
    row = next(iter(table.rows()))
    log = "log " if table.how.get("scale") == "log" else ""
    least, above = float(table.how.get("least", 0.0)), float(table.how.get("above", 1.0))

    def told(name: str, digits: int = 3) -> str:
        return number(float(row[name]), digits)  # type: ignore[arg-type]

    return [
        f"{table.how.get('field')}, {float(row['points']):,.0f} points",  # type: ignore[call-overload]
        f"variation  {told('variation')}   of the {log}values along grid lines; 1 = one way only, 2 = a valley, more = up and down",
        f"bend       {told('bend')}   RMS second derivative of the {log}values, in ranges per half width²; 2 = a parabola",
        f"grain      {told('grain')}   bend at one grid step over that at two; 1 = the grid resolves it, 4 = noise",
        f"minima     {told('minima', 9)}   inside, of a persistence of at least {least:.0%} of the range",
        f"convex     {_percent(row['convex'])}   of the inner points have a positive definite 2 × 2 Hessian; no proof of convexity",
        f"flat       {_percent(row['flat'])}   of the plane lies at most {number(above)} above the lowest value {told('lowest', 4)}",
    ]


def _percent(share: object) -> str:
    value = float(share)  # type: ignore[arg-type]
    return "NaN" if np.isnan(value) else f"{100 * value:.1f} %"
