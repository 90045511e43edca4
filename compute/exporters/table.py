"""Table: the values themselves, as CSV for spreadsheets and NPZ for NumPy, whatever the look."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np

from ..errors import LossvistaError
from ..landscape import Landscape
from ..storage.disk import put
from ..trajectory import Trajectory
from .seen import Seen

LEFT = "{} holds the values of all points, and no look: no threshold, scale or colour."


def write_csv(seen: Seen, target: Path) -> list[str]:
    """A row for each grid point, row by row of β: alpha, beta, every field, evaluated, samples; numbers in full precision, NaN and
    inf as such. Each path becomes `NAME-path.csv` with its columns, led by its name."""
    landscape = seen.landscape
    surface, grid = landscape.surface, landscape.surface.grid
    columns: dict[str, np.ndarray] = {"alpha": np.tile(grid.alpha, len(grid.beta))}
    if not grid.line:
        columns["beta"] = np.repeat(grid.beta, len(grid.alpha))
    columns |= {name: values.ravel() for name, values in surface.fields.items()}
    columns |= {"evaluated": surface.evaluated.ravel(), "samples": surface.samples.ravel()}
    put(target, _rows(columns))
    told = [LEFT.format("CSV"), "The recipe and the trust figures are in the JSON export."]
    if landscape.trajectories:
        beside = target.with_name(f"{target.stem}-path{target.suffix}")
        put(beside, _paths(landscape.trajectories))
        told.append(f"The descent path is in {beside.name}.")
    return told


def write_npz(seen: Seen, target: Path) -> list[str]:
    """Arrays alpha (nx,), beta (ny,), every field (ny, nx), evaluated, samples; of each path `path/NAME/COLUMN` (T,). Nothing in
    it needs unpickling."""
    kept = io.BytesIO()
    np.savez_compressed(kept, allow_pickle=False, **arrays(seen.landscape))
    put(target, kept.getvalue())
    return [LEFT.format("NPZ"), "The recipe and the trust figures are in the JSON export."]


def write_study(landscape: Landscape, name: str, target: Path) -> None:
    """A table that a study found as CSV: how it was made as comments (lines that begin with #), the columns' names, then a row each;
    numbers in full precision, NaN and inf as such. `pandas.read_csv(…, comment="#")` reads it. Raises LossvistaError where the
    landscape has no such table, for another suffix, or where the file cannot be written."""
    table = landscape.table(name)
    if target.suffix.lower() != ".csv":
        raise LossvistaError(f"A table is written as CSV, not as '{target.name}'.", "Call it NAME.csv.")
    title = " ".join(landscape.title.split())
    lines = [f"# {name} of the landscape {title}", *(f"# {key} = {json.dumps(how)}" for key, how in table.how.items())]
    lines.append(",".join(map(_quoted, table.columns)))
    lines += [",".join(map(_cell, row.values())) for row in table.rows()]
    put(target, ("\n".join(lines) + "\n").encode())


def arrays(landscape: Landscape) -> dict[str, np.ndarray]:
    """What the NPZ file holds, by name."""
    surface, grid = landscape.surface, landscape.surface.grid
    found = {"alpha": grid.alpha, **({} if grid.line else {"beta": grid.beta})}
    found |= {name: values[0] if grid.line else values for name, values in surface.fields.items()}
    found |= {"evaluated": surface.evaluated, "samples": surface.samples, "title": np.array(landscape.title)}
    for name, path in landscape.trajectories.items():
        found |= {f"path/{name}/{column}": values for column, values in path.columns.items()}
    return found


def _rows(columns: dict[str, np.ndarray]) -> bytes:
    kept = io.BytesIO()
    kept.write((",".join(map(_quoted, columns)) + "\n").encode())
    whole = [np.issubdtype(values.dtype, np.integer) for values in columns.values()]
    form = ",".join("%d" if one else "%.17g" for one in whole)
    table = np.rec.fromarrays(
        [values.astype(int if one else float) for values, one in zip(columns.values(), whole, strict=True)]
    )
    np.savetxt(kept, table, fmt=form)
    return kept.getvalue()


def _paths(paths: dict[str, Trajectory]) -> bytes:
    names = list(dict.fromkeys(column for path in paths.values() for column in path.columns))
    lines = [",".join(["path", *map(_quoted, names)])]
    for title, path in paths.items():
        rows = np.stack([path[name] for name in names], axis=1)
        lines += [",".join([_quoted(title), *(f"{value:.17g}" for value in row)]) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _cell(value: object) -> str:
    return f"{value:.17g}" if isinstance(value, float) else _quoted(str(value))


def _quoted(text: str) -> str:
    """As a CSV cell (RFC 4180)."""
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text
