"""Remembering: whether a network, loss or metric keeps something of what it is called with: it must then not be called from
several threads at once, each of which would find what another one left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from torch import Tensor, nn


def remembers(roots: Iterable[nn.Module], call: Callable[[], Any]) -> bool:
    """Whether `call`, made for a second time, leaves a change in these modules (attributes, buffers, lists), or calls hooks, which
    may leave one elsewhere."""
    modules = [module for root in roots for module in root.modules()]
    if any(m._forward_hooks or m._forward_pre_hooks for m in modules):
        return True
    call()  # what is kept once and for all, such as a table of positions, does no harm
    held, sizes = list(_values(modules)), list(_sizes(modules))
    call()  # `held` keeps the old values alive meanwhile, so that no new one takes their place in memory
    found = list(_values(modules))
    return (
        len(held) != len(found)
        or any(a is not b for a, b in zip(held, found, strict=True))
        or sizes != list(_sizes(modules))
    )


def _values(modules: Sequence[nn.Module]) -> Iterator[Any]:
    for module in modules:
        yield from vars(module).values()
        yield from module._buffers.values()


def _sizes(modules: Sequence[nn.Module]) -> Iterator[int]:
    """How often buffers were written to, and how long lists are."""
    for value in _values(modules):
        if isinstance(value, Tensor):
            yield 0 if value.is_inference() else value._version
        elif isinstance(value, (list, dict, set)):
            yield len(value)
