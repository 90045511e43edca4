"""Fair comparisons: each aspect alone is found and named, what is compared is not complained of, nothing is said of one."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.captions import captions
from lossvista.compute.fairness import START, differences, sentences, verdict
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.surface import FieldInfo, Mark, Patch, Surface


def landscape(title: str = "cnn on digits", *, reach: float = 1.0, points: int = 5, **trust: object) -> Landscape:
    grid = Grid(ticks(-reach, reach, points), ticks(-reach, reach, points))
    surface = Surface(grid, info={"train_loss": FieldInfo("train", "nats", "training loss")})
    surface.add(Patch(np.arange(grid.size), {"train_loss": np.linspace(1, 2, grid.size)}, samples=60))
    return Landscape(
        surface,
        title,
        axes=[Axis(name, "random", 0, "filter", 1.5) for name in "αβ"],
        recipe={"model": "cnn", "data": "digits", "directions": "random", "seed": 0, "repeat": 0},
        trust={"samples": 60, "batch_norm": "frozen", "precision": "float32", **trust},
        provenance={"weights_hash": "w", "data_hash": "d", "samples_hash": "s"},
    )


def methods(one: Landscape) -> None:
    one.axes = [replace(axis, method="pca") for axis in one.axes]


def normalizations(one: Landscape) -> None:
    one.axes = [replace(axis, normalization="none") for axis in one.axes]


def half_done(one: Landscape) -> None:
    one.surface.evaluated[0, 0] = Mark.ESTIMATED


def accuracy(one: Landscape) -> None:
    one.surface.info["train_loss"] = FieldInfo("train", "1", "error")


def other_split(one: Landscape) -> None:
    one.surface.info["train_loss"] = FieldInfo("test", "nats", "loss")


CHANGES: dict[str, tuple[Callable[[Landscape], object], str]] = {
    "kind of directions": (methods, "random (A), pca (B)"),
    "normalization": (normalizations, "filter (A), none (B)"),
    "left unperturbed": (lambda one: one.recipe.update(ignore="none"), "biases-and-norms (A), none (B)"),
    "samples": (lambda one: one.trust.update(samples=600), "60 (A), 600 (B)"),
    "batch-norm statistics": (lambda one: one.trust.update(batch_norm="re-estimated"), "frozen (A), re-estimated (B)"),
    "precision": (lambda one: one.trust.update(precision="float64"), "float32 (A), float64 (B)"),
    "points": (half_done, "all computed (A), partly estimated (B)"),
    "field": (accuracy, "train_loss (nats) (A), train_loss (1) (B)"),
    "choice of samples": (lambda one: one.provenance.update(samples_hash="t"), "as many, but other ones"),
    "data": (lambda one: one.provenance.update(data_hash="e"), "other bytes"),
}


@pytest.mark.parametrize("aspect", CHANGES)
def test_each_aspect_alone_is_named_with_its_values(aspect: str) -> None:
    change, values = CHANGES[aspect]
    other = landscape("B")
    change(other)
    found = {difference.aspect: difference.values for difference in differences([landscape("A"), other])}
    assert found[aspect] == values
    assert found.keys() <= {
        aspect,
        "left unperturbed",
    }  # another kind of directions leaves other parameters unperturbed
    assert START + f"{aspect}: {values}" in " ".join(sentences([landscape("A"), other]))


def test_reach_resolution_and_split() -> None:
    one = landscape("A")
    assert "reach: ±1 (A), ±2 (B)" in verdict([one, landscape("B", reach=2)])
    assert "resolution: 5 × 5 (A), 7 × 7 (B)" in verdict([one, landscape("B", points=7)])
    other = landscape("B")
    other_split(other)
    assert "field: train (A), test (B)" in verdict([one, other])


def test_other_data_is_named() -> None:
    other = landscape("B")
    other.recipe["data"] = "cifar10:DIR"
    other.provenance["data_hash"] = "e"
    assert "data: digits (A), cifar10:DIR (B)" in verdict([landscape("A"), other])


def test_a_test_split_more_is_no_other_data() -> None:
    other = landscape("B")
    other.surface.info["test_loss"] = FieldInfo("test", "nats", "test loss")
    other.provenance["data_hash"] = "of both splits"
    assert differences([landscape("A"), other]) == []


def test_networks_weights_and_draws_may_differ() -> None:
    others = [landscape("B"), landscape("C"), landscape("C")]
    others[0].recipe["model"] = "cnn-noskip"
    others[0].provenance["weights_hash"] = "x"
    others[1].recipe["seed"] = 7
    others[2].recipe["repeat"] = 3
    assert verdict([landscape("A"), *others]) == ""


def test_without_normalization_other_weights_cannot_be_compared() -> None:
    one, other = landscape("A"), landscape("B")
    for each in (one, other):
        normalizations(each)
    assert differences([one, other]) == []  # the same weights: nothing was rescaled
    other.provenance["weights_hash"] = "x"
    (difference,) = differences([one, other])
    assert "rescaled into any width" in difference.sentence


@given(st.sets(st.sampled_from(sorted(CHANGES.keys() - {"choice of samples"}))))
def test_all_that_differs_is_found_together(aspects: set[str]) -> None:
    other = landscape("B")
    for aspect in aspects:
        CHANGES[aspect][0](other)
    found = {difference.aspect for difference in differences([landscape("A"), other])}
    hidden = {"data"} if "samples" in aspects else set()  # more samples are other bytes in any case
    assert aspects - hidden <= found


def test_the_order_does_not_matter_and_nothing_is_changed() -> None:
    one, other = landscape("A", reach=2), landscape("B")
    before = deepcopy((one, other))
    assert {d.aspect for d in differences([one, other])} == {d.aspect for d in differences([other, one])}
    assert (one.recipe, other.trust) == (before[0].recipe, before[1].trust)


def test_one_landscape_alone_and_an_unknown_past_are_fair() -> None:
    assert differences([landscape()]) == []
    bare = landscape("A"), landscape("B")
    for one in bare:
        one.recipe, one.trust, one.provenance = {}, {}, {}
    assert differences(bare) == []


def test_many_values_are_cut_short() -> None:
    many = [landscape(f"L{k}", samples=60 + k) for k in range(9)]
    assert "samples: 60, 61, 62 and 6 others" in verdict(many)


def test_captions_tell_landscapes_of_one_title_apart() -> None:
    draws = [landscape() for _ in range(3)]
    for k, one in enumerate(draws):
        one.recipe["repeat"] = k
    assert captions(draws) == [f"cnn on digits, draw {k}" for k in (1, 2, 3)]
    assert captions([landscape("A"), landscape("B")]) == ["A", "B"]
    assert captions([landscape("A"), landscape("A")]) == ["A (1)", "A (2)"]
    other = landscape()
    other.axes = [replace(axis, method="pca") for axis in other.axes]
    assert captions([landscape(), other]) == ["cnn on digits, random directions", "cnn on digits, pca directions"]


def own(path: str, code: str, function: str = "make_problem") -> Landscape:
    one = landscape()
    one.recipe["problem"] = f"{path}:{function}"
    one.provenance |= {"code_hash": code, "data_hash": path}
    return one


def test_one_file_called_by_two_paths_is_one_problem() -> None:
    """Of other samples, say; its bytes are then compared by other means."""
    here, there = own("mine.py", "c"), own("/home/me/mine.py", "c")
    here.trust["samples"] = there.trust["samples"] + 1
    assert "data" not in [one.aspect for one in differences([here, there])]
    for other in (own("/home/me/mine.py", "changed"), own("/home/me/mine.py", "c", "make_other")):
        assert "data" in [one.aspect for one in differences([here, other])]
