"""Embeddings: exact distances, PCA against scikit-learn's, every model in the picture or named as dropped (invariant 30)."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from lossvista.compute.minima.embedding import distances, embedding

NAMES = ("a", "b")


def states(count: int, seed: int = 0, offset: float = 0.0) -> dict[str, dict[str, torch.Tensor]]:
    random = torch.Generator().manual_seed(seed)
    made = {}
    for k in range(count):
        made[f"model {k}"] = {
            "a": torch.randn(3, 4, generator=random) + offset + 5 * (k % 3),
            "b": torch.randn(7, generator=random),
            "count": torch.tensor(3),
        }
    return made


def flat(own: dict[str, dict[str, torch.Tensor]]) -> np.ndarray:
    return np.stack([np.concatenate([state[n].double().numpy().ravel() for n in NAMES]) for state in own.values()])


@given(st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=15)
def test_distances_are_those_of_the_weights(count: int, seed: int) -> None:
    own = states(count, seed, offset=100.0)
    found, _ = distances(list(own.values()), NAMES)
    exact = np.linalg.norm(flat(own)[:, None] - flat(own)[None], axis=-1)
    assert found == pytest.approx(exact, abs=1e-6)


def test_pca_is_scikit_learns() -> None:
    own = states(20)
    table, _ = embedding(own, NAMES)
    oracle = PCA(2).fit(flat(own))
    expected = oracle.transform(flat(own))
    for k in (0, 1):
        found = table[f"pca_{k + 1}"]
        assert np.abs(found) == pytest.approx(np.abs(expected[:, k]), abs=1e-6)
        assert found[np.abs(found).argmax()] > 0
    assert table.how["explained"] == pytest.approx(oracle.explained_variance_ratio_.sum())


def test_groups_stay_together_and_the_seed_decides() -> None:
    table, _ = embedding(states(24), NAMES, perplexity=5, seed=3)
    again, _ = embedding(states(24), NAMES, perplexity=5, seed=3)
    points = np.c_[table["tsne_1"], table["tsne_2"]]
    assert np.array_equal(points, np.c_[again["tsne_1"], again["tsne_2"]])
    centres = np.stack([points[k::3].mean(0) for k in range(3)])
    nearest = np.linalg.norm(points[:, None] - centres[None], axis=-1).argmin(1)
    assert (nearest == np.arange(24) % 3).all()
    assert table.how["trust_tsne"] > 0.9 and table.how["trust_pca"] > 0.9


def test_what_is_not_finite_is_named_and_all_others_are_there() -> None:
    own = states(9)
    own["model 4"]["b"][2] = torch.nan
    own["model 7"]["a"][0, 0] = torch.inf
    table, apart = embedding(own, NAMES)
    assert table.how["dropped"] == ["model 4", "model 7"]
    assert list(table["model"]) == [name for name in own if name not in ("model 4", "model 7")]
    assert apart.shape == (7, 7) and np.isfinite(apart).all()
    assert np.isfinite(table["tsne_1"]).all() and np.isfinite(table["pca_2"]).all()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_models_have_what_can_be_said_of_them(count: int) -> None:
    table, _ = embedding(states(count), NAMES)
    assert len(table) == count and np.isfinite(table["pca_1"]).all()
    assert "trust_tsne" not in table.how and np.isnan(table["tsne_1"]).all()
    nothing, _ = embedding({"gone": {"a": torch.full((2,), torch.nan), "b": torch.ones(1)}}, NAMES)
    assert len(nothing) == 0 and nothing.how["dropped"] == ["gone"]
