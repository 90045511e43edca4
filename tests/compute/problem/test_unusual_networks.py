"""Networks in half precision or with complex buffers, that write over what they are given, or return several things (invariants 1–3, 6)."""

from __future__ import annotations

import copy
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import pytest
import torch
from small_problems import N, X, Y, axis_of, curve, mlp
from torch import Tensor, nn
from torch.nn import functional as F

from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.measures.derivatives import Derivatives
from lossvista.compute.problem.problem import Problem
from lossvista.compute.weights import norm, weights_of


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(kind: torch.dtype) -> None:
    """L(θ) of the half-precision weights, without the rounding of half-precision arithmetic; directions are not rounded either."""
    net = mlp().to(kind)
    problem = Problem(net, train=(X, Y))
    found = curve(problem)
    assert found == curve(Problem(copy.deepcopy(net).float(), train=(X, Y)))
    assert problem.losses(weights_of(net)).double().mean().item() == pytest.approx(found[0], rel=1e-6)
    theta, axis = weights_of(net), axis_of(problem)
    assert axis["0.weight"].dtype == torch.float32 == problem.inputs.dtype
    assert torch.allclose(axis["0.weight"].norm(dim=1), theta["0.weight"].norm(dim=1), rtol=1e-6)
    assert next(net.parameters()).dtype == kind and norm(Derivatives(problem, list(theta)).gradient()) > 0


class Rotating(nn.Module):
    """Positions as rotations: a buffer of complex numbers, as some language models have."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(6, 3)
        self.register_buffer("turn", torch.polar(torch.ones(3), torch.arange(3.0)))

    def forward(self, x: Tensor) -> Tensor:
        pairs = torch.view_as_complex(x.reshape(-1, 3, 2)) * self.turn
        return self.head(torch.view_as_real(pairs).flatten(1))


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_complex_buffers_stay_complex(precision: str) -> None:
    net = Rotating()
    with torch.no_grad():
        wanted = F.cross_entropy(net(X), Y).item()
    assert curve(Problem(net, train=(X, Y)), precision=precision)[0] == pytest.approx(wanted, rel=1e-6)


# --- Networks and losses that write over what they are given ---


class Overwriting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        x += 1
        return self.head(x.clamp_(min=0))


class Images(nn.Module):
    """The same with a convolution, which is fused."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, 3, 2), nn.Linear(6, 3)  # of images of 2×3

    def forward(self, x: Tensor) -> Tensor:
        x.mul_(2)
        return self.head(self.conv(x).relu().flatten(1))


@pytest.mark.parametrize("net, x", [(Overwriting(), X), (Images(), X.view(N, 1, 2, 3))])
@pytest.mark.parametrize("policy", ["frozen", "re-estimated"])
def test_the_samples_stay_as_they_were(net: nn.Module, x: Tensor, policy: str) -> None:
    given, labels = x.clone(), Y.clone()
    with torch.no_grad():
        wanted = F.cross_entropy(net(x.clone()), Y).item()
    problem = Problem(net, train=(given, labels))
    found = curve(problem, batch_norm=policy)
    assert problem.overwrites and torch.equal(given, x) and torch.equal(labels, Y)
    assert found[0] == found[-1] == pytest.approx(wanted, rel=1e-6)
    assert problem.losses(weights_of(net)).double().mean().item() == pytest.approx(wanted, rel=1e-6)
    Derivatives(problem, list(weights_of(net))).gradient()
    assert torch.equal(given, x)


def test_a_loss_that_writes_over_its_targets_leaves_the_data_alone() -> None:
    def relabelling(outputs: Tensor, targets: Tensor) -> Tensor:
        targets[targets == 2] = 0
        targets += 1  # a second time, and there is no such class
        return F.cross_entropy(outputs, targets, reduction="none")

    labels = Y.clone()
    problem = Problem(mlp(), train=(X, labels), loss=relabelling)
    with torch.no_grad():
        wanted = F.cross_entropy(mlp()(X), torch.where(Y == 2, 0, Y) + 1).item()
    found = curve(problem)
    assert torch.equal(labels, Y) and found[0] == found[-1] == pytest.approx(wanted, rel=1e-6)


# --- Outputs of all shapes ---

Pair = namedtuple("Pair", "logits aux")


class Several(nn.Module):
    def __init__(self, way: str) -> None:
        super().__init__()
        self.body, self.way = mlp(), way

    def forward(self, x: Tensor) -> Any:
        logits = self.body(x)
        aux = logits.sum(1)
        ways = {
            "tuple": (logits, {"aux": aux}),
            "dict": {"aux": aux, "logits": logits},
            "named": Pair(logits, aux),
            "nested": [(logits, aux), {"deep": (aux,)}],
        }
        return ways[self.way]


def own_loss(way: str) -> Callable[[Any, Tensor], Tensor]:
    def loss(outputs: Any, targets: Tensor) -> Tensor:
        logits, aux = {
            "tuple": lambda o: (o[0], o[1]["aux"]),
            "dict": lambda o: (o["logits"], o["aux"]),
            "named": lambda o: (o.logits, o.aux),
            "nested": lambda o: (o[0][0], o[1]["deep"][0]),
        }[way](outputs)
        return F.cross_entropy(logits, targets) + 0.1 * aux.square().mean()

    return loss


@pytest.mark.parametrize("way", ["tuple", "dict", "named", "nested"])
def test_networks_that_return_several_things(way: str) -> None:
    net = Several(way)
    with torch.no_grad():
        logits = net.body(X)
        plain = F.cross_entropy(logits, Y).item()
        whole = plain + 0.1 * logits.sum(1).square().mean().item()
    own = Problem(net, train=(X, Y), loss=own_loss(way)).check()
    at = Evaluator(own, weights_of(net), [], batch_size=5).at()
    assert at["train_loss"] == pytest.approx(whole, rel=1e-6) and at["train_loss_se"] > 0 and own.notes == []
    for loss in (nn.CrossEntropyLoss(), F.cross_entropy):
        problem = Problem(net, train=(X, Y), loss=loss).check()
        assert Evaluator(problem, weights_of(net), []).at()["train_loss"] == pytest.approx(plain, rel=1e-6)
