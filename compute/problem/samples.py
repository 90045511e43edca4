"""Samples: what a user gives as data (a Dataset, a DataLoader, tensors) as tensors in memory, each sample read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import (
    DataLoader,
    IterableDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
)

from ..errors import LossvistaError
from .data import drawn_ids, expect_room
from .trees import Tree, count, joined, leaves, placed, taken

TARGET_NAMES = ("labels", "label", "targets", "target", "y")  # in samples that are dicts
_CHUNK = 256
_PROBED = 3  # samples that are read twice, to find random transforms


@dataclass(frozen=True)
class Samples:
    """inputs and targets (n, …): trees of tensors. ids (n,) int64: their places among the available ones."""

    inputs: Tree
    targets: Tree
    ids: Tensor
    available: int

    def __len__(self) -> int:
        return len(self.ids)


def read_samples(
    source: Any, what: str, dtype: torch.dtype, limit: int = 0, seed: int = 0, at_most: bool = False
) -> Samples:
    """The samples of a map-style Dataset, a DataLoader's dataset, a sequence of samples, tensors (x, y), or Samples as they are.

    All, or `limit` drawn without replacement by `seed` (at_most: all, where there are fewer). Floats become `dtype`. what:
    "training" or "test", for messages.
    A sample is (input, target), (input, input, …, target), a dict with one of TARGET_NAMES, or one tensor, which is its own
    target. Raises LossvistaError for what has no length or no samples, does not stack, or is not the same when read twice.
    """
    if isinstance(source, Samples):  # chosen before
        inputs, targets = placed((source.inputs, source.targets), None, dtype)
        return Samples(inputs, targets, source.ids, source.available)
    collate = default_collate
    if isinstance(source, DataLoader):
        collate, source = source.collate_fn, _drawn_from(source)
    if isinstance(source, TensorDataset):
        source = source.tensors
    whole = isinstance(source, (Tensor, np.ndarray, tuple)) or (isinstance(source, Mapping) and _tensors(source))
    parts: tuple[Tree, Tree] = _parted(_arrays(source)) if whole else (None, None)
    if whole and count(parts[0]) != count(parts[1]):
        raise LossvistaError(f"There are {count(parts[0])} inputs but {count(parts[1])} targets.")
    available = count(parts[0]) if whole else _length(source, what)
    if available == 0:
        raise LossvistaError(f"The {what} data set is empty: a loss needs at least one sample.")
    ids = drawn_ids(available, limit, seed, f"the {what} data", at_most=at_most)
    numbers = torch.from_numpy(ids)
    if not whole:
        parts = _parted(_read(source, ids, collate, what))
    elif len(ids) < available:
        parts = taken(parts, numbers)
    inputs, targets = placed(parts, None, dtype)
    if count(inputs) != len(ids) or count(targets) != len(ids):
        raise LossvistaError(f"The {what} data gave {count(inputs):,} samples in place of {len(ids):,}.")
    return Samples(inputs, targets, numbers, available)


def _drawn_from(loader: DataLoader[Any]) -> Any:
    """The loader's data set; the subset, where its sampler draws from one (SubsetRandomSampler)."""
    sampler = getattr(loader.batch_sampler, "sampler", loader.sampler)
    if isinstance(sampler, SubsetRandomSampler):
        return Subset(loader.dataset, [int(k) for k in sampler.indices])
    return loader.dataset


def weighed(source: Any) -> bool:
    """Whether a loader draws some samples more often than others."""
    return isinstance(source, DataLoader) and isinstance(source.sampler, WeightedRandomSampler)


def _tensors(source: Mapping[Any, Any]) -> bool:
    return bool(source) and all(isinstance(part, (Tensor, np.ndarray)) for part in source.values())


def _arrays(tree: Any) -> Tree:
    """NumPy arrays as tensors."""
    if isinstance(tree, np.ndarray):
        return torch.from_numpy(np.ascontiguousarray(tree))
    if isinstance(tree, (tuple, list)):
        return tuple(_arrays(part) for part in tree)
    return {name: _arrays(part) for name, part in tree.items()} if isinstance(tree, Mapping) else tree


def _length(source: Any, what: str) -> int:
    if not isinstance(source, IterableDataset) and hasattr(source, "__getitem__"):
        try:
            return len(source)
        except TypeError:
            pass
    raise LossvistaError(
        f"The {what} data is a {type(source).__name__}, which has no length and no samples by number.",
        "Give a map-style Dataset (with __len__ and __getitem__), a DataLoader of one, or tensors (x, y). "
        "Of a stream, take what shall count first: list(itertools.islice(stream, 1000)).",
    )


def _read(source: Any, ids: np.ndarray, collate: Any, what: str) -> Tree:
    places = [int(k) for k in ids]
    first = _stacked([source[k] for k in places[:_PROBED]], collate, what)
    again = _stacked([source[k] for k in places[:_PROBED]], collate, what)
    for (name, one), (_, two) in zip(leaves(first), leaves(again), strict=True):
        if one.shape != two.shape or not torch.allclose(one.double(), two.double(), 0, 0, equal_nan=True):
            where = f" ('{name}')" if name else ""
            raise LossvistaError(
                f"The {what} data is random: the same samples, read twice, differ{where}.",
                "Leave out random transforms (augmentation): a landscape needs the same samples at every point.",
            )
    per_sample = sum(t.numel() * t.element_size() for _, t in leaves(first)) / max(count(first), 1)
    expect_room(f"The {what} data with {len(ids):,} samples", 2 * per_sample * len(ids))
    if collate is not default_collate:  # it may pad to the longest of those that it is given
        return _stacked([source[k] for k in places], collate, what)
    chunks = [places[k : k + _CHUNK] for k in range(0, len(places), _CHUNK)]
    try:
        return joined([_stacked([source[k] for k in chunk], collate, what) for chunk in chunks])
    except RuntimeError as error:
        raise _uneven(what, error) from None


def _stacked(items: Sequence[Any], collate: Any, what: str) -> Tree:
    try:
        tree = collate(list(items))
    except RuntimeError as error:
        raise _uneven(what, error) from None
    except TypeError as error:
        kind = type(items[0][0] if isinstance(items[0], (tuple, list)) and items[0] else items[0]).__name__
        raise LossvistaError(
            f"The {what} data cannot be stacked: a sample holds a {kind}, which is no tensor, array or number.",
            "Give the data set a transform that makes tensors, such as torchvision.transforms.ToTensor().",
            details=str(error),
        ) from None
    return _plain(tree)


def _plain(tree: Any) -> Tree:
    """Mappings of any kind as dicts, without what is no tensor (names, file paths)."""
    if isinstance(tree, Mapping):
        return {name: _plain(part) for name, part in tree.items() if any(leaves(part))}
    return tuple(_plain(part) for part in tree if any(leaves(part))) if isinstance(tree, (tuple, list)) else tree


def _uneven(what: str, error: Exception) -> LossvistaError:
    return LossvistaError(
        f"The samples of the {what} data differ in shape, so they cannot be stacked.",
        "Pad or crop them to one shape, or give a DataLoader with a collate_fn that does.",
        details=str(error),
    )


def _parted(tree: Tree) -> tuple[Tree, Tree]:
    """(inputs, targets) of what was read."""
    if isinstance(tree, Mapping):
        name = next((name for name in TARGET_NAMES if name in tree), None)
        inputs = {key: part for key, part in tree.items() if key != name}
        if name is None:
            return inputs, inputs
        return inputs, tree[name]
    if isinstance(tree, (tuple, list)):
        if len(tree) == 1:
            return tree[0], tree[0]
        return (tree[0] if len(tree) == 2 else tuple(tree[:-1])), tree[-1]
    return tree, tree
