"""Networks that cannot have a landscape: lazy, scripted, complex, quantized, diverged or all zero; each refused in one sentence."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from small_problems import X, Y, curve, mlp
from torch import Tensor, nn

from lossvista.compute.errors import LossvistaError
from lossvista.compute.prepare import plane_of, prepare
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recorder import Recorder


class Waves(nn.Module):
    def __init__(self, parameter: Tensor) -> None:
        super().__init__()
        self.inner = nn.Linear(6, 3)
        self.inner.register_parameter("phase", nn.Parameter(parameter, requires_grad=False))


class Scripted(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = torch.jit.script(mlp())


@pytest.mark.filterwarnings("ignore:.*torch.jit.* is deprecated")
@pytest.mark.parametrize(
    "make, words",
    [
        (
            lambda: nn.Sequential(nn.LazyLinear(3)),
            r"'0\.weight' has no shape yet: its layer is lazy\. Call the network once",
        ),
        (
            lambda: torch.jit.script(mlp()),
            r"network is a TorchScript program: its weights cannot be moved\. Give the nn\.Module",
        ),
        (lambda: Scripted(), r"holds a part that is a TorchScript program, 'body'"),
        (
            lambda: Waves(torch.zeros(2, dtype=torch.complex64)),
            r"'inner\.phase' holds complex64 numbers.*real and imaginary",
        ),
        (
            lambda: Waves(torch.zeros(2, dtype=torch.int8)),
            r"'inner\.phase' holds int8 numbers.*before it was quantized",
        ),
    ],
)
def test_what_cannot_be_moved_is_refused_in_a_sentence(make: Callable[[], nn.Module], words: str) -> None:
    with pytest.raises(LossvistaError, match=words):
        Problem(make(), train=(X, Y))


def test_a_lazy_network_that_was_called_once_is_an_ordinary_one() -> None:
    net = nn.Sequential(nn.LazyLinear(3))
    net(X)
    assert len(curve(Problem(net, train=(X, Y)))) == 4


def diverged(value: float, where: str) -> nn.Module:
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.BatchNorm1d(10))
    dict(net.state_dict())[where].view(-1)[0] = value
    return net


MINE = """
import torch
from torch import nn
from lossvista import Problem
def make_problem():
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.BatchNorm1d(10))
    return Problem(net, train=(torch.rand(20, 1, 8, 8), torch.arange(20) % 10))
"""


@pytest.mark.parametrize("value, where", [(math.nan, "1.weight"), (math.inf, "1.bias"), (math.nan, "2.running_var")])
def test_a_diverged_checkpoint_is_refused(tmp_path, value: float, where: str) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    torch.save(diverged(value, where).state_dict(), tmp_path / "bad.pt")
    torch.save(diverged(1.0, where).state_dict(), tmp_path / "good.pt")
    bad, good = str(tmp_path / "bad.pt"), str(tmp_path / "good.pt")
    for weights in ((bad,), (good, bad)):
        with pytest.raises(
            LossvistaError, match=rf"bad\.pt' is of a training that diverged: '{where}' holds NaN"
        ) as caught:
            prepare(Recipe(problem=str(tmp_path / "mine.py"), weights=weights, directions="between"))
        assert caught.value.hint.startswith("Take a checkpoint from before")


@pytest.mark.parametrize("directions", ["pca", "random"])
def test_a_path_that_diverged_on_its_way_is_refused(tmp_path, directions: str) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    net = diverged(1.0, "1.weight")
    with Recorder(tmp_path / "run", net, problem=str(tmp_path / "mine.py")) as recorder:
        for number in range(4):
            nn.init.normal_(net[1].weight)
            if number == 2:
                net[1].weight.data[3, 3] = math.nan
            recorder.save()
    recipe = Recipe(
        problem=str(tmp_path / "mine.py"), trajectory=str(tmp_path / "run"), directions=directions, resolution=3
    )
    with pytest.raises(LossvistaError, match=r"Checkpoint 2 of .* is of a training that diverged"):
        drain(run(recipe))


def test_weights_that_are_all_zero_are_refused_where_directions_take_their_lengths(tmp_path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    net = diverged(1.0, "1.weight")
    nn.init.zeros_(net[1].weight)
    torch.save(net.state_dict(), tmp_path / "zero.pt")
    recipe = Recipe(problem=str(tmp_path / "mine.py"), weights=(str(tmp_path / "zero.pt"),))
    with pytest.raises(LossvistaError, match="has no length: all weights that it would move are zero"):
        plane_of(prepare(recipe))
    plane, _ = plane_of(prepare(recipe.replace(normalization="none")))
    assert plane.norms.min() > 0
