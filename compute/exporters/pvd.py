"""PVD: time series for ParaView: the descent path as it grows from checkpoint to checkpoint, or the surfaces of several landscapes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from ..errors import LossvistaError
from ..figures.shared import shared_relief
from ..landscape import Landscape
from ..mesh import compact
from ..storage.disk import put
from ..style import Style
from .seen import Seen
from .shape import Shape
from .vtp import packed

MOST = 1000  # checkpoints; of a longer path, evenly chosen ones
Entry = tuple[int, int, str]  # time, part, file in the folder


def write(seen: Seen, target: Path) -> list[str]:
    """NAME.pvd and the folder NAME-series with surface.vtp, what is beside it (contours.vtp, axes.vtp …) and path-00001.vtp … . Time is
    the number of the checkpoint. Raises LossvistaError where there is no path."""
    path = seen.path
    if path is None:
        raise LossvistaError(
            "A time series needs a descent path, and there is none to see.",
            "Export VTP, show the path (and compute the landscape from a recording), or name several landscapes.",
        )
    folder = _folder(target)
    still = {"surface": seen.shape, **seen.beside}
    kept = [(f"{name}.vtp", shape) for name, shape in still.items() if name != "path"]
    for name, shape in kept:
        put(folder / name, packed(shape, seen.ascii))
    last = int(np.ceil(path.data["checkpoint"].max()))
    times = np.unique(np.linspace(0, last, min(last + 1, MOST)).round().astype(int))
    entries: list[Entry] = []
    for time in times.tolist():
        entries += [(time, part, name) for part, (name, _) in enumerate(kept)]
        grown = until(path, time)
        if grown is not None:
            name = f"path-{time:05d}.vtp"
            put(folder / name, packed(grown, seen.ascii))
            entries.append((time, len(kept), name))
    _collect(target, folder, entries)
    return [f"The {len(times)} steps are in the folder {folder.name}; keep it beside {target.name}."]


def write_series(
    landscapes: Sequence[Landscape],
    path: str | os.PathLike[str],
    style: Style | None = None,
    raw: bool = False,
    *,
    ascii: bool = False,
) -> list[str]:
    """Several landscapes, such as those around the checkpoints of a training, as the steps of one series, in this order: NAME.pvd and the
    folder NAME-series with surface-0000.vtp …, and what the look shows beside each. They share the field and the range of the look, so
    that heights and colours mean the same in all.

    Returns what is to be said. Raises LossvistaError where one has nothing to draw, or they share no field."""
    target, style = Path(path), style or Style()
    style = style.model_copy(update={"relief": shared_relief(landscapes, style)})
    folder, entries = _folder(target), list[Entry]()
    for time, landscape in enumerate(landscapes):
        seen = Seen(landscape, style, raw, ascii)
        for part, (name, shape) in enumerate({"surface": seen.shape, **seen.beside}.items()):
            file = f"{name}-{time:04d}.vtp"
            put(folder / file, packed(shape, ascii))
            entries.append((time, part, file))
    _collect(target, folder, entries)
    names = "; ".join(f"{time} = {one.title}" for time, one in enumerate(landscapes))
    return [
        f"The {len(landscapes)} steps are in the folder {folder.name}; keep it beside {target.name}.",
        f"Time: {names}.",
    ]


def until(path: Shape, checkpoint: int) -> Shape | None:
    """The path's segments up to a checkpoint; None before the first."""
    within = path.cells[(path.data["checkpoint"][path.cells] <= checkpoint).all(axis=1)]
    if not len(within):
        return None
    used, cells = compact(within)
    data = {name: values[used] for name, values in path.data.items()}
    return replace(path, points=path.points[used], cells=cells, data=data, colors=path.colors[used])


def _folder(target: Path) -> Path:
    folder = target.with_name(f"{target.stem}-series")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise LossvistaError(
            f"The folder {folder} cannot be made: {error.strerror}.", "Choose another place."
        ) from None
    return folder


def _collect(target: Path, folder: Path, entries: Iterable[Entry]) -> None:
    """The file that names the others."""
    rows = "".join(
        f'    <DataSet timestep="{time}" part="{part}" file={quoteattr(f"{folder.name}/{name}")}/>\n'
        for time, part, name in entries
    )
    head = (
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1" byte_order="LittleEndian">\n  <Collection>\n'
    )
    put(target, f"{head}{rows}  </Collection>\n</VTKFile>\n".encode())
