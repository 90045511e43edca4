"""The swiss roll: two arms that no line parts, the same each time, and a deep net that takes them."""

import numpy as np
import pytest

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.data import load_data
from lossvista.compute.problem.models import build_model
from lossvista.compute.training.recipe import Training


def test_two_arms_that_are_apart_and_wound_round_each_other() -> None:
    data, test = load_data("swiss-roll"), load_data("swiss-roll:test")
    points, own = data.inputs.numpy(), data.targets.numpy()
    assert points.shape == (400, 2) and test.inputs.shape == (2000, 2) and (np.bincount(own) == 200).all()
    assert np.abs(points).max() < 1.05
    assert np.array_equal(points, load_data("swiss-roll").inputs.numpy())
    distances = np.linalg.norm(test.inputs.numpy()[:, None] - points[None], axis=-1)
    assert (own[distances.argmin(1)] == test.targets.numpy()).mean() > 0.99  # the nearest neighbour knows
    linear = np.linalg.lstsq(np.c_[points, np.ones(400)], 2.0 * own - 1, rcond=None)[0]
    assert ((np.c_[points, np.ones(400)] @ linear > 0) == own).mean() < 0.75  # and no line does
    assert Training(data="swiss-roll").tests_on == "swiss-roll:test"
    with pytest.raises(LossvistaError, match="no part called 'tets'"):
        load_data("swiss-roll:tets")


def test_the_deep_net_has_six_hidden_layers() -> None:
    net = build_model("deep-mlp", (2,), 2)
    widths = [p.shape[0] for name, p in net.named_parameters() if name.endswith("weight")]
    assert widths == [23, 16, 26, 32, 28, 31, 2]
    assert net(load_data("swiss-roll").inputs).shape == (400, 2)
