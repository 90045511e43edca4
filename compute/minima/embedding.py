"""Embedding: many networks as points of the plane, by t-SNE, PCA and UMAP, each with how far it can be trusted."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib.util import find_spec

import numpy as np
from torch import Tensor

from ..blocks import blockwise
from ..table import Table

METHODS = ("tsne", "pca", "umap")
NEIGHBOURS = 5  # over which trustworthiness is asked
FEW = 200  # models, below which threads would wait for one another for longer than they work


def distances(states: Sequence[Mapping[str, Tensor]], names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """‖θ_i − θ_j‖ (k, k) over the parameters `names`, and the centred Gram matrix (k, k) of the states, in float64, over blocks of
    columns: memory does not depend on how many parameters there are. A state that is not finite has distances that are NaN."""
    origin = {name: states[0][name] for name in names}
    gram = np.zeros((len(states),) * 2)
    with np.errstate(invalid="ignore", over="ignore"):
        for part in blockwise(list(states), origin, list(names), lambda _name, _columns, block: block @ block.T):
            gram += part
        squares = gram.diagonal()[:, None] + gram.diagonal()[None] - 2 * gram
        found = np.sqrt(np.clip(squares, 0, None))
        np.fill_diagonal(found, np.where(np.isfinite(gram.diagonal()), 0.0, np.nan))
        centred = gram - gram.mean(0) - gram.mean(1)[:, None] + gram.mean()
    return found, centred


def embedding(
    named: Mapping[str, Mapping[str, Tensor]], names: Sequence[str], *, perplexity: float = 30.0, seed: int = 0
) -> tuple[Table, np.ndarray]:
    """A table `embedding`: model, tsne_1, tsne_2, pca_1, pca_2, and umap_1, umap_2 where UMAP is installed (NaN columns otherwise); and
    the distances (k, k) of those models. In its how: trust_tsne …, each embedding's trustworthiness over `neighbours` neighbours (Venna &
    Kaski 2001; 1: every neighbour in the picture is one in weight space), `explained` of PCA, the perplexity that was used, and `dropped`:
    the models that are not finite. Every other model is in it."""
    known = {name: state for name, state in named.items() if all(bool(state[one].isfinite().all()) for one in names)}
    dropped = [name for name in named if name not in known]
    count = len(known)
    how: dict[str, object] = {"dropped": dropped, "seed": seed}
    columns: dict[str, np.ndarray] = {"model": np.array(list(known), dtype=object)}
    if count == 0:
        return Table(columns, how), np.zeros((0, 0))
    apart, centred = distances(list(known.values()), names)
    found: dict[str, np.ndarray] = {}
    if count > 3:
        how["perplexity"] = min(perplexity, (count - 1) / 3)
        found = {"tsne": _tsne(apart, float(how["perplexity"]), seed)}  # type: ignore[arg-type]
    found["pca"], how["explained"] = _pca(centred)
    if count > 3 and find_spec("umap") is not None:
        found["umap"] = _umap(apart, seed)
    how["neighbours"] = neighbours = max(1, min(NEIGHBOURS, (count - 1) // 2))
    for method in METHODS:
        points = found.get(method, np.full((count, 2), np.nan))
        columns |= {f"{method}_1": points[:, 0], f"{method}_2": points[:, 1]}
        if method in found and count > 3:
            from sklearn.manifold import trustworthiness

            how[f"trust_{method}"] = float(trustworthiness(apart, points, n_neighbors=neighbours, metric="precomputed"))
    return Table(columns, how), apart


def _tsne(apart: np.ndarray, perplexity: float, seed: int) -> np.ndarray:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    scale = apart.max() or 1.0  # one that does not depend on the network's size: gradients are the better for it
    made = TSNE(perplexity=perplexity, metric="precomputed", init="random", random_state=seed)
    with threadpool_limits(1 if len(apart) < FEW else None, "openmp"):
        return np.asarray(made.fit_transform(apart / scale), float)


def _pca(centred: np.ndarray) -> tuple[np.ndarray, float]:
    """(k, 2) coordinates along the first two principal directions, in weight units, and their share of the variance. Signs: the point
    farthest out along each is on its positive side."""
    values, vectors = np.linalg.eigh(centred)
    values = np.clip(values[::-1], 0, None)
    points = np.zeros((len(centred), 2))
    for k in range(min(2, len(centred))):
        along = vectors[:, -1 - k] * np.sqrt(values[k])
        points[:, k] = along * (np.sign(along[np.abs(along).argmax()]) or 1.0)
    total = values.sum()
    return points, float(values[:2].sum() / total) if total > 0 else 1.0


def _umap(apart: np.ndarray, seed: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a seed means one thread, and TensorFlow is not there
        from umap import UMAP  # pyright: ignore[reportMissingImports]

        near = min(15, len(apart) - 1)
        made = UMAP(metric="precomputed", n_neighbors=near, random_state=seed, init="random").fit_transform(apart)
    return np.asarray(made, float)
