"""Fusion: the fused network computes the plain one's outputs, whatever its blocks look like."""

import copy
import re
from collections import Counter

import pytest
import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F

from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.form import Way
from lossvista.compute.engines.fusion import Fused, fuse
from lossvista.compute.problem.models import build_model
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


def agree(fused: Fused, net: nn.Module, x: torch.Tensor) -> None:
    """As it is folded, and as it is laid out for the shapes that it has seen."""
    fused.refresh()
    assert torch.allclose(fused.network(x), net(x), rtol=1e-5, atol=1e-5)
    fused.learn(x)
    fused.refresh()
    assert torch.allclose(fused.network(x), net(x), rtol=1e-5, atol=1e-5)
    assert torch.allclose(fused.network(x[:2]), net(x[:2]), rtol=1e-5, atol=1e-5)  # a ragged last batch


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_a_block_gives_the_plain_outputs(way: str, dtype: torch.dtype, layout) -> None:
    net = network(Block(way), Block(way, bias=False, groups=2), Block(way, dilation=2)).to(dtype)
    x = torch.randn(5, 2, 17, 17, dtype=dtype)
    with torch.inference_mode():
        fused = fuse(net, layout)
        agree(fused, net, x.contiguous(memory_format=layout))
    assert "bn_" not in fused.network.code


ACTIVATIONS = {
    "relu": nn.ReLU(inplace=True),
    "relu6": nn.ReLU6(inplace=True),
    "silu": nn.SiLU(),
    "hardswish": nn.Hardswish(),
    "gelu": nn.GELU(),
    "relu6 function": F.relu6,
    "silu function": F.silu,
    "hardswish function": lambda x: F.hardswish(x, inplace=True),
    "gelu function": F.gelu,
    "relu method": lambda x: x.relu(),
}


class Active(nn.Module):
    """Convolution and batch-norm, an activation, and the same after an addition, with what does nothing in between."""

    def __init__(self, activation) -> None:
        super().__init__()
        self.a, self.b, self.bn = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)
        self.nothing, self.dropout = nn.Identity(), nn.Dropout2d(0.5)
        self.activation = activation

    def forward(self, x):
        y = self.activation(self.nothing(self.bn(self.dropout(self.a(x)))))
        return self.activation(self.b(y) + self.nothing(x))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_part_of_the_fused_operator(name: str, dtype: torch.dtype) -> None:
    net = network(Active(ACTIVATIONS[name])).to(dtype)
    x = 5 * torch.randn(5, 2, 17, 17, dtype=dtype)  # beyond 6
    with torch.inference_mode():
        fused = fuse(net)
        agree(fused, net, x)
    called = {str(node.target) for node in fused.network.graph.nodes if node.op not in ("placeholder", "output")}
    assert called == {"fused__0", "fused__1_a", "fused__1_b", "2", "3", "fused__4"}


def test_another_approximation_of_an_activation_is_left_alone() -> None:
    for activation in (nn.GELU(approximate="tanh"), lambda x: F.gelu(x, approximate="tanh"), nn.ReLU6):
        if activation is nn.ReLU6:
            activation = type("Shifted", (nn.ReLU6,), {"forward": lambda self, x: F.relu6(x) + 1})()
        net = network(Active(activation))
        x = 5 * torch.randn(5, 2, 17, 17)
        with torch.inference_mode():
            agree(fuse(net), net, x)


def test_perturbed_batch_norm_is_folded_anew_at_every_point() -> None:
    net = network(Block("inplace"))
    theta = weights_of(net)
    axis = {name: torch.randn_like(t) * 0.3 for name, t in theta.items()}  # γ and β move too
    problem = Problem(net, torch.randn(9, 2, 17, 17), torch.randint(0, 3, (9,)))
    evaluator = Evaluator(problem, theta, [axis], way=Way(4, "channels-last"))
    assert "4 fused convolutions" in evaluator.note
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
        (nn.Sequential(nn.Flatten(), nn.LayerNorm(128)), "nothing to fuse"),
    ],
)
def test_what_cannot_be_fused_is_evaluated_plainly_and_said(net: nn.Module, words: str) -> None:
    problem = Problem(net, torch.randn(6, 2, 8, 8), torch.randint(0, 3, (6,)))
    theta = weights_of(net)
    evaluator = Evaluator(problem, theta, [{k: torch.randn_like(t) for k, t in theta.items()}])
    assert words in evaluator.note
    assert evaluator.at(0.0)["train_loss"] == pytest.approx(problem.losses(theta).double().mean().item(), rel=1e-6)


# Fused convolutions, fused linear layers, and what is left beside them: pooling, what flattens, and the batch-norms before ReLU in DenseNet
SOURCES = {
    "mnist-cnn": (2, 2, {"max_pool2d": 1, "flatten": 1}),
    "vgg9": (7, 2, {"MaxPool2d": 3, "flatten": 1, "BatchNorm1d": 1, "ReLU": 1}),
    "vgg11": (8, 1, {"MaxPool2d": 5, "flatten": 1}),
    "resnet20": (21, 1, {"avg_pool2d": 1, "flatten": 1}),
    "resnet50": (53, 1, {"avg_pool2d": 1, "flatten": 1}),
    "densenet121": (120, 1, {"BatchNorm2d": 62, "relu": 62, "cat": 58, "avg_pool2d": 4, "flatten": 1}),
    "mobilenet-v2": (52, 1, {"adaptive_avg_pool2d": 1, "flatten": 1}),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_networks_of_the_sources_are_fused_and_exact(name: str) -> None:
    """Against a plain float64 loop, at the centre and away from it, batch-norm perturbed too: 1e-5."""
    shape = (1, 28, 28) if name == "mnist-cnn" else (3, 32, 32)
    net = build_model(name, shape, 10)
    torch.manual_seed(0)
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
    x, y = torch.randn(2, *shape), torch.tensor([3, 8])
    theta = weights_of(net)
    axis = {key: 0.2 * torch.randn_like(t) * t.norm() / t.numel() ** 0.5 for key, t in theta.items()}
    evaluator = Evaluator(Problem(net, x, y), theta, [axis], way=Way(2, "channels-last"))
    convolutions, linears, left = SOURCES[name]
    assert evaluator.note.startswith(
        f"Evaluating with {convolutions} fused convolutions and {linears} fused linear layer"
    )
    found = Counter()
    network = evaluator._form.network
    modules = dict(network.named_modules())
    for node in network.graph.nodes:
        if node.op == "call_module":
            found[type(modules[node.target]).__name__] += 1
        elif node.op == "call_function":
            found[re.sub(r"_\d+$", "", node.name)] += 1
    assert found == {"FusedConvolution": convolutions, "FusedLinear": linears, **left}
    plain = copy.deepcopy(net).double().eval()
    for a in (0.0, -0.7):
        point = {key: theta[key].double() + a * axis[key].double() for key in theta}
        with torch.no_grad():
            wanted = F.cross_entropy(functional_call(plain, point, x.double()), y).item()
        assert evaluator.at(a)["train_loss"] == pytest.approx(wanted, rel=1e-5)
