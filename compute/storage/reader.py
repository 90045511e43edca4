"""Reader: a landscape out of a file that nobody vouches for. Reads no other file, runs nothing, checks sizes before reading."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ..errors import Foreign, LossvistaError, OutOfSpace
from ..grid import Grid
from ..landscape import Axis, Landscape
from ..surface import FieldInfo, Surface
from ..table import Table
from ..trajectory import Trajectory
from .digest import INFO, digest
from .extra import gather, open_image
from .inspect import inspect, link, readable
from .layout import AXIS_LIMIT, FILE_LIMIT, FORMAT, RESERVED, TABLE, TEXT_LIMIT, VERSION, Node
from .names import unquote
from .seal import unseal

MAGIC = b"\x89HDF\r\n\x1a\n"
_DAMAGED = "Use a copy or compute it again; nothing was read from it."
_OTHERS = [
    (b"PK\x03\x04", "a zip archive or a PyTorch checkpoint"),
    (b"\x80", "a Python pickle"),
    (b"\x89PNG", "a PNG picture"),
    (b"ply", "a PLY mesh"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{", "a JSON text"),
]


def load(path: str | os.PathLike[str]) -> Landscape:
    """The landscape in a file. Raises LossvistaError, one sentence: missing, not ours, cut off, damaged, newer version …"""
    return decode(read_file(path, FILE_LIMIT), os.fspath(path))


def read_file(path: str | os.PathLike[str], limit: int) -> bytes:
    """All bytes of a regular file of at most `limit` bytes; so a pipe, a device or a folder never blocks or floods us."""
    name = os.fspath(path)
    try:
        if Path(path).is_dir():
            raise LossvistaError(f"{name} is a folder, not a landscape file.", "Choose a file in it.")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise LossvistaError(f"{name} is not a regular file.", "A pipe or a device cannot be opened.")
            if status.st_size > limit:
                raise LossvistaError(f"{name} is too large ({status.st_size} bytes; at most {limit}).")
            data = bytearray()
            while piece := file.read(min(1 << 28, limit + 1 - len(data))):
                data += piece
            return bytes(data)
    except FileNotFoundError:
        raise LossvistaError(f"There is no file {name}.", "Check the spelling and the folder.") from None
    except OSError as error:
        raise LossvistaError(f"{name} cannot be read: {error.strerror or error}.", "Check its permissions.") from None
    except ValueError:  # a NUL in the name
        raise LossvistaError(f"{name!r} is not a file name.") from None
    except MemoryError:
        raise OutOfSpace(f"There is not enough memory to read {name}.", "Close other programs.") from None


def decode(data: bytes, name: str) -> Landscape:
    """The landscape in a file's bytes. `name` is for the sentences."""
    image = unseal(data, _end_of_image(data, name), name)
    try:
        with open_image(image) as file:
            _ours(file, name)
            inspect(file, name, len(image))
            landscape, tables = _landscape(file, name)
            if digest(landscape) != _text(file, "content_sha256", name):
                raise LossvistaError(
                    f"{name} is damaged, or another program has changed it: its content does not match its checksum.",
                    _DAMAGED,
                )
            landscape.extra = gather(file, tables)
            return landscape
    except LossvistaError:
        raise
    except MemoryError:
        raise OutOfSpace(f"There is not enough memory to open {name}.", "Close other programs.") from None
    except Exception as error:  # h5py raises whatever comes to hand on damaged bytes
        raise LossvistaError(f"{name} is damaged.", _DAMAGED, details=f"{type(error).__name__}: {error}") from None


def _end_of_image(data: bytes, name: str) -> int:
    """Where the HDF5 image in a file's bytes ends. Refuses what is no whole HDF5 file, and says what it is instead."""
    if not data:
        raise LossvistaError(f"{name} is empty (0 bytes).", "Was it copied or downloaded to its end?")
    if data.startswith(b"version https://git-lfs"):
        raise LossvistaError(f"{name} is a Git LFS pointer, not the file itself.", "Run `git lfs pull` to get it.")
    if re.match(rb"\s*<(!doctype html|html|head)", data[:512], re.IGNORECASE):
        raise LossvistaError(f"{name} is a web page, not a landscape.", "The download gave a page; get the raw file.")
    if not data.startswith(MAGIC):
        if MAGIC.startswith(data):
            raise LossvistaError(f"{name} is cut off after {len(data)} bytes.", "Copy or download it again.")
        kind = next((f"It looks like {what}." for start, what in _OTHERS if data.startswith(start)), "")
        raise LossvistaError(f"{name} is not a landscape file.", kind or "Open an .h5 file that Lossvista saved.")
    # The superblock says where the file ends; its field's place depends on the version (HDF5 File Format Specification, II.A).
    place = 28 if data[8:9] in (b"\x02", b"\x03") else 40
    end = int.from_bytes(data[place : place + 8], "little")
    if len(data) < max(end, place + 8):
        whole = f" of {end}" if len(data) >= place + 8 else ""
        raise LossvistaError(f"{name} is cut off: {len(data)}{whole} bytes are there.", "Copy or download it again.")
    return end


def _ours(file: Node, name: str) -> None:
    """Refuse HDF5 files that are not landscapes, and newer ones, before looking at anything else."""
    if "format" not in file.attrs or _text(file, "format", name) != FORMAT:
        raise Foreign(f"{name} is an HDF5 file, but not a landscape.", "Open an .h5 file that Lossvista saved.")
    version = _number(file, "format_version", name)
    if version != VERSION:
        if isinstance(version, int) and version > VERSION:
            raise LossvistaError(
                f"{name} was saved by a newer version of Lossvista (file format {version}; this one reads {VERSION}).",
                "Update Lossvista.",
            )
        raise LossvistaError(f"{name} is damaged: there is no file format {version}.", _DAMAGED)


def _landscape(file: Node, name: str) -> tuple[Landscape, set[str]]:
    budget = [
        max(64 * 2**20, 200 * file.id.get_filesize())
    ]  # bytes that may be read in all: no small file fills the memory

    def array(group: Node, key: str, kinds: str, shape: tuple[int | None, ...] | None = None) -> np.ndarray:
        data = link(group, key, h5py.Dataset, name)
        where, kind = data.name, data.dtype
        readable(data, name)
        if kind.kind not in kinds and not ("U" in kinds and h5py.check_string_dtype(kind) is not None):
            raise LossvistaError(f"{name} is damaged: {where} holds values of the type {kind}.", _DAMAGED)
        if data.shape is None or (
            shape is not None
            and (
                data.ndim != len(shape) or any(n is not None and n != m for n, m in zip(shape, data.shape, strict=True))
            )
        ):
            raise LossvistaError(f"{name} is damaged: {where} has the shape {data.shape}, not {shape}.", _DAMAGED)
        budget[0] -= data.size * kind.itemsize
        if budget[0] < 0:
            raise LossvistaError(f"{name} is refused: {where} claims to be far larger than the file.", _DAMAGED)
        return np.asarray(data.asstr()[()] if kind.kind == "O" else data[()])

    def exact(group: Node, key: str, kind: type, shape: tuple[int | None, ...] | None) -> np.ndarray:
        values = array(group, key, np.dtype(kind).kind, shape)
        if values.dtype != np.dtype(kind):
            raise LossvistaError(
                f"{name} is damaged: {group.name}/{key} is {values.dtype}, not {np.dtype(kind)}.", _DAMAGED
            )
        return values.astype(kind, copy=False)

    def groups(parent: Node, key: str) -> dict[str, Node]:
        if key not in parent:
            return {}
        group = link(parent, key, h5py.Group, name)
        return {child: link(group, child, h5py.Group, name) for child in group}

    grid = _grid(link(file, "grid", h5py.Group, name), exact, name)
    fields = link(file, "fields", h5py.Group, name)
    surface = Surface(
        grid,
        {unquote(key): exact(fields, key, np.float64, grid.shape) for key in fields},
        exact(file, "evaluated", np.uint8, grid.shape),
        exact(file, "samples", np.int64, grid.shape),
        _info(fields, name),
    )
    axes = []
    for _, group in sorted(groups(file, "axes").items()):
        direction = link(group, "direction", h5py.Group, name) if "direction" in group else {}
        axes.append(_axis(group, {unquote(key): array(direction, key, "fiub") for key in direction}, name))
    trajectories = {
        unquote(key): Trajectory(
            {unquote(column): exact(group, column, np.float64, (None,)) for column in group},
            {unquote(a): _figure(group, a, name) for a in group.attrs},
        )
        for key, group in groups(file, "trajectories").items()
    }
    trust = link(file, "trust", h5py.Group, name)
    tables = {key for key in file if key not in RESERVED and _is_table(file, key, name)}
    landscape = Landscape(
        surface,
        _text(file, "title", name),
        axes,
        trajectories,
        _json(file, "recipe", name),
        {unquote(a): _figure(trust, a, name) for a in trust.attrs},
        _json(file, "provenance", name),
        {
            unquote(key): Table(
                {unquote(c): array(file[key], c, "fiubU") for c in file[key]},
                _json(file[key], "how", name) if "how" in file[key].attrs else {},
            )
            for key in file
            if key in tables
        },
        _text(file, "created", name),
    )
    return landscape, tables


def _grid(group: Node, exact: Any, name: str) -> Grid:
    for key in ("alpha", "beta"):
        data = link(group, key, h5py.Dataset, name)
        if data.ndim != 1 or not 1 <= data.size <= AXIS_LIMIT:
            raise LossvistaError(f"{name} is refused: its grid claims the shape {data.shape} along {key}.", _DAMAGED)
    alpha, beta = (exact(group, key, np.float64, (None,)) for key in ("alpha", "beta"))
    count = _number(group, "axes", name)
    rising = all(np.isfinite(axis).all() and (np.diff(axis) > 0).all() for axis in (alpha, beta))
    if not rising or count not in (1, 2) or (count == 1 and len(beta) != 1):
        raise LossvistaError(f"{name} is damaged: its grid is not one of increasing finite coordinates.", _DAMAGED)
    return Grid(alpha, beta, line=count == 1)


def _info(fields: Node, name: str) -> dict[str, FieldInfo]:
    announced = json.loads(_text(fields, "announced", name)) if "announced" in fields.attrs else {}
    info = {unquote(key): [_text(fields[key], word, name) for word in INFO] for key in fields}
    return {key: FieldInfo(*map(str, words)) for key, words in {**announced, **info}.items()}


def _axis(group: Node, direction: dict[str, np.ndarray], name: str) -> Axis:
    ignored = json.loads(_text(group, "ignored", name))
    if not isinstance(ignored, list) or not all(isinstance(item, str) for item in ignored):
        raise LossvistaError(f"{name} is damaged: {group.name} does not list its unperturbed parameters.", _DAMAGED)
    label, method, normalization = (_text(group, key, name) for key in ("label", "method", "normalization"))
    seed, norm, explained = (_number(group, key, name) for key in ("seed", "norm", "explained"))
    return Axis(label, method, int(seed), normalization, float(norm), float(explained), tuple(ignored), direction)


def _is_table(file: Node, key: str, name: str) -> bool:
    group = file[key]
    if not isinstance(group, h5py.Group) or "content" not in group.attrs:
        return False
    kind = h5py.h5a.open(group.id, b"content").get_type().get_class()
    return kind == h5py.h5t.STRING and _text(group, "content", name) == TABLE


def _text(thing: Node, key: str, name: str) -> str:
    value = _scalar(thing, key, name)
    if isinstance(value, bytes):
        value = value.decode()
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise LossvistaError(f"{name} is damaged: '{key}' of {thing.name} is no text.", _DAMAGED)
    return value


def _number(thing: Node, key: str, name: str) -> int | float:
    value = _scalar(thing, key, name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise LossvistaError(f"{name} is damaged: '{key}' of {thing.name} is no number.", _DAMAGED)
    return value


def _figure(thing: Node, key: str, name: str) -> str | int | float | bool:
    value = _scalar(thing, key, name)
    return value.decode() if isinstance(value, bytes) else value


def _scalar(thing: Node, key: str, name: str) -> str | bytes | int | float | bool:
    """One attribute's single value: text, number or truth. Its type and shape are looked at before it is read."""
    attribute = h5py.h5a.open(thing.id, key.encode("utf-8", "surrogateescape")) if key in thing.attrs else None
    kinds = (h5py.h5t.STRING, h5py.h5t.INTEGER, h5py.h5t.FLOAT, h5py.h5t.ENUM)
    if attribute is None or attribute.shape != () or attribute.get_type().get_class() not in kinds:
        raise LossvistaError(f"{name} is damaged: {thing.name} has no readable attribute '{key}'.", _DAMAGED)
    value = thing.attrs[key]
    return value.item() if isinstance(value, np.generic) else value


def _json(file: Node, key: str, name: str) -> dict[str, Any]:
    value = json.loads(_text(file, key, name))
    if not isinstance(value, dict):
        raise LossvistaError(f"{name} is damaged: its '{key}' is no list of names and values.", _DAMAGED)
    return value
