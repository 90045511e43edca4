"""Records: the journal's bytes. A line that names the format, then frames: tag, length, two checksums, content."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..errors import LossvistaError
from ..landscape import Landscape
from ..surface import Mark, Patch

MAGIC = b"lossvista-journal "
VERSION = 2  # 2: marks and numbers of samples point by point, losses of single samples
_HEAD = struct.Struct("<4sQI")  # tag, length of the content, its CRC-32
_CHECK = struct.Struct("<I")  # CRC-32 of the head itself: a wrong length must not lead astray
FRAME = _HEAD.size + _CHECK.size


def opening(identity: Mapping[str, Any], image: bytes) -> bytes:
    """The bytes that a journal starts with."""
    line = MAGIC + b"%d\n" % VERSION
    return line + frame(b"IDEN", json.dumps(identity).encode()) + frame(b"STRT", image)


def frame(tag: bytes, content: bytes) -> bytes:
    """One frame."""
    head = _HEAD.pack(tag, len(content), zlib.crc32(content))
    return head + _CHECK.pack(zlib.crc32(head)) + content


def frames(data: bytes, name: str) -> Iterator[tuple[bytes, bytes | None, int]]:
    """(tag, content, where the frame ends) of each whole frame; content None where its checksum is wrong. Ends at the first
    frame that is torn. Raises LossvistaError where the data is no journal of ours, or a newer one."""
    line, newline, _ = data[:64].partition(b"\n")
    number = line.removeprefix(MAGIC)
    if not line.startswith(MAGIC) or not newline or not number.isdigit():
        raise LossvistaError(f"{name} is not a journal of ours, or is damaged.", "Delete it to start again.")
    if int(number) > VERSION:
        raise LossvistaError(
            f"{name} was written by a newer version of Lossvista (journal format {int(number)}; this one reads {VERSION}).",
            "Update Lossvista, or choose another output.",
        )
    at = len(line) + 1
    while at + FRAME <= len(data):
        head = data[at : at + _HEAD.size]
        tag, length, check = _HEAD.unpack(head)
        if _CHECK.unpack_from(data, at + _HEAD.size)[0] != zlib.crc32(head) or at + FRAME + length > len(data):
            return
        content = data[at + FRAME : at + FRAME + length]
        at += FRAME + length
        yield tag, content if zlib.crc32(content) == check else None, at


def encode_patch(patch: Patch) -> bytes:
    """A patch as bytes: a JSON line, then the indices (int64) and each field's values (float64), where there are any the marks and
    numbers of samples of each point (int64), and losses of single samples (float32); little-endian."""
    index = np.asarray(patch.index, "<i8").ravel()
    values = [np.broadcast_to(np.asarray(v, "<f8"), index.shape) for v in patch.fields.values()]
    about: dict[str, Any] = {"where": patch.where, "count": len(index), "fields": list(patch.fields)}
    own = []  # of each point
    for name, value in (("mark", patch.mark), ("samples", patch.samples)):
        about[name] = int(value) if np.ndim(value) == 0 else "each"
        if np.ndim(value):
            own.append(np.broadcast_to(np.asarray(value, "<i8"), index.shape))
    tables = None if patch.each is None else np.stack(patch.each).astype("<f4")
    each = b"" if tables is None else tables.tobytes()
    if tables is not None:
        about["each"] = list(tables.shape)
    return json.dumps(about).encode() + b"\n" + b"".join(v.tobytes() for v in (index, *values, *own)) + each


def decode_patch(content: bytes) -> Patch:
    """The inverse of `encode_patch`. Raises ValueError, KeyError or TypeError where the bytes are something else."""
    line, _, rest = content.partition(b"\n")
    about = json.loads(line)
    if type(about["count"]) is not int:
        raise ValueError("a count that is none")
    own = [name for name in ("mark", "samples") if about[name] == "each"]
    rows = 1 + len(about["fields"]) + len(own)
    end = 8 * rows * about["count"]
    columns = np.frombuffer(rest[:end], "<i8").reshape(rows, about["count"])
    fields = {name: row.view("<f8").astype(float) for name, row in zip(about["fields"], columns[1:])}  # noqa: B905
    told = dict(zip(own, columns[rows - len(own) :].astype(np.int64), strict=True))
    if "mark" in told and not np.isin(told["mark"], list(Mark)).all():
        raise ValueError("a mark that there is not")
    shape = about.get("each")
    if shape is None and len(rest) != end:
        raise ValueError("bytes that belong to nothing")
    each = None if shape is None else list(np.frombuffer(rest[end:], "<f4").astype(np.float32).reshape(shape))
    mark = told["mark"].astype(np.uint8) if "mark" in told else Mark(about["mark"])
    return Patch(columns[0].astype(np.int64), fields, told.get("samples", about["samples"]), about["where"], mark, each)


def fits(patch: Patch, landscape: Landscape) -> bool:
    """Whether a patch's indices lie in the landscape."""
    if patch.where == "surface":
        size = landscape.surface.grid.size
    elif patch.where in landscape.trajectories:
        size = len(landscape.trajectories[patch.where])
    else:
        return False
    index = np.asarray(patch.index)
    return not len(index) or bool(index.min() >= 0 and index.max() < size)
