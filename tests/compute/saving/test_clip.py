"""Stops above the clip: what is proved is never wrong, and nothing that stopped is taken for computed (invariants 3, 6, 8)."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.engines import inline
from lossvista.compute.engines.stop import LEAST, Stop, Tally, standard_error
from lossvista.compute.errors import LossvistaError
from lossvista.compute.prepare import plane_of, prepare
from lossvista.compute.problem.losses import PerSample, cross_entropy
from lossvista.compute.progress import drain
from lossvista.compute.run import run
from lossvista.compute.saving.clipped import NEGATIVE, SEEN
from lossvista.compute.storage import load
from lossvista.compute.storage.records import decode_patch, encode_patch
from lossvista.compute.surface import Mark, Patch

sizes = st.floats(0, 2.0**100, width=32)


def drained(job) -> tuple:
    notes = []
    while True:
        try:
            notes.append(next(job).note)
        except StopIteration as stop:
            return stop.value, [line for line in notes if line]


@given(st.lists(sizes, min_size=2, max_size=60), st.integers(1, 9), st.floats(0, 1e3))
def test_what_is_proved_to_lie_above_the_clip_does(losses: list[float], batch: int, clip: float) -> None:
    tally, exact = Tally(), sum(map(Fraction, losses)) / len(losses)
    for start in range(0, len(losses), batch):
        tally.add(np.array(losses[start : start + batch], np.float32))
        if Stop("proved", clip).met(tally, len(losses)):
            assert exact > Fraction(clip) and tally.count < len(losses)
            assert Fraction(tally.total / len(losses)) <= exact * (1 + Fraction(1, 10**12))


@given(st.lists(st.floats(-1024, 1024, width=32), min_size=2, max_size=60), st.integers(1, 9))
def test_a_tally_has_the_mean_and_deviation_of_all_that_it_was_given(losses: list[float], batch: int) -> None:
    tally = Tally()
    for start in range(0, len(losses), batch):
        tally.add(np.array(losses[start : start + batch]))
    assert tally.count == len(losses) and tally.smallest == min(losses)
    assert tally.mean == pytest.approx(np.mean(losses), rel=1e-9, abs=1e-9)
    assert tally.deviation == pytest.approx(np.std(losses, ddof=1), rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -1.0])
def test_no_stop_where_a_loss_is_negative_or_not_finite(odd: float) -> None:
    tally = Tally()
    tally.add(np.array([1e6] * 200 + [odd]))
    assert not Stop("proved", 1.0).met(tally, 1000)
    assert odd == -1 or not Stop("six-sigma", 1.0).met(tally, 1000)


def test_six_sigma_asks_for_enough_samples_and_for_six_standard_errors() -> None:
    rng, tally = np.random.default_rng(0), Tally()
    losses = rng.exponential(2.0, 400)
    tally.add(losses[: LEAST - 1])
    assert not Stop("six-sigma", 0.1).met(tally, 1000)
    tally.add(losses[LEAST - 1 :])
    edge = losses.mean() - 6 * losses.std(ddof=1) / 20 * math.sqrt(0.6)
    assert standard_error(tally.deviation, 400, 1000) == pytest.approx(losses.std(ddof=1) / 20 * math.sqrt(0.6))
    assert Stop("six-sigma", edge - 1e-9).met(tally, 1000) and not Stop("six-sigma", edge + 1e-9).met(tally, 1000)
    assert not Stop("six-sigma", 0.1).off.met(tally, 1000)
    assert not Stop("six-sigma", 0.1).met(tally, 400)  # all samples are there: nothing is estimated


def test_a_proved_stop_stores_lower_bounds_and_all_else_as_it_was(recipe, tmp_path) -> None:
    whole = drain(run(recipe())).surface
    file = str(tmp_path / "stopped.h5")
    landscape, notes = drained(run(recipe(clip_stop="proved", clip=8.0), file))
    stopped = load(file).surface
    assert np.array_equal(landscape.surface.evaluated, stopped.evaluated) and SEEN in notes and NEGATIVE not in notes
    bound, computed = stopped.evaluated == Mark.BOUND, stopped.evaluated == Mark.EVALUATED
    loss, true = stopped.values("train_loss"), whole.values("train_loss")
    assert (bound | computed).all() and bound.sum() > 20 and computed.sum() > 10
    assert (loss[bound] > 8).all() and (loss[bound] <= true[bound]).all() and (true[~computed] > 8).all()
    assert (stopped.samples[bound] < 400).all() and (stopped.samples[computed] == 400).all()
    np.testing.assert_allclose(loss[computed], true[computed], rtol=1e-6)
    np.testing.assert_allclose(stopped.values("train_near")[computed], whole.values("train_near")[computed])
    assert drain(run(recipe(clip_stop="proved", clip=8.0), file)).surface.complete  # the same job: nothing to do
    with pytest.raises(LossvistaError, match="clip"):
        drain(run(recipe(clip_stop="proved", clip=9.0), file))


def test_a_six_sigma_stop_stores_estimates_with_their_error(recipe) -> None:
    true = drain(run(recipe())).surface.values("train_loss")
    surface = drain(run(recipe(clip_stop="six-sigma", clip=8.0))).surface
    estimated = surface.evaluated == Mark.ESTIMATED
    error = surface.values("train_loss_estimation_se")
    assert estimated.sum() > 20 and (true[estimated] > 8).all()
    assert (surface.samples[estimated] >= LEAST).all() and (surface.samples[estimated] < 400).all()
    assert (error[estimated] > 0).all() and (error[~estimated] == 0).all()
    assert (np.abs(surface.values("train_loss") - true)[estimated] < 5 * error[estimated]).all()


def test_one_negative_loss_ends_the_proof_and_what_had_stopped_is_computed(recipe, monkeypatch) -> None:
    """The loss is negative at one θ only, which comes after the first look."""
    grid = recipe().grid()
    plane, _ = plane_of(prepare(recipe()))
    first, second = plane.at(*grid.points(grid.coarse_to_fine())[-1])["theta"].tolist()
    here = f"((y[:, 2] - {first}).abs() < 0.01) * ((y[:, 3] - {second}).abs() < 0.01)"
    loss = f"(y[:, :2]**2).sum(1) - 900.0 * {here}"
    monkeypatch.setattr(inline, "TILE_SECONDS", 0.0)
    whole = drain(run(recipe(loss))).surface
    job, seen = run(recipe(loss, clip_stop="proved", clip=8.0)), []
    while True:
        try:
            step = next(job)
        except StopIteration as stop:
            surface = stop.value.surface
            break
        seen += [] if step.patch is None else [np.max(step.patch.mark)]
        seen += [step.note] if step.note == NEGATIVE else []
    assert Mark.BOUND in seen and seen.count(NEGATIVE) == 1 and Mark.BOUND not in seen[seen.index(NEGATIVE) :]
    assert (surface.evaluated == Mark.EVALUATED).all() and (surface.values("train_loss_smallest") < 0).any()
    np.testing.assert_allclose(surface.values("train_loss"), whole.values("train_loss"), rtol=1e-5, atol=1e-5)


def test_a_stop_needs_a_clip_and_one_data_set(recipe) -> None:
    with pytest.raises(LossvistaError, match="--clip 5"):
        recipe(clip_stop="proved")
    assert "clip" not in recipe().numbers()  # a choice that is not made leaves older files what they were
    asked = recipe(clip_stop="proved", clip=1.0)
    file = Path(asked.problem)
    file.write_text(file.read_text().replace("loss=losses", "test=(x, torch.zeros(400)), loss=losses"))
    with pytest.raises(LossvistaError, match="test set"):
        drain(run(asked))


def test_losses_that_are_never_negative_are_known() -> None:
    from torch import nn, tensor

    assert PerSample(cross_entropy).nonnegative and PerSample(nn.MSELoss()).nonnegative
    assert not PerSample(nn.CrossEntropyLoss(tensor([1.0, -1.0]))).nonnegative
    assert not PerSample(lambda y, t: y).nonnegative and not PerSample(nn.NLLLoss()).nonnegative


@given(st.integers(1, 5), st.integers(1, 3), st.integers(1, 4))
def test_a_journal_keeps_marks_samples_and_losses_of_each_point(count: int, measures: int, part: int) -> None:
    rng = np.random.default_rng(count)
    each = rng.random((count, measures, part)).astype(np.float32)
    marks = rng.choice([Mark.EVALUATED, Mark.BOUND], count).astype(np.uint8)
    patch = Patch(np.arange(count), {"train_loss": rng.random(count)}, np.arange(count) + 7, "surface", marks, each)
    back = decode_patch(encode_patch(patch))
    assert np.array_equal(back.mark, marks) and np.array_equal(back.samples, np.arange(count) + 7)
    assert np.array_equal(back.each, each) and np.array_equal(back.fields["train_loss"], patch.fields["train_loss"])
    with pytest.raises((ValueError, KeyError)):
        decode_patch(encode_patch(patch)[:-1])
