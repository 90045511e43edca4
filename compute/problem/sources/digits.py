"""Digits: 1,797 handwritten digits of 8×8 pixels (Alpaydin & Kaynak 1998), as scikit-learn ships them. Nothing is downloaded."""

from __future__ import annotations

import numpy as np

from ...errors import LossvistaError, nearest
from ..data import Source

PARTS = ("train", "test", "all")


def digits(argument: str, download: bool = False) -> Source:
    """argument: "train" (or nothing), "test" or "all". Every fifth image of each digit is for testing (355 of 1,797)."""
    part = argument or "train"
    if part not in PARTS:
        raise LossvistaError(f"The digits have no part called '{part}'.", nearest(part, PARTS))
    from sklearn.datasets import load_digits

    images, targets = (np.asarray(part) for part in load_digits(return_X_y=True))
    images = images.reshape(-1, 1, 8, 8) / 16  # from (1797, 64) of 0 … 16
    chosen = np.ones(len(targets), bool)
    if part != "all":
        rank = np.zeros(len(targets), int)  # of each image among those of its digit
        for digit in range(10):
            own = targets == digit
            rank[own] = np.arange(own.sum())
        chosen = (rank % 5 == 4) == (part == "test")
    images, targets = images[chosen], targets[chosen]
    return Source(targets, tuple("0123456789"), (1, 8, 8), lambda ids: images[ids])
