"""Precision on demand: honest errors, exact where all samples were evaluated, and the same numbers after a stop (invariants 3, 6, 38)."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.engines import inline
from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.progress import drain
from lossvista.compute.run import run
from lossvista.compute.saving.anchors import SIDE, Anchors
from lossvista.compute.saving.demand import Demand
from lossvista.compute.saving.estimates import Estimates
from lossvista.compute.storage import load
from lossvista.compute.surface import Mark, Patch, Surface

FIELDS = ("train_loss", "train_loss_se")


def evaluated(losses: np.ndarray, target: float, samples: int, batch: int, seed: int = 0) -> tuple[Landscape, int]:
    """The plan, drained by an engine that looks losses (ny, nx, n) up. Returns how many image evaluations it took, too."""
    ny, nx, _ = losses.shape
    landscape = Landscape(Surface(Grid(ticks(-1, 1, nx), ticks(-1, 1, ny))), axes=[Axis("α"), Axis("β")])
    plan = Demand(landscape, target=target, fields=FIELDS, samples=samples, batch=batch, seed=seed)
    flat, batches, cost = losses.reshape(ny * nx, -1), -(-samples // batch), 0
    assert plan.done == 0
    for task in filter(None, plan.tasks()):
        assert 0 <= plan.done < plan.total
        for place, index in enumerate(task.index):
            own = [
                np.arange(k * batch, min((k + 1) * batch, samples)) for k in np.arange(*task.portion[place]) % batches
            ]
            each = flat[index][np.concatenate(own)][None].astype(np.float32)
            cost += each.size
            values = {"train_loss": each.mean(dtype=float), "train_loss_se": 0.0, "train_loss_estimation_se": 0.0}
            fields = (
                {name: np.array([v]) for name, v in values.items()}
                if each.size == samples and task.portion[place][0] == 0
                else {}
            )
            landscape.add(plan.stored(Patch(np.array([index]), fields, samples, each=[each])))
    assert plan.done == plan.total == ny * nx
    return landscape, cost


@given(st.integers(0, 100), st.integers(2, 40), st.integers(1, 7))
def test_sums_of_parts_are_those_of_the_whole(seed: int, samples: int, batch: int) -> None:
    rng = np.random.default_rng(seed)
    values, control = rng.exponential(1, (2, samples)), rng.exponential(1, (2, samples))
    estimates = Estimates(1, 2, samples)
    for start in range(0, samples, batch):
        part = slice(start, start + batch)
        estimates.add(0, values[:, part], control[:, part], control.mean(1))
        count, seen = estimates.count[0], values[:, : start + batch] - control[:, : start + batch]
        np.testing.assert_allclose(estimates.means[:, 0], control.mean(1) + seen.mean(1), rtol=1e-9, atol=1e-12)
        if 2 <= count < samples:
            wanted = seen[0].std(ddof=1) / np.sqrt(count) * np.sqrt(1 - count / samples)
            assert estimates.errors(np.array([0]))[0] == pytest.approx(wanted, rel=1e-6)
            back = Estimates(1, 2, samples)
            own = estimates.sampling(np.array([0]))[0]
            back.restore(0, count, estimates.means[:, 0], wanted, own, control.mean(1))
            assert back.errors(np.array([0]))[0] == pytest.approx(wanted, rel=1e-6)
            assert back.sampling(np.array([0]))[0] == pytest.approx(own, rel=1e-6)
    np.testing.assert_allclose(estimates.means[:, 0], values.mean(1), rtol=1e-9)
    assert estimates.errors(np.array([0]))[0] == 0


@given(st.integers(3, 40), st.integers(1, 40))
def test_the_control_is_bilinear_between_anchors_and_exact_on_them(nx: int, ny: int) -> None:
    """Losses that are bilinear in (α, β), sample by sample, leave nothing to be estimated."""
    grid = Grid(ticks(-1, 2, nx), ticks(-1, 1, ny) if ny > 1 else np.zeros(1), line=ny == 1)
    a, b = grid.points(np.arange(grid.size)).T[:, :, None]
    i = np.arange(6)
    losses = ((1 + i) + i * a - b + 0.5 * i * a * b).astype(np.float32)[:, None, :]
    anchors = Anchors(grid, 1, 6)
    assert max(len(anchors.rows), len(anchors.columns)) <= SIDE and len(anchors.cells()) == grid.size
    anchors.add({int(k): losses[k] for k in anchors.index})
    for index in range(0, grid.size, 3):
        part, mean = anchors.control(index, [slice(4, 6), slice(0, 3)])
        np.testing.assert_allclose(part, losses[index][:, [4, 5, 0, 1, 2]], rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(mean, losses[index].mean(1), rtol=1e-4, atol=1e-4)


def test_non_finite_losses_are_evaluated_on_all_samples() -> None:
    losses = np.random.default_rng(0).exponential(1, (11, 11, 2000))
    losses[0, 0, 3], losses[4, 4, 7], losses[7, 7, :] = np.inf, np.nan, np.nan
    landscape, _ = evaluated(losses, 0.05, 2000, 50)
    surface = landscape.surface
    assert surface.evaluated[0, 0] == surface.evaluated[7, 7] == Mark.EVALUATED and np.isnan(
        surface.values("train_loss")[7, 7]
    )
    assert np.isfinite(surface.values("train_loss")[1, 1])  # beside an anchor that is infinite: a plain estimate


@pytest.mark.real_data
@pytest.mark.parametrize("which", ["skip", "noskip"])
def test_on_resnet56_stated_errors_are_honest_and_cost_few_evaluations(real_data: Path, which: str) -> None:
    """Every second point of the measured surfaces; 20,000 images drawn from the 600 measured ones."""
    known = np.load(real_data / "li2018-surfaces-51x51.npz")[f"{which}_losses"][::2, ::2]
    drawn = np.random.default_rng(1).integers(0, known.shape[2], 20_000)
    truth = known.astype(float) @ np.bincount(drawn, minlength=known.shape[2]) / len(drawn)
    landscape, cost = evaluated(known[:, :, drawn], 0.02, len(drawn), 50)
    surface = landscape.surface
    loss, error = surface.values("train_loss"), surface.values("train_loss_estimation_se")
    estimated = surface.evaluated == Mark.ESTIMATED
    assert (
        (error <= 0.02 * loss).all() and (error[estimated] > 0).all() and cost < 0.12 * known[..., 0].size * len(drawn)
    )
    assert (np.abs(loss - truth)[estimated] <= 3 * error[estimated]).mean() >= 0.98
    np.testing.assert_allclose(loss[~estimated], truth[~estimated], rtol=1e-5)


def test_a_run_on_demand_resumes_to_the_same_numbers_and_says_what_is_estimated(recipe, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(inline, "TILE_SECONDS", 0.0)
    loss = "(y[:, :2].abs() ** 1.5).sum(1)"  # of |θ − x|² the samples' differences to the anchors would all be alike
    asked = recipe(loss, target_se=0.02, batch_size=20)
    whole = drain(run(recipe(loss))).surface
    straight = drain(run(asked)).surface
    file = str(tmp_path / "a.h5")
    for patches in (3, 40, 30):
        job = run(asked, file)
        while patches:
            patches -= next(job).patch is not None
        job.close()
    resumed = drain(run(asked, file)).surface
    assert np.array_equal(load(file).surface.samples, resumed.samples)
    assert np.array_equal(straight.evaluated, resumed.evaluated) and np.array_equal(straight.samples, resumed.samples)
    for name in straight.fields:
        np.testing.assert_allclose(resumed.values(name), straight.values(name), rtol=1e-9, atol=1e-12)
    loss, error = straight.values("train_loss"), straight.values("train_loss_estimation_se")
    estimated, computed = straight.evaluated == Mark.ESTIMATED, straight.evaluated == Mark.EVALUATED
    assert estimated.sum() > 60 and (estimated | computed).all()
    assert (error <= 0.02 * loss).all() and (error[computed] == 0).all() and (straight.samples[computed] == 400).all()
    true = whole.values("train_loss")
    np.testing.assert_allclose(loss[computed], true[computed], rtol=1e-6)
    assert (np.abs(loss - true)[estimated] <= 3 * error[estimated]).mean() > 0.9
    assert np.abs(straight.values("train_near") - whole.values("train_near")).max() < 0.15


def test_a_proof_and_an_estimate_exclude_one_another(recipe) -> None:
    with pytest.raises(LossvistaError, match="six-sigma or none"):
        recipe(clip_stop="proved", clip=3.0, target_se=0.1)
