"""Command `rank`: several networks by each measure of their minima, beside their test error."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from cyclopts import Parameter

from .errors import LossvistaError
from .levels import number
from .ranking import ERRORS, MEASURES, Ranking, ranking

Json = Annotated[bool, Parameter(name="--json", negative=(), help="One JSON object on stdout.")]


def rank(
    *files: Path, by: Literal["test_error", "test_loss"] = "test_error", order: str = "", json: Json = False
) -> int:
    """Rank networks by each measure of their minima (basin, curvature, sharpness, norm) beside their test error, with rank correlations.

    What is compared is what the files hold: measure first, with `lossvista basin F.h5` and the like. A minefield gives a row for each of
    its minima.

    Parameters
    ----------
    files
        Landscapes, each with a network at its centre.
    by
        What is set beside the measures: test_error (1 − accuracy) or test_loss.
    order
        The measure by which the rows are ordered; the error, where none is given.
    """
    if not files:
        raise LossvistaError("Nothing to rank.", "Name landscapes: lossvista rank A.h5 B.h5 C.h5")
    from .storage import load  # h5py, which no other command should wait for

    names = _names(files)
    found = ranking({name: load(file) for name, file in zip(names, files, strict=True)}, by)
    if order and order not in (*found.values, by):
        raise LossvistaError(
            f"There is no measure '{order}' in these landscapes.", f"They have {', '.join((*found.values, by))}."
        )
    if not np.isfinite(found.error).any():
        raise LossvistaError(
            f"None of these landscapes knows its {ERRORS[by]}.",
            "Compute them with test data, as in --test-data digits:test.",
        )
    values = found.values.get(order, found.error)
    rows = np.argsort(values, kind="stable")
    print(json_format.dumps(_object(found, rows), ensure_ascii=False) if json else "\n".join(_lines(found, rows)))
    return 0


def _names(files: tuple[Path, ...]) -> list[str]:
    """The files' stems, or their paths where two have one stem."""
    stems = [file.stem for file in files]
    return stems if len(set(stems)) == len(stems) else [str(file) for file in files]


def _object(found: Ranking, rows: np.ndarray) -> dict[str, object]:
    def plain(value: Any) -> float | None:
        return float(value) if np.isfinite(value) else None

    measures = {}
    for name in found.values:
        own = found.correlation(name)
        figures = {key: plain(getattr(own, key)) for key in ("rho", "low", "high", "tau", "p")}
        measures[name] = {"count": own.count, **figures, "warning": own.warning}
    networks = [
        {"name": found.names[k], found.by: plain(found.error[k])}
        | {name: plain(column[k]) for name, column in found.values.items()}
        for k in rows
    ]
    return {"networks": networks, "correlations": measures}


def _lines(found: Ranking, rows: np.ndarray) -> list[str]:
    heads = ["network", ERRORS[found.by], *(MEASURES[name].label for name in found.values)]
    error = [f"{100 * e:.2f} %" if found.by == "test_error" else number(float(e)) for e in found.error]
    cells = [[found.names[k], error[k], *(number(float(column[k])) for column in found.values.values())] for k in rows]
    widths = [max(len(row[i]) for row in (heads, *cells)) for i in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in (heads, *cells)
    ]
    lines.append("")
    for name in found.values:
        told = found.correlation(name).told
        lines.append(f"{MEASURES[name].label} and {ERRORS[found.by]}: {told}")
    return [*lines, *([found.lacking] if found.lacking else [])]
