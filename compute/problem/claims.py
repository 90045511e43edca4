"""Claims: what a checkpoint says that it holds, held against the size of the file before any memory is taken for it.

A few bytes can claim terabytes (a tensor of stride 0, a compressed zip entry, a header) or a structure so deep that
comparing or hashing it overflows the stack and ends the process."""

from __future__ import annotations

import pickletools
import zipfile
from collections.abc import Mapping
from typing import IO, Any

from torch import Tensor

MEBIBYTE = 2**20
DEEPEST = 100  # levels of nesting; real checkpoints have less than ten
LARGEST = 20_000_000  # objects, shared ones counted as often as they appear


class Excess(Exception):
    """A claim that cannot be true of an honest file; its text ends a sentence."""


def check_zip(archive: zipfile.ZipFile, size: int) -> None:
    """Entries must not unpack to more than the file has (torch.save does not compress). Raises Excess."""
    claimed = sum(entry.file_size for entry in archive.infolist())
    if claimed > size + MEBIBYTE:
        raise Excess(f"it has {size:,} bytes and claims to unpack to {claimed:,}")


def check_pickle(stream: IO[bytes], count: int) -> None:
    """Follows `count` pickles without carrying them out, and raises Excess where they build something too deep or too large."""
    for _ in range(count):
        _follow(stream)


def _follow(stream: IO[bytes]) -> None:
    """One pickle, on a stack of (depth, size) in place of objects; None is a mark."""
    stack: list[tuple[int, int] | None] = []
    memo: dict[Any, tuple[int, int]] = {}
    for opcode, argument, _ in pickletools.genops(stream):
        name = opcode.name
        if "GET" in name:
            stack.append(memo[argument])
            continue
        if "PUT" in name or name == "MEMOIZE":
            memo[len(memo) if name == "MEMOIZE" else argument] = stack[-1] or (0, 1)
            continue
        taken = []
        before = opcode.stack_before
        if pickletools.markobject in before:
            while (part := stack.pop()) is not None:
                taken.append(part)
            before = before[: before.index(pickletools.markobject)]
        for _ in before:
            taken.append(stack.pop() or (0, 1))
        if len(opcode.stack_after) == 2:  # DUP
            stack += [taken[0], taken[0]]
            continue
        if not opcode.stack_after:
            continue
        if opcode.stack_after[0] is pickletools.markobject:
            stack.append(None)
            continue
        depth = 1 + max((part[0] for part in taken), default=-1)
        if name in (
            "APPEND",
            "APPENDS",
            "SETITEM",
            "SETITEMS",
            "ADDITEMS",
            "BUILD",
        ):  # into the lowest one, no new level
            depth = max(taken[-1][0], 1 + max((part[0] for part in taken[:-1]), default=-1))
        total = 1 + sum(part[1] for part in taken)
        if depth > DEEPEST:
            raise Excess(f"it nests its contents more than {DEEPEST} levels deep")
        if total > LARGEST:
            raise Excess(f"it claims to hold more than {LARGEST:,} objects")
        stack.append((depth, total))


def check_tensors(found: Any, size: int) -> None:
    """found: the checkpoint loaded onto the "meta" device, where tensors have shapes and strides but no values. Raises Excess."""
    storages, claimed = {}, 0
    for tensor in _tensors(found):
        storages[tensor.untyped_storage()._cdata] = tensor.untyped_storage().nbytes()
        claimed += tensor.numel() * tensor.element_size()
    held = sum(storages.values())
    # Shared and expanded tensors are honest, within reason
    if held > size or claimed > 16 * size + MEBIBYTE:
        raise Excess(f"it has {size:,} bytes and its tensors claim {max(held, claimed):,}")


def _tensors(found: Any) -> list[Tensor]:
    """All tensors in nested mappings, lists and tuples, each object looked at once."""
    tensors, seen, left = [], set(), [found]
    while left:
        item = left.pop()
        if isinstance(item, Tensor):
            if item.is_sparse or item.is_quantized:  # refused later, by name
                continue
            tensors.append(item)
        elif isinstance(item, (Mapping, list, tuple)) and id(item) not in seen:
            seen.add(id(item))
            left += item.values() if isinstance(item, Mapping) else item
    return tensors
