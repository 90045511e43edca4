"""Digest: the SHA-256 of all that a landscape says, whatever the file's layout; it tells a whole file from a damaged one."""

from __future__ import annotations

import hashlib
import json
import struct
from typing import Any

import numpy as np

from ..errors import LossvistaError
from ..landscape import Axis, Landscape
from ..surface import FieldInfo
from ..table import Table
from .names import clean

INFO = ("split", "units", "long_name")
DIRECTIONS_LIMIT = 64 * 2**20  # bytes: larger axis directions are not stored (they follow from seed and recipe)


def digest(landscape: Landscape) -> str:
    """The hash of everything in the landscape but `extra`, as hex digits. Equal for landscapes that are the same once saved."""
    hashed = hashlib.sha256()
    _feed(hashed, _content(landscape))
    return hashed.hexdigest()


def plain(values: dict[str, Any], what: str) -> str:
    """A dict as JSON text. Raises LossvistaError where it holds something that JSON cannot."""
    try:
        return json.dumps(values, ensure_ascii=True, default=_item, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise LossvistaError(f"The landscape's {what} cannot be saved: {error}.") from None


def directions_fit(axes: list[Axis]) -> bool:
    """Whether the axes' directions are small enough to be stored."""
    return sum(array.nbytes for axis in axes for array in axis.direction.values()) <= DIRECTIONS_LIMIT


def _item(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no plain value")


def _content(landscape: Landscape) -> dict[str, Any]:
    surface, fit = landscape.surface, directions_fit(landscape.axes)
    return {
        "title": landscape.title,
        "created": landscape.created,
        "recipe": json.loads(plain(landscape.recipe, "recipe")),
        "provenance": json.loads(plain(landscape.provenance, "provenance")),
        "line": surface.grid.line,
        "alpha": np.asarray(surface.grid.alpha, float),
        "beta": np.asarray(surface.grid.beta, float),
        "fields": [[name, np.asarray(values, float)] for name, values in surface.fields.items()],
        "info": {name: words(surface.info.get(name, FieldInfo())) for name in {*surface.fields, *surface.info}},
        "evaluated": np.asarray(surface.evaluated, np.uint8),
        "samples": np.asarray(surface.samples, np.int64),
        "axes": [{**vars(axis), "direction": axis.direction if fit else {}} for axis in landscape.axes],
        "trajectories": {
            name: [{c: np.asarray(v, float) for c, v in path.columns.items()}, path.how]
            for name, path in landscape.trajectories.items()
        },
        "trust": landscape.trust,
        "tables": {name: _table(table) for name, table in landscape.tables.items()},
    }


def _table(table: Table) -> Any:
    """Files of the first versions had tables without attributes; their hashes stay good."""
    columns = {name: np.asarray(values) for name, values in table.columns.items()}
    return [columns, json.loads(plain(table.how, "table"))] if table.how else columns


def words(info: FieldInfo) -> list[str]:
    """What a field means, in the order of `INFO`."""
    return [getattr(info, key) for key in INFO]


def _feed(hashed: Any, value: Any) -> None:
    """Feed a value with its type and length, so that no two different values give the same bytes."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "O" or value.dtype.kind == "U":
            value = value.tolist()
        else:
            array = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
            hashed.update(f"a{array.dtype.str}{value.shape}:".encode())
            hashed.update(array.reshape(-1).view(np.uint8))
            return
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        data = clean(value).encode()
        hashed.update(b"s%d:" % len(data) + data)
    elif isinstance(value, bool) or value is None:
        hashed.update(f"k{value}".encode())
    elif isinstance(value, int):
        hashed.update(b"i%d;" % value)
    elif isinstance(value, float):
        hashed.update(b"f" + struct.pack("<d", value))
    elif isinstance(value, dict):
        hashed.update(b"d%d:" % len(value))
        for key in sorted(value):
            _feed(hashed, key)
            _feed(hashed, value[key])
    elif isinstance(value, (list, tuple)):
        hashed.update(b"l%d:" % len(value))
        for item in value:
            _feed(hashed, item)
    else:
        raise LossvistaError(f"A landscape cannot hold a value of the type {type(value).__name__}.")
