"""Read-out: what is an estimate, a lower bound or interpolated is never said like a computed value."""

import numpy as np
import pytest

from lossvista.app.readout import came, readout, told
from lossvista.app.session import Document
from lossvista.compute.reading import read
from lossvista.compute.surface import Mark, Patch


@pytest.mark.parametrize(
    ("mark", "value", "how"),
    [
        (Mark.EVALUATED, "4.25 ± 0.3", "evaluated on 1,500 samples"),
        (Mark.ESTIMATED, "4.25 ± 0.04", "estimated from 1,500 samples"),
        (Mark.BOUND, "≥ 4.25 ± 0.3", "a lower bound from 1,500 samples"),
        (Mark.INTERPOLATED, "4.25 ± 0.3", "interpolated"),
        (Mark.FAILED, "4.25 ± 0.3", "failed"),
    ],
)
def test_a_points_mark_is_said_beside_its_value(small_landscape, mark: Mark, value: str, how: str) -> None:
    surface = small_landscape.surface
    values = {"train_loss": 4.25, "train_loss_estimation_se": 0.04, "train_loss_se": 0.3}
    surface.add(Patch(np.array([14]), {name: np.array([v]) for name, v in values.items()}, 1500, mark=mark))
    alpha, beta = surface.grid.points(np.array([14]))[0].tolist()
    reading = read(small_landscape, "train_loss", alpha, beta)
    assert reading is not None and told(reading.main) == value and came(reading) == how
    assert readout(Document(small_landscape), alpha, beta).startswith(f"α −0.4   β −0.8   train loss {value}")
    between = read(small_landscape, "train_loss", alpha + 0.03, beta)
    assert between is not None and not between.at_node
    assert ("between evaluated points" in came(between)) == (mark == Mark.EVALUATED)


def test_only_the_loss_of_a_bound_is_a_bound(small_landscape) -> None:
    surface = small_landscape.surface
    surface.add(Patch(np.array([14]), {"train_accuracy": np.array([0.25])}, 1500, mark=Mark.BOUND))
    reading = read(small_landscape, "train_accuracy", *surface.grid.points(np.array([14]))[0].tolist())
    assert reading is not None and told(reading.main) == "25 %" and not reading.main.bound
    assert next(v for v in reading.values if v.name == "train_loss").bound


def test_where_nothing_is_known_nothing_is_claimed(partly_landscape) -> None:
    surface = partly_landscape.surface
    missing = surface.grid.points(surface.missing[:1])[0].tolist()
    assert "train loss not computed yet" in readout(Document(partly_landscape), *missing)
    assert readout(Document(partly_landscape), 1.5, 0.0) == ""


def test_a_line_has_one_coordinate(line_landscape) -> None:
    text = readout(Document(line_landscape), 0.5, 0.7)
    assert text.startswith("α 0.5   train loss") and "β" not in text
    assert "train accuracy" in text and "%" in text
