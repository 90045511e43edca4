"""Seal: 40 bytes behind the HDF5 image, a tag and the SHA-256 of the bytes before it.

HDF5 does not look behind its end, and cuts the seal off when another program changes the file. While it is there, damage is
found before the HDF5 library sees it: random bytes make that library loop for ever, in a part of the file (the global heap,
which holds texts) that carries no checksum. That part is therefore looked through."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

from ..errors import LossvistaError

TAG = b"LVSHA256"
SIZE = len(TAG) + 32
_HEAP = b"GCOL\x01\0\0\0"  # a global heap collection (HDF5 File Format Specification, III.E)
_HEAP_OBJECT = struct.Struct("<HHIQ")  # index, reference count, reserved, size


def seal(image: bytes) -> bytes:
    """The image with its seal."""
    return image + TAG + hashlib.sha256(image).digest()


def unseal(data: bytes, end: int, name: str) -> bytes:
    """The image, `end` bytes long, out of a file's bytes, when its seal, or at least its structure, is whole. Raises
    LossvistaError where it is damaged."""
    image, tail = data[:end], data[end:]
    if tail and tail != seal(image)[end:]:
        cut = tail == seal(image)[end:][: len(tail)]
        raise LossvistaError(
            f"{name} is {'cut off at its end' if cut else 'damaged: its bytes do not match their checksum'}.",
            "Use a copy or compute it again; nothing was read from it.",
        )
    if not heaps_end(image):  # a seal tells damage; somebody who means harm can make one
        raise LossvistaError(f"{name} is damaged: the part that holds its texts is broken.", "Use a copy.")
    return image


def heaps_end(image: bytes) -> bool:
    """Whether each global heap's chain of objects ends within the heap."""
    at = image.find(_HEAP)
    while at >= 0:
        size = int.from_bytes(image[at + 8 : at + 16], "little")
        place, end = at + 16, at + size
        if size < 16 or end > len(image):
            return False
        while place + _HEAP_OBJECT.size <= end:
            index, _, _, length = _HEAP_OBJECT.unpack_from(image, place)
            if index == 0:  # the free rest; its size counts its own head
                if length < _HEAP_OBJECT.size or place + length != end:
                    return False
                break
            place += _HEAP_OBJECT.size + (length + 7) // 8 * 8
            if place > end:
                return False
        at = image.find(_HEAP, at + 8)
    return True


def seal_of(path: str | os.PathLike[str]) -> str:
    """What tells a file's content from another one's, without reading it: the checksum in its seal, or, where it has none, its
    size and time; "" where there is no file that can be read."""
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - SIZE))
            tail = file.read(SIZE)
            return tail[len(TAG) :].hex() if tail.startswith(TAG) else f"{size}-{os.fstat(file.fileno()).st_mtime_ns}"
    except (OSError, ValueError):  # a NUL in the name
        return ""
