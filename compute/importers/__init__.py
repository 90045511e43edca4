"""Importers: landscapes that other programs saved. DOOR 3: suffix → importer.

To add a format: one function(path) in a module here that returns an `Imported`, and one line below. All of them run in a child process of
limited memory, because some readers crash on damaged files; none runs code of a file.
"""

from __future__ import annotations

from ..doors import Door

_HERE = __name__
IMPORTERS: dict[str, Door] = {
    ".h5": Door(f"{_HERE}.li:read_li", "Surfaces of Li et al.'s code"),
    ".npz": Door(f"{_HERE}.arrays:read_npz", "Arrays of Lossvista, Garipov et al. or Landscaper"),
    ".csv": Door(f"{_HERE}.csv_table:read_csv", "Table of a grid"),
    ".vtp": Door(f"{_HERE}.mesh:read_mesh", "VTK PolyData over a grid"),
    ".vts": Door(f"{_HERE}.mesh:read_mesh", "VTK StructuredGrid"),
    ".vtk": Door(f"{_HERE}.mesh:read_mesh", "VTK legacy mesh over a grid"),
    ".vtkhdf": Door(f"{_HERE}.mesh:read_mesh", "VTKHDF mesh over a grid"),
    ".ply": Door(f"{_HERE}.mesh:read_mesh", "PLY mesh over a grid"),
    ".obj": Door(f"{_HERE}.mesh:read_mesh", "OBJ mesh over a grid"),
    ".stl": Door(f"{_HERE}.mesh:read_mesh", "STL mesh over a grid"),
}
REFUSED = dict.fromkeys(
    (".pkl", ".pickle", ".p", ".joblib", ".dill"), "it is a pickle, which can run code when it is opened"
)
