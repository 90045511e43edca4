"""Image: a landscape as the bytes of its HDF5 file, built in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np

from ..errors import LossvistaError
from ..landscape import Axis, Landscape
from ..surface import FieldInfo, Surface
from .digest import INFO, digest, directions_fit, plain, words
from .extra import restore
from .layout import FORMAT, NO_VARIABLE, RESERVED, ROWS, TABLE, VERSION, Node
from .names import clean, quote
from .seal import seal

# Object headers of this generation carry checksums, and every HDF5 since 1.10 (VTK's and MATLAB's too) reads them.
_GENERATION = ("v110", "v110")


def encode(landscape: Landscape) -> bytes:
    """The file's bytes. Raises LossvistaError where the landscape holds what a file cannot."""
    _check(landscape)
    file: Node
    with h5py.File("landscape", "w", driver="core", backing_store=False, libver=_GENERATION, track_order=True) as file:
        _root(file, landscape)
        scales = _grid(file, landscape)
        _surface(file, landscape.surface, scales)
        _axes(file, landscape.axes)
        trajectories = file.create_group("trajectories", track_order=True)
        for name, path in landscape.trajectories.items():
            group = trajectories.create_group(quote(name), track_order=True)
            _figures(group, path.how, f"trajectory '{name}'")
            for column, values in path.columns.items():
                _column(file, group, quote(column), np.asarray(values, np.float64))
        _figures(file.create_group("trust", track_order=True), landscape.trust, "trust figures")
        for name, table in landscape.tables.items():
            group = file.create_group(quote(name), track_order=True)
            group.attrs["content"] = TABLE
            if table.how:
                group.attrs["how"] = plain(table.how, f"table '{name}'")
            for column, values in table.columns.items():
                _column(file, group, quote(column), _plain_array(values, f"table '{name}'"))
        _vtkhdf(file, landscape.surface)
        if landscape.extra:
            restore(landscape.extra, file)
        file.flush()
        return seal(file.id.get_file_image())


def _check(landscape: Landscape) -> None:
    surface = landscape.surface
    arrays = {**surface.fields, "evaluated": surface.evaluated, "samples": surface.samples}
    wrong = [name for name, array in arrays.items() if np.shape(array) != surface.grid.shape]
    taken = sorted(RESERVED & {quote(name) for name in landscape.tables})
    if wrong:
        raise LossvistaError(f"The field '{wrong[0]}' does not have the grid's shape, so it cannot be saved.")
    if taken:
        raise LossvistaError(f"A table cannot be called '{taken[0]}'; the file uses that name for something else.")


def _root(file: Node, landscape: Landscape) -> None:
    file.attrs["format"] = FORMAT
    file.attrs["format_version"] = VERSION
    file.attrs["title"] = clean(landscape.title)
    file.attrs["created"] = clean(landscape.created)
    file.attrs["recipe"] = plain(landscape.recipe, "recipe")
    file.attrs["provenance"] = plain(landscape.provenance, "provenance")
    file.attrs["content_sha256"] = digest(landscape)


def _grid(file: Node, landscape: Landscape) -> list[Node]:
    """The dimension scales, in the order of the fields' dimensions. The root links them too: that is where netCDF's readers
    (xarray) look for a group's dimensions."""
    grid, group = landscape.surface.grid, file.create_group("grid")
    group.attrs["axes"] = 1 if grid.line else 2
    for name, values, label in zip(("alpha", "beta"), (grid.alpha, grid.beta), landscape.labels, strict=True):
        scale = group.create_dataset(name, data=np.asarray(values, np.float64))
        scale.make_scale(name)
        scale.attrs["units"] = "1"
        scale.attrs["label"] = clean(label)
        file[name] = scale
    return [group["beta"], group["alpha"]]


def _surface(file: Node, surface: Surface, scales: list[Node]) -> None:
    fields = file.create_group("fields", track_order=True)
    announced = {name: words(info) for name, info in surface.info.items() if name not in surface.fields}
    if announced:  # a job that has not begun knows what its fields will mean
        fields.attrs["announced"] = plain(announced, "field names")
    for name, values in surface.fields.items():
        attributes = dict[str, str](zip(INFO, words(surface.info.get(name, FieldInfo())), strict=True))
        _on_grid(fields, quote(name), np.asarray(values, np.float64), scales, attributes)
    _on_grid(file, "evaluated", np.asarray(surface.evaluated, np.uint8), scales, {})
    _on_grid(file, "samples", np.asarray(surface.samples, np.int64), scales, {})


def _on_grid(group: Node, name: str, values: np.ndarray, scales: list[Node], attributes: Mapping[str, str]) -> None:
    data = group.create_dataset(name, data=values)
    for dimension, scale in enumerate(scales):
        data.dims[dimension].attach_scale(scale)
    for key, text in attributes.items():
        data.attrs[key] = clean(text)


def _column(file: Node, group: Node, name: str, values: np.ndarray) -> None:
    """A column of a trajectory or a table. Its rows are a dimension of their own, by their number: the name of a column may be an axis's,
    and netCDF's readers would take its values for the grid's ticks."""
    data = group.create_dataset(name, data=values)
    if values.ndim == 1:
        rows = f"{ROWS}{len(values)}"
        if rows not in file:
            file.create_dataset(rows, shape=(len(values),), dtype=">f4").make_scale(f"{NO_VARIABLE}{len(values):10d}")
        data.dims[0].attach_scale(file[rows])


def _axes(file: Node, axes: list[Axis]) -> None:
    if len(axes) > 2:
        raise LossvistaError(f"A landscape has at most two axes, not {len(axes)}.")
    whole = directions_fit(axes)
    for name, axis in zip("xy", axes, strict=False):
        group = file.create_group(f"axes/{name}")
        for key in ("label", "method", "normalization"):
            group.attrs[key] = clean(getattr(axis, key))
        _figures(group, {"seed": axis.seed, "norm": float(axis.norm), "explained": float(axis.explained)}, "axes")
        group.attrs["ignored"] = json.dumps(list(axis.ignored))
        if axis.direction and whole:
            direction = group.create_group("direction", track_order=True)
            for parameter, values in axis.direction.items():
                direction[quote(parameter)] = _plain_array(values, f"axis direction '{parameter}'")


def _figures(group: Node, figures: Mapping[str, Any], what: str) -> None:
    """Numbers and words as attributes."""
    for name, value in figures.items():
        value = value.item() if isinstance(value, np.generic) else value
        if not isinstance(value, (str, bool, int, float)) or (type(value) is int and not -(2**63) <= value < 2**63):
            raise LossvistaError(f"'{name}' of the {what} cannot be saved: it is no number or text of 64 bits at most.")
        group.attrs[quote(name)] = clean(value) if isinstance(value, str) else value


def _plain_array(values: Any, what: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind == "U" or (array.dtype.kind == "O" and all(isinstance(v, str) for v in array.flat)):
        return np.array([clean(v) for v in array.flat], h5py.string_dtype()).reshape(array.shape)
    if array.dtype.kind not in "fiub":
        raise LossvistaError(f"The {what} cannot be saved: it holds values of the type {array.dtype}.")
    return array


def _vtkhdf(file: Node, surface: Surface) -> None:
    """The group that makes ParaView and VTK open the very file as image data: x = α, y = β, the same arrays by hard links.
    Only for even spacing, the only one that image data has. https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html
    """
    grid = surface.grid
    steps = [np.diff(axis) if len(axis) > 1 else np.ones(1) for axis in (grid.alpha, grid.beta)]
    if not all(np.allclose(step, step.mean(), rtol=1e-6, atol=0) for step in steps):
        return
    ny, nx = grid.shape
    group = file.create_group("VTKHDF")
    group.attrs["Version"] = np.array([2, 0], np.int64)
    group.attrs.create("Type", np.bytes_("ImageData"), dtype=h5py.string_dtype("ascii", 9))
    group.attrs["WholeExtent"] = np.array([0, nx - 1, 0, ny - 1, 0, 0], np.int64)
    group.attrs["Origin"] = np.array([grid.alpha[0], grid.beta[0], 0.0])
    group.attrs["Spacing"] = np.array([steps[0].mean(), steps[1].mean(), 1.0])
    group.attrs["Direction"] = np.eye(3).ravel()
    points = group.create_group("PointData")
    for name, data in [*file["fields"].items(), ("evaluated", file["evaluated"]), ("samples", file["samples"])]:
        if name not in points:
            points[name] = data
