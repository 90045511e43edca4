"""Interpolation where held-out points confirm it: marked as such, within the tolerance at nearly all points, refused on rough ones."""

import numpy as np
import pytest

from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.progress import drain
from lossvista.compute.run import run
from lossvista.compute.saving.adaptive import Adaptive
from lossvista.compute.surface import Mark, Patch, Surface


def planned(losses: np.ndarray, tolerance: float) -> tuple[Surface, list[str]]:
    """The plan, drained by an engine that looks losses (ny, nx) up."""
    ny, nx = losses.shape
    grid = Grid(ticks(-1, 1, nx), ticks(-1, 1, ny) if ny > 1 else np.zeros(1), line=ny == 1)
    landscape = Landscape(Surface(grid), axes=[Axis("α"), Axis("β")])
    plan = Adaptive(landscape, tolerance=tolerance)
    for task in filter(None, plan.tasks()):
        assert (landscape.surface.evaluated.flat[task.index] == Mark.NOT_YET).all()  # nothing is computed twice
        landscape.add(Patch(task.index, {"train_loss": losses.flat[task.index]}, 10))
    patch = plan.last()
    if patch is not None:
        landscape.add(patch)
    return landscape.surface, plan.notes


def smooth(ny: int, nx: int) -> np.ndarray:
    a, b = np.linspace(-1, 1, nx)[None], np.linspace(-1, 1, ny)[:, None] if ny > 1 else np.zeros((1, 1))
    return 1 + 3 * a**2 + a * b + 2 * b**2


@pytest.mark.parametrize("shape", [(51, 51), (1, 101), (33, 65)])
def test_a_smooth_surface_needs_few_points_and_is_off_by_no_more_than_asked(shape: tuple[int, int]) -> None:
    losses = smooth(*shape)
    surface, notes = planned(losses, 0.05)
    interpolated = surface.evaluated == Mark.INTERPOLATED
    assert interpolated.mean() > 0.4 and surface.complete and not notes
    assert (np.abs(surface.values("train_loss") - losses) <= 0.05 * losses).mean() > 0.99
    assert (np.abs(surface.values("train_loss") - losses) <= 0.1 * losses).all()
    np.testing.assert_array_equal(surface.values("train_loss")[~interpolated], losses[~interpolated])


def test_a_rough_surface_is_evaluated_everywhere_and_said_to_be_rough() -> None:
    losses = np.random.default_rng(0).lognormal(0, 1, (33, 33))
    surface, notes = planned(losses, 0.02)
    assert (
        (surface.evaluated == Mark.EVALUATED).all()
        and all("Too rough to interpolate" in note for note in notes)
        and notes
    )


def test_what_is_rough_in_one_corner_is_refined_there() -> None:
    losses = smooth(65, 65)
    losses[:20, :20] *= np.random.default_rng(0).lognormal(0, 1, (20, 20))
    surface, _ = planned(losses, 0.05)
    interpolated = surface.evaluated == Mark.INTERPOLATED
    assert not interpolated[:18, :18].any() and interpolated[40:, 40:].mean() > 0.5


def test_holes_are_never_filled_in() -> None:
    losses = smooth(33, 33)
    losses[12:20, 12:20] = np.nan
    surface, _ = planned(losses, 0.05)
    assert (surface.evaluated[10:22, 10:22] == Mark.EVALUATED).all() and np.isnan(
        surface.values("train_loss")
    ).sum() == 64


def test_a_run_stores_interpolated_points_as_such(recipe) -> None:
    asked = recipe(resolution=33, interpolate=0.05)
    found, whole = drain(run(asked)).surface, drain(run(recipe(resolution=33))).surface
    interpolated = found.evaluated == Mark.INTERPOLATED
    assert interpolated.sum() > 200 and (found.samples[interpolated] == 0).all() and found.complete
    true = whole.values("train_loss")
    assert (np.abs(found.values("train_loss") - true) <= 0.05 * true).mean() > 0.99
    with pytest.raises(LossvistaError, match="neither"):
        recipe(interpolate=0.05, target_se=0.1)
