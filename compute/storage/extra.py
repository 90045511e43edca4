"""Extra: groups, data sets and attributes that other programs put into a landscape file; kept from load to save."""

from __future__ import annotations

from collections.abc import Callable

import h5py

from .layout import Node, our_attribute, ours

_HOLDER = "lossvista-holder"  # marks a group that only stands for an object of ours, to hold what others put on it


def gather(file: Node, tables: set[str]) -> bytes | None:
    """Everything in a file that is not ours, as the bytes of an HDF5 file of its own. None where there is nothing. The file's
    links must have been checked: all of them hard, nothing external."""
    with h5py.File("extra", "w", driver="core", backing_store=False, libver="latest", track_order=True) as kept:
        found = 0

        def holder(path: str) -> Node:
            group: Node = kept["/"]
            for name in path.split("/") if path else ():
                group = group.require_group(name)
                group.attrs[_HOLDER] = True
            return group

        def visit(path: str, source: Node) -> None:
            nonlocal found
            for name in source.attrs:
                if not our_attribute(path, name, tables):
                    found += _copy_attribute(source, lambda: holder(path), name)
            for name in source if isinstance(source, h5py.Group) else ():
                below = f"{path}/{name}".lstrip("/")
                if ours(below, tables):
                    visit(below, source[name])
                else:
                    source.copy(name, holder(path), name)
                    found += 1

        visit("", file)
        kept.flush()
        return kept.id.get_file_image() if found else None


def restore(extra: bytes, file: Node) -> None:
    """Put back what `gather` kept, where there is nothing of that name now. What was on an object that is gone goes with it."""
    with open_image(extra) as kept:
        _restore(kept, file)


def open_image(data: bytes) -> Node:
    """An HDF5 file that is already in memory; no other file is touched."""
    return h5py.File(h5py.h5f.open_file_image(data))


def _restore(kept: Node, target: Node) -> None:
    for name in kept.attrs:
        if name != _HOLDER and name not in target.attrs:
            _copy_attribute(kept, lambda: target, name)
    for name in kept:
        below = kept[name]
        stands_for_ours = _HOLDER in below.attrs
        if name in target and stands_for_ours:
            _restore(below, target[name])
        elif name not in target and not stands_for_ours and isinstance(target, h5py.Group):
            kept.copy(name, target, name)


def _copy_attribute(source: Node, target: Callable[[], Node], name: str) -> bool:
    """Copy one attribute. References go: they point into the file that they came from."""
    attribute = h5py.h5a.open(source.id, name.encode("utf-8", "surrogateescape"))
    try:
        kind = attribute.dtype
        if kind.hasobject and h5py.check_string_dtype(kind) is None and h5py.check_vlen_dtype(kind) is None:
            return False
        value = source.attrs[name]
    except (TypeError, ValueError, OSError):  # a type that h5py cannot read; everybody else's values are worth more
        return False
    if isinstance(value, h5py.Empty):
        target().attrs[name] = value
    else:
        target().attrs.create(name, value, shape=attribute.shape, dtype=kind)
    return True
