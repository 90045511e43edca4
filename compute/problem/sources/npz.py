"""NumPy arrays: an .npz file with samples `x` and class numbers `y`. Nothing in it is unpickled."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from math import prod
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from ...errors import LossvistaError
from ...there import is_file, is_there
from ..data import Source, expect_room

HINT = (
    "Write it with numpy.savez(FILE, x=images, y=labels): x uint8 (n, height, width[, 3]) or floats, y (n,) integers."
)


def npz(argument: str, download: bool = False) -> Source:
    """argument: the file. x: uint8 images (n, h, w) or (n, h, w, channels), or floats of any shape, taken as they are; float
    images (n, h, w, channels) are told from (n, channels, h, w) by which axis is 1, 3 or 4. y: (n,) integers ≥ 0.

    Raises LossvistaError where the file is missing, damaged, too large when unpacked, or holds something else.
    """
    path = Path(argument).expanduser()
    if not argument:
        raise LossvistaError("An array file needs its path.", "Write npz:FILE")
    if not is_file(path):
        why = "is not a file" if is_there(path) else "does not exist"
        raise LossvistaError(f"The array file '{argument}' {why}.", HINT)
    try:
        with zipfile.ZipFile(path) as archive:
            for name in ("x", "y"):
                _check(argument, archive, name)
        with np.load(path, allow_pickle=False) as arrays:
            x, y = arrays["x"], arrays["y"]
    except LossvistaError:
        raise
    except Exception as error:  # NumPy and zipfile raise whatever comes to hand on damaged bytes
        raise LossvistaError(
            f"The array file '{argument}' is damaged or no .npz file.", HINT, details=str(error)
        ) from None
    return _source(argument, x, y)


def _check(argument: str, archive: zipfile.ZipFile, name: str) -> None:
    """What the header of an array claims, before any memory is taken for it."""
    with suppress(KeyError):
        member = archive.getinfo(f"{name}.npy")
        with archive.open(member) as file:
            version = npy.read_magic(file)
            header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = header(file)
            room = member.file_size - file.tell()
        if dtype.hasobject:
            raise LossvistaError(
                f"'{name}' in '{argument}' holds pickled objects, which are not opened.", f"Save plain numbers. {HINT}"
            )
        if prod(shape) * dtype.itemsize != room:
            raise LossvistaError(f"'{name}' in '{argument}' claims a size that the file does not hold.", HINT)
        expect_room(f"'{name}' in '{argument}'", room)
        return
    held = ", ".join(Path(entry).stem for entry in archive.namelist()[:10]) or "nothing"
    raise LossvistaError(f"The array file '{argument}' holds no array called '{name}' (it holds: {held}).", HINT)


def _source(argument: str, x: np.ndarray, y: np.ndarray) -> Source:
    where = f"in '{argument}'"
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1 or y.dtype.kind not in "iu" or (len(y) and y.min() < 0):
        raise LossvistaError(f"y {where} must be class numbers 0, 1, … of shape (n,), not {y.dtype} {y.shape}.", HINT)
    if x.ndim < 1 or len(x) != len(y):
        raise LossvistaError(f"x and y {where} differ in length: x is {x.shape}, y is {y.shape}.", HINT)
    if x.dtype == np.uint8 and x.ndim == 3:
        x = x[:, None]
    elif x.dtype == np.uint8 and x.ndim == 4:
        x = x.transpose(0, 3, 1, 2)
    elif x.dtype.kind == "f":
        if x.ndim == 4 and x.shape[3] in (1, 3, 4) and x.shape[1] not in (1, 3, 4):
            x = x.transpose(0, 3, 1, 2)
        strange = int((~np.isfinite(x)).sum())
        if strange:
            raise LossvistaError(
                f"x {where} holds {strange:,} values that are NaN or infinite.", "Remove those samples."
            )
    else:
        raise LossvistaError(f"x {where} must be uint8 images or floats, not {x.dtype} {x.shape}.", HINT)
    count = int(y.max()) + 1 if len(y) else 0
    if count > 100_000:
        raise LossvistaError(f"y {where} goes up to {count - 1:,}; class numbers are 0, 1, 2, … without gaps.", HINT)
    return Source(y, tuple(map(str, range(count))), x.shape[1:], lambda ids: x[ids])
