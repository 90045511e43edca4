"""Read-out: what is under the pointer in words, for the status bar and the panel Probe."""

from __future__ import annotations

import math

from ..compute.levels import number
from ..compute.reading import Reading, Value, read
from ..compute.surface import FieldInfo, Mark
from .language import tr
from .session import Document

CAME = {
    Mark.NOT_YET: tr("not computed yet"),
    Mark.EVALUATED: "evaluated",
    Mark.INTERPOLATED: "interpolated",
    Mark.ESTIMATED: "estimated",
    Mark.BOUND: tr("a lower bound"),
    Mark.FAILED: "failed",
}
BETWEEN = {
    Mark.NOT_YET: tr("beside points that are not computed yet"),
    Mark.EVALUATED: tr("between evaluated points"),
    Mark.INTERPOLATED: tr("between points of which some are interpolated"),
    Mark.ESTIMATED: tr("between points of which some are estimated"),
    Mark.BOUND: tr("between points of which some are lower bounds"),
    Mark.FAILED: tr("beside a point that failed"),
}


def readout(document: Document, alpha: float, beta: float) -> str:
    """All that is known at (α, β) in a line: coordinates, the shown field, then loss and accuracy, and how they came to be. Beside
    the grid: ""."""
    reading = read(document.landscape, document.field, alpha, beta)
    if reading is None:
        return ""
    line = document.landscape.surface.grid.line
    where = f"α {number(alpha, 3)}" if line else f"α {number(alpha, 3)}   β {number(beta, 3)}"
    if math.isnan(reading.main.value) and reading.mark == Mark.NOT_YET:
        return f"{where}   {spoken(reading.main.name)} {came(reading)}"
    others = [v for v in reading.values[1:] if v.name.endswith(("_loss", "_accuracy")) and math.isfinite(v.value)]
    shown = [reading.main, *others[:2]]
    return f"{where}   {'   '.join(f'{spoken(v.name)} {told(v)}' for v in shown)}   ({came(reading)})"


def spoken(name: str, info: FieldInfo | None = None) -> str:
    """A field's name for people."""
    return (info.long_name if info else "") or name.replace("_", " ")


def told(value: Value) -> str:
    """A value with its error: "0.532 ± 0.021", "≥ 5", "84.2 %"."""
    if value.name.endswith("_accuracy") and math.isfinite(value.value):
        return f"{number(100 * value.value, 3)} %"
    bound = "≥ " if value.bound else ""
    error = f" ± {number(value.error, 2)}" if math.isfinite(value.error) else ""
    return f"{bound}{number(value.value)}{error}"


def came(reading: Reading) -> str:
    """How the values came to be: "evaluated on 600 samples", "between evaluated points"."""
    if not reading.at_node:
        return BETWEEN[reading.mark]
    counted = reading.mark in (Mark.EVALUATED, Mark.ESTIMATED, Mark.BOUND) and reading.samples
    word = {Mark.EVALUATED: "on", Mark.ESTIMATED: "from", Mark.BOUND: "from"}.get(reading.mark, "")
    return (
        tr("{came} {word} {samples:,} samples", came=CAME[reading.mark], word=word, samples=reading.samples)
        if counted
        else CAME[reading.mark]
    )
