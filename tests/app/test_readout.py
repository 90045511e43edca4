"""Read-out: what is an estimate, a lower bound or interpolated is never said like a computed value."""

import numpy as np
import pytest

from lossvista.app.readout import at_point
from lossvista.compute.surface import Mark, Patch


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (Mark.EVALUATED, "4.25"),
        (Mark.ESTIMATED, "4.25 ± 0.04, estimated from 1,500 samples"),
        (Mark.BOUND, "≥ 4.25, a lower bound from 1,500 samples"),
        (Mark.INTERPOLATED, "4.25, interpolated"),
    ],
)
def test_a_points_mark_is_said_beside_its_value(small_landscape, mark: Mark, told: str) -> None:
    surface = small_landscape.surface
    values = {"train_loss": np.array([4.25]), "train_loss_estimation_se": np.array([0.04])}
    surface.add(Patch(np.array([14]), values, 1500, mark=mark))
    assert at_point(surface, "train_loss", 1, 3) == told


def test_only_the_loss_of_a_bound_is_a_bound(small_landscape) -> None:
    surface = small_landscape.surface
    surface.add(Patch(np.array([14]), {"train_accuracy": np.array([0.25])}, 1500, mark=Mark.BOUND))
    assert at_point(surface, "train_accuracy", 1, 3) == "0.25, of 1,500 samples"
