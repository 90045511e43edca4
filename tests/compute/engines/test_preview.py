"""Previews: less than single precision, only where it was asked for, with an error that was measured."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.engines.preview import HALVES, PREVIEWS, computing, largest_error
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.trust import figures

PROBLEM = Path(__file__).with_name("digits_problem.py")
gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="NO GPU: TF32 was not run")


def landscape(precision: str, **changes):
    return drain(run(Recipe.of(problem=str(PROBLEM), resolution=5, samples=60, precision=precision, **changes)))


@pytest.mark.parametrize("precision", [*HALVES, pytest.param("tf32", marks=gpu)])
@pytest.mark.parametrize("axes", [1, 2])
def test_a_previews_error_is_measured_and_shown(precision: str, axes: int) -> None:
    rough, exact = landscape(precision, axes=axes), landscape("float32", axes=axes)
    a, b = (one.surface.fields["train_loss"].ravel() for one in (rough, exact))
    assert not np.array_equal(a, b) and a.dtype == np.float64 and np.allclose(a, b, rtol=0.2)
    assert rough.trust["precision_points"] == 1 + 2 * axes
    where = [
        k
        for k, point in enumerate(rough.surface.grid.points(np.arange(a.size)))
        if sum(map(bool, point)) <= 1 and max(map(abs, point)) < 1
    ]
    assert rough.trust["precision_error"] == pytest.approx(np.max(np.abs(a - b)[where] / b[where]), abs=1e-6)
    line = next(line for line in figures(rough) if line.label == "Precision")
    assert line.verdict in ("fair", "poor") and "off by up to" in line.value and "against float32" in line.meaning
    line = next(line for line in figures(exact) if line.label == "Precision")
    assert line.verdict == "good" and line.value == "float32" and "precision_error" not in exact.trust


def test_where_a_precision_does_not_exist_is_said() -> None:
    with pytest.raises(LossvistaError, match="tf32 is a precision of NVIDIA GPUs"):
        landscape("tf32", device="cpu")


@pytest.mark.parametrize("precision", ["float32", "float64", *PREVIEWS])
def test_what_a_forward_pass_runs_in_is_left_as_it_was(precision: str) -> None:
    """On a GPU, float32 is float32 while it lasts; the settings can be looked at without one."""
    backends = torch.backends.cudnn, torch.backends.cuda.matmul
    before = [one.allow_tf32 for one in backends]
    if precision in ("float32", "float64", "tf32"):
        with computing(torch.device("cuda"), precision):
            assert [one.allow_tf32 for one in backends] == [precision == "tf32"] * 2
    else:
        with computing(torch.device("cpu"), precision):
            assert (torch.randn(3, 3) @ torch.randn(3, 3)).dtype == HALVES[precision]
    assert [one.allow_tf32 for one in backends] == before and not torch.is_autocast_enabled("cpu")


values = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(values, values), min_size=1, max_size=5))
def test_the_error_is_the_largest_of_the_relative_ones(pairs: list[tuple[float, float]]) -> None:
    found = largest_error(lambda k: pairs[int(k)][0], lambda k: pairs[int(k)][1], [[k] for k in range(len(pairs))])
    assert found >= 0 and not math.isnan(found)
    equal = [a == b or (math.isnan(a) and math.isnan(b)) for a, b in pairs]
    assert found == 0 or not all(equal)
    if all(math.isfinite(x) and x for pair in pairs for x in pair):
        assert found == max(abs(a - b) / abs(b) for a, b in pairs)
