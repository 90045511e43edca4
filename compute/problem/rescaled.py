"""Rescaled: a network with other weights and the same function, as ReLU and batch-norm allow (Li et al. 2018, §3)."""

from __future__ import annotations

import copy
from collections import Counter

import torch
from torch import fx, nn
from torch.nn import functional as F

from ..errors import LossvistaError

# f(cx) = c f(x) for c > 0: what may stand between two layers that are rescaled against each other.
_KEEPING = (
    nn.ReLU,
    nn.LeakyReLU,
    nn.PReLU,
    nn.Flatten,
    nn.Identity,
    nn.Dropout,
    nn.Dropout2d,
    nn.MaxPool1d,
    nn.MaxPool2d,
    nn.AvgPool1d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool1d,
    nn.AdaptiveAvgPool2d,
    nn.AdaptiveMaxPool2d,
)
_KEEPING_FUNCTIONS = (
    F.relu,
    torch.relu,
    torch.flatten,
    F.leaky_relu,
    F.dropout,
    F.max_pool2d,
    F.avg_pool2d,
    F.adaptive_avg_pool2d,
)
_KEEPING_METHODS = ("relu", "flatten", "view", "reshape", "contiguous")
_LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def rescaled(model: nn.Module, factor: float) -> tuple[nn.Module, list[str]]:
    """A copy, in evaluation mode, that computes the same, and what was done, in words.

    A linear or convolutional layer before batch-norm is multiplied by `factor`, with the running mean and variance that go with it; two
    such layers with nothing between them but what is positively homogeneous (ReLU, pooling …) by `factor` and by 1 / `factor`. Each
    layer is rescaled once at most. Raises LossvistaError where there is no such layer, the network cannot be traced, or factor ≤ 0."""
    if not factor > 0 or factor == 1:
        raise LossvistaError("Weights are rescaled by a positive factor other than 1.", "Use 10, or 0.1.")
    made = copy.deepcopy(model).eval()
    try:
        graph = fx.symbolic_trace(made).graph
    except Exception as error:  # whatever the tracer stumbles over in somebody's code
        raise LossvistaError(
            f"This network cannot be rescaled: its layers cannot be followed ({type(error).__name__}).",
            "Networks of linear and convolutional layers with ReLU or batch-norm can be, such as mlp and cnn.",
        ) from error
    modules, done, told = dict(made.named_modules()), set[str](), list[str]()
    calls = Counter(str(node.target) for node in graph.nodes if node.op == "call_module")
    owners = Counter(id(p) for m in modules.values() for p in m._parameters.values() if p is not None)

    def layer_of(node: fx.Node | None, kinds: tuple[type[nn.Module], ...]) -> nn.Module | None:
        """The node's layer, where it is of these kinds, is used once, and shares its weights with no other."""
        if node is None or node.op != "call_module" or calls[str(node.target)] > 1 or str(node.target) in done:
            return None
        layer = modules[str(node.target)]
        alone = all(owners[id(p)] == 1 for p in layer.parameters())
        return layer if isinstance(layer, kinds) and alone and not layer._forward_pre_hooks else None

    with torch.no_grad():
        for node in graph.nodes:
            layer = layer_of(node, _LAYERS)
            if layer is None:
                continue
            norm = layer_of(_only_user(node), _NORMS)
            if norm is not None and norm.running_mean is not None:
                _times(layer, factor)
                norm.running_mean *= factor  # type: ignore[operator]
                norm.running_var.copy_(factor**2 * (norm.running_var + norm.eps) - norm.eps)  # type: ignore[union-attr, operator]
                done.add(str(node.target))
                told.append(f"{node.target} × {factor:g} before batch-norm")
                continue
            user = _next_layer(node, modules)
            other = layer_of(user, _LAYERS)
            if user is not None and other is not None:
                _times(layer, factor)
                other.weight /= factor  # type: ignore[operator]
                done |= {str(node.target), str(user.target)}
                told.append(f"{node.target} × {factor:g} and {user.target} ÷ {factor:g}")
    if not told:
        raise LossvistaError(
            "This network has no layers that can be rescaled without changing what it computes.",
            "That takes batch-norm, or ReLU between two layers.",
        )
    return made, told


def _times(layer: nn.Module, factor: float) -> None:
    for parameter in (layer.weight, layer.bias):
        if parameter is not None:
            parameter *= factor  # type: ignore[operator]


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def _next_layer(node: fx.Node, modules: dict[str, nn.Module]) -> fx.Node | None:
    """The layer behind what is positively homogeneous; None where something else comes first, or the way forks."""
    user = _only_user(node)
    while user is not None:
        if user.op == "call_module" and isinstance(modules[str(user.target)], _LAYERS):
            return user
        kept = (
            (user.op == "call_module" and isinstance(modules[str(user.target)], _KEEPING))
            or (user.op == "call_function" and user.target in _KEEPING_FUNCTIONS)
            or (user.op == "call_method" and user.target in _KEEPING_METHODS)
        )
        user = _only_user(user) if kept else None
    return None
