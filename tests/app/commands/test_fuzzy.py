"""Fuzzy search: what is found, and what comes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.commands.fuzzy import fit, rank

WORDS = st.text("abcdefgh XYZ", min_size=1, max_size=25).filter(str.strip)


@given(WORDS, st.data())
def test_letters_taken_from_a_text_in_order_are_places_of_it(text, data):
    places = sorted(data.draw(st.sets(st.sampled_from([k for k, c in enumerate(text) if c != " "]), min_size=1)))
    typed = "".join(text[k] for k in places)
    found = fit(typed, text)
    if found is not None:  # None: too scattered to be meant
        assert "".join(text[k] for k in found.letters).lower() == typed.lower()
    if places == list(range(places[0], places[0] + len(places))):  # a piece of the text is always found
        assert found is not None


@given(WORDS, st.text("ij", min_size=1))
def test_letters_that_are_not_there_are_not_found(text, typed):
    assert fit(typed, text) is None


def best(typed: str, *texts: str) -> str:
    found = {text: fit(typed, text) for text in texts}
    return max((text for text in texts if found[text]), key=lambda text: found[text].score)


def test_runs_and_beginnings_come_first():
    assert best("map", "Make a picture", "Flat map") == "Flat map"
    assert best("cf", "Scaffold", "Camera front") == "Camera front"
    assert best("front", "From the right", "From the front") == "From the front"


def test_the_order_of_words_does_not_matter():
    assert fit("front camera", "From the front Camera") and fit("cam fr", "From the front Camera")


def test_help_counts_by_the_beginnings_of_its_words():
    assert rank("optim", "Descent path", "The optimizer's path at its true loss")
    assert not rank("ptimi", "Descent path", "The optimizer's path at its true loss")


def test_a_letter_that_grows_when_lowered_keeps_the_places():
    assert fit("b", "İb").letters == (1,)
