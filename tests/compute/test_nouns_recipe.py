"""Recipe, choices, doors, errors, progress: each mistake one sentence, each choice declared once."""

from __future__ import annotations

import itertools
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lossvista.compute.choices import Choices, choice, limits
from lossvista.compute.doors import Door, find
from lossvista.compute.errors import LossvistaError, OutOfSpace, nearest
from lossvista.compute.progress import Pace, Progress, drain
from lossvista.compute.recipe import Recipe

MISTAKES = [
    ({"resolution": 0}, "Resolution (resolution) must be between 3 and 1001, not 0."),
    ({"resolution": 10**6}, "Resolution (resolution) must be between 3 and 1001, not 1000000."),
    ({"resolution": "many"}, "Resolution (resolution) must be a whole number, not 'many'."),
    ({"resolution_x": 2}, "Resolution in α (resolution-x) must be between 3 and 1001, not 2."),
    ({"reach": float("nan")}, "Reach (reach) must be between 1e-09 and 1e+09, not nan."),
    ({"reach": float("inf")}, "Reach (reach) must be between 1e-09 and 1e+09, not inf."),
    ({"reach": "far"}, "Reach (reach) must be a number, not 'far'."),
    ({"reach": 0}, "Reach (reach) must be between 1e-09 and 1e+09, not 0."),
    ({"reach": -1}, "Reach (reach) must be between 1e-09 and 1e+09, not -1."),
    (
        {"alpha": "1:-1"},
        "Range of α (alpha): a range needs two finite numbers, the lower one first, as in -1:1, not '1:-1'.",
    ),
    ({"alpha": "wide"}, "Range of α (alpha): a range is written LOW:HIGH, as in -1:1, not 'wide'."),
    (
        {"beta": ("a", "b")},
        "Range of β (beta): a range needs two finite numbers, the lower one first, as in -1:1, not ('a', 'b').",
    ),
    (
        {"directions": "rnadom"},
        "Directions (directions): there is no direction called 'rnadom'. Did you mean 'random'?",
    ),
    ({"directions": ["pca"]}, "Directions (directions): there is no direction called '['pca']'."),
    (
        {"directions": "pca"},
        "PCA directions need a trajectory: give the folder of recorded checkpoints (--trajectory RUN/).",
    ),
    ({"normalization": "filtr"}, "Normalization (normalization) must be one of 'auto', 'filter', 'layer'"),
    ({"seed": -1}, "Seed (seed) must be between 0 and"),
    ({"samples": -5}, "Samples (samples) must be between 0 and"),
    ({"axes": 3}, "Axes (axes) must be one of 1 or 2, not 3."),
    ({"weights": 3}, "Weights (weights) must be a list, not 3."),
    ({"resolutoin": 5}, "There is no setting called 'resolutoin'."),
]


@pytest.mark.parametrize(("values", "sentence"), MISTAKES, ids=[str(values) for values, _ in MISTAKES])
def test_each_mistake_is_one_clear_sentence(values: dict, sentence: str) -> None:
    with pytest.raises(LossvistaError) as caught:
        Recipe.of(**values)
    assert str(caught.value).startswith(sentence)
    assert "pydantic" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_two_mistakes_are_two_sentences() -> None:
    with pytest.raises(LossvistaError, match=r"Resolution .* not 0\. Reach .* not -1\."):
        Recipe.of(resolution=0, reach=-1)


def test_a_recipe_is_frozen_and_replaced_only_by_a_checked_one() -> None:
    recipe = Recipe()
    with pytest.raises(ValidationError):
        recipe.seed = 3  # type: ignore[misc]
    other = recipe.replace(seed=3)
    assert (recipe.seed, other.seed) == (0, 3)
    with pytest.raises(LossvistaError):
        recipe.replace(seed=-3)


@given(
    seed=st.integers(0, 2**63 - 1),
    reach=st.floats(1e-9, 1e9),
    low=st.floats(-1e6, 1e6),
    width=st.floats(1e-3, 1e6),
    weights=st.lists(st.text(max_size=8), max_size=3),
    x=st.none() | st.integers(3, 1001),
    title=st.text(max_size=8),
)
def test_a_recipe_survives_json_with_every_bit(seed, reach, low, width, weights, x, title) -> None:
    values = {"seed": seed, "reach": reach, "alpha": (low, low + width), "weights": weights, "resolution_x": x}
    recipe = Recipe.of(**values, title=title)
    assert Recipe.of(**json.loads(recipe.model_dump_json())) == recipe
    assert Recipe.of(**json.loads(json.dumps(recipe.model_dump(mode="json")))) == recipe


def test_only_what_decides_the_numbers_identifies_a_run() -> None:
    recipe = Recipe()
    assert recipe.numbers() == recipe.replace(title="other", device="cpu", trust_pickle=True).numbers()
    assert recipe.numbers() != recipe.replace(seed=1).numbers()
    assert recipe.numbers() != recipe.replace(batch_size=7).numbers()
    json.dumps(recipe.numbers())


def test_the_grid_follows_the_choices() -> None:
    grid = Recipe.of(resolution=11, resolution_x=5, reach=2.0, beta="-1:3").grid()
    assert grid.shape == (11, 5)
    assert (grid.alpha[0], grid.alpha[-1], grid.beta[0], grid.beta[-1]) == (-2.0, 2.0, -1.0, 3.0)
    line = Recipe.of(axes=1, resolution=7).grid()
    assert line.line
    assert line.shape == (1, 7)
    assert line.beta.tolist() == [0.0]


def test_a_paths_extent_is_used_where_no_range_is_given_and_holds_the_centre() -> None:
    extent = np.array([[-10.3, 2.2], [-4.0, 3.1]])
    grid = Recipe.of(resolution=21, alpha="-1:1").grid(extent)
    assert (grid.alpha[0], grid.alpha[-1]) == (-1.0, 1.0)
    assert grid.beta[0] <= -4.0
    assert grid.beta[-1] >= 3.1
    assert 0.0 in grid.beta


def test_every_choice_has_a_label_a_help_and_a_group() -> None:
    for name, field in Recipe.model_fields.items():
        assert field.title, name
        assert field.description, name
        assert field.json_schema_extra == {"group": field.json_schema_extra["group"]}, name  # type: ignore[index]
        assert field.json_schema_extra["group"] in ("Problem", "Plane", "Grid", "Evaluation", "Fewer evaluations"), name  # type: ignore[index]


def test_limits_are_those_declared() -> None:
    class Some(Choices):
        closed: int = choice(3, "Closed", "", low=1, high=9)
        open: float = choice(3.0, "Open", "", low=0.5)
        free: float = choice(3.0, "Free", "")

    fields = Some.model_fields
    assert [limits(fields[name]) for name in ("closed", "open", "free")] == [(1, 9), (0.5, None), (None, None)]
    with pytest.raises(LossvistaError, match=r"Open \(open\) must be a finite number, at least 0\.5, not 0\.1\."):
        Some.of(open=0.1)
    with pytest.raises(LossvistaError, match=r"Free \(free\) must be a finite number, not inf\."):
        Some.of(free=float("inf"))


def test_a_door_opens_what_it_names_and_an_unknown_one_names_the_nearest() -> None:
    doors = {"counter": Door("itertools:count", "Counter"), "chain": Door("itertools:chain", "Chain")}
    assert find("thing", doors, "counter") is itertools.count
    with pytest.raises(LossvistaError, match=r"There is no thing called 'conter'\. Did you mean 'counter'\?"):
        find("thing", doors, "conter")
    with pytest.raises(LossvistaError, match="Known: chain, counter"):
        find("thing", doors, "zzz")


@given(name=st.text(max_size=12), known=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5))
def test_nearest_always_has_something_to_say(name: str, known: list[str]) -> None:
    hint = nearest(name, known)
    assert any(word in hint for word in known)


def test_errors_cross_a_process_whole() -> None:
    for kind in (LossvistaError, OutOfSpace):
        error = pickle.loads(pickle.dumps(kind("It is full.", "Free some.", details="a table")))
        assert type(error) is kind
        assert (error.message, error.hint, error.details) == ("It is full.", "Free some.", "a table")
        assert str(error) == "It is full. Free some."
    assert (LossvistaError("x").exit_code, OutOfSpace("x").exit_code) == (2, 4)


def test_a_job_is_drained_to_its_result_and_closed_by_its_finally() -> None:
    log: list[str] = []

    def job():
        try:
            yield Progress("counting", 1, 2)
            yield Progress("counting", 2, 2)
            return "done"
        finally:
            log.append("closed")

    assert drain(job()) == "done"
    started = job()
    next(started)
    started.close()
    assert log == ["closed", "closed"]


def test_the_time_left_counts_only_what_was_done_since_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 110.0, 120.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    pace = Pace(total=100, done=50)
    assert pace.eta(50) is None
    assert pace.eta(60) == 40.0  # ten points in ten seconds: one a second
    assert pace.eta(90) == 5.0
