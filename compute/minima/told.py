"""Told (minefield): what the tables of a minefield say, in lines for people."""

from __future__ import annotations

import math

import numpy as np

from .. import unfinished
from ..landscape import Landscape
from ..levels import number
from ..table import Table
from .choices import BAD, GOOD, ITERATE, UNFIT

MINIMA, EMBEDDING = "minima", "embedding"  # the tables' names
LABELS = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP"}


def lines(landscape: Landscape) -> list[str]:
    """How good the minima are, how wide their basins, and what the embeddings are worth."""
    table = landscape.tables.get(MINIMA)
    if table is None or not len(table):
        return []
    how = table.how
    found = [
        f"minefield: {how.get('train_samples', 0):,} training samples, {how.get('poison_samples', 0):,} of poison, "
        f"{how.get('test_samples', 0):,} of test data"
    ]
    for kind, name in ((GOOD, "good minima"), (BAD, "bad minima"), (UNFIT, "neither"), (ITERATE, "iterates")):
        own = table["kind"] == kind
        if own.any():
            found.append(f"  {int(own.sum())} {name}: {_accuracies(table, own)}{_width(table, own)}")
    found.append(_apart(table))
    return [*found, *embedding_lines(landscape.tables.get(EMBEDDING)), *unfinished.told(table)]


def embedding_lines(table: Table | None) -> list[str]:
    """The embeddings' trustworthiness, and which models are not in them."""
    if table is None:
        return []
    how = table.how
    known = [
        f"{label} {float(how[f'trust_{method}']):.3f}" for method, label in LABELS.items() if f"trust_{method}" in how
    ]
    found = [f"  embeddings of {len(table)} networks"]
    if known:
        found[0] += f"; trustworthiness over {how.get('neighbours')} neighbours: {', '.join(known)}"
    if dropped := how.get("dropped"):
        found.append(f"  not in them, because they are not finite: {', '.join(map(str, dropped))}")
    return found


def _accuracies(table: Table, own: np.ndarray) -> str:
    train, test = table["train_accuracy"][own], table["test_accuracy"][own]
    return f"{_span(train)} right on the training samples, {_span(test)} on the test data"


def _span(values: np.ndarray) -> str:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return f"{100 * low:.1f} %" if math.isclose(low, high) else f"{100 * low:.1f} to {100 * high:.1f} %"


def _width(table: Table, own: np.ndarray) -> str:
    radii = table["radius"][own]
    if not np.isfinite(radii).any():
        return ""
    return f"; basin radius {number(float(np.nanmedian(radii)), 3)}"


def _apart(table: Table) -> str:
    """How far the bad minima are from the good one."""
    far = table["offset"][table["kind"] == BAD]
    length = table["weight_norm"][table["kind"] == GOOD]
    if not len(far) or not len(length):
        return "  no bad minimum"
    return (
        f"  from the good minimum the bad ones are {number(float(far.min()), 3)} to {number(float(far.max()), 3)} away; "
        f"its own weights have the length {number(float(length[0]), 3)}"
    )
