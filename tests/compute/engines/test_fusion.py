"""Fusion: the fused network computes the plain one's outputs, whatever its blocks look like."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.fusion import FusedConvolution, fuse
from lossvista.compute.problem.problem import Problem
from lossvista.compute.weights import weights_of


class Block(nn.Module):
    """A residual block in one of the ways people write them."""

    def __init__(self, way: str, **conv) -> None:
        super().__init__()
        self.way = way
        self.a, self.b = (nn.Conv2d(4, 4, 3, padding=conv.get("dilation", 1), **conv) for _ in range(2))
        self.bn_a, self.bn_b = nn.BatchNorm2d(4), nn.BatchNorm2d(4, affine=False)
        self.shortcut = nn.Sequential(nn.Conv2d(4, 4, 1, bias=False), nn.BatchNorm2d(4))
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.bn_b(self.b(F.relu(self.bn_a(self.a(x)))))
        match self.way:
            case "inplace":
                y += self.shortcut(x)
                return self.act(y)
            case "functional":
                return torch.relu(torch.add(x, y))
            case "method":
                return y.add(x).relu()
            case "reused":  # the sum's input is used again: it must not be fused away
                return F.relu(y + x) + y
            case "broadcast":
                return (y + x.mean((2, 3), keepdim=True)).relu()
            case "twice":
                return y + y
            case "constant":
                return F.relu(y + 1.0)
            case _:
                return y


WAYS = ["inplace", "functional", "method", "reused", "broadcast", "twice", "constant", "none"]


def network(*blocks: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(2, 4, 3, stride=2), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            if module.affine:
                nn.init.normal_(module.weight)
                nn.init.normal_(module.bias)
    return net.eval().requires_grad_(False)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_a_block_gives_the_plain_outputs(way: str, dtype: torch.dtype) -> None:
    net = network(Block(way), Block(way, bias=False, groups=2), Block(way, dilation=2)).to(dtype)
    x = torch.randn(5, 2, 17, 17, dtype=dtype)
    with torch.inference_mode():
        fused = fuse(net)
        for part in fused.modules():
            if isinstance(part, FusedConvolution):
                part.refresh()
        assert torch.allclose(fused(x), net(x), rtol=1e-5, atol=1e-5)
    assert "bn_" not in fused.code


def test_perturbed_batch_norm_is_folded_anew_at_every_point() -> None:
    net = network(Block("inplace"))
    theta = weights_of(net)
    axis = {name: torch.randn_like(t) * 0.3 for name, t in theta.items()}  # γ and β move too
    problem = Problem(net, torch.randn(9, 2, 17, 17), torch.randint(0, 3, (9,)))
    evaluator = Evaluator(problem, theta, [axis])
    assert "fused" in evaluator.note
    for a in (0.0, 1.0, -0.6, 0.0):
        plain = problem.losses({name: theta[name] + a * axis[name] for name in theta}).double().mean().item()
        assert evaluator.at(a)["train_loss"] == pytest.approx(plain, rel=1e-5)


class Branching(nn.Module):
    """Cannot be traced: the way through depends on the values."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(2, 4, 3), nn.Linear(4, 3)

    def forward(self, x):
        y = self.conv(x).mean((2, 3))
        return self.head(y if float(y.sum()) > 0 else -y)


class Viewing(nn.Module):
    """Breaks under channels-last: a `.view` across the channels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(2, 4, 3), nn.Linear(4 * 36, 3)

    def forward(self, x):
        return self.head(self.conv(x).view(len(x), -1))


@pytest.mark.parametrize(
    "net, words",
    [
        (Branching(), "cannot be traced"),
        (Viewing(), ""),
        (nn.Sequential(nn.Flatten(), nn.Linear(128, 3)), "nothing to fuse"),
    ],
)
def test_what_cannot_be_fused_is_evaluated_plainly_and_said(net: nn.Module, words: str) -> None:
    problem = Problem(net, torch.randn(6, 2, 8, 8), torch.randint(0, 3, (6,)))
    theta = weights_of(net)
    evaluator = Evaluator(problem, theta, [{k: torch.randn_like(t) for k, t in theta.items()}])
    assert words in evaluator.note
    assert evaluator.at(0.0)["train_loss"] == pytest.approx(problem.losses(theta).double().mean().item(), rel=1e-6)
