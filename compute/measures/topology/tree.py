"""Merge tree: how the basins of a surface join as the level rises: its leaves are minima, its joints saddles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .complex import Complex
from .pairs import NEVER, Pairs


@dataclass(frozen=True)
class Tree:
    """k nodes, each before its parent. parent (k,): its place, −1 at a root. value (k,). vertex (k,): of the complex.
    leaf (k,): whether it is a minimum. lowest (k,): place of the lowest leaf below it, or itself."""

    parent: np.ndarray
    value: np.ndarray
    vertex: np.ndarray
    leaf: np.ndarray
    lowest: np.ndarray


def merge_tree(complex: Complex, pairs: Pairs) -> Tree:
    """The tree of these pairs. A saddle that joins three basins at once is one node with three children."""
    ended = pairs.at != NEVER
    order = np.lexsort((complex.rank[np.maximum(pairs.at, 0)], ~ended))
    minima = pairs.low[np.argsort(complex.rank[pairs.low], kind="stable")]
    vertex, parent = minima.tolist(), [-1] * len(minima)
    leaf_of = {int(v): k for k, v in enumerate(minima)}
    top = {k: k for k in range(len(minima))}  # the node that a leaf's component has reached
    lowest = list(range(len(minima)))
    for pair in order[: int(ended.sum())].tolist():
        died, elder = leaf_of[int(pairs.low[pair])], leaf_of[int(pairs.elder[pair])]
        here, at = top[elder], int(pairs.at[pair])
        if vertex[here] != at:
            vertex.append(at)
            parent.append(-1)
            lowest.append(elder)
            parent[here] = len(vertex) - 1
            top[elder] = here = len(vertex) - 1
        parent[top[died]] = here
    made = np.array(vertex, np.int64)
    leaf = np.arange(len(made)) < len(minima)
    return Tree(np.array(parent), complex.values[made], made, leaf, np.array(lowest, np.int64))


@dataclass(frozen=True)
class Branches:
    """The tree as lines: for each leaf (k,) in the tree's order, birth and death (the root's: NaN), and elder (k,), the leaf whose line
    it meets (a root: itself). x (k,): a place 0…k−1 at which no two lines cross."""

    birth: np.ndarray
    death: np.ndarray
    elder: np.ndarray
    x: np.ndarray


def branches(parent: np.ndarray, value: np.ndarray, leaf: np.ndarray, lowest: np.ndarray) -> Branches:
    """The branch decomposition of a tree given as columns: each leaf's line runs up to where it joins an older one (Pascucci 2004)."""
    leaves = np.flatnonzero(leaf)
    place = np.full(len(leaf), -1)
    place[leaves] = np.arange(len(leaves))
    death, elder = np.full(len(leaves), np.nan), np.arange(len(leaves))
    for node, up in enumerate(parent.tolist()):
        if up >= 0 and lowest[node] != lowest[up]:
            own = place[lowest[node]]
            death[own], elder[own] = value[up], place[lowest[up]]
    joining: dict[int, list[int]] = {}
    for k, one in enumerate(elder.tolist()):
        if one != k:
            joining.setdefault(one, []).append(k)
    order: list[int] = []
    for root in np.flatnonzero(elder == np.arange(len(leaves))).tolist():
        order += _laid_out(root, joining, death)
    x = np.empty(len(leaves))
    x[order] = np.arange(len(order))
    return Branches(value[leaves], death, elder, x)


def _laid_out(root: int, joining: dict[int, list[int]], death: np.ndarray) -> list[int]:
    """A branch and all that join it, from left to right: on each side those that join lowest are nearest, so that no line crosses."""
    sides: dict[int, tuple[list[int], list[int]]] = {}
    for k in _before(root, joining):
        near = sorted(joining.get(k, ()), key=lambda one: death[one])
        sides[k] = near[0::2][::-1], near[1::2]  # farthest left first; nearest right first
    order: list[int] = []
    waiting: list[tuple[int, bool]] = [(root, False)]
    while waiting:
        k, done = waiting.pop()
        if done:
            order.append(k)
            continue
        left, right = sides[k]
        waiting += [(one, False) for one in reversed(right)]
        waiting.append((k, True))
        waiting += [(one, False) for one in reversed(left)]
    return order


def _before(root: int, joining: dict[int, list[int]]) -> list[int]:
    found = [root]
    for k in found:
        found += joining.get(k, [])
    return found
