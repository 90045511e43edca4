"""Inspect: look at every link of an HDF5 file before any value is read, and refuse what reaches outside it or has no end."""

from __future__ import annotations

import h5py
from h5py import h5o  # pyright: ignore[reportAttributeAccessIssue]

from ..errors import LossvistaError
from .layout import DEPTH_LIMIT, OBJECT_LIMIT, Node

_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}


def inspect(file: Node, name: str, size: int) -> None:
    """Walk the whole tree. Raises LossvistaError for a link that is not a hard one, external storage, a virtual data set,
    nesting without end, or storage larger than the file (`size` bytes)."""
    waiting: list[tuple[Node, int]] = [(file["/"], 0)]
    seen, count = set(), 0
    while waiting:
        group, depth = waiting.pop()
        address = h5o.get_info(group.id).addr
        if address in seen:
            continue
        seen.add(address)
        if depth > DEPTH_LIMIT:
            _refuse(name, group.name[:60], f"is nested more than {DEPTH_LIMIT} deep")
        for key in group:
            count += 1
            if count > OBJECT_LIMIT:
                _refuse(name, "its tree", f"holds more than {OBJECT_LIMIT} objects")
            below = _hard(group, key, name)
            if isinstance(below, h5py.Group):
                waiting.append((below, depth + 1))
            elif isinstance(below, h5py.Dataset):
                _stored_here(below, name, size)


def link(group: Node, key: str, kind: type, name: str) -> Node:
    """The group or data set `key` of a group. Raises LossvistaError where it is missing or something else."""
    found = _hard(group, key, name) if key in group else None
    if not isinstance(found, kind):
        word = "group" if kind is h5py.Group else "data set"
        _refuse(name, f"{group.name.rstrip('/')}/{key}", f"is not a {word}", "damaged")
    return found


def _hard(group: Node, key: str, name: str) -> Node:
    where = f"{group.name.rstrip('/')}/{key}"
    how = group.get(key, getlink=True)
    if isinstance(how, h5py.ExternalLink):
        _refuse(name, where, "is a link to another file")
    if not isinstance(how, h5py.HardLink):
        _refuse(name, where, "is a soft link; only hard links are followed")
    return group[key]


def _stored_here(data: Node, name: str, size: int) -> None:
    settings = data.id.get_create_plist()
    if settings.get_external_count():
        _refuse(name, data.name, "keeps its values in another file")
    if settings.get_layout() == h5py.h5d.VIRTUAL:
        _refuse(name, data.name, "is a virtual data set, which reads other files")
    if data.id.get_storage_size() > size:
        _refuse(name, data.name, "claims to be larger than the file")


def readable(data: Node, name: str) -> None:
    """Refuse a data set whose values would need a plug-in, or were declared but never written: those take no room in the
    file, and any amount of memory."""
    settings = data.id.get_create_plist()
    if {settings.get_filter(k)[0] for k in range(settings.get_nfilters())} - _FILTERS:
        _refuse(name, data.name, "is packed with a filter that is not built in")
    if data.size and not data.id.get_storage_size():
        _refuse(name, data.name, f"claims the shape {data.shape} and holds no values")


def _refuse(name: str, where: str, why: str, verdict: str = "refused") -> None:
    raise LossvistaError(f"{name} is {verdict}: {where} {why}.", "A landscape that Lossvista saved has no such thing.")
