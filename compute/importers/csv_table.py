"""CSV: a table with a row for each point of a grid, of ours or of anybody's."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from ..errors import LossvistaError
from ..surface import Mark
from .imported import Imported, landscape_of

ALPHA, BETA = ("alpha", "α", "a", "x", "x1", "xcoordinates"), ("beta", "β", "b", "y", "x2", "ycoordinates")
LARGEST = 2 * 2**30  # bytes


def read_csv(path: Path) -> Imported:
    """The first row names the columns; alpha (or x) and, of a plane, beta (or y) say where a row lies; every other column of numbers is a
    field. Separators: comma, semicolon or tab. Raises LossvistaError where that is not so."""
    if path.stat().st_size > LARGEST:
        raise LossvistaError(f"'{path.name}' is too large for a table ({path.stat().st_size:,} bytes).")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise LossvistaError(f"'{path.name}' is no text in UTF-8.", "Save it as CSV (UTF-8).") from None
    head, _, body = text.partition("\n")
    mark = max(",;\t", key=head.count)
    names = [name.strip() for name in next(csv.reader([head.rstrip("\r")], delimiter=mark), [])]
    lowered = [name.lower() for name in names]
    at = next((lowered.index(name) for name in ALPHA if name in lowered), None)
    up = next((lowered.index(name) for name in BETA if name in lowered), None)
    if at is None or len(names) < 2:
        raise LossvistaError(
            f"'{path.name}' has no column called alpha or x in its first row.",
            "Its first row must name the columns: alpha, beta, train_loss …",
        )
    table = _numbers(path, body, mark, len(names))
    held = [k for k in range(len(names)) if k not in (at, up)]
    return from_columns(
        path.name,
        path.stem,
        table[:, at],
        None if up is None else table[:, up],
        {names[k]: table[:, k] for k in held if names[k] and not np.isnan(table[:, k]).all()},
    )


def from_columns(
    source: str, title: str, x: np.ndarray, y: np.ndarray | None, columns: dict[str, np.ndarray]
) -> Imported:
    """x, y, columns: (n,). Places that no row names are not evaluated. Raises LossvistaError for doubled or unfinished places."""
    if not np.isfinite(x).all() or (y is not None and not np.isfinite(y).all()):
        raise LossvistaError(f"'{source}' has rows without a place: their alpha or beta is no number.")
    if not columns:
        raise LossvistaError(f"'{source}' holds places and no values.", "Give it a column such as train_loss.")
    alpha, i = np.unique(x, return_inverse=True)
    beta, j = (np.zeros(1), np.zeros(len(x), int)) if y is None else np.unique(y, return_inverse=True)
    if len(alpha) * len(beta) > max(100, 20 * len(x)):
        raise LossvistaError(
            f"The points in '{source}' do not lie in rows and columns ({len(alpha)} × {len(beta)} places for {len(x)} rows).",
            "Only tables of a grid can be read.",
        )
    flat = j * len(alpha) + i
    if len(np.unique(flat)) < len(flat):
        raise LossvistaError(f"'{source}' has several rows for one place.", "Leave one row for each point.")
    shape = (len(beta), len(alpha))

    def laid(values: np.ndarray) -> np.ndarray:
        out = np.full(shape, np.nan)
        out.flat[flat] = values
        return out

    known = np.zeros(shape, bool)
    known.flat[flat] = True
    marks, samples = columns.pop("evaluated", None), columns.pop("samples", None)
    made = landscape_of(
        alpha, None if y is None else beta, {n: laid(v) for n, v in columns.items()}, source, known=known, title=title
    )
    if marks is not None and np.isin(marks, [int(mark) for mark in Mark]).all():
        made.surface.evaluated[:] = np.where(known, np.nan_to_num(laid(marks)), 0)
    if samples is not None and (np.nan_to_num(samples, nan=-1) >= 0).all():
        made.surface.samples[:] = np.nan_to_num(laid(samples)).astype(np.int64)
    said = [f"A grid of {' × '.join(map(str, shape[::-1]))} points with {', '.join(made.surface.fields)}."]
    if missing := int((~known).sum()):
        said.append(f"{missing} of its points have no row: they count as not evaluated.")
    return Imported(made, said)


def _numbers(path: Path, body: str, mark: str, width: int) -> np.ndarray:
    """(rows, width), NaN for an empty or wordy cell."""
    if mark in body and '"' not in body:
        try:
            table = np.loadtxt(body.splitlines(), delimiter=mark, ndmin=2)  # quick, where all cells are numbers
        except ValueError:
            table = np.zeros((0, 0))
        if table.shape[1] == width and len(table):
            return table
    rows = []
    for number, row in enumerate(csv.reader(body.splitlines(), delimiter=mark), 2):
        if not row:
            continue
        if len(row) != width:
            raise LossvistaError(f"Row {number} of '{path.name}' has {len(row)} cells; its first row names {width}.")
        rows.append([_number(cell) for cell in row])
    if not rows:
        raise LossvistaError(f"'{path.name}' has no rows below its first.")
    return np.array(rows, float)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
