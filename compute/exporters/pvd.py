"""PVD: a time series for ParaView, the surface and the descent path as it grows from checkpoint to checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from ..errors import LossvistaError
from ..mesh import compact
from ..storage.disk import put
from .seen import Seen
from .shape import Shape
from .vtp import packed

MOST = 1000  # checkpoints; of a longer path, evenly chosen ones


def write(seen: Seen, target: Path) -> list[str]:
    """NAME.pvd and the folder NAME-series with surface.vtp, contours.vtp and path-00001.vtp … . Time is the number of the
    checkpoint. Raises LossvistaError where there is no path."""
    path = seen.path
    if path is None:
        raise LossvistaError(
            "A time series needs a descent path, and there is none to see.",
            "Export VTP, or show the path (and compute the landscape from a recording).",
        )
    folder = target.with_name(f"{target.stem}-series")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise LossvistaError(
            f"The folder {folder} cannot be made: {error.strerror}.", "Choose another place."
        ) from None
    put(folder / "surface.vtp", packed(seen.shape, seen.ascii))
    still = ["surface.vtp"]
    if seen.contours is not None:
        put(folder / "contours.vtp", packed(seen.contours, seen.ascii))
        still.append("contours.vtp")
    last = int(np.ceil(path.data["checkpoint"].max()))
    times = np.unique(np.linspace(0, last, min(last + 1, MOST)).round().astype(int))
    entries = []
    for time in times.tolist():
        entries += [(time, part, name) for part, name in enumerate(still)]
        grown = until(path, time)
        if grown is not None:
            name = f"path-{time:05d}.vtp"
            put(folder / name, packed(grown, seen.ascii))
            entries.append((time, len(still), name))
    rows = "".join(
        f'    <DataSet timestep="{time}" part="{part}" file={quoteattr(f"{folder.name}/{name}")}/>\n'
        for time, part, name in entries
    )
    head = (
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1" byte_order="LittleEndian">\n  <Collection>\n'
    )
    put(target, f"{head}{rows}  </Collection>\n</VTKFile>\n".encode())
    return [f"The {len(times)} steps are in the folder {folder.name}; keep it beside {target.name}."]


def until(path: Shape, checkpoint: int) -> Shape | None:
    """The path's segments up to a checkpoint; None before the first."""
    within = path.cells[(path.data["checkpoint"][path.cells] <= checkpoint).all(axis=1)]
    if not len(within):
        return None
    used, cells = compact(within)
    data = {name: values[used] for name, values in path.data.items()}
    return replace(path, points=path.points[used], cells=cells, data=data, colors=path.colors[used])
