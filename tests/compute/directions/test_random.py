"""Random directions (invariants 10, 14, 17)."""

import math

import numpy as np
import torch
from torch import nn

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.random import random_directions
from lossvista.compute.directions.request import DirectionRequest
from lossvista.compute.problem.problem import Problem
from lossvista.compute.weights import dot, norm, perturbed, units, weights_of


def request(**changes) -> DirectionRequest:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 36, 10))
    problem = Problem(net, torch.zeros(2, 1, 8, 8), torch.zeros(2, dtype=torch.long))
    asked = {"names": perturbed(net, "biases-and-norms", ""), "seed": 3, **changes}
    return DirectionRequest(problem=problem, origin=weights_of(net), units=units(net), **asked)


def test_one_seed_gives_one_direction_bit_for_bit() -> None:
    first, again, other = (random_directions(request(seed=s)).axes for s in (3, 3, 4))
    assert all(torch.equal(first[k][n], again[k][n]) for k in (0, 1) for n in first[k])
    assert not torch.equal(first[0]["0.weight"], other[0]["0.weight"])
    assert not torch.equal(first[0]["0.weight"], first[1]["0.weight"])  # the peers' defect: every repeat the same


def test_the_draw_is_standard_normal_and_known() -> None:
    weights = {"w": torch.zeros(200_000)}
    drawn = gaussian(weights, ["w"], 0, 0)["w"].double()
    assert abs(drawn.mean()) < 0.01 and abs(drawn.std() - 1) < 0.01 and 2.5 < drawn.pow(4).mean() < 3.5
    first = gaussian({"w": torch.zeros(3)}, ["w"], 0, 0)["w"]
    known = np.random.Generator(np.random.PCG64(np.random.SeedSequence((0, 0, 0)))).standard_normal(3, dtype=np.float32)
    assert np.array_equal(first.numpy(), known)


def test_a_parameters_draw_does_not_depend_on_the_others() -> None:
    weights = weights_of(nn.Linear(4, 3))
    both, alone = gaussian(weights, ["weight", "bias"], 1, 0), gaussian(weights, ["bias"], 1, 0)
    assert torch.equal(both["bias"], alone["bias"]) and set(alone) == {"bias"}


def test_ignored_tensors_are_exactly_zero() -> None:
    for axis in random_directions(request()).axes:
        assert set(axis) == {"0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"}
        assert {name for name, t in axis.items() if bool((t != 0).any())} == {"0.weight", "3.weight"}


def test_the_mean_cosine_of_random_pairs_is_the_theorys() -> None:
    """Mean |cos| = √(2/(πn)) for n dimensions, within 3/√K for K pairs."""
    n, pairs = 2_000, 400
    weights = {"w": torch.zeros(n)}
    cosines = []
    for k in range(pairs):
        a, b = gaussian(weights, ["w"], k, 0), gaussian(weights, ["w"], k, 1)
        cosines.append(abs(dot(a, b)) / (norm(a) * norm(b)))
    assert abs(np.mean(cosines) / math.sqrt(2 / (math.pi * n)) - 1) < 3 / math.sqrt(pairs)


def test_orthogonal_draws_stay_close_to_orthogonal_after_normalization() -> None:
    loose, tight = (random_directions(request(orthogonal=o, normalization="none")).axes for o in (False, True))
    assert abs(dot(*tight)) <= 1e-6 * norm(tight[0]) * norm(tight[1]) < abs(dot(*loose))
