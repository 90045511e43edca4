"""Variants: damaged and hostile versions of a file, drawn from a seed: bytes changed at random, and what knows the format.

A variant that `forges` has checksums that fit its changes, as somebody would make them who means harm; of all others, a format
with checksums must notice every change."""

from __future__ import annotations

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any

NUMBERS = (0, 1, 2, 127, 128, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
WORDS = (
    *(b"0", b"-1", b"1", b"1e309", b"-1e309", b"nan", b"inf", b"1e-320", b"4294967296", b"18446744073709551616", b"-9223372036854775808"),
    *(b"9" * 400, b"9" * 5000, b"1e", b"0x10", b"1_0", b"", b"1.5.5", b"\xff\xfe", b"\0", b"\xd9\xa3", b"1,5", b"%n%s", b"../../secret"),
)  # fmt: skip
Change = Callable[[bytes, random.Random], bytes]


# --- any bytes ---


def flipped(data: bytes, draw: random.Random) -> bytes:
    bad = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 8, 64))):
        bad[draw.randrange(len(bad))] ^= 1 << draw.randrange(8)
    return bytes(bad)


def cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data))]


def spliced(data: bytes, draw: random.Random) -> bytes:
    """A piece left out, doubled, moved elsewhere, or filled with one byte."""
    size = min(len(data), draw.choice((1, 4, 16, 100, 1000)))
    at, to = draw.randrange(len(data) - size + 1), draw.randrange(len(data))
    piece = data[at : at + size]
    return draw.choice((
        data[:at] + data[at + size :],
        data[:to] + piece + data[to:],
        data[:to] + piece + data[to + size :],
        data[:at] + bytes([draw.choice((0, 0xFF, draw.randrange(256)))]) * size + data[at + size :],
        data[:to] + draw.randbytes(size) + data[to:],
    ))  # fmt: skip


def numbered(data: bytes, draw: random.Random) -> bytes:
    """A whole number somewhere, of any width and order of bytes: a length, a count or an offset now and then. Rather where small
    numbers stand, which lengths are."""
    width = draw.choice((1, 2, 4, 4, 8, 8))
    number = draw.choice((*NUMBERS, len(data), len(data) + 1, draw.randrange(2**16))) % 2 ** (8 * width)
    at = draw.randrange(max(1, len(data) - width))
    for _ in range(20):
        if width > 1 and data[at : at + width].count(0) >= width // 2 and any(data[at : at + width]):
            break
        at = draw.randrange(max(1, len(data) - width))
    return data[:at] + number.to_bytes(width, draw.choice(("little", "big"))) + data[at + width :]


BYTES: tuple[Change, ...] = (flipped, flipped, cut, spliced, numbered, numbered)


# --- texts ---


def worded(data: bytes, draw: random.Random) -> bytes:
    """A number in a text replaced by another one, or by none."""
    found = [match.span() for match in re.finditer(rb"[-+]?\d[\d.eE+-]*", data)]
    if not found:
        return flipped(data, draw)
    begin, end = draw.choice(found)
    return data[:begin] + draw.choice(WORDS) + data[end:]


def lined(data: bytes, draw: random.Random) -> bytes:
    """Lines left out, doubled, changed about, or one that does not end."""
    lines = data.split(b"\n")
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    how = draw.randrange(5)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines[at:at] = [lines[other]] * draw.choice((1, 2, 50))
    elif how == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif how == 3:
        lines[at] = lines[at] + draw.choice((b" ", b",", b'"', b"x", b"\xc3", b"\0", b"<")) * draw.choice(
            (1, 3, 20_000)
        )
    else:
        lines[at] = b" ".join(draw.sample(parts, len(parts))) if (parts := lines[at].split()) else b"#"
    return b"\n".join(lines)


TEXT: tuple[Change, ...] = (worded, worded, worded, lined, lined, flipped, spliced, cut)


def jsoned(data: bytes, draw: random.Random) -> bytes:
    """A JSON text of another shape: a value of another kind, a key that is gone or strange, nesting without end."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return worded(data, draw)
    if draw.random() < 0.08:
        return draw.choice(
            (b"[" * 200_000, b'{"a":' * 100_000, b"[]", b"7", b"null", b'"', b"\xef\xbb\xbf{}", b"{}{}", b"NaN", b"{")
        )
    for _ in range(draw.choice((1, 1, 2, 5))):
        holders: list[Any] = []
        left = [tree]
        while left:
            one = left.pop()
            if isinstance(one, (dict, list)) and one:
                holders.append(one)
                left += one.values() if isinstance(one, dict) else one
        if not holders:
            break
        holder = draw.choice(holders)
        key = draw.choice(list(holder)) if isinstance(holder, dict) else draw.randrange(len(holder))
        strange = draw.choice(STRANGE)
        if isinstance(holder, dict) and draw.random() < 0.3:
            holder[draw.choice(("", "\0", "__class__", "x" * 5000, "\ud800", "path", "leaves", "relief"))] = holder.pop(
                key
            )
        elif draw.random() < 0.15:
            del holder[key]
        else:
            holder[key] = strange(holder[key]) if callable(strange) else strange
    try:
        return json.dumps(tree).encode()
    except (ValueError, RecursionError):
        return worded(data, draw)


STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**400, 2**63, 1e308, float("nan"), float("inf"), "", "\0", "a\0b", "\ud83d", "x" * 100_000),
    *([], {}, [[]], [None], {"a": 1}, "../../secret", "/dev/zero", "%s%n", "nan", "1e999", "'; x", "\u202e", -1e-320),
    *(lambda v: [v], lambda v: {"v": v}, lambda v: str(v), lambda v: v * 1000 if isinstance(v, (str, list)) else v),
    *(lambda v: -v if isinstance(v, (int, float)) else v, lambda v: v + 0.5 if isinstance(v, (int, float)) else v),
)  # fmt: skip


# --- containers ---


def zipped(inner: Change) -> Change:
    """One member of a zip archive changed, with its checksum made to fit, or what the archive says of a member."""

    def change(data: bytes, draw: random.Random) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
        at = draw.randrange(len(members))
        name, held = members[at]
        how = draw.randrange(8)
        if how < 5 and held:
            members[at] = name, inner(held, draw)
        elif how == 5:
            members[at] = (
                draw.choice(("../../secret", "/secret", name + "\0x", "", "a/" * 500, name.upper(), "x/code/a.py")),
                held,
            )
        elif how == 6:
            members = draw.choice((members[:at] + members[at + 1 :], [*members, members[at]], [], members[::-1]))
        else:
            members[at] = name, held + bytes(draw.choice((10, 10**6, 3 * 10**7)))
        kind = draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", kind) as archive:
            for name, held in members:
                try:
                    archive.writestr(zipfile.ZipInfo(name), held, kind)
                except (ValueError, UserWarning, IndexError):
                    continue
        return made.getvalue()

    return change


def npy(data: bytes, draw: random.Random) -> bytes:
    """The header of a NumPy array: shape, type, order."""
    if not data.startswith(b"\x93NUMPY") or draw.random() < 0.3:
        return draw.choice(BYTES)(data, draw)
    size = struct.unpack("<H", data[8:10])[0]
    header, rest = data[10 : 10 + size].decode("latin1"), data[10 + size :]
    shape = draw.choice(
        (
            "()",
            "(0,)",
            "(-1,)",
            "(99999999999,)",
            "(2, 2)",
            "(1000000, 1000000)",
            "(1.5,)",
            "('a',)",
            "(3,)*9999",
            "(7,)",
        )
    )
    kind = draw.choice(
        (
            "'|O'",
            "'<f8'",
            "'>f8'",
            "'<f2'",
            "'<U10'",
            "'|S0'",
            "'<c16'",
            "'<M8[s]'",
            "'|V8'",
            "[('a', '<f8')]",
            "'|b1'",
            "'x'",
        )
    )
    header = draw.choice((
        re.sub(r"'shape': \([^)]*\)", f"'shape': {shape}", header),
        re.sub(r"'descr': '[^']*'", f"'descr': {kind}", header),
        header.replace("False", "True"),
        "(" * 3000 + header,
        "__import__('pathlib').Path('exploded').touch()" + header,
    )).strip()  # fmt: skip
    text = header.encode("latin1") + b"\n"
    return data[:8] + struct.pack("<H", len(text) % 2**16) + text + rest


def pickled(data: bytes, draw: random.Random) -> bytes:
    """A pickle that calls something, nests without end, or doubles itself."""
    payload = b"cpathlib\nPath.touch\ncpathlib\nPath\n(Vexploded\ntR\x85R"
    at = draw.randrange(2, max(3, len(data) - 1))
    return draw.choice((
        data[:2] + payload + b"0" + data[2:],
        data[:2] + payload + b".",
        b"\x80\x02cos\nsystem\n(Vtouch exploded\ntR.",
        b"\x80\x02cbuiltins\neval\n(Vopen('exploded','w')\ntR.",
        data[:2] + b"(" * 100_000 + data[2:],
        data[:2] + b"]" * 50_000 + b"a" * 49_999 + b".",
        data[:2] + b"\x8c\x01aq\x01" + b"(h\x01h\x01tq\x01" * 200 + data[2:],
        data[:at] + draw.choice((b"0", b"2", b"R", b"b", b"\x81", b"q\xff", b"h\x07", b"\x8a\xff", b"C\xff", b"U\xff")) + data[at:],
        draw.choice(BYTES)(data, draw),
        draw.choice(BYTES)(data, draw),
        worded(data, draw),
    ))  # fmt: skip


def checkpointed(data: bytes, draw: random.Random) -> bytes:
    """A member of a file of torch.save: its pickle, or the values."""
    return pickled(data, draw) if data[:1] == b"\x80" else draw.choice(BYTES)(data, draw)


def headed(data: bytes, draw: random.Random) -> bytes:
    """The JSON header of a .safetensors file, its length made to fit or not."""
    size = struct.unpack("<Q", data[:8])[0]
    header, rest = data[8 : 8 + size], data[8 + size :]
    header = draw.choice((jsoned, jsoned, worded, flipped))(header, draw)
    length = draw.choice((len(header), len(header), len(header), 2**63, len(header) + 1, 0))
    return struct.pack("<Q", length) + header + rest


def framed(data: bytes, draw: random.Random) -> bytes:
    """A journal with one frame's content changed, and its checksums made to fit."""
    from lossvista.compute.storage.records import FRAME, frame, frames

    parts, at = [], data.index(b"\n") + 1
    for tag, content, end in frames(data, ""):
        parts.append((tag, content or b"", data[at:end]))
        at = end
    which = draw.randrange(len(parts))
    tag, content, _ = parts[which]
    change = draw.choice((*BYTES, worded, jsoned if content[:1] == b"{" else worded))
    tag = draw.choice((tag, tag, tag, tag, b"NEWX", b"IDEN", b"STRT", b"PTCH"))
    whole = [raw for _, _, raw in parts]
    whole[which] = frame(tag, change(content, draw) if content else b"")
    if draw.random() < 0.2:
        draw.shuffle(whole)
    assert FRAME
    return data[: data.index(b"\n") + 1] + b"".join(whole)


def sealed_again(data: bytes, draw: random.Random) -> bytes:
    """A landscape's image changed, and its seal made to fit; what remains is the checksum of its content."""
    from lossvista.compute.storage.seal import SIZE, seal

    return seal(draw.choice(BYTES)(data[:-SIZE], draw))


def unsealed(data: bytes, draw: random.Random) -> bytes:
    """A landscape's image changed, without its seal: as after a change by another program."""
    from lossvista.compute.storage.seal import SIZE

    return draw.choice(BYTES)(data[:-SIZE], draw)


def in_head(data: bytes, draw: random.Random) -> bytes:
    """A text header before binary values, changed as texts are."""
    return draw.choice((worded, worded, lined))(data[:700], draw) + data[700:]


def restructured(data: bytes, draw: random.Random) -> bytes:
    """An HDF5 file with another object, type, shape, link or attribute somewhere, as h5py lets one write it."""
    import h5py
    import numpy as np

    with h5py.File(io.BytesIO(data), "r+") as file:
        paths = [""]
        file.visit(paths.append)
        objects = [path for path in paths if path]
        for _ in range(draw.choice((1, 1, 2))):
            path = draw.choice(objects)
            parent, name = (path.rpartition("/")[0] or "/"), path.rpartition("/")[2]
            how = draw.randrange(9)
            try:
                if how == 0:
                    del file[path]
                elif how == 1:
                    del file[path]
                    file[path] = draw.choice(
                        (h5py.SoftLink("/"), h5py.ExternalLink("secret.h5", "/x"), h5py.SoftLink(f"/{path}"))
                    )
                elif how == 2:
                    del file[path]
                    kind = draw.choice(
                        ("f8", "f4", ">f8", "i8", "u1", "S5", "f2", "c16", h5py.string_dtype(), h5py.ref_dtype)
                    )
                    shape = draw.choice(((), (0,), (1,), (7,), (5, 7), (7, 5), (1,) * 12, (2**20,)))
                    file.create_dataset(path, shape, kind, **({"compression": "gzip"} if shape else {}))
                elif how == 3:
                    del file[path]
                    file.create_dataset(
                        path, draw.choice(((2**40,), (2**20, 2**20))), "f8", chunks=draw.choice(((64,), (8, 8)))
                    )
                elif how == 4:
                    del file[path]
                    file.create_dataset(path, (5, 7), "f8", external=[("secret.h5", 0, 280)])
                elif how == 5:
                    group, deep = file.require_group(parent), name
                    for _ in range(draw.choice((3, 40, 500))):
                        group, deep = group.create_group(f"d{deep}"[:9]), "d"
                elif how == 6:
                    file[parent][f"{name}2"] = file[draw.choice(paths) or "/"]
                elif how == 7 and file[path].attrs:
                    value = draw.choice(
                        ("x", 3.5, -1, [1, 2], "{", "[" * 9999, b"\xff", np.nan, np.zeros(3), True, "x" * 60_000, 2**62)
                    )
                    file[path].attrs[draw.choice(list(file[path].attrs))] = value
                elif isinstance(file[path], h5py.Dataset) and file[path].size:
                    held = file[path][()].copy()
                    held.reshape(-1)[draw.randrange(held.size)] = (
                        draw.choice((0, 1, -1, 1e308, float("nan"), float("inf"))) if held.dtype.kind == "f" else 1
                    )
                    file[path][...] = held
            except (ValueError, TypeError, OSError, RuntimeError, KeyError, OverflowError, AttributeError):
                continue  # h5py does not let one write that
        file.flush()
        return file.id.get_file_image()
