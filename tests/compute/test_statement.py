"""Statement: what the paragraph says is what the landscape says."""

from __future__ import annotations

from lossvista.compute.statement import statement
from lossvista.compute.style import Style


def test_it_states_what_is_shown_and_how_it_was_made(small_landscape):
    small_landscape.trust |= {"samples": 500, "samples_available": 10000, "batch_norm": "frozen"}
    small_landscape.provenance = {"device": "cpu"}
    text = statement(small_landscape, Style().relieved(clip=5.0))
    for part in (
        "Training loss of cnn on digits along two random directions, filter-normalized (Li et al., 2018), seed 0.",
        "11 × 11 points, α from −1 to 1, β from −1 to 1.",
        "500 of 10,000 samples, batch-norm frozen, computed on cpu.",
        "The scale is logarithmic. Values above 5 are cut away.",
        "The descent path of 9 checkpoints is drawn at its true loss.",
    ):
        assert part in text


def test_it_tells_what_was_not_simply_computed(partly_landscape, bounded_landscape):
    assert "not computed" in statement(partly_landscape, Style())
    assert "lower bounds" in statement(bounded_landscape, Style())


def test_it_is_a_sentence_for_every_kind(any_landscape):
    text = statement(any_landscape, Style())
    assert text.endswith(".") and ".." not in text and "None" not in text and "nan" not in text
