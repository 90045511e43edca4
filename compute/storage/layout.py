"""Layout: which objects and attributes of a landscape file are ours, and how large a file may claim to be."""

from __future__ import annotations

import re
from typing import Any

FORMAT = "lossvista-landscape"
VERSION = 1
TABLE = "table"  # a top-level group whose attribute `content` says so is one of the landscape's tables
ALL = None
Node = Any  # a group, data set or file of h5py, whose own annotations allow any of them everywhere

FILE_LIMIT = 2 * 2**30  # bytes
DEPTH_LIMIT = 32
OBJECT_LIMIT = 100_000
AXIS_LIMIT = 1_000_001  # points a side
TEXT_LIMIT = 64 * 2**20  # bytes of one text

# Attributes that make a data set a dimension (HDF5 dimension scales, netCDF); written anew each time.
DIMENSION = {
    "CLASS",
    "NAME",
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "DIMENSION_LABELS",
    "_Netcdf4Dimid",
    "_Netcdf4Coordinates",
}

# A dimension of columns, by its length, at the root: HDF5's and netCDF-4's way to say that it has no values of its own.
ROWS = "rows_"
NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable"

_OURS: list[tuple[re.Pattern[str], frozenset[str] | None]] = [
    (re.compile(pattern), None if names is None else frozenset(names.split()))  # None: ALL
    for pattern, names in {
        "": "format format_version title created recipe provenance content_sha256",
        f"{ROWS}\\d+": "",
        "grid": "axes",
        "(grid/)?(alpha|beta)": "units label",
        "fields": "announced",
        "fields/[^/]+": "split units long_name",
        "evaluated|samples|axes|trajectories": "",
        "axes/[xy]": "label method seed normalization norm explained ignored",
        "axes/[xy]/direction(/[^/]+)?": "",
        "trajectories/[^/]+": ALL,
        "trajectories/[^/]+/[^/]+": "",
        "trust": ALL,
        "VTKHDF(/PointData)?": ALL,
        "VTKHDF/PointData/[^/]+": "split units long_name",
    }.items()
]
_TABLE = (frozenset({"content", "how"}), frozenset[str]())  # of the group, of its columns
RESERVED = {"grid", "alpha", "beta", "fields", "evaluated", "samples", "axes", "trajectories", "trust", "VTKHDF"}


def ours(path: str, tables: set[str]) -> bool:
    """Whether the object at this path (no leading slash; the root is "") is one that we write."""
    return _known(path, tables) is not False


def our_attribute(path: str, name: str, tables: set[str]) -> bool:
    """Whether we write an attribute of this name on the object at `path`, which is ours."""
    known = _known(path, tables)
    return name in DIMENSION or known is ALL or (isinstance(known, frozenset) and name in known)


def _known(path: str, tables: set[str]) -> frozenset[str] | bool | None:
    head, _, rest = path.partition("/")
    if head in tables and "/" not in rest:
        return _TABLE[bool(rest)]
    return next((names for pattern, names in _OURS if pattern.fullmatch(path)), False)
