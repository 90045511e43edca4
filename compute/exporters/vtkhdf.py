"""VTKHDF: VTK's mesh in HDF5, which ParaView reads in parallel and h5py reads without VTK."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from ..storage.disk import put
from .beside import put_beside
from .seen import Seen
from .shape import Shape

VERSION = (
    1,
    0,
)  # of the layout; with its unstructured grids every ParaView since 5.10 opens it, while meshes of polygons want 5.12
KINDS = {3: 5, 2: 3, 1: 1}  # points of a cell → VTK's number of triangles, lines and vertices


def write(seen: Seen, target: Path) -> list[str]:
    """As VTP. The landscape's own file (.h5) holds a VTKHDF image of the same fields already; this is the mesh that one sees."""
    put(target, _packed(seen.shape))
    return put_beside(seen, target, _packed)


def _packed(shape: Shape) -> bytes:
    """By h5py, in memory: VTK's own writer crashes where the disk is full."""
    with h5py.File("mesh", "w", driver="core", backing_store=False) as file:
        root = file.create_group("VTKHDF")
        root.attrs["Version"] = np.array(VERSION, np.int64)
        root.attrs.create("Type", np.bytes_("UnstructuredGrid"))
        count, corners = shape.cells.shape
        for name, number in (("Points", len(shape.points)), ("Cells", count), ("ConnectivityIds", shape.cells.size)):
            root[f"NumberOf{name}"] = np.array([number], np.int64)
        root["Points"] = np.asarray(shape.points, np.float64)
        root["Connectivity"] = shape.cells.ravel().astype(np.int64)
        root["Offsets"] = np.arange(0, shape.cells.size + 1, corners, dtype=np.int64)
        root["Types"] = np.full(count, KINDS[corners], np.uint8)
        data = root.create_group("PointData")
        for name, values in {**shape.data, "color": shape.colors}.items():
            data.create_dataset(name.replace("/", "_"), data=values, compression="gzip", compression_opts=1)
        data[next(iter(shape.data)).replace("/", "_")].attrs.create("Attribute", np.bytes_("Scalars"))
        file.attrs["title"] = shape.title  # as field data VTK would crash on letters beyond ASCII
        file.flush()
        return file.id.get_file_image()
