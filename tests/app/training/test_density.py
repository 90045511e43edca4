"""Density: the picture of a layer's histograms shows each weight where it is, whatever the histograms' own edges."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.app.training.density import chosen, density, span
from lossvista.compute.training.curves import LayerHistory


def history(lows, highs, counts, epochal=None) -> LayerHistory:
    count = len(lows)
    step = np.arange(1.0, count + 1)
    ends = np.ones(count, bool) if epochal is None else np.array(epochal)
    return LayerHistory(step, step / 4, np.array(lows), np.array(highs), step, np.array(counts), ends)


def test_the_epochs_ends_or_every_moment():
    some = history([0] * 4, [1] * 4, np.ones((4, 32), int), [False, True, False, True])
    assert chosen(some, False).tolist() == [1, 3] and chosen(some, True).tolist() == [0, 1, 2, 3]


def test_each_weight_is_shown_where_it_is():
    """A bin at 0.5 in two histograms of different edges is one horizontal line."""
    counts = np.zeros((2, 32), int)
    counts[0, 24] = 7  # −1 … 1: the bin from 0.5 on
    counts[1, 8] = 9  # 0 … 2
    made = history([-1.0, 0.0], [1.0, 2.0], counts)
    shares = density(made, chosen(made, True), -1.0, 2.0, 300)
    values = -1 + 3 * (np.arange(300)[::-1] + 0.5) / 300
    assert values[shares.argmax(0)] == pytest.approx([0.53125, 0.53125], abs=0.011)
    assert shares.max() == pytest.approx(1.0, abs=0.1) and shares.min() == 0
    assert (shares[values < -0.01, 1] == 0).all() and (shares[values > 1.01, 0] == 0).all()


def test_the_span_leaves_out_a_lonely_weight_and_what_is_unknown():
    counts = np.zeros((3, 32), int)
    counts[0, 16] = 100_000
    counts[0, 31] = 1
    made = history([-1.0, np.nan, 0.0], [1.0, np.nan, 0.0], counts)
    low, high = span(made, chosen(made, True))
    assert -0.1 < low < 0.0 and 0.0625 <= high < 0.2
    assert span(made, np.array([1])) is None and span(made, np.array([2])) is None


def test_all_weights_alike_is_a_picture_too():
    counts = np.full((1, 32), 4)
    made = history([0.3], [0.3], counts)
    assert not density(made, np.array([0]), 0.2, 0.4, 8).any()
    low, high = span(made, np.array([0]))
    assert low < 0.3 < high
