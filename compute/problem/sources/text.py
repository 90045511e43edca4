"""Text: 1,200 short opinions, good or bad, made here from a small grammar, as numbers of words. Nothing is downloaded.

Whether one is good is decided by an adjective and by what turns it round ("not a dull evening", "lovely but slow"): single
words do not tell, so that a network has to relate words to one another."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ...errors import LossvistaError, nearest
from ..data import Source
from ..tokens import PADDING, UNKNOWN

PARTS = ("train", "test", "all")
CLASSES = ("bad", "good")
LENGTH = 12  # words in a sample
_COUNT, _SEED = 1200, 7

_THINGS, _GOOD, _BAD = (
    line.split()
    for line in (
        "book film play song story concert meal soup bread tea garden room hotel train journey walk lesson talk game match party "
        "picture letter evening",
        "good lovely clever bright warm fresh kind gentle funny honest splendid calm",
        "bad dull silly dark cold stale rude harsh boring false dreadful noisy",
    )
)
_VERBS = ("was", "is", "seemed", "felt")
_DEGREES = ("", "", "very", "quite", "really")
_OPENINGS = ("", "", "i think", "they say", "we found", "to me")
_WORDS = sorted(
    {
        *_THINGS,
        *_GOOD,
        *_BAD,
        *_VERBS,
        *" ".join((*_DEGREES, *_OPENINGS)).split(),
        "the",
        "a",
        "it",
        "not",
        "never",
        "but",
    }
)
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 2)}


def text(argument: str, download: bool = False) -> Source:
    """argument: "train" (or nothing), "test" or "all". Every fifth sentence is for testing. A sample is (12,) numbers of words."""
    part = argument or "train"
    if part not in PARTS:
        raise LossvistaError(f"The text has no part called '{part}'.", nearest(part, PARTS))
    written = sentences()
    if part != "all":
        written = [pair for place, pair in enumerate(written) if (place % 5 == 4) == (part == "test")]
    tokens = np.stack([tokenized(sentence) for sentence, _ in written])
    return Source(np.array([label for _, label in written]), CLASSES, (LENGTH,), lambda ids: tokens[ids])


def tokenized(sentence: str) -> np.ndarray:
    """(12,) int64: the numbers of a sentence's words, 0 after its end; 1 for words that are not known."""
    words = re.findall(r"[a-z']+", sentence.lower())[:LENGTH]
    numbers = [_NUMBERS.get(word, UNKNOWN) for word in words]
    return np.array(numbers + [PADDING] * (LENGTH - len(numbers)), np.int64)


def words(tokens: Sequence[int]) -> str:
    """The sentence of these numbers."""
    known = {number: word for word, number in _NUMBERS.items()}
    return " ".join(known.get(int(number), "?") for number in tokens if number != PADDING)


def sentences() -> list[tuple[str, int]]:
    """(sentence, 1 for good or 0 for bad), no two of them alike, always in the same order."""
    random = np.random.default_rng(_SEED)

    def one(choices: Sequence[str]) -> str:
        return choices[int(random.integers(len(choices)))]

    found: dict[str, int] = {}
    while len(found) < _COUNT:
        good, kind = int(random.integers(2)), random.integers(4)
        own, other = (_GOOD, _BAD) if good else (_BAD, _GOOD)
        start = f"{one(_OPENINGS)} the {one(_THINGS)} {one(_VERBS)} {one(_DEGREES)}"
        if kind == 0:
            sentence = f"{start} {one(own)}"
        elif kind == 1:
            sentence = f"{one(_OPENINGS)} the {one(_THINGS)} {one(_VERBS)} {one(('not', 'never'))} {one(other)}"
        elif kind == 2:
            sentence = f"{start} {one(other)} but {one(own)}"
        else:
            sentence = f"{one(_OPENINGS)} it {one(_VERBS)} not a {one(other)} {one(_THINGS)}"
        found[" ".join(sentence.split())] = good
    return list(found.items())
