"""Arrays: NPZ files of ours, of Garipov et al. (curve.npz, plane.npz) and of Landscaper. None of them is unpickled."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np

from ..errors import LossvistaError
from ..surface import Mark
from ..trajectory import Trajectory
from .imported import Imported, landscape_of

LARGEST = 4 * 2**30  # bytes, unpacked
GARIPOV = {  # theirs → ours
    "tr_nll": "train_loss",
    "te_nll": "test_loss",
    "tr_acc": "train_accuracy",
    "te_acc": "test_accuracy",
    "tr_loss": "train_loss_with_penalty",
    "te_loss": "test_loss_with_penalty",
}


def read_npz(path: Path) -> Imported:
    """Whose file it is follows from the names of its arrays. Raises LossvistaError for other files, pickled arrays and damage."""
    found = _opened(path)
    names = set(found)
    if {"alphas", "betas", "grid"} <= names:
        return _garipov_plane(found, path)
    if "ts" in names and names & set(GARIPOV):
        return _garipov_curve(found, path)
    if {"loss", "coordinates"} <= names:
        return _landscaper(found, path)
    if "alpha" in names:
        return _ours(found, path)
    raise LossvistaError(
        f"'{path.name}' is no landscape: it holds {', '.join(sorted(names)[:6]) or 'nothing'}.",
        "Known are exports of Lossvista (alpha, beta, fields), curve.npz and plane.npz of Garipov et al., and Landscaper's.",
    )


def _opened(path: Path) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(path) as archive:
            claimed = sum(entry.file_size for entry in archive.infolist())
        if claimed > LARGEST:
            raise LossvistaError(f"'{path.name}' claims to unpack to {claimed:,} bytes; it is not read.")
        with np.load(path, allow_pickle=False) as held:
            found = {name: held[name] for name in held.files}
            return {
                name: values for name, values in found.items() if isinstance(values, np.ndarray)
            }  # others are bytes
    except LossvistaError:
        raise
    except Exception as error:  # NumPy and zipfile raise whatever comes to hand on damaged bytes
        if isinstance(error, ValueError) and "pickle" in str(error).lower():
            raise LossvistaError(
                f"'{path.name}' holds pickled objects, which can run code when they are opened; nothing of it was read.",
                "Save plain arrays: numpy.savez with numbers only.",
            ) from None
        raise _damaged(path, error) from None


def _damaged(path: Path, error: BaseException) -> LossvistaError:
    return LossvistaError(f"'{path.name}' is damaged.", "Get it again.", details=f"{type(error).__name__}: {error}")


def _ours(found: dict[str, np.ndarray], path: Path) -> Imported:
    alpha, beta = _axis(found, "alpha", path), _axis(found, "beta", path) if "beta" in found else None
    shape = (1 if beta is None else len(beta), len(alpha))
    apart = {"alpha", "beta", "evaluated", "samples", "title"}
    fields = {}
    for name, values in found.items():
        if name in apart or name.startswith("path/"):
            continue
        if values.dtype.kind in "fiub" and values.size == shape[0] * shape[1] and values.shape in (shape, shape[1:]):
            fields[name] = values.reshape(shape).astype(float)
    if not fields:
        raise LossvistaError(f"'{path.name}' has no field of the shape {shape} for its alpha and beta.")
    title = str(found["title"]) if "title" in found and found["title"].dtype.kind == "U" else path.stem
    made = landscape_of(alpha, beta, fields, path.name, title=title)
    rows = np.argsort(np.zeros(1) if beta is None else beta)
    at = np.ix_(rows, np.argsort(alpha))
    marks = found.get("evaluated")
    if marks is not None and marks.shape == shape and np.isin(marks, [int(mark) for mark in Mark]).all():
        made.surface.evaluated[:] = marks[at]
    samples = found.get("samples")
    if samples is not None and samples.shape == shape and samples.dtype.kind in "iu" and (samples >= 0).all():
        made.surface.samples[:] = samples[at]
    for name, values in found.items():
        if parts := re.fullmatch(r"path/(.*)/([^/]+)", name, re.DOTALL):
            path_of = made.trajectories.setdefault(parts[1], Trajectory())
            path_of.columns[parts[2]] = values.astype(float) if values.dtype.kind in "fiub" else np.zeros(0)
    for name, own in made.trajectories.items():
        shapes = {column.shape for column in own.columns.values()}
        if [len(shape) for shape in shapes] != [1] or not {"alpha", "beta"} <= own.columns.keys():
            raise LossvistaError(f"The path '{name}' in '{path.name}' is damaged: its columns do not fit together.")
    return Imported(made, [f"A grid of {' × '.join(map(str, shape[::-1]))} points with {', '.join(fields)}."])


def _garipov_curve(found: dict[str, np.ndarray], path: Path) -> Imported:
    ts = _axis(found, "ts", path)
    fields = {
        ours: _shaped(found, theirs, (len(ts),), path)[None] for theirs, ours in GARIPOV.items() if theirs in found
    }
    _in_shares(fields)
    made = landscape_of(ts, None, fields, path.name, title=f"Curve of {path.stem}", labels=("t along the curve", ""))
    return Imported(
        made,
        [
            f"A curve of Garipov et al.'s code, {len(ts)} points from t = 0 to 1; train_loss is its nll, without the l2 term.",
            "Their code leaves data augmentation on while it evaluates the training data: its losses are of augmented images.",
        ],
    )


def _garipov_plane(found: dict[str, np.ndarray], path: Path) -> Imported:
    grid = found["grid"]
    if grid.ndim != 3 or grid.shape[2:] != (2,) or grid.dtype.kind != "f" or 0 in grid.shape:
        raise LossvistaError(f"'{path.name}' is damaged: its grid has the shape {grid.shape}.")
    alpha, beta = grid[:, 0, 0], grid[0, :, 1]  # in units of weights, along both orthonormal axes
    fields = {
        ours: _shaped(found, theirs, grid.shape[:2], path).T for theirs, ours in GARIPOV.items() if theirs in found
    }
    _in_shares(fields)
    made = landscape_of(alpha, beta, fields, path.name, title=f"Plane of {path.stem}", labels=("u", "v"))
    for key, name in (("curve_coordinates", "curve"), ("bend_coordinates", "ends and bend")):
        places = found.get(key)
        if places is not None and places.ndim == 2 and places.shape[1] == 2 and places.dtype.kind == "f":
            made.trajectories[name] = Trajectory({"alpha": places[:, 0].copy(), "beta": places[:, 1].copy()})
    return Imported(
        made,
        [
            f"A plane of Garipov et al.'s code, {len(alpha)} × {len(beta)} points; α and β are lengths in weight space.",
            "Its arrays run along u first; they were turned.",
            "Their code leaves data augmentation on while it evaluates the training data, and its l2 term in the plane is that of a wrong "
            "network: train_loss is the nll without it.",
        ],
    )


def _landscaper(found: dict[str, np.ndarray], path: Path) -> Imported:
    places, loss = found["coordinates"], found["loss"]
    if places.ndim != 2 or loss.ndim != len(places) or loss.dtype.kind != "f" or loss.ndim > 2:
        raise LossvistaError(
            f"'{path.name}' has {loss.ndim} dimensions; a landscape has one or two.", "Compute it again in a plane."
        )
    if loss.shape != (places.shape[1],) * loss.ndim or places.dtype.kind != "f":
        raise LossvistaError(f"'{path.name}' is damaged: its loss has the shape {loss.shape}, its axes {places.shape}.")
    if any(len(np.unique(axis)) < len(axis) or not np.isfinite(axis).all() for axis in places):
        raise LossvistaError(f"'{path.name}' is damaged: an axis is not one of different finite numbers.")
    line = loss.ndim == 1
    made = landscape_of(
        places[0],
        None if line else places[1],
        {"train_loss": loss[None] if line else loss.T},
        path.name,
        title=path.stem,
    )
    said = [f"A landscape of Landscaper, {' × '.join(map(str, loss.shape))} points; its first direction is α."]
    said.append(
        "Landscaper replaces losses that are NaN by the mean and adds noise to the largest ones; its 'orthogonal' random directions can be "
        "parallel. None of that can be undone here."
    )
    return Imported(made, said)


def _axis(found: dict[str, np.ndarray], name: str, path: Path) -> np.ndarray:
    axis = found[name]
    good = axis.ndim == 1 and axis.dtype.kind in "fiu" and len(axis) and np.isfinite(axis).all()
    if not good or len(np.unique(axis)) < len(axis):
        raise LossvistaError(f"'{path.name}' is damaged: {name} is not a row of different finite numbers.")
    return axis.astype(float)


def _shaped(found: dict[str, np.ndarray], name: str, shape: tuple[int, ...], path: Path) -> np.ndarray:
    values = found[name]
    if values.shape != shape or values.dtype.kind != "f":
        raise LossvistaError(f"'{path.name}' is damaged: {name} has the shape {values.shape}, not {shape}.")
    return values


def _in_shares(fields: dict[str, np.ndarray]) -> None:
    """Accuracies in % → 0…1."""
    for name in fields:
        if name.endswith("accuracy"):
            fields[name] = fields[name] / 100
