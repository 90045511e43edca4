"""Critical points, persistence and merge trees: counts that topology demands, a boundary-matrix oracle, stability, symmetry, plateaus."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import label
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

from lossvista.compute.measures.topology import (
    MAXIMUM,
    MINIMUM,
    SADDLE,
    Complex,
    Critical,
    branches,
    complex_of,
    critical_points,
    merge_tree,
    persistence,
)

SIDE = np.linspace(-1, 1, 21)
X, Y = np.meshgrid(SIDE, SIDE)
LEVELS = st.integers(0, 6).map(float)
SHAPES = st.tuples(st.integers(2, 5), st.integers(2, 5))
WHOLE = SHAPES.flatmap(lambda shape: arrays(float, shape, elements=LEVELS))
HOLED = SHAPES.flatmap(lambda shape: arrays(float, shape, elements=LEVELS | st.just(np.nan)))


def found(values: np.ndarray) -> Critical:
    complex = complex_of(values)
    return critical_points(complex, persistence(complex))


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        (X**2 + 2 * Y**2, (1, 0, 0)),
        (X**2 - Y**2, (0, 1, 0)),
        (X * Y, (0, 1, 0)),
        ((X**2 - 0.5) ** 2 + Y**2, (2, 1, 0)),
        (-(X**2) - Y**2, (0, 0, 1)),
        (X**3 - 3 * X * Y**2, (0, 2, 0)),  # a monkey saddle counts twice
        (np.maximum(X**2 + Y**2, 0.3), (1, 0, 0)),  # a flat bottom
        (np.minimum(X**2 + Y**2, 0.5), (1, 0, 0)),  # a cap out to the rim
        (X, (0, 0, 0)),
        (np.full((9, 9), 2.5), (0, 0, 0)),  # all of it one low plateau, which the rim cuts
    ],
)
def test_counts_of_known_surfaces(values, counts) -> None:
    assert found(values).counts() == counts


def test_a_flat_bottom_is_one_minimum_in_its_middle() -> None:
    points = found(np.maximum(X**2 + Y**2, 0.3))
    assert len(points) == 1 and points.plateau[0] == (X**2 + Y**2 <= 0.3).sum()
    assert points.at[0].tolist() == [10, 10] and points.persistence[0] == np.inf


def test_a_bilinear_saddle_lies_inside_its_cell() -> None:
    points = found(np.array([[0.0, 3.0], [2.0, 1.0]]))  # alternating: 0 and 1 below 2 and 3
    saddle = points.at[points.kind == SADDLE][0]
    v, u = saddle
    value = 0 * (1 - u) * (1 - v) + 3 * u * (1 - v) + 1 * u * v + 2 * (1 - u) * v
    assert points.value[points.kind == SADDLE] == pytest.approx(1.5) and value == pytest.approx(1.5)
    assert (3 - 0) * (1 - v) + (1 - 2) * v == pytest.approx(0)  # ∂f/∂u


def test_the_younger_of_two_wells_ends_where_they_meet() -> None:
    line = np.array([[5.0, 1.0, 4.0, 2.0, 3.0, 0.0, 9.0]])
    points = found(line)
    assert points.kind.tolist()[:1] == [MINIMUM] and points.value[0] == 0 and points.persistence[0] == np.inf
    deaths = {float(v): float(d) for v, d, k in zip(points.value, points.death, points.kind, strict=True) if k == 0}
    assert deaths == {0.0: np.inf, 2.0: 3.0, 1.0: 4.0}
    assert (points.kind[points.value >= 3] == MAXIMUM).all() and points.counts() == (3, 0, 2)
    partner = points.partner[np.flatnonzero(points.value == 2)[0]]
    assert points.value[partner] == 3 and points.partner[partner] == np.flatnonzero(points.value == 2)[0]


@given(HOLED)
def test_euler(values) -> None:
    complex = complex_of(values)
    minima, saddles, maxima = critical_points(complex, persistence(complex)).counts(rim=True)
    count, edges = len(complex.values), complex.edges
    parts, _ = connected_components(coo_array((np.ones(len(edges)), edges.T), shape=(count, count)), directed=False)
    assert minima - saddles + maxima == parts * bool(count) - (complex.regions - 1)


@given(HOLED)
def test_pairs_are_those_of_the_boundary_matrix(values) -> None:
    complex = complex_of(values)
    pairs, z = persistence(complex), complex.values
    ours = [(0, z[a], z[b] if b >= 0 else np.inf) for a, b in zip(pairs.low, pairs.at, strict=True)]
    ours += [(1, z[a], z[b] if b >= 0 else np.inf) for a, b in zip(pairs.born, pairs.high, strict=True)]
    assert sorted(ours) == sorted(reduced(complex, values))


@given(WHOLE)
def test_leaves_are_the_local_minima_of_the_grid_graph(values) -> None:
    complex = complex_of(values)
    pairs = persistence(complex)
    tree = merge_tree(complex, pairs)
    flats = [label(values == level)[0] for level in np.unique(values)]
    plateaus = [flat == k for flat in flats for k in range(1, flat.max() + 1)]
    assert tree.leaf.sum() == sum(all(n > values[p][0] for n in around(values, p)) for p in plateaus)
    joints = tree.parent >= 0
    assert (tree.value[joints] <= tree.value[tree.parent[joints]]).all() and (tree.parent < 0).sum() == 1
    lines = branches(tree.parent, tree.value, tree.leaf, tree.lowest)
    deaths = sorted(complex.values[pairs.at[pairs.at >= 0]].tolist())
    assert sorted(lines.death[np.isfinite(lines.death)].tolist()) == deaths
    assert (lines.birth[lines.elder] <= lines.birth).all() and sorted(lines.x) == list(range(len(lines.x)))
    for k, elder in enumerate(lines.elder.tolist()):  # no line stands in the way of a joint
        left, right = sorted((lines.x[k], lines.x[elder]))
        between = (lines.x > left) & (lines.x < right)
        assert k == elder or (lines.death[between] <= lines.death[k]).all()


@given(SHAPES.flatmap(lambda s: st.tuples(*[arrays(float, s, elements=st.floats(-5, 5, width=32))] * 2)))
def test_the_diagrams_are_stable(two) -> None:
    first, second = two
    second = first + 0.3 * second
    most = np.abs(first - second).max()
    for mine, other in zip(diagrams(first), diagrams(second), strict=True):
        assert bottleneck(mine, other) <= most + 1e-9


@given(WHOLE)
def test_turned_and_mirrored_surfaces_have_the_same_pairs(values) -> None:
    for other in (values.T, values[::-1], values[:, ::-1]):
        for here, there in zip(diagrams(values), diagrams(other), strict=True):
            assert np.allclose(np.sort(here, axis=0), np.sort(there, axis=0), rtol=1e-12)


@given(WHOLE, st.floats(0, 4))
def test_a_threshold_takes_whole_pairs_and_leaves_every_stem(values, least) -> None:
    complex = complex_of(values)
    pairs = persistence(complex)
    components, loops = pairs.spans(complex.values)
    kept = pairs.kept(components >= least, loops >= least)
    points = critical_points(complex, kept)
    minima, saddles, maxima = points.counts(rim=True)
    assert minima - saddles + maxima == 1 and (points.persistence >= least).all()
    assert set(kept.elder.tolist()) <= set(kept.low.tolist())
    merge_tree(complex, kept)


def test_extreme_values_and_holes_do_no_harm() -> None:
    values = np.array([[1e300, -1e300, 1e300], [-1e300, 1e300, -1e300], [np.nan, np.inf, -np.inf]])
    points = found(values)
    assert np.isfinite(points.value).all() and np.isfinite(points.at).all()
    assert len(found(np.full((3, 3), np.nan))) == 0 and len(found(np.array([[1.0]]))) == 1
    assert found(np.array([[1.0, np.nan, 0.0, 2.0]])).counts(rim=True) == (2, 0, 0)


def around(values: np.ndarray, inside: np.ndarray) -> list[float]:
    """Values of the four-neighbours of a set of nodes."""
    padded = np.pad(inside, 1)
    near = padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
    return values[near & ~inside].tolist()


def diagrams(values: np.ndarray) -> list[np.ndarray]:
    """(k, 2) finite births and deaths, in dimension 0 and 1."""
    complex = complex_of(values)
    pairs, z = persistence(complex), complex.values
    return [
        np.stack([z[a[b >= 0]], z[b[b >= 0]]], axis=1) for a, b in ((pairs.low, pairs.at), (pairs.born, pairs.high))
    ]


def bottleneck(one: np.ndarray, other: np.ndarray) -> float:
    """The least distance at which all points can be matched, with each other or the diagonal."""
    p, q = len(one), len(other)
    cost = np.zeros((p + q, p + q))
    cost[:p, :q] = np.abs(one[:, None] - other[None]).max(axis=2)
    cost[:p, q:] = (one[:, 1] - one[:, 0])[:, None] / 2
    cost[p:, :q] = (other[:, 1] - other[:, 0])[None] / 2
    for least in np.unique(np.append(cost, 0.0)):
        graph = coo_array((cost <= least).astype(int)).tocsr()
        if not len(cost) or (maximum_bipartite_matching(graph) >= 0).all():
            return float(least)
    raise AssertionError("nothing matches")


def reduced(complex: Complex, values: np.ndarray) -> list[tuple[int, float, float]]:
    """Dimension, birth and death of all pairs of positive length, by reducing the boundary matrix of the triangulated grid."""
    number = {tuple(map(float, at)): k for k, at in enumerate(complex.at.tolist())}
    triangles = []
    for j, i in itertools.product(range(values.shape[0] - 1), range(values.shape[1] - 1)):
        corners = [number.get((float(y), float(x))) for y, x in ((j, i), (j, i + 1), (j + 1, i + 1), (j + 1, i))]
        inside = [
            k for at, k in number.items() if k >= np.isfinite(values).sum() and in_cell(at, j, i, complex, k, corners)
        ]
        ring = [(corners[k], corners[(k + 1) % 4]) for k in range(4)]
        if None in corners:
            there = [c for c in corners if c is not None]
            triangles += [tuple(there)] if len(there) == 3 else []
        elif inside:
            triangles += [(a, b, inside[0]) for a, b in ring]
        else:
            a, b, c, d = corners
            edges = {tuple(sorted(edge)) for edge in complex.edges.tolist()}
            triangles += [(a, b, d), (b, c, d)] if tuple(sorted((b, d))) in edges else [(a, b, c), (a, c, d)]
    simplices = {frozenset([k]) for k in range(len(complex.values))}
    simplices |= {frozenset(edge) for edge in complex.edges.tolist()}
    for triangle in triangles:
        simplices |= {frozenset(part) for n in (2, 3) for part in itertools.combinations(triangle, n)}
    order = sorted(simplices, key=lambda s: (max(complex.rank[list(s)]), len(s), sorted(s)))
    place = {s: k for k, s in enumerate(order)}
    level = [complex.values[max(s, key=lambda v: complex.rank[v])] for s in order]
    columns, owner, pairs, born = {}, {}, [], set()
    for k, simplex in enumerate(order):
        column = {place[simplex - {v}] for v in simplex} if len(simplex) > 1 else set()
        while column and max(column) in owner:
            column ^= columns[owner[max(column)]]
        if column:
            columns[k], owner[max(column)] = column, k
            pairs.append((max(column), k))
            born.discard(max(column))
        else:
            born.add(k)
    lasting = [(len(order[a]) - 1, level[a], level[b]) for a, b in pairs if level[a] < level[b]]
    return lasting + [(len(order[k]) - 1, level[k], np.inf) for k in born]


def in_cell(at: tuple[float, float], j: int, i: int, complex: Complex, vertex: int, corners: list) -> bool:
    """Whether a vertex is the saddle of the cell (j, i)."""
    near = {b if a == vertex else a for a, b in complex.edges.tolist() if vertex in (a, b)}
    return None not in corners and near == set(corners)
