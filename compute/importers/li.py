"""Li: the HDF5 files of Li et al.'s code: surfaces, with the projected trajectory beside them."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import numpy as np

from ..errors import LossvistaError
from ..storage.foreign import floats, foreign
from ..storage.inspect import link
from ..storage.layout import Node
from ..trajectory import Trajectory
from .imported import Imported, landscape_of

FIELDS = {  # theirs → ours
    "train_loss": "train_loss",
    "test_loss": "test_loss",
    "train_acc": "train_accuracy",
    "test_acc": "test_accuracy",
    "train_err": "train_error",
    "test_err": "test_error",
}
PATH = ("proj_xcoord", "proj_ycoord")
SHARES = ("accuracy", "error")  # in % there, in 0…1 here


def read_li(path: Path) -> Imported:
    """A surface .h5. A direction file, or a trajectory without its surface, is said to be one. Raises LossvistaError otherwise."""
    name = os.fspath(path)
    with foreign(path) as file:
        if "xcoordinates" not in file:
            raise _another(file, path)
        alpha = floats(file, "xcoordinates", name)
        beta = floats(file, "ycoordinates", name) if "ycoordinates" in file else None
        for axis in (alpha, beta):
            if axis is not None and (axis.ndim != 1 or not len(axis) or len(np.unique(axis)) < len(axis)):
                raise LossvistaError(f"'{path.name}' is damaged: its coordinates are not a row of different numbers.")
        shape = (len(alpha),) if beta is None else (len(alpha), len(beta))
        raw = {ours: floats(file, theirs, name, shape) for theirs, ours in FIELDS.items() if theirs in file}
        source = _text(file, "dir_file")
    if not raw:
        raise LossvistaError(f"'{path.name}' has coordinates and no values yet.", "Let their code compute it first.")
    laid = (1, len(alpha)) if beta is None else (len(beta), len(alpha))
    said = [f"A surface of Li et al.'s code, {' × '.join(map(str, laid[::-1]))} points with {', '.join(raw)}."]
    if beta is not None and len(alpha) != len(beta):
        said.append(
            f"Its arrays are declared as {len(alpha)} × {len(beta)} and filled row by row as {len(beta)} × {len(alpha)}: they were "
            "laid out as they were filled."
        )
    fields = {ours: values.ravel().reshape(laid) for ours, values in raw.items()}
    first = next(iter(fields.values()))
    own = [name for name in fields if name.endswith("loss")] or list(fields)
    empty = np.logical_and.reduce([fields[name] == -1 for name in own])  # what was not computed is −1 there
    fields = {ours: values / 100 if ours.endswith(SHARES) else values for ours, values in fields.items()}
    made = landscape_of(alpha, beta, fields, path.name, known=~empty, title=path.stem)
    if empty.any():
        said.append(
            f"{int(empty.sum())} of {first.size} points were not computed (−1 there): they count as not evaluated."
        )
    if any((fields[name][~empty] == 0).any() for name in own):
        said.append("Losses of exactly 0 are kept; their code computes such points again each time.")
    said.append(
        "Their code draws the same random directions whatever --idx says, and averages batch means: a short last batch counts as much as a "
        "whole one."
    )
    if source:
        made.provenance["direction_file"] = Path(source.replace("\\", "/")).name
    return Imported(made, said)


def with_path(imported: Imported, path: Path) -> Imported:
    """The surface with the projected trajectory of another file of theirs. Raises LossvistaError where it is none."""
    name = os.fspath(path)
    with foreign(path) as file:
        if not all(key in file for key in PATH):
            raise _another(file, path)
        x, y = (floats(file, key, name) for key in PATH)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise LossvistaError(f"'{path.name}' is damaged: its path has the shapes {x.shape} and {y.shape}.")
    made = imported.landscape
    made.trajectories[path.stem] = Trajectory({"alpha": x, "beta": y, "step": np.arange(len(x), dtype=float)})
    doubt = (
        "Their code projects by dot products with the axes, which is right only where these have length 1 and are perpendicular; "
        "elsewhere the path's places are doubtful. Its true loss is not in the file."
    )
    return Imported(made, [*imported.said, f"A path of {len(x)} checkpoints.", doubt])


def _another(file: Node, path: Path) -> LossvistaError:
    if all(key in file for key in PATH):
        return LossvistaError(
            f"'{path.name}' is a projected trajectory of Li et al.'s code, without its surface.",
            "Give the surface file first, and this one after it: lossvista import SURFACE.h5 TRAJECTORY.h5 OUT.h5",
        )
    if "xdirection" in file:
        return LossvistaError(
            f"'{path.name}' is a direction file of Li et al.'s code, not a surface.",
            f"Compute along it: lossvista compute … --directions file:{path.name}",
        )
    return LossvistaError(
        f"'{path.name}' is no landscape of ours, and none of Li et al.'s code either: it holds {', '.join(list(file)[:6]) or 'nothing'}.",
        "Check which file was meant.",
    )


def _text(file: Node, key: str) -> str:
    if key not in file:
        return ""
    data = link(file, key, h5py.Dataset, key)
    if data.shape != () or h5py.check_string_dtype(data.dtype) is None:
        return ""
    value = data[()]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
