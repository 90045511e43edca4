"""Foreign: HDF5 files of other programs, read as strictly as our own: no link out of the file is followed, no size believed."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

import h5py
import numpy as np

from ..errors import LossvistaError
from .extra import open_image
from .inspect import inspect, link, readable
from .layout import FILE_LIMIT, Node
from .reader import MAGIC, read_file
from .seal import heaps_end


@contextmanager
def foreign(path: str | os.PathLike[str]) -> Generator[Node]:
    """The opened file. Raises LossvistaError where it is missing, no HDF5, damaged, or reaches outside of itself."""
    name = os.fspath(path)
    data = read_file(path, FILE_LIMIT)
    if not data.startswith(MAGIC):
        raise LossvistaError(f"{name} is not an HDF5 file.", "Check which file was meant.")
    if not heaps_end(data):  # the library would loop for ever in it
        raise LossvistaError(f"{name} is damaged: the part that holds its texts is broken.", "Get it again.")
    try:
        with open_image(data) as file:
            inspect(file, name, len(data))
            yield file
    except LossvistaError:
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:  # of h5py, on damaged bytes
        raise LossvistaError(
            f"{name} is damaged.", "Get it again.", details=f"{type(error).__name__}: {error}"
        ) from None


def floats(group: Node, key: str, name: str, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """The floating-point data set `key`, its shape checked before it is read. Raises LossvistaError where it is another thing."""
    data = link(group, key, h5py.Dataset, name)
    readable(data, name)
    if data.dtype.kind != "f" or (shape is not None and data.shape != shape):
        wanted = "floating-point numbers" if shape is None else f"floating-point numbers of the shape {shape}"
        raise LossvistaError(f"{data.name} in {name} holds {data.dtype} of the shape {data.shape}, not {wanted}.")
    return np.asarray(data[()])
