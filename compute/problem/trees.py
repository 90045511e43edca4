"""Tree: the samples of a batch as a tensor, or a tuple, list or dict of trees, all with the samples along their first axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from ..errors import LossvistaError

Tree = Any  # Tensor | tuple[Tree, ...] | list[Tree] | Mapping[str, Tree]


def mapped(function: Callable[[Tensor], Tensor], tree: Tree) -> Tree:
    """The same tree with every tensor replaced by function(tensor); what is no tensor stays."""
    if isinstance(tree, Tensor):
        return function(tree)
    if isinstance(tree, Mapping):
        items = {name: mapped(function, part) for name, part in tree.items()}
        return items if type(tree) is dict else type(tree)(**items)  # such as the outputs of transformers
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(mapped(function, part) for part in tree))
    if isinstance(tree, (tuple, list)):
        return type(tree)(mapped(function, part) for part in tree)
    return tree


def leaves(tree: Tree, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """The tensors with their places, as in "input_ids" or "0.mask"; a lone tensor's place is ""."""
    if isinstance(tree, Tensor):
        yield name, tree
    elif isinstance(tree, (Mapping, tuple, list)):
        for key, part in tree.items() if isinstance(tree, Mapping) else enumerate(tree):
            yield from leaves(part, f"{name}.{key}" if name else str(key))


def count(tree: Tree) -> int:
    """The number of samples. Raises LossvistaError where there is no tensor, or where they disagree."""
    sizes = {name: len(tensor) if tensor.dim() else 0 for name, tensor in leaves(tree)}
    if not sizes:
        raise LossvistaError("The samples hold no tensor.", "Give tensors whose first axis counts the samples.")
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise LossvistaError(
            f"The parts of the samples differ in number: {told}.", "Their first axes count the samples."
        )
    return next(iter(sizes.values()))


def shapes(tree: Tree) -> str:
    """The shapes of a batch, for messages: "8×3×32×32", or "input_ids 8×16, attention_mask 8×16"."""
    told = [f"{name} {'×'.join(map(str, t.shape)) or 'number'}".strip() for name, t in leaves(tree)]
    return ", ".join(told) or f"of type {type(tree).__name__}"


def taken(tree: Tree, which: Tensor | slice) -> Tree:
    """The samples `which`."""
    return mapped(lambda tensor: tensor[which], tree)


def split(tree: Tree, size: int) -> list[Tree]:
    """Batches of `size` samples, the last one with the rest; views, no copies."""
    if isinstance(tree, Tensor):
        return list(tree.split(size))
    total = count(tree)
    return [taken(tree, slice(first, min(first + size, total))) for first in range(0, total, size)]


def joined(trees: list[Tree]) -> Tree:
    """One tree of the samples of several, in order."""
    first = trees[0]
    if isinstance(first, Tensor):
        return torch.cat(trees)
    if isinstance(first, Mapping):
        return {name: joined([tree[name] for tree in trees]) for name in first}
    return tuple(joined([tree[place] for tree in trees]) for place in range(len(first)))


def placed(tree: Tree, device: torch.device | None, dtype: torch.dtype | None) -> Tree:
    """On a device, and what is floating point in a type; whole numbers stay what they are."""
    return mapped(lambda t: t.to(device=device, dtype=dtype if t.is_floating_point() else None), tree)


def call(network: Callable[..., Any], inputs: Tree) -> Any:
    """network(inputs) for a tensor, network(*inputs) for a tuple or list, network(**inputs) for a dict."""
    if isinstance(inputs, Mapping):
        return network(**inputs)
    return network(*inputs) if isinstance(inputs, (tuple, list)) else network(inputs)
