"""VTKHDF: VTK's HDF5 PolyData, which ParaView reads in parallel and h5py reads without VTK."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from ..storage.disk import put
from .beside import put_beside
from .seen import Seen
from .shape import Shape

VERSION = (2, 0)  # of the layout; ParaView 5.12 is the first that knows it
CELLS = ("Vertices", "Lines", "Polygons", "Strips")


def write(seen: Seen, target: Path) -> list[str]:
    """As VTP. The landscape's own file (.h5) holds a VTKHDF image of the same fields already; this is the mesh that one sees."""
    put(target, _packed(seen.shape))
    return put_beside(seen, target, _packed)


def _packed(shape: Shape) -> bytes:
    """By h5py, in memory: VTK's own writer crashes where the disk is full."""
    with h5py.File("mesh", "w", driver="core", backing_store=False) as file:
        root = file.create_group("VTKHDF")
        root.attrs["Version"] = np.array(VERSION, np.int64)
        root.attrs.create("Type", np.bytes_("PolyData"))
        root["NumberOfPoints"] = np.array([len(shape.points)], np.int64)
        root["Points"] = np.asarray(shape.points, np.float64)
        own = {3: "Polygons", 2: "Lines", 1: "Vertices"}[shape.cells.shape[1]]
        for kind in CELLS:
            cells = shape.cells if kind == own else shape.cells[:0]
            group = root.create_group(kind)
            group["NumberOfCells"] = np.array([len(cells)], np.int64)
            group["NumberOfConnectivityIds"] = np.array([cells.size], np.int64)
            group["Connectivity"] = cells.ravel().astype(np.int64)
            group["Offsets"] = np.arange(0, cells.size + 1, shape.cells.shape[1], dtype=np.int64)
        data = root.create_group("PointData")
        for name, values in {**shape.data, "color": shape.colors}.items():
            data.create_dataset(name.replace("/", "_"), data=values, compression="gzip", compression_opts=1)
        data[next(iter(shape.data)).replace("/", "_")].attrs.create("Attribute", np.bytes_("Scalars"))
        file.attrs["title"] = shape.title  # as field data VTK would crash on letters beyond ASCII
        file.flush()
        return file.id.get_file_image()
