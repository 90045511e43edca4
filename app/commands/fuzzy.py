"""Fuzzy: how well what was typed fits a text, and which of its letters it fits. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

# What a letter earns at a word's start, right after the last one, elsewhere; and what each skipped letter costs.
START, NEXT, INSIDE, GAP = 12.0, 13.0, 1.0, 0.15


@dataclass(frozen=True)
class Fit:
    """score: higher is better. letters: places in the text that were fitted, ascending."""

    score: float
    letters: tuple[int, ...]


def fit(typed: str, text: str) -> Fit | None:
    """The best way to find each typed word's letters in `text`, in their order, upper and lower case alike; None where one
    cannot be found, or only scattered. A run of letters and the beginnings of words count most; the words' order does not."""
    folded = text.lower()
    if len(folded) != len(text):  # a letter that grows would shift the places
        folded = text
    score, letters = 0.0, set()
    for word in typed.lower().split():
        found = _fit_word(word, folded)
        if found is None or found.score < INSIDE * len(word):
            return None
        score += found.score
        letters.update(found.letters)
    return Fit(score, tuple(sorted(letters)))


def _fit_word(word: str, text: str) -> Fit | None:
    worth = [START if at == 0 or not text[at - 1].isalnum() else INSIDE for at in range(len(text))]
    # best[at]: the best fit of the letters so far whose last one is at `at`
    best = {at: Fit(worth[at], (at,)) for at, letter in enumerate(text) if letter == word[0]}
    for letter in word[1:]:
        after: dict[int, Fit] = {}
        for at, here in enumerate(text):
            for last, so_far in best.items() if here == letter else ():
                if last < at:
                    gain = NEXT if last == at - 1 else worth[at] - GAP * (at - last)
                    if at not in after or so_far.score + gain > after[at].score:
                        after[at] = Fit(so_far.score + gain, (*so_far.letters, at))
        best = after
    return max(best.values(), key=lambda one: one.score, default=None)


def rank(typed: str, text: str, help: str) -> Fit | None:
    """How well an entry fits: by its text, or, counted less, by its help; None where neither does.

    In a long sentence nearly every row of letters can be found, so of the help only beginnings of words count."""
    found = fit(typed, text)
    if found is not None:
        return found
    words = help.lower().split()
    if all(any(word.startswith(part) for word in words) for part in typed.lower().split()):
        return Fit(INSIDE, ())
    return None
