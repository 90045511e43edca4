"""PCA directions of a path (invariants 20, 21)."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from lossvista.compute import blocks
from lossvista.compute.directions.pca import principal_directions
from lossvista.compute.errors import LossvistaError
from lossvista.compute.plane import Plane
from lossvista.compute.weights import Weights


def path(seed: int, steps: int, offset: float = 0.0) -> list[Weights]:
    rng = np.random.default_rng(seed)
    walk = rng.normal(size=(steps, 17)).cumsum(0) * rng.uniform(0.5, 3, 17) + offset
    return [{"a": torch.from_numpy(w[:12].reshape(3, 4).copy()), "b": torch.from_numpy(w[12:].copy())} for w in walk]


def flat(weights: Weights) -> np.ndarray:
    return np.concatenate([t.numpy().ravel() for t in weights.values()])


@given(st.integers(0, 10_000), st.integers(3, 12))
def test_it_equals_a_full_svd(seed: int, steps: int) -> None:
    points = path(seed, steps)
    found, explained, reached = principal_directions(points, points[-1], ["a", "b"], 2)
    rows = np.stack([flat(p) - flat(points[-1]) for p in points])
    _, values, right = np.linalg.svd(rows, full_matrices=False)
    assert np.allclose(explained[:2], (values**2 / (values**2).sum())[:2], rtol=1e-9)
    for k in range(2):
        assert abs(flat(found[k]) @ right[k]) == pytest.approx(1, abs=1e-6)
    vectors = np.stack([flat(d) for d in found])
    assert np.allclose(vectors @ vectors.T, np.eye(2), atol=1e-9)
    assert (np.diff(explained) <= 1e-12).all() and explained.sum() <= 1 + 1e-9
    along = rows @ vectors.T
    assert np.allclose(reached, along, atol=1e-9 * np.abs(along).max())
    assert (along[np.abs(along).argmax(0), [0, 1]] < 0).all()  # the stated sign rule


@given(st.integers(0, 10_000), st.integers(4, 12))
def test_centred_on_the_mean_it_equals_scikit_learns(seed: int, steps: int) -> None:
    points = path(seed, steps)
    found, explained, _ = principal_directions(points, points[-1], ["a", "b"], 2, "mean")
    fitted = PCA(2).fit(np.stack([flat(p) for p in points]))
    assert np.allclose(explained[:2], fitted.explained_variance_ratio_, rtol=1e-7)
    for k in range(2):
        assert abs(flat(found[k]) @ fitted.components_[k]) == pytest.approx(1, abs=1e-6)


@given(st.integers(0, 10_000))
def test_the_end_is_the_origin_and_pythagoras_holds_at_every_checkpoint(seed: int) -> None:
    points = path(seed, 8)
    plane = Plane(points[-1], principal_directions(points, points[-1], ["a", "b"], 2)[0])
    for point in points:
        coordinates, distance = plane.project(point)
        whole = np.linalg.norm(flat(point) - flat(points[-1]))
        assert whole**2 == pytest.approx((coordinates**2).sum() + distance**2, rel=1e-8, abs=1e-12)
    assert np.allclose(plane.project(points[-1])[0], 0)


def test_blocks_do_not_change_the_answer(monkeypatch) -> None:
    points = path(1, 6)
    whole = principal_directions(points, points[-1], ["a", "b"], 2)
    monkeypatch.setattr(blocks, "BYTES", 6 * 8 * 5)  # five columns a block
    pieces = principal_directions(points, points[-1], ["a", "b"], 2)
    assert np.allclose(whole[1], pieces[1]) and all(
        torch.allclose(a[n], b[n]) for a, b in zip(whole[0], pieces[0], strict=True) for n in a
    )


def test_a_small_path_far_from_zero_keeps_its_digits() -> None:
    """Late in training the raw weights agree in most digits: differences to the end must be taken first."""
    near, far = path(2, 6), path(2, 6, offset=1e7)
    a, b = (principal_directions(p, p[-1], ["a", "b"], 2) for p in (near, far))
    assert np.allclose(a[1][:2], b[1][:2], rtol=1e-6)
    assert all(abs(flat(x) @ flat(y)) > 1 - 1e-6 for x, y in zip(a[0], b[0], strict=True))


def test_a_straight_path_spans_no_plane() -> None:
    straight = [{"w": torch.tensor([float(k), 2.0 * k])} for k in range(5)]
    with pytest.raises(LossvistaError, match="fewer than 2 directions"):
        principal_directions(straight, straight[-1], ["w"], 2)
    assert principal_directions(straight, straight[-1], ["w"], 1)[1][0] == pytest.approx(1)
    with pytest.raises(LossvistaError, match="fewer than 2"):
        principal_directions(straight[:1], straight[0], ["w"], 2)
